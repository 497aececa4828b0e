"""Decisions and assignments of routing. They know a case by its reference; here they are shown where it is visible."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from escalations.actions import SUPERVISOR
from escalations.admin.showing import ReadOnly, scope_of
from escalations.models import Complaint
from routing.facts import DECLARED, FACTS
from routing.models import Assignment, Decision, Field, SimulatedCase, Simulation


class ByReference(ReadOnly):
    """Rows of the ground floor that name a case: seen with it. Supervisors read them without the case, because
    they hold facts only; but none of a restricted case, whose existence says too much."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        cases = Complaint.objects.filter(self.cases(request), reference=OuterRef("reference"))
        return super().get_queryset(request).filter(Exists(cases))

    def cases(self, request: HttpRequest) -> Q:
        scope = scope_of(request)
        if SUPERVISOR in scope.roles:
            return Q(restricted_kind__in=["", *scope.clearances])
        return scope.rows()


@admin.register(Decision)
class DecisionAdmin(ByReference):
    """Why a case went where it went."""

    list_display = ["reference", "decided_at", "placed", "team", "handler", "rule", "reason"]
    list_filter = ["placed", "mode", ("rule", admin.EmptyFieldListFilter)]
    list_select_related = ["team", "handler__user", "rule"]
    search_fields = ["=reference", "rule__name", "team__name"]
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["reference", "decided_at", "reason", "placed", "mode", "team", "handler", "chosen_by"]}),
        (_("Rules that matched"), {"fields": ["ruleset", "rule", "sentences"]}),
        (_("Who was looked at"), {"fields": ["people"]}),
        (_("Facts at that moment"), {"fields": ["facts_in_words", "own_facts"]}),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, options in self.fieldsets for name in options["fields"]]

    @admin.display(description=_("rules"))
    def sentences(self, decision: Decision) -> SafeString:
        return _listed(f"{row.get('name')}: {row.get('sentence')}" for row in decision.matched)

    @admin.display(description=_("candidates"))
    def people(self, decision: Decision) -> SafeString:
        return _listed(f"{row.get('name')}: {row.get('why')}" for row in decision.candidates)

    @admin.display(description=_("facts"))
    def facts_in_words(self, decision: Decision) -> SafeString:
        """Those that rules can test, with the words that were found; not the digest of the text."""
        return _listed(
            f"{label}: {_said(name, decision.facts[name])}"
            for name, label in TOLD.items()
            if decision.facts.get(name) not in ("", None, [])
        )

    @admin.display(description=_("own facts"))
    def own_facts(self, decision: Decision) -> SafeString:
        """Those of the organisation's own fields; of a text only the words that were found."""
        labels = dict(Field.objects.values_list("code", "label"))
        own = decision.facts.get("fields", {})
        return _listed(f"{labels.get(code, code)}: {_own_said(value)}" for code, value in own.items())


@admin.register(Assignment)
class AssignmentAdmin(ByReference):
    list_display = ["reference", "handler", "team", "weight", "since", "until"]
    list_filter = [("until", admin.EmptyFieldListFilter)]
    list_select_related = ["handler__user", "team"]
    search_fields = ["=reference", "handler__user__first_name", "handler__user__last_name", "team__name"]
    ordering = ["-pk"]


@admin.register(Simulation)
class SimulationAdmin(ReadOnly):
    """Which drafts were tried on past cases, and what came of it; the cases themselves are rows of their own."""

    list_display = ["ruleset", "state", "since", "until", "total", "asked_by", "asked_at", "finished_at"]
    search_fields = ["=ruleset__number", "ruleset__note"]
    list_filter = ["state"]
    list_select_related = ["ruleset", "asked_by"]
    ordering = ["-pk"]


@admin.register(SimulatedCase)
class SimulatedCaseAdmin(ByReference):
    list_display = ["reference", "simulation", "kind", "before", "after", "left"]
    list_filter = ["kind", "left"]
    list_select_related = ["simulation__ruleset", "before", "after"]
    search_fields = ["=reference"]
    ordering = ["-pk"]


TOLD = {
    **{name: fact.label for name, fact in FACTS.items()},
    "currency": _("currency"),
    "found_words": _("words found"),
}


def _listed(lines: Iterable[str]) -> SafeString:
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<ul>{}</ul>", items) if items else SafeString("–")


def _said(name: str, value: Any) -> str:
    """A value in words where its codes have some."""
    fact = FACTS.get(name)
    words: dict[Any, Any] = {**DECLARED.get(name, {}), **((fact.levels if fact else None) or {})}
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(words.get(one, one)) for one in values)


def _own_said(value: Any) -> str:
    if isinstance(value, dict):
        told = value.get("found", [text for name, text in value.items() if name != "digest"])
        return " ".join(str(one) for one in told)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(value) if isinstance(value, list) else str(value)
