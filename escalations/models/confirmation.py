from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Confirmation(models.Model):
    """The first of two people has asked for a step. Another with the same right confirms it, or refuses."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="confirmations", verbose_name=_("complaint")
    )
    action = models.CharField(_("action"), max_length=40)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    reason = models.TextField(_("reason"))
    data = models.JSONField(_("what was asked for"), default=dict)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    confirmed = models.BooleanField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("second person")
        verbose_name_plural = _("second persons")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "action"],
                condition=models.Q(answered_at=None),
                name="one_open_question_an_action",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action}, {self.asked_by}"
