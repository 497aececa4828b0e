"""Authority lent for a while: somebody decides for a colleague who is away."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .authority import AuthorityLevel


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def covering(self, at: datetime) -> Self:
        """In force then, by somebody who still has authority, to somebody who still works here."""
        giver = {"giver__is_active": True, "giver__handler__is_active": True}
        return self.filter(starts_at__lte=at, ends_at__gt=at, taker__is_active=True, **giver)


class Delegation(models.Model):
    """From then (inclusive) to then (exclusive) `taker` may decide for `giver`, up to a level.

    Never above what the giver may at that moment, whatever the row says, and never what was lent to the giver.
    """

    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_given", verbose_name=_("for")
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_held", verbose_name=_("decides")
    )
    level = models.ForeignKey(
        AuthorityLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("up to level"),
        help_text=_("Empty: all that the giver may."),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    history = HistoricalRecords()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "pk"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        indexes = [models.Index(fields=["taker", "ends_at"], name="delegation_taker_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="delegation_ends_after_start",
                violation_error_message=_("A delegation ends after it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("taker")),
                name="delegation_to_somebody_else",
                violation_error_message=_("Nobody delegates to themselves."),
            ),
        ]

    def __str__(self) -> str:
        until = timezone.localtime(self.ends_at)
        return f"{self.taker} ← {self.giver}, – {until:%Y-%m-%d}"

    def clean(self) -> None:
        if not self.giver_id:
            return
        if self.giver_id == self.taker_id:
            raise ValidationError(_("Nobody delegates to themselves."))
        handler = getattr(self.giver, "handler", None)
        if handler is None:
            raise ValidationError({"giver": _("%(user)s has no authority to lend.") % {"user": self.giver}})
        if self.level and self.level.level > handler.authority.level:
            said = {"user": self.giver, "level": handler.authority}
            raise ValidationError({"level": _("%(user)s has %(level)s: no more can be lent.") % said})

    @property
    def reach(self) -> int:
        """The level up to which it reaches now."""
        own = self.giver.handler.authority.level
        return min(own, self.level.level) if self.level else own
