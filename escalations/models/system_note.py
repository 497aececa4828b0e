from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class SystemNote(AppendOnly):
    """What somebody had written about the case in another system (a CRM, a telephone log) before it came here: when,
    who, where. Their words, not the customer's: criteria and the learned score do not read them."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="system_notes", verbose_name=_("complaint")
    )
    made_at = models.DateTimeField(_("written at"))
    author = models.CharField(_("written by"), max_length=200, blank=True)
    system = models.CharField(_("system"), max_length=40)
    text = models.TextField(_("text"), max_length=20_000)

    class Meta:
        verbose_name = _("note of another system")
        verbose_name_plural = _("notes of other systems")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.system} ({self.made_at:%Y-%m-%d})"
