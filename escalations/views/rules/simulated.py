"""The cases behind a simulation, those that change: as a list and as a file. References and facts, no identity."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from escalations.cells import csv_lines
from escalations.looking import looked_at_references
from escalations.models import Complaint, Look
from escalations.permissions import Scope
from escalations.views.pages import page, person, staff_page
from escalations.views.rules.simulations import find
from routing.facts import FACTS, Fact
from routing.models import SimulatedCase, Simulation, User
from routing.simulation.telling import Told, names_of
from routing.vocabulary import Vocabulary
from routing.wording import language_name

log = structlog.get_logger(__name__)
PAGE_SIZE = 50
ROWS_AT_ONCE = 500
NOBODY = "none"
"""In the address: no team."""
SHOWN_FACTS = ("product", "issue", "severity", "tier", "channel", "region", "language")
COLUMNS = (
    gettext_lazy("case"), gettext_lazy("decided at"), gettext_lazy("change"), gettext_lazy("team before"),
    gettext_lazy("team after"), gettext_lazy("because of rule"), gettext_lazy("left unplaced"),
)  # fmt: skip


def rows_of(simulation: Simulation, user: User) -> "QuerySet[SimulatedCase]":
    """Those that this person may see: none of a restricted case without the clearance."""
    seen = Complaint.objects.filter(Scope.of(user).rows_of_facts(), reference=OuterRef("reference"))
    return simulation.cases.filter(Exists(seen)).select_related("before", "after", "decision")


def narrowed(rows: "QuerySet[SimulatedCase]", asked: Any) -> "QuerySet[SimulatedCase]":
    """By what the address says: teams before and after, the rule that made the change, the kind of change."""
    for name in ("before", "after"):
        said = asked.get(name, "")
        if said == NOBODY:
            rows = rows.filter(**{f"{name}__isnull": True})
        elif said.isascii() and said.isdecimal():
            rows = rows.filter(**{name: int(said)})
    if (kind := asked.get("kind", "")) in SimulatedCase.Kind.values:
        rows = rows.filter(kind=kind)
    if asked.get("left"):
        rows = rows.exclude(left="")
    if rule := asked.get("rule", ""):
        rows = rows.filter(because__in=[key for key in [_key(rule)] if key])
    return rows


def _key(said: str) -> str:
    plain = said.replace("-", "").lower()
    return plain if len(plain) == 32 and set(plain) <= set("0123456789abcdef") else ""


@staff_page("routing.view_simulatedcase")
@require_GET
def cases(request: HttpRequest, pk: int) -> HttpResponse:
    simulation, user = find(pk), person(request)
    every = narrowed(simulation.cases.all(), request.GET)
    rows = narrowed(rows_of(simulation, user), request.GET).order_by("pk")
    part = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    looked_at_references(user, [row.reference for row in part], Look.Place.RULES)
    named, vocabulary = names_of([simulation.against_id, simulation.ruleset_id]), Vocabulary.load()
    context = {
        "run": simulation,
        "told": Told(simulation),
        "part": part,
        "lines": [
            {"row": row, "rule": named.get(str(row.because), ""), "facts": facts_line(row, vocabulary)} for row in part
        ],
        "hidden": every.count() - part.paginator.count,
    }
    return page(request, "rules/cases.html", _("Cases of a simulation"), context)


def facts_line(row: SimulatedCase, vocabulary: Vocabulary) -> str:
    """ "Mortgage · Fees · High": what most rules look at."""
    facts = row.decision.facts
    values = ((FACTS[name], facts.get(name)) for name in SHOWN_FACTS if facts.get(name))
    return " · ".join(_in_words(fact, value, vocabulary) for fact, value in values)


def _in_words(fact: Fact, value: Any, vocabulary: Vocabulary) -> str:
    if fact.name == "language":
        return language_name(value)
    return str(fact.levels.get(value, value) if fact.levels else vocabulary.codes.get(fact.name, {}).get(value, value))


@staff_page("routing.view_simulatedcase")
@require_GET
def cases_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    simulation = find(pk)
    rows = narrowed(rows_of(simulation, person(request)), request.GET).order_by("pk")
    looked_at_references(person(request), rows.values_list("reference", flat=True), Look.Place.EXPORT)
    answer = StreamingHttpResponse(csv_lines(_rows(simulation, rows)), content_type="text/csv; charset=utf-8")
    name = f"{_('simulation')}-{simulation.ruleset.number}-{timezone.localdate():%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    log.info("simulation_exported", user=person(request).pk, simulation=pk)
    return answer


def _rows(simulation: Simulation, rows: "QuerySet[SimulatedCase]") -> Iterator[list[str]]:
    named = names_of([simulation.against_id, simulation.ruleset_id])
    yield [str(title) for title in COLUMNS]
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        at = timezone.localtime(row.decision.decided_at).strftime("%Y-%m-%d %H:%M")
        cells = (
            row.reference,
            at,
            row.get_kind_display(),
            row.before,
            row.after,
            named.get(str(row.because)),
            row.get_left_display(),
        )
        yield ["" if cell is None else str(cell) for cell in cells]
