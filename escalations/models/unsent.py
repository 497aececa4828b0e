from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UnsentText(models.Model):
    """What somebody has typed at a case and not sent: one row a person, case and box. Gone when it is sent.

    `tab` is the browser tab that saved it last, so that two open at once notice each other: the newest text stands.
    """

    complaint = models.ForeignKey(
        "escalations.Complaint", models.CASCADE, related_name="unsent", verbose_name=_("complaint")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    box = models.CharField(_("box"), max_length=40)
    texts = models.JSONField(_("what was typed"), default=dict)
    tab = models.CharField(_("browser tab"), max_length=40, blank=True)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("unsent text")
        verbose_name_plural = _("unsent texts")
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "complaint", "box"], name="unsent_once_a_box")]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.box}"
