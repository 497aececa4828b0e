"""Decisions and assignments of routing. They know a case by its reference; here they are shown where it is visible."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from escalations.admin.showing import ReadOnly, scope_of
from escalations.looking import looked_at_references
from escalations.models import Complaint, Look
from routing.explaining import explain, facts_in_words
from routing.models import Assignment, Decision, SimulatedCase, Simulation
from routing.signed_in import person
from routing.vocabulary import Vocabulary


class ByReference(ReadOnly):
    """Rows of the ground floor that name a case by its reference, and hold facts only."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        cases = Complaint.objects.filter(scope_of(request).rows_of_facts(), reference=OuterRef("reference"))
        return super().get_queryset(request).filter(Exists(cases))

    def looked_at(self, request: HttpRequest, keys: list[Any]) -> None:
        rows: Any = self.model._default_manager.filter(pk__in=keys).order_by()
        looked_at_references(person(request), rows.values_list("reference", flat=True), Look.Place.OFFICE)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        if str(object_id).isdecimal() and self.get_queryset(request).filter(pk=object_id).exists():
            self.looked_at(request, [object_id])
        return super().change_view(request, object_id, form_url, extra_context)


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
        (_("Rules that matched"), {"fields": ["ruleset", "rule", "sentences", "asked"]}),
        (_("Who was looked at"), {"fields": ["people"]}),
        (_("Facts at that moment"), {"fields": ["seen"]}),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, options in self.fieldsets for name in options["fields"]]

    @admin.display(description=_("rules"))
    def sentences(self, decision: Decision) -> SafeString:
        return _listed(f"{row.get('name')}: {row.get('sentence')}" for row in decision.matched)

    @admin.display(description=_("candidates"))
    def people(self, decision: Decision) -> SafeString:
        return _listed(f"{row.get('name')}: {row.get('why')}" for row in decision.candidates)

    @admin.display(description=_("rules that were asked"))
    def asked(self, decision: Decision) -> SafeString:
        """Worked out again from the version of then: at which condition each other rule failed."""
        told = explain(decision)
        return _listed(step.sentence for step in told.steps) if told else SafeString("–")

    @admin.display(description=_("facts"))
    def seen(self, decision: Decision) -> SafeString:
        """Those that rules can test, own ones as well, with the words that were found."""
        return _listed(f"{label}: {said}" for label, said in facts_in_words(decision.facts, Vocabulary.load()))


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

    when_empty = _("Open a version of the routing rules and press “Simulate” to see what it would do with past cases.")
    list_display = ["run", "state", "since", "until", "total", "asked_by", "asked_at", "finished_at"]
    search_fields = ["=ruleset__number", "ruleset__note"]
    list_filter = ["state"]
    list_select_related = ["ruleset", "asked_by"]
    list_display_links = None
    ordering = ["-pk"]

    @admin.display(description=_("ruleset"), ordering="ruleset__number")
    def run(self, simulation: Simulation) -> SafeString:
        """To its own page, which says how far it is and what came of it."""
        address = reverse("escalations:simulation", args=[simulation.pk])
        return format_html('<a href="{}" class="underline">{}</a>', address, simulation.ruleset)


@admin.register(SimulatedCase)
class SimulatedCaseAdmin(ByReference):
    list_display = ["reference", "simulation", "kind", "before", "after", "left"]
    list_filter = ["kind", "left"]
    list_select_related = ["simulation__ruleset", "before", "after"]
    search_fields = ["=reference"]
    ordering = ["-pk"]


def _listed(lines: Iterable[str]) -> SafeString:
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<ul>{}</ul>", items) if items else SafeString("–")
