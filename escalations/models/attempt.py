from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class Attempt(AppendOnly):
    """One try to settle the complaint: what was done, by whom, when, and what came of it."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", _("worked: the customer accepts")
        DECLINED = "declined", _("the customer declined")
        FAILED = "failed", _("did not work")
        PENDING = "pending", _("promised, not done yet")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="attempts", verbose_name=_("complaint")
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("made by")
    )
    what = models.TextField(_("what was tried"), max_length=5000)
    result = models.CharField(_("what came of it"), max_length=20, choices=Result)
    promised_on = models.DateField(
        _("promised for"),
        null=True,
        blank=True,
        help_text=_("The day by which the customer was told it would be done."),
    )

    class Meta:
        verbose_name = _("earlier attempt to put it right")
        verbose_name_plural = _("earlier attempts to put it right")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_result_display()} ({self.made_at:%Y-%m-%d})"
