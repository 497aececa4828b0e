from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file of a case. Its content lies outside the web root under a made-up name (`path`); it is handed out only
    when the scanner has found nothing, to whoever may read what was said in the case."""

    class State(models.TextChoices):
        WAITING = "waiting", _("not checked for viruses yet")
        CLEAN = "clean", _("checked")
        INFECTED = "infected", _("held: it looks like a virus")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="attachments", verbose_name=_("complaint")
    )
    message = models.ForeignKey(
        "escalations.Message", models.PROTECT, null=True, blank=True, related_name="attachments",
        verbose_name=_("came with"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("type by its content"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("where it lies"), max_length=60, unique=True)
    state = models.CharField(_("virus check"), max_length=10, choices=State, default=State.WAITING)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], name="file_to_scan", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return self.name
