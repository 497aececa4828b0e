from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.states import TriggerKind


class Trigger(models.Model):
    """Why a complaint was escalated, by what or whom, and whether that was accepted.

    `criterion` is the row of the version that found it; `code` names what found it over all versions, so that a case is
    flagged once by it. `first_sign_at` is when what was found was first there: the words, the last straw, the due day.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("to decide")
        ACCEPTED = "accepted", _("accepted")
        DISMISSED = "dismissed", _("dismissed")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="triggers", verbose_name=_("complaint")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=TriggerKind)
    criterion = models.ForeignKey(
        "escalations.Criterion", models.PROTECT, null=True, blank=True, verbose_name=_("criterion")
    )
    code = models.CharField(_("code"), max_length=80, blank=True)
    explanation = models.CharField(_("explanation"), max_length=300)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PENDING)
    first_sign_at = models.DateTimeField(_("first sign at"))
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = models.CharField(_("raised by"), max_length=150)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "complaint"], name="trigger_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"


class TriggerEvidence(models.Model):
    """The exact words that matched, and their place in the text they stand in (letters from the start)."""

    trigger = models.ForeignKey(Trigger, models.CASCADE, related_name="evidence", verbose_name=_("trigger"))
    statement = models.ForeignKey("escalations.Statement", models.PROTECT, null=True, blank=True)
    message = models.ForeignKey("escalations.Message", models.PROTECT, null=True, blank=True)
    words = models.CharField(_("words"), max_length=200)
    start = models.PositiveIntegerField(_("from"))
    end = models.PositiveIntegerField(_("to"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["start"]

    def __str__(self) -> str:
        return self.words
