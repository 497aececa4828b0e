"""The form of one criterion: its test, its phrases by language, and the conditions that must hold as well."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy
from unfold.admin import StackedInline, TabularInline
from unfold.widgets import UnfoldAdminSelectWidget

from escalations.admin.showing import ReadOnly
from escalations.forms.fields import field_of
from escalations.models import CriteriaSet, Criterion, CriterionCondition, PhraseList
from routing.admin.drafts import DraftsOnly, see_other
from routing.conditions import OPERATORS
from routing.vocabulary import Vocabulary


class InOwnDraft(InlineModelAdmin):
    """An inline that can be used where the criterion can be changed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and _is_free(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _is_free(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_free(request, obj)


def _is_free(request: HttpRequest, criterion: Any) -> bool:
    return criterion is None or criterion.criteria_set.may_be_edited_by(request.user)


class PhrasesInline(InOwnDraft, StackedInline):
    model = PhraseList
    extra = 0
    fields = ["language", "phrases", "silent"]


class ConditionForm(forms.ModelForm):
    fact = forms.ChoiceField(label=gettext_lazy("fact"), widget=UnfoldAdminSelectWidget)
    operator = forms.ChoiceField(
        label=gettext_lazy("operator"), choices=lambda: OPERATORS.items(), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = CriterionCondition
        fields = ["fact", "operator", "value", "group"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = Vocabulary.load().facts.values()
        field_of(self, "fact", forms.ChoiceField).choices = [("", "—"), *((fact.name, fact.label) for fact in facts)]
        self.fields["value"].widget.attrs["rows"] = 1
        for field in self.fields.values():  # in a table only the column has a heading
            field.widget.attrs["aria-label"] = field.label


class ConditionInline(InOwnDraft, TabularInline):
    model = CriterionCondition
    form = ConditionForm
    extra = 0
    verbose_name_plural = gettext_lazy("conditions, which must all hold as well")


@admin.register(Criterion)
class CriterionAdmin(DraftsOnly):
    list_display = ["name", "criteria_set", "kind", "test", "policy", "is_enabled"]
    list_filter = [("criteria_set", admin.RelatedOnlyFieldListFilter), "criteria_set__state", "kind", "test"]
    list_select_related = ["criteria_set"]
    search_fields = ["name", "code", "note"]
    ordering = ["-criteria_set__number", "position", "pk"]
    inlines = [PhrasesInline, ConditionInline]
    fieldsets = [
        (None, {"fields": ["criteria_set", "name", "code", ("kind", "policy"), ("is_enabled", "position"), "note"]}),
        (gettext_lazy("When it holds"), {"fields": ["test", ("threshold", "currency", "period")]}),
        (gettext_lazy("How it reads"), {"fields": ["negation", "quoted"]}),
    ]
    # On a page to read there is no choice of the test, so that nothing hangs on it and all is shown.
    conditional_fields = {
        name: f"typeof test == 'undefined' || {asked}"
        for name, asked in {
            "threshold": "['contacts','attempts','age','severity','amount','cluster'].includes(test)",
            "currency": "test == 'amount'",
            "period": "test == 'contacts' || test == 'cluster'",
            "negation": "test == 'words'",
            "quoted": "test == 'words'",
        }.items()
    }

    def get_readonly_fields(self, request: HttpRequest, obj: Criterion | None = None) -> list[str]:
        return ["criteria_set", "code"] if obj else []

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "criteria_set":
            kwargs["queryset"] = CriteriaSet.objects.filter(state=CriteriaSet.State.DRAFT, author=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Criterion) -> HttpResponseRedirect:
        return see_other(obj.criteria_set, f"#criterion-{obj.pk}")

    def response_post_save_change(self, request: HttpRequest, obj: Criterion) -> HttpResponseRedirect:
        return see_other(obj.criteria_set, f"#criterion-{obj.pk}")


@admin.register(PhraseList)
class PhraseListAdmin(ReadOnly):
    """The lists of all versions, to search: where does a phrase stand?"""

    list_display = ["criterion", "language_name", "criteria_set"]
    list_filter = ["language", "criterion__criteria_set__state"]
    list_select_related = ["criterion__criteria_set"]
    search_fields = ["phrases", "silent", "criterion__name"]
    ordering = ["-criterion__criteria_set__number", "criterion__position", "language"]

    @admin.display(description=gettext_lazy("set of criteria"))
    def criteria_set(self, row: PhraseList) -> CriteriaSet:
        return row.criterion.criteria_set


@admin.register(CriterionCondition)
class CriterionConditionAdmin(ReadOnly):
    list_display = ["__str__", "criterion"]
    list_filter = ["criterion__criteria_set__state", "fact"]
    list_select_related = ["criterion"]
    search_fields = ["fact", "value", "criterion__name"]
    ordering = ["-criterion__criteria_set__number", "criterion__position", "pk"]
