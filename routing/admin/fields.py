"""Fields and their choices. A code is for good, because stored facts and rules name it; a label may change."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from routing.history_admin import HistoryPage
from routing.models import Choice, Field


@admin.register(Field)
class FieldAdmin(HistoryPage, ModelAdmin):
    list_display = ["label", "code", "kind", "built_in", "is_active", "choice_count"]
    list_filter = ["kind", "built_in", "is_active"]
    search_fields = ["label", "code"]
    ordering = ["label", "pk"]
    fieldsets = [(None, {"fields": ["label", "code", "kind", "is_active"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Field]:
        return super().get_queryset(request).annotate(choice_total=Count("choices"))

    @admin.display(description=_("choices"), ordering="choice_total")
    def choice_count(self, field: Any) -> int:
        return field.choice_total

    def get_readonly_fields(self, request: HttpRequest, obj: Field | None = None) -> list[str]:
        if not obj:
            return []
        return ["code", "kind", "is_active"] if obj.built_in else ["code", "kind"]

    def has_delete_permission(self, request: HttpRequest, obj: Field | None = None) -> bool:
        built_in = isinstance(obj, Field) and obj.built_in
        return super().has_delete_permission(request, obj) and not built_in


@admin.register(Choice)
class ChoiceAdmin(HistoryPage, ModelAdmin):
    list_display = ["label", "field", "code", "parent", "position", "retired_at"]
    list_filter = [("field", admin.RelatedOnlyFieldListFilter), ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["field", "parent"]
    search_fields = ["label", "code"]
    autocomplete_fields = ["field", "parent"]
    fieldsets = [
        (None, {"fields": ["field", "label", "code", "parent"]}),
        (_("In lists"), {"fields": ["position", "retired_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Choice | None = None) -> list[str]:
        return ["field", "code"] if obj else []
