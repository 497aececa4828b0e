"""Intervals in which a case waits for somebody, or is held on some ground. They are stored, never worked out from the
state: what a clock makes of them is its policy's to say, and a policy that changes later finds them as they were."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def holds(self) -> Self:
        return self.filter(on__in=Waiting.GROUNDS)

    def waits(self) -> Self:
        return self.exclude(on__in=Waiting.GROUNDS)

    def overdue(self, today: date) -> Self:
        """Open, and the day by which it should have ended has passed: somebody must chase."""
        return self.open().filter(until__lt=today)

    def within(self, begin: datetime, end: datetime) -> Self:
        """Those that overlap this time, open ones too: what a clock asks that pauses for some of them."""
        return self.filter(since__lt=end).filter(models.Q(ended_at=None) | models.Q(ended_at__gt=begin))


class Waiting(models.Model):
    """One interval: on whom we wait or on what ground the case is held, since when, until when at most.

    At most one is open a case and reason. The note may say what a person said: it stands here and in no history.
    """

    class On(models.TextChoices):
        CUSTOMER = "customer", _("the customer")
        AUTHORITY = "authority", _("the representative's authority")
        COLLEAGUE = "colleague", _("another department")
        THIRD_PARTY = "third_party", _("a third party")
        EVIDENCE = "evidence", _("evidence")
        LITIGATION = "litigation", _("litigation")
        POLICE = "police", _("a police investigation")
        REGULATOR = "regulator", _("a pause by the regulator")

    class Ended(models.TextChoices):
        BY_HAND = "by_hand", _("by hand")
        ANSWERED = "answered", _("what we waited for came")
        CASE_ENDED = "case_ended", _("the case ended")

    GROUNDS = (On.LITIGATION, On.POLICE, On.REGULATOR)
    """On these a case is held: nothing is decided meanwhile. On the others we wait for something."""
    WAITS = (On.CUSTOMER, On.AUTHORITY, On.COLLEAGUE, On.THIRD_PARTY, On.EVIDENCE)

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="waitings", verbose_name=_("complaint")
    )
    on = models.CharField(_("on whom or what"), max_length=20, choices=On)
    since = models.DateTimeField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The day to chase, or to look again."))
    note = models.TextField(_("note"), max_length=2000, blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("begun by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_how = models.CharField(_("how it ended"), max_length=20, choices=Ended, blank=True)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting or hold")
        verbose_name_plural = _("waiting and holds")
        ordering = ["pk"]
        indexes = [models.Index(fields=["on", "until"], name="waiting_open", condition=models.Q(ended_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "on"], condition=models.Q(ended_at=None), name="one_open_waiting_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_on_display()}, {self.since:%Y-%m-%d}"

    @property
    def is_hold(self) -> bool:
        return self.on in self.GROUNDS

    @property
    def is_open(self) -> bool:
        return self.ended_at is None
