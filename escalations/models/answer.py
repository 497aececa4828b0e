from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class Verdict(models.TextChoices):
    ESCALATE = "escalate", _("escalate")
    SEND_BACK = "send_back", _("send back")


class TriageAnswer(AppendOnly):
    """What a coordinator answered to what was suggested. Each one teaches the score; why stands in the event."""

    class Answer(models.TextChoices):
        AGREE = "agree", _("agrees")
        DISAGREE = "disagree", _("disagrees")
        LATER = "later", _("later")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="answers", verbose_name=_("complaint")
    )
    suggested = models.CharField(_("suggested"), max_length=10, choices=Verdict)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given at"))
    until = models.DateTimeField(_("put off until"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer of triage")
        verbose_name_plural = _("answers of triage")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["complaint", "until"], name="answer_put_off")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_answer_display()}"
