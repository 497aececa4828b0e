"""The form of one rule: its conditions, where the case goes, and what its handler needs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminSelectWidget

from routing.admin.rules.drafts import DraftsOnly
from routing.conditions import OPERATORS
from routing.editing import may_edit
from routing.models import Condition, Rule, Ruleset
from routing.vocabulary import Vocabulary
from routing.wording import sentence


class ConditionForm(forms.ModelForm):
    fact = forms.ChoiceField(label=gettext_lazy("fact"), widget=UnfoldAdminSelectWidget)
    operator = forms.ChoiceField(
        label=gettext_lazy("operator"), choices=lambda: OPERATORS.items(), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Condition
        fields = ["fact", "operator", "value", "group"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = Vocabulary.load().facts.values()
        self.fields["fact"].choices = [("", "—"), *((fact.name, fact.label) for fact in facts)]  # type: ignore[attr-defined]
        self.fields["value"].widget.attrs["rows"] = 1
        for field in self.fields.values():  # in a table only the column has a heading
            field.widget.attrs["aria-label"] = field.label


class ConditionInline(TabularInline):
    """All of a rule's conditions must hold; of those with the same group, one."""

    model = Condition
    form = ConditionForm
    extra = 0
    verbose_name_plural = gettext_lazy("conditions, which must all hold")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._free(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._free(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._free(request, obj)

    def _free(self, request: HttpRequest, rule: Any) -> bool:
        return rule is None or may_edit(request.user, rule.ruleset)


@admin.register(Rule)
class RuleAdmin(DraftsOnly):
    list_filter = [
        ("ruleset", admin.RelatedOnlyFieldListFilter),
        "ruleset__state",
        ("team", admin.RelatedOnlyFieldListFilter),
        "is_enabled",
        "go_on",
    ]
    list_select_related = ["ruleset", "team"]
    search_fields = ["name", "note", "team__name"]
    ordering = ["-ruleset__number", "position", "pk"]
    autocomplete_fields = ["team", "skills"]
    inlines = [ConditionInline]
    fieldsets = [
        (None, {"fields": ["ruleset", ("position", "is_enabled"), "name", "note"]}),
        (gettext_lazy("Where the case goes"), {"fields": ["go_on", "team", "mode", "tier"]}),
        (
            gettext_lazy("What its handler needs"),
            {
                "fields": [
                    "skills",
                    ("minimum_authority", "authority_up"),
                    "language",
                    "language_from_case",
                    "priority_up",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return super().get_queryset(request).prefetch_related("conditions", "skills")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        known: Any = SimpleLazyObject(Vocabulary.load)

        @admin.display(description=_("in plain language"))
        def reading(rule: Rule) -> str:
            return sentence(rule, known)

        return ["name", "position", "ruleset", reading, "team", "is_enabled"]

    def get_readonly_fields(self, request: HttpRequest, obj: Rule | None = None) -> list[str]:
        return ["ruleset"] if obj else []

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "ruleset":
            kwargs["queryset"] = Ruleset.objects.filter(state=Ruleset.State.DRAFT, author=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
