"""The rule editor. A draft is changed by its author only, so that who publishes it has written none of it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, ForeignKey, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from routing.conditions import OPERATORS
from routing.confirmation import ask
from routing.facts import FACTS
from routing.history_admin import HistoryPage
from routing.models import Condition, Rule, Ruleset
from routing.vocabulary import Vocabulary
from routing.wording import sentence


def may_edit(request: HttpRequest, ruleset: Ruleset) -> bool:
    return ruleset.is_draft and ruleset.author_id == request.user.pk


class DraftsOnly(HistoryPage, ModelAdmin):
    """A row that belongs to a ruleset: read only unless that is the reader's own draft."""

    def ruleset_of(self, row: Any) -> Ruleset:
        return row if isinstance(row, Ruleset) else row.ruleset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or may_edit(request, self.ruleset_of(obj))
        return super().has_change_permission(request, obj) and free

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or may_edit(request, self.ruleset_of(obj))
        return super().has_delete_permission(request, obj) and free

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._told(request, lambda: super(DraftsOnly, self).changeform_view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._told(request, lambda: super(DraftsOnly, self).delete_view(request, *args, **kwargs))

    def _told(self, request: HttpRequest, work: Callable[[], Any]) -> Any:
        """Somebody published the draft while it was open in the browser: say so instead of failing."""
        try:
            return work()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(f"{self.admin_site.name}:routing_{self.opts.model_name}_changelist")


@admin.register(Ruleset)
class RulesetAdmin(DraftsOnly):
    list_display = ["number", "state", "author", "published_by", "published_at", "rule_count", "note"]
    list_filter = ["state", ("author", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["author", "published_by"]
    search_fields = ["note", "number"]
    ordering = ["-number"]
    readonly_fields = ["number", "state", "author", "published_by", "published_at", "rules_in_words"]
    actions_detail = ["add_rule", "publish", "copy_to_draft"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ruleset]:
        return super().get_queryset(request).annotate(rule_total=Count("rules"))

    def get_fieldsets(self, request: HttpRequest, obj: Ruleset | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["note"]})]
        version = ["number", "state", "author", ("published_by", "published_at"), "note"]
        return [(None, {"fields": version}), (_("Rules, tried in this order"), {"fields": ["rules_in_words"]})]

    @admin.display(description=gettext_lazy("rules"), ordering="rule_total")
    def rule_count(self, ruleset: Any) -> int:
        return ruleset.rule_total

    @admin.display(description=gettext_lazy("rules"))
    def rules_in_words(self, ruleset: Ruleset) -> SafeString:
        rows = ((reverse("admin:routing_rule_change", args=[pk]), text) for pk, text in in_words(ruleset))
        items = format_html_join("", '<li class="mb-2"><a class="underline" href="{}">{}</a></li>', rows)
        return format_html("<ol>{}</ol>", items)

    def save_model(self, request: HttpRequest, obj: Ruleset, form: Any, change: bool) -> None:
        if not change:
            obj.author_id = request.user.pk  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("routing.publish_ruleset")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The author adds rules, others publish; `Version.publish` and the form of a rule decide."""
        row = self.get_object(request, str(object_id))
        hidden = {"add_rule", "publish"}
        if row is not None and row.is_draft:
            hidden -= {"add_rule" if may_edit(request, row) else "publish"}
        return [one for one in super().get_actions_detail(request, object_id) if one.path not in hidden]

    @action(description=gettext_lazy("Add a rule"), url_path="add_rule", permissions=["add", "view"])
    def add_rule(self, request: HttpRequest, object_id: str) -> HttpResponse:
        ruleset = self._found(request, object_id)
        return redirect(f"{reverse('admin:routing_rule_add')}?ruleset={ruleset.pk}")

    @action(description=gettext_lazy("Publish"), url_path="publish", permissions=["publish", "view"])
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        ruleset = self._found(request, object_id)
        if request.method != "POST":
            question = _("Put %(ruleset)s in force for every case from now on?") % {"ruleset": ruleset}
            sentences = [text for pk, text in in_words(ruleset)]
            return ask(self, request, ruleset, question=question, button=_("Publish"), sentences=sentences)
        try:
            ruleset.publish(request.user)
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
        else:
            self.log_change(request, ruleset, "Published.")
            messages.success(request, _("%(ruleset)s is in force.") % {"ruleset": ruleset})
        return redirect(f"{self.admin_site.name}:routing_ruleset_change", ruleset.pk)

    @action(description=gettext_lazy("Copy to a new draft"), url_path="copy", permissions=["add", "view"])
    def copy_to_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        ruleset = self._found(request, object_id)
        if request.method != "POST":
            question = _("Make a new draft of yours with the rules of %(ruleset)s?") % {"ruleset": ruleset}
            return ask(self, request, ruleset, question=question, button=_("Copy to a new draft"))
        draft = ruleset.copy(request.user)
        self.log_addition(request, draft, f"Copied from {ruleset.number}.")
        messages.success(request, _("%(ruleset)s is yours to change.") % {"ruleset": draft})
        return redirect(f"{self.admin_site.name}:routing_ruleset_change", draft.pk)

    def has_add_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        # Unfold asks with the id of the row that the button stands on.
        return super().has_add_permission(request)

    def _found(self, request: HttpRequest, object_id: str) -> Ruleset:
        ruleset = self.get_object(request, object_id)
        if ruleset is None:
            raise Http404
        if not self.has_view_permission(request, ruleset):
            raise PermissionDenied
        return ruleset


def in_words(ruleset: Ruleset) -> list[tuple[int, str]]:
    """Each rule's id and how it reads, in a number of queries that does not depend on the rules."""
    vocabulary = Vocabulary.load()
    rules = ruleset.rules.select_related("team").prefetch_related("conditions", "skills").order_by("position", "pk")
    off = _("(off) ")
    return [(rule.pk, f"{'' if rule.is_enabled else off}{rule}: {sentence(rule, vocabulary)}") for rule in rules]


class ConditionForm(forms.ModelForm):
    fact = forms.ChoiceField(label=gettext_lazy("fact"), widget=UnfoldAdminSelectWidget)
    operator = forms.ChoiceField(
        label=gettext_lazy("operator"), choices=lambda: OPERATORS.items(), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Condition
        fields = ["fact", "operator", "value"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].choices = [("", "—"), *((name, fact.label) for name, fact in FACTS.items())]  # type: ignore[attr-defined]
        self.fields["value"].widget.attrs["rows"] = 1
        for field in self.fields.values():  # in a table only the column has a heading
            field.widget.attrs["aria-label"] = field.label


class ConditionInline(TabularInline):
    """All of a rule's conditions must hold."""

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
        return rule is None or may_edit(request, rule.ruleset)


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
