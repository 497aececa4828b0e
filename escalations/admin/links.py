"""Which complaints belong together."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from escalations.admin.showing import CaseRows, scope_of
from escalations.models import CaseLink, Complaint


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
