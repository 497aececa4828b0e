"""Which complaints belong together."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from escalations.admin.showing import CaseRows, ReadOnly, scope_of
from escalations.models import CaseLink, Complaint, Incident, IncidentFinding, IncidentLine, IncidentRun


@admin.register(CaseLink)
class CaseLinkAdmin(CaseRows):
    """Only for whoever may see both."""

    list_display = ["complaint", "other", "kind", "state", "proposed_at", "decided_by"]
    list_filter = ["kind", "state"]
    list_select_related = ["complaint", "other", "decided_by"]
    search_fields = ["=complaint__reference", "=other__reference"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.filter(scope_of(request).rows(), pk=OuterRef("other"))
        return super().get_queryset(request).filter(Exists(seen))


class IncidentRows(ReadOnly):
    """An incident and what hangs off it: for whoever may see one of its complaints."""

    way = "pk"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Incident.objects.visible_to(request.user).values("pk")
        return super().get_queryset(request).filter(**{f"{self.way}__in": seen})


@admin.register(Incident)
class IncidentAdmin(IncidentRows):
    list_display = ["__str__", "began_on", "opened_by", "opened_at", "closed_at"]
    list_select_related = ["opened_by"]
    search_fields = ["title"]
    ordering = ["-pk"]


@admin.register(IncidentFinding)
class IncidentFindingAdmin(IncidentRows):
    way = "incident"
    identity_fields = ["text"]
    list_display = ["incident", "finding", "outcome", "cause", "found_by", "found_at"]
    list_select_related = ["incident", "cause__parent", "found_by"]
    ordering = ["-pk"]


@admin.register(IncidentRun)
class IncidentRunAdmin(IncidentRows):
    way = "incident"
    identity_fields = ["data"]
    list_display = ["incident", "action", "asked_by", "asked_at"]
    search_fields = ["=incident__pk"]
    list_select_related = ["incident", "asked_by"]
    ordering = ["-pk"]


@admin.register(IncidentLine)
class IncidentLineAdmin(CaseRows):
    list_display = ["complaint", "run", "state", "why"]
    list_filter = ["state"]
    list_select_related = ["complaint", "run"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]
