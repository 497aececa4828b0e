"""What the comparing job keeps. Word counts are not for people: only that there are some."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from escalations.admin.showing import CaseRows, scope_of
from escalations.models import CaseVector, Complaint, Mention, SimilarCase


@admin.register(CaseVector)
class CaseVectorAdmin(CaseRows):
    list_display = ["complaint", "made_at"]
    list_select_related = ["complaint"]
    search_fields = ["=complaint__reference"]
    fields = ["complaint", "made_at"]
    ordering = ["-pk"]


@admin.register(SimilarCase)
class SimilarCaseAdmin(CaseRows):
    identity_fields = ["words"]
    list_display = ["complaint", "other", "likeness", "words"]
    list_select_related = ["complaint", "other"]
    search_fields = ["=complaint__reference", "=other__reference"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Complaint.objects.filter(scope_of(request).rows(), pk=OuterRef("other"))
        return super().get_queryset(request).filter(Exists(seen))


@admin.register(Mention)
class MentionAdmin(CaseRows):
    list_display = ["complaint", "kind"]
    list_filter = ["kind"]
    list_select_related = ["complaint"]
    search_fields = ["=complaint__reference"]
    fields = ["complaint", "kind"]
    ordering = ["-pk"]
