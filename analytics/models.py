from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class Download(AppendOnly):
    """Who took which figures out of Redress, and when. Written before the file is sent, then never changed."""

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("XLSX")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    report = models.CharField(_("report"), max_length=40, default="trends")
    format = models.CharField(_("format"), max_length=10, choices=Format)
    question = models.CharField(
        _("what was asked"), max_length=1000, help_text=_("The end of the page's address: period, groups, filters.")
    )
    complaints = models.PositiveIntegerField(_("complaints counted in it"))

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        permissions = [("view_trends", _("Can see and download the trend reports"))]

    def __str__(self) -> str:
        return f"{self.report}.{self.format} · {self.user}"
