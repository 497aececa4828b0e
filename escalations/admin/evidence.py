"""Evidence, contributing causes and never-disclose notes: rows of cases, to read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from escalations.admin.showing import CaseRows
from escalations.models import ContributingCause, EvidenceRequest, Listening, SealedNote
from routing.signed_in import person


@admin.register(EvidenceRequest)
class EvidenceRequestAdmin(CaseRows):
    # What exactly is asked for, and what it says, may name the customer.
    identity_fields = ["what", "answer", "external_id"]
    list_display = ["complaint", "kind", "what", "asked_of", "due_on", "result", "delete_on", "keep"]
    list_filter = ["kind", "result", "keep", ("delete_on", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint"]
    search_fields = ["=complaint__reference", "=external_id"]
    ordering = ["-pk"]


@admin.register(Listening)
class ListeningAdmin(CaseRows):
    case = "request__complaint"
    list_display = ["case_reference", "by", "at", "mark"]
    list_select_related = ["request__complaint", "by"]
    search_fields = ["=request__complaint__reference"]
    ordering = ["-pk"]

    @admin.display(description="")
    def case_reference(self, row: Listening) -> str:
        return row.request.complaint.reference


@admin.register(ContributingCause)
class ContributingCauseAdmin(CaseRows):
    case = "point__complaint"
    list_display = ["point", "cause"]
    list_select_related = ["point__issue", "point__product", "cause__parent"]
    search_fields = ["=point__complaint__reference", "cause__name"]
    ordering = ["-pk"]


@admin.register(SealedNote)
class SealedNoteAdmin(CaseRows):
    """Not even that there is one is told to whoever may not read it."""

    list_display = ["complaint", "written_by", "written_at"]
    list_select_related = ["complaint", "written_by"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        readable = SealedNote.objects.readable_by(person(request))
        return super().get_queryset(request).filter(pk__in=readable.values("pk"))
