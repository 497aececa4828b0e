"""The record of a case, to read only: what changed in it, field by field, and how it was allocated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from escalations.models import Complaint, Point, Remedy
from escalations.views.case import top
from escalations.views.pages import page, person, staff_page
from escalations.views.reading import find_whole
from escalations.views.rows import Sight
from routing.history_admin import Entry, entries
from routing.models import Assignment, Decision

PAGE_SIZE = 50


@dataclass(frozen=True)
class Change:
    """One row of the audit history, and of what."""

    of: str
    entry: Entry


@staff_page("view_complaint")
@require_GET
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Each change of the case, its points and its remedies: when, who, why, from what to what."""
    user = person(request)
    case = find_whole(user, reference)
    newest_first = case.history.select_related("history_user").order_by("-history_date", "-history_id")  # type: ignore[attr-defined]
    part = Paginator(newest_first, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **top(case, Sight.of(user), _decisions(case)),
        "changes": _changes(case, newest_first, part),
        "part": part,
        "tab": "history",
    }
    return page(request, "case/history.html", _("%s: history") % case.reference, context)


def _changes(case: Complaint, newest_first: Any, part: Page) -> list[Change]:
    # One row more than is shown: what the oldest one on the page changed is told by the one before it.
    rows = list(newest_first[part.start_index() - 1 : part.end_index() + 1]) if part else []
    shown = [Change(_("Case"), entry) for entry in entries(rows)[: len(part)]]
    if not shown:
        return []
    first, last = (None if part.number == 1 else shown[0].entry.at), shown[-1].entry.at
    if not part.has_next():
        last = None  # what was made in the very moment of the first row belongs here too
    parts = [*_of_parts(Point, case), *_of_parts(Remedy, case)]
    shown += [change for change in parts if _between(change.entry.at, last, first)]
    return sorted(shown, key=lambda change: change.entry.at, reverse=True)


def _between(at: datetime, earliest: datetime | None, latest: datetime | None) -> bool:
    return (earliest is None or at >= earliest) and (latest is None or at <= latest)


def _of_parts(model: type[Point] | type[Remedy], case: Complaint) -> list[Change]:
    rows: Sequence[Any] = list(
        model.history.filter(complaint=case.pk).select_related("history_user").order_by("-history_date", "-history_id")
    )
    names = {row.pk: str(row) for row in (case.points.all() if model is Point else case.remedies.all())}
    label = _("Point: %s") if model is Point else _("Remedy: %s")
    told = zip(rows, entries(rows), strict=True)
    return [Change(label % names.get(row.instance.pk, f"#{row.instance.pk}"), entry) for row, entry in told]


@staff_page("view_complaint")
@require_GET
def routing(request: HttpRequest, reference: str) -> HttpResponse:
    """Each allocation decision with the rules that matched and every candidate; and who held the case when."""
    user = person(request)
    case = find_whole(user, reference)
    decisions = _decisions(case)
    context = {
        **top(case, Sight.of(user), decisions),
        "decisions": decisions,
        "ledger": Assignment.objects.filter(reference=case.reference).select_related("handler__user", "team"),
        "tab": "routing",
    }
    return page(request, "case/routing.html", _("%s: allocation") % case.reference, context)


def _decisions(case: Complaint) -> list[Decision]:
    rows = Decision.objects.filter(reference=case.reference)
    return list(rows.select_related("ruleset", "rule", "team", "handler__user", "chosen_by"))
