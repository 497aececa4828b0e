from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class Look(AppendOnly):
    """Somebody looked at a restricted complaint. No step on it, so no event: who, when, and at which page, export or
    part of the API. Looking again within some minutes is the same look."""

    class Place(models.TextChoices):
        PAGE = "page", _("page of the case")
        HISTORY = "history", _("history")
        ROUTING = "routing", _("routing tab")
        SUMMARY = "summary", _("case summary")
        STEP = "step", _("form of a step")
        LIST = "list", _("list of cases")
        TRIAGE = "triage", _("triage")
        APPROVALS = "approvals", _("approvals")
        SEARCH = "search", _("search")
        OFFICE = "office", _("back office")
        EXPORT = "export", _("export")
        BESIDE = "beside", _("beside another case")
        INCIDENT = "incident", _("incident")
        FRONT = "front", _("first page")
        NOTICES = "notices", _("notices")
        RULES = "rules", _("trial of rules or criteria")
        FILE = "file", _("download of a file")
        API = "api", _("API")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="looks", verbose_name=_("complaint")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    place = models.CharField(_("where"), max_length=20, choices=Place)
    looked_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("look at a restricted case")
        verbose_name_plural = _("looks at restricted cases")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["complaint", "-looked_at"], name="look_of_case"),
            models.Index(fields=["user", "-looked_at"], name="look_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.user}, {self.get_place_display()}"
