"""Who knows a case or its customer already: a reopened case goes back, a customer may find who helped them before."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from escalations.glance import rows_of
from escalations.models.clock import Continuity
from escalations.models.trigger import Trigger
from escalations.states import TriggerKind
from routing.fairness import Earlier
from routing.models import Assignment

if TYPE_CHECKING:
    from escalations.models import Complaint


def earlier_of(complaints: Sequence["Complaint"]) -> dict[int, Earlier]:
    """By complaint: whoever had it, when it was reopened; else whoever last handled another of the same customer's,
    where the house wants that. One or two queries for any number of complaints."""
    reopened = [case for case in complaints if _is_reopened(case)]
    had = _last_handlers({case.reference: case.pk for case in reopened})
    found = {pk: Earlier(handler, same_case=True) for pk, handler in had.items()}
    wanted = complaints[0].policy.continuity if complaints else Continuity.NEVER
    if wanted == Continuity.NEVER:
        return found
    first = wanted == Continuity.FIRST
    others = _customers_handlers([case for case in complaints if case.pk not in found])
    return found | {pk: Earlier(handler, first=first) for pk, handler in others.items()}


def _is_reopened(complaint: "Complaint") -> bool:
    """Whether that is why it waits now: the last that was accepted."""
    accepted = [row for row in complaint.triggers.all() if row.state == Trigger.State.ACCEPTED and row.decided_at]
    latest = max(accepted, key=lambda row: (row.decided_at, row.pk), default=None)
    return latest is not None and latest.kind == TriggerKind.REOPENED


LATEST = """
    SELECT latest.complaint_id, a.handler_id
    FROM (
        SELECT own.complaint_id, MAX(a.id) AS number
        FROM escalations_party own
            JOIN escalations_party other ON other.person_id = own.person_id AND other.complaint_id <> own.complaint_id
            JOIN escalations_complaint c ON c.id = other.complaint_id
            JOIN routing_assignment a ON a.reference = c.reference
        WHERE own.role <> 'representative' AND other.role <> 'representative' AND own.complaint_id {mine}
        GROUP BY own.complaint_id
    ) latest JOIN routing_assignment a ON a.id = latest.number"""
"""Who speaks for many customers is none of them."""


def _customers_handlers(complaints: Sequence["Complaint"]) -> dict[int, int]:
    """By complaint: who last handled another one of the same people."""
    return dict(rows_of(LATEST, [case.pk for case in complaints]))


def _last_handlers(references: dict[str, int]) -> dict[int, int]:
    latest = _latest(references) if references else {}
    return {references[reference]: handler for reference, (_turn, handler) in latest.items()}


def _latest(references: Iterable[str]) -> dict[str, tuple[int, int]]:
    """By reference: the last assignment and its handler."""
    rows = Assignment.objects.filter(reference__in=references).order_by("pk").values_list("reference", "pk", "handler")
    return {reference: (pk, handler) for reference, pk, handler in rows}
