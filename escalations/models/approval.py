from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class Approval(AppendOnly):
    """One decision on a proposed remedy. A remedy that takes several people has one for each, numbered.

    `level` is in whose authority it was decided; `decided_for` whoever lent that authority. The reason is the staff
    member's own word.
    """

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("agreed")
        LOWERED = "lowered", _("agreed to less")
        REFUSED = "refused", _("refused")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="approvals", verbose_name=_("complaint")
    )
    remedy = models.ForeignKey("escalations.Remedy", models.PROTECT, related_name="approvals", verbose_name=_("remedy"))
    position = models.PositiveSmallIntegerField(_("step"))
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    asked_amount = models.DecimalField(_("asked for"), max_digits=12, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("agreed to"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    level = models.PositiveSmallIntegerField(_("authority level"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    decided_at = models.DateTimeField(_("decided at"))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["remedy", "position"]
        constraints = [
            # Two people at once, or one who presses twice: the second is refused whatever happens.
            models.UniqueConstraint(fields=["remedy", "position"], name="one_decision_a_step"),
            models.UniqueConstraint(fields=["remedy", "decided_by"], name="one_decision_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.remedy}: {self.get_outcome_display()}, {self.who}"

    @property
    def who(self) -> str:
        """ "Sam Okafor, for Dana Ruiz"."""
        if self.decided_for is None:
            return str(self.decided_by)
        return _("%(who)s, for %(giver)s") % {"who": self.decided_by, "giver": self.decided_for}

    @property
    def agrees(self) -> bool:
        return self.outcome != self.Outcome.REFUSED


class Authorisation(AppendOnly):
    """Somebody with the authority for an act beyond money agreed to it on this case: to reject it, or to the final
    response. It holds until the case is opened again."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="authorisations", verbose_name=_("complaint")
    )
    kind = models.CharField(_("act"), max_length=20)
    level = models.PositiveSmallIntegerField(_("authority level"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by"))
    given_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind}, {self.given_by}"


class ApprovalNotice(models.Model):
    """Somebody is to be told that an approval waits for them. Tried again until the e-mail has gone out."""

    remedy = models.ForeignKey("escalations.Remedy", models.PROTECT, related_name="notices", verbose_name=_("remedy"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    made_at = models.DateTimeField(_("made at"))
    told_at = models.DateTimeField(_("e-mail sent at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("e-mail tried again at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("reminder of an approval")
        verbose_name_plural = _("reminders of approvals")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["next_try_at"], name="notice_to_tell", condition=models.Q(next_try_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.remedy}"
