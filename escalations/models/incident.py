from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly
from escalations.models.point import Point
from escalations.permissions import Scope
from escalations.states import Finding, Outcome


class IncidentQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "IncidentQuerySet":
        """Those one opened, and those with a complaint that one may see."""
        from escalations.models.complaint import Complaint

        scope = Scope.of(user)
        seen = Complaint.objects.filter(scope.rows(), incident=OuterRef("pk"))
        return self.filter(Q(opened_by=scope.user_id) | Exists(seen))

    def open(self) -> "IncidentQuerySet":
        return self.filter(closed_at=None)


class Incident(models.Model):
    """One cause, many complaints: what was found is found once, letters and outcomes go out together, and each
    complaint keeps a record of its own. Its title is the organisation's word and names nobody."""

    title = models.CharField(_("title"), max_length=120)
    began_on = models.DateField(_("began on"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-pk"]
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return f"{number_of(self.pk)} {self.title}" if self.pk else self.title

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def finding(self) -> "IncidentFinding | None":
        """What stands: the latest."""
        return self.findings.order_by("-pk").select_related("cause__parent").first()


def number_of(pk: int | None) -> str:
    """How an incident is called: “I-00007”; empty for none. Rules, criteria and filters test this."""
    return "" if pk is None else f"I-{pk:05d}"


class IncidentFinding(AppendOnly):
    """What was found out for all complaints of an incident; a later one stands in the place of an earlier."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="findings", verbose_name=_("incident"))
    finding = models.CharField(_("finding"), max_length=20, choices=Finding)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    fault = models.CharField(_("whose fault"), max_length=20, choices=Point.Fault, blank=True)
    cause = models.ForeignKey("escalations.Cause", models.PROTECT, related_name="+", verbose_name=_("root cause"))
    text = models.TextField(_("what was found"), max_length=20_000)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("found by"))
    found_at = models.DateTimeField(_("found at"), default=timezone.now)

    class Meta:
        verbose_name = _("shared finding")
        verbose_name_plural = _("shared findings")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.get_finding_display()}"


class IncidentRun(models.Model):
    """One step taken on all complaints of an incident, by whoever asked for it and with their authority."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="runs", verbose_name=_("incident"))
    action = models.CharField(_("action"), max_length=40)
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("data"), default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)

    class Meta:
        verbose_name = _("step on an incident")
        verbose_name_plural = _("steps on incidents")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.action}"


class IncidentLine(models.Model):
    """What became of one complaint in such a step. What waits is the job's to do, once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    run = models.ForeignKey(IncidentRun, models.PROTECT, related_name="lines", verbose_name=_("step"))
    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="incident_lines", verbose_name=_("complaint")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    why = models.CharField(_("why not"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("complaint in a step on an incident")
        verbose_name_plural = _("complaints in steps on incidents")
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], name="incident_waiting", condition=Q(state="waiting"))]
        constraints = [models.UniqueConstraint(fields=["run", "complaint"], name="incident_line_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_state_display()}"
