"""Who knows a case or its customer already: a reopened case goes back, a customer may find who helped them before."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from escalations.models.clock import Continuity
from escalations.models.party import Party
from escalations.models.trigger import Trigger
from escalations.states import TriggerKind
from routing.fairness import Earlier
from routing.models import Assignment

if TYPE_CHECKING:
    from escalations.models import Complaint


def earlier_of(complaints: Sequence["Complaint"]) -> dict[int, Earlier]:
    """By complaint: whoever had it, when it was reopened; else whoever last handled another of the same customer's,
    where the house wants that. Two or three queries for any number of complaints."""
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


def _customers_handlers(complaints: Sequence["Complaint"]) -> dict[int, int]:
    """By complaint: who last handled another one of the same people. Who speaks for many customers is none of them."""
    cases_of: dict[int, set[int]] = {}
    for case in complaints:
        for person in _customers(case):
            cases_of.setdefault(person, set()).add(case.pk)
    if not cases_of:
        return {}
    named = Party.objects.filter(person__in=cases_of).exclude(role=Party.Role.REPRESENTATIVE).order_by()
    rows = list(named.values_list("person", "complaint", "complaint__reference"))
    latest = _latest({reference for _person, _complaint, reference in rows})
    found: dict[int, tuple[int, int]] = {}
    for person, complaint, reference in rows:
        for pk in cases_of[person] if reference in latest else ():
            if pk != complaint:
                found[pk] = max(found.get(pk, (0, 0)), latest[reference])
    return {pk: handler for pk, (_turn, handler) in found.items()}


def _customers(complaint: "Complaint") -> Iterable[int]:
    return (party.person_id for party in complaint.parties.all() if party.role != Party.Role.REPRESENTATIVE)


def _last_handlers(references: dict[str, int]) -> dict[int, int]:
    latest = _latest(references) if references else {}
    return {references[reference]: handler for reference, (_turn, handler) in latest.items()}


def _latest(references: Iterable[str]) -> dict[str, tuple[int, int]]:
    """By reference: the last assignment and its handler."""
    rows = Assignment.objects.filter(reference__in=references).order_by("pk").values_list("reference", "pk", "handler")
    return {reference: (pk, handler) for reference, pk, handler in rows}
