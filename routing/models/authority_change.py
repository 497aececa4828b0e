"""A change of who may decide what, proposed by one person and put in force by another."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuthorityChange(models.Model):
    """What a limit, a step, a handler's level or a delegation would be, held against what it was when it was proposed.

    `row` is the key of what changes, None for a new one. `before` and `after` hold its fields as they are stored;
    `title` says it in words. It stays for good, whatever became of it.
    """

    class Subject(models.TextChoices):
        LIMIT = "authoritylimit", _("authority limit")
        STEP = "approvalstep", _("approval step")
        LEVEL = "handler", _("authority level of a handler")
        DELEGATION = "delegation", _("delegation")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        CONFIRMED = "confirmed", _("in force")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("taken back")

    subject = models.CharField(_("what"), max_length=20, choices=Subject)
    row = models.PositiveBigIntegerField(_("row"), null=True)
    title = models.CharField(_("change"), max_length=300)
    before = models.JSONField(_("before"), encoder=DjangoJSONEncoder, null=True)
    after = models.JSONField(_("after"), encoder=DjangoJSONEncoder, null=True)
    reason = models.CharField(_("why"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("reason of the answer"), max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of authority")
        verbose_name_plural = _("changes of authority")
        default_permissions = ("view",)
        permissions = [("confirm_authoritychange", "Can confirm changes of authority that somebody else proposed")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "row"],
                condition=Q(state="proposed", row__isnull=False),
                name="one_open_change_a_row",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(state="confirmed") | ~Q(decided_by=models.F("proposed_by")),
                name="nobody_confirms_their_own_change",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def waits(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def removes(self) -> bool:
        return self.after is None
