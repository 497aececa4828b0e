"""What an investigation asks for, and what became of it: that a recording was not found is a finding too."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class EvidenceQuerySet(models.QuerySet["EvidenceRequest"]):
    def outstanding(self) -> Self:
        return self.filter(result="")

    def about_to_go(self, today: date, days: int) -> Self:
        """Deleted within so many days, or already, and nobody has asked to keep it; nothing of it is lost yet by
        our own finding."""
        soon = self.filter(keep=EvidenceRequest.Keep.NOT_ASKED, delete_on__lte=today + timedelta(days=days))
        return soon.exclude(result__in=EvidenceRequest.GONE)


class EvidenceRequest(models.Model):
    """One thing asked for: a call recording, a document, a log. Its words stand here and in no history.

    `system` and `external_id` say where it lies; `delete_on` is the day on which that system deletes it by itself.
    """

    class Kind(models.TextChoices):
        RECORDING = "recording", _("call recording")
        DOCUMENT = "document", _("document")
        LOG = "log", _("log or screen history")
        ACCOUNT = "account", _("account by a colleague")
        OTHER = "other", _("something else")

    class Result(models.TextChoices):
        RECEIVED = "received", _("received")
        NOT_FOUND = "not_found", _("not found")
        NOT_NEEDED = "not_needed", _("not needed any more")

    class Keep(models.TextChoices):
        NOT_ASKED = "not_asked", _("nobody has asked to keep it")
        ASKED = "asked", _("asked to keep it")
        CONFIRMED = "confirmed", _("kept")

    GONE = (Result.NOT_FOUND, Result.NOT_NEEDED)

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="evidence_requests", verbose_name=_("complaint")
    )
    point = models.ForeignKey(
        "escalations.Point", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("point")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    what = models.CharField(_("what exactly"), max_length=300)
    asked_of = models.CharField(_("asked of"), max_length=120, blank=True, help_text=_("A department or a firm."))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    due_on = models.DateField(_("expected by"), null=True, blank=True)
    system = models.CharField(_("system"), max_length=60, blank=True, help_text=_("Where it lies."))
    external_id = models.CharField(_("its number there"), max_length=100, blank=True)
    recorded_at = models.DateTimeField(_("begins at"), null=True, blank=True, help_text=_("Of a call: when it began."))
    minutes = models.PositiveSmallIntegerField(_("length (minutes)"), null=True, blank=True)
    delete_on = models.DateField(
        _("deleted on"), null=True, blank=True, help_text=_("The day on which that system deletes it by itself.")
    )
    keep = models.CharField(_("keep"), max_length=10, choices=Keep, default=Keep.NOT_ASKED)
    warned_at = models.DateTimeField(_("warned at"), null=True, blank=True, editable=False)
    result = models.CharField(_("what came of it"), max_length=12, choices=Result, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.TextField(_("what it says"), max_length=5000, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence request")
        verbose_name_plural = _("evidence requests")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["delete_on"], name="evidence_to_warn",
                condition=models.Q(keep="not_asked", warned_at=None, delete_on__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.what}"

    @property
    def is_outstanding(self) -> bool:
        return not self.result

    @property
    def can_be_lost(self) -> bool:
        """It will be deleted, or was, and nobody has asked to keep it."""
        return self.delete_on is not None and self.keep == self.Keep.NOT_ASKED and self.result not in self.GONE


class Listening(AppendOnly):
    """Somebody has listened to, or looked through, what was received: who, when, from which mark. What they heard is a
    Statement; here stand no words."""

    request = models.ForeignKey(
        EvidenceRequest, models.PROTECT, related_name="listenings", verbose_name=_("evidence request")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("at"))
    mark = models.CharField(_("time mark"), max_length=12, blank=True, help_text=_("Such as 04:30."))

    class Meta:
        verbose_name = _("listening")
        verbose_name_plural = _("listenings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%Y-%m-%d %H:%M}"
