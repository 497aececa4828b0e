"""Fields and their choices. A code is for good, because stored facts and rules name it; a label may change."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from routing.history_admin import HistoryPage
from routing.models import Choice, Field
from routing.models.fields import values_of


class KeptWhileUsed(ModelAdmin):
    """Whoever deletes a field or a choice is told how much stands in the way; not which cases, nor one by one."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        rows = [*objs]
        if used := sum(values_of(row) for row in rows):
            says = ngettext(
                "%d value on a case. Retire it instead: cases keep what they say, and it is offered no more.",
                "%d values on cases. Retire it instead: cases keep what they say, and it is offered no more.",
                used,
            )
            return [], {}, set(), [says % used]
        if tested := [row for row in rows if isinstance(row, Field) and row.is_tested]:
            return [], {}, set(), [_("rules that test “%s”") % row for row in tested]
        if choices := sum(row.choices.count() for row in rows if isinstance(row, Field)):
            says = ngettext("its %d choice: delete that first", "its %d choices: delete those first", choices)
            return [], {}, set(), [says % choices]
        return super().get_deleted_objects(rows, request)


@admin.register(Field)
class FieldAdmin(HistoryPage, KeptWhileUsed):
    list_display = ["label", "code", "kind", "needed", "personal", "built_in", "is_active", "choice_count"]
    list_filter = ["kind", "needed", "built_in", "is_active"]
    search_fields = ["label", "code"]
    ordering = ["-built_in", "position", "label", "pk"]
    filter_horizontal = ["complaint_types"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Field]:
        return super().get_queryset(request).annotate(choice_total=Count("choices"))

    @admin.display(description=_("choices"), ordering="choice_total")
    def choice_count(self, field: Any) -> int:
        return field.choice_total

    @admin.display(description=_("choices"))
    def its_choices(self, field: Field) -> Any:
        """Where they are edited: there may be thousands."""
        if not field.has_choices:
            return "–"
        where = f"{reverse('admin:routing_choice_changelist')}?field__id__exact={field.pk}"
        says = ngettext("%d choice", "%d choices", count := field.choices.count()) % count
        return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', where, says)

    def get_fieldsets(self, request: HttpRequest, obj: Field | None = None) -> Any:
        what: dict[str, Any] = {"fields": ["label", "code", "kind"]}
        if obj:
            what["description"] = obj.why_fixed()
            what["fields"] += ["its_choices"] if obj.has_choices else []
        if obj and obj.built_in:
            return [(None, what)]
        what["fields"] += ["help_text", "is_active"]
        return [
            (None, what),
            (_("When it is asked"), {"fields": ["complaint_types", "needed", "position"]}),
            (_("Who may know"), {"fields": ["personal"]}),
            (_("Numbers and amounts"), {"fields": ["minimum", "maximum", "unit"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Field | None = None) -> list[str]:
        return ["its_choices", *(["code", "kind"] if obj and obj.why_fixed() else [])]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        Field.changes += 1  # the types of complaint are another table, saved after the field

    def has_delete_permission(self, request: HttpRequest, obj: Field | None = None) -> bool:
        built_in = isinstance(obj, Field) and obj.built_in
        return super().has_delete_permission(request, obj) and not built_in


@admin.register(Choice)
class ChoiceAdmin(HistoryPage, KeptWhileUsed):
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
