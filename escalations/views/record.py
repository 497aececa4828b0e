"""The record of a case, to read only: what changed in it, field by field, and how it was allocated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from escalations.happened import happened, who
from escalations.models import Complaint, Event, Look, Point, Remedy
from escalations.placing.routing_desk import decide_again
from escalations.views.case import top
from escalations.views.pages import page, person, staff_page
from escalations.views.reading import beside, find_whole
from escalations.views.rows import Sight
from routing.explaining import Considered, explain
from routing.history_admin import Change, Entry, entries
from routing.models import Assignment, Decision

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """One row of the audit history: of the case, where `what` says which step it was, or of a part of it."""

    at: datetime
    who: str
    what: str
    why: str
    changes: list[Change]


@staff_page("view_complaint")
@require_GET
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Each change of the case, its points and its remedies: when, who, why, from what to what."""
    user = person(request)
    case = find_whole(user, reference, Look.Place.HISTORY)
    newest_first = case.history.select_related("history_user").order_by("-history_date", "-history_id")
    part = Paginator(newest_first, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **top(case, Sight.of(user), beside(case, "decisions")),
        "lines": _lines(case, newest_first, part),
        "part": part,
        "tab": "history",
    }
    return page(request, "case/history.html", _("%s: history") % case.reference, context)


def _lines(case: Complaint, newest_first: Any, part: Page) -> list[Line]:
    # One row more than is shown: what the oldest one on the page changed is told by the one before it.
    rows = list(newest_first[part.start_index() - 1 : part.end_index() + 1]) if part else []
    shown = _of_case(case, rows)[: len(part)]
    if not shown:
        return []
    # What was made in the very moment of the oldest or the newest row belongs to those rows' page.
    earliest, latest = (shown[-1].at if part.has_next() else None), (shown[0].at if part.number > 1 else None)
    parts = [*_of_parts(Point, case), *_of_parts(Remedy, case)]
    shown += [line for line in parts if _between(line.at, earliest, latest)]
    return sorted(shown, key=lambda line: line.at, reverse=True)


def _between(at: datetime, earliest: datetime | None, latest: datetime | None) -> bool:
    return (earliest is None or at >= earliest) and (latest is None or at <= latest)


def _of_case(case: Complaint, rows: Sequence[Any]) -> list[Line]:
    """The step that made the row is told by the event that points at it."""
    events = {event.history_id: event for event in case.events.all()}
    return [_step(entry, events.get(row.pk)) for row, entry in zip(rows, entries(rows), strict=True)]


def _step(entry: Entry, event: Event | None) -> Line:
    counter = str(Complaint._meta.get_field("latest_event").verbose_name)
    changes = [change for change in entry.changes if change.label != counter]
    if event is None:
        return Line(entry.at, entry.who, entry.kind, entry.why, changes)
    return Line(entry.at, who(event.actor_kind, event.actor_name), happened(event.action), entry.why, changes)


def _of_parts(model: type[Point] | type[Remedy], case: Complaint) -> list[Line]:
    rows: Sequence[Any] = list(
        model.history.filter(complaint=case.pk).select_related("history_user").order_by("-history_date", "-history_id")
    )
    names = {row.pk: str(row) for row in (case.points.all() if model is Point else case.remedies.all())}
    label = _("Point “%(name)s”: %(kind)s") if model is Point else _("Remedy “%(name)s”: %(kind)s")
    return [
        Line(
            entry.at,
            entry.who,
            label % {"name": names.get(row.instance.pk, f"#{row.instance.pk}"), "kind": entry.kind},
            entry.why,
            entry.changes,
        )
        for row, entry in zip(rows, entries(rows), strict=True)
    ]


@staff_page("view_complaint")
@require_GET
def routing(request: HttpRequest, reference: str) -> HttpResponse:
    """Each allocation decision with the rules that were asked and every candidate; and who held the case when. With
    `again` in the address, what today's rules would say as well."""
    user = person(request)
    case = find_whole(user, reference, Look.Place.ROUTING)
    decisions = beside(case, "decisions")
    context = {
        **top(case, Sight.of(user), decisions),
        "decisions": decisions,
        "explained": [(decision, explain(decision)) for decision in decisions],
        "again": again(case) if "again" in request.GET else None,
        "ledger": Assignment.objects.filter(reference=case.reference).select_related("handler__user", "team"),
        "tab": "routing",
    }
    return page(request, "case/routing.html", _("%s: allocation") % case.reference, context)


def again(case: Complaint) -> tuple[Decision, Considered | None]:
    decision = decide_again(case, timezone.now())
    return decision, explain(decision)
