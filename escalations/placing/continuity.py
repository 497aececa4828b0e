"""Who knows a case or its customer already: a reopened case goes back, a customer may find who helped them before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from escalations.models.clock import Continuity, Policy
from escalations.models.trigger import Trigger
from escalations.placing.glance import Glance
from escalations.states import TriggerKind
from routing.fairness import Earlier
from routing.models import Assignment

if TYPE_CHECKING:
    from escalations.models import Complaint


USUAL = Policy._meta.get_field("continuity").default
"""What a house wants that has never said so."""


def earlier_of(complaints: Sequence["Complaint"], seen: Mapping[int, Glance]) -> dict[int, Earlier]:
    """By complaint: whoever had it, when it was reopened; else whoever last handled another of the same customer's,
    where the house wants that. `seen` was looked at to place them. One query, and only for those reopened."""
    reopened = {case.reference: case.pk for case in complaints if _is_reopened(seen[case.pk])}
    found = {case.pk: known for case in complaints if (known := _of_the_customer(seen[case.pk]))}
    had = _last_handlers(reopened)
    return found | {pk: Earlier(handler, same_case=True) for pk, handler in had.items()}


def _of_the_customer(look: Glance) -> Earlier | None:
    if not look.known_to:
        return None
    ((handler, wanted),) = look.known_to
    return Earlier(handler, first=(wanted or USUAL) == Continuity.FIRST)


def _is_reopened(look: Glance) -> bool:
    """Whether that is why it waits now: the last that was accepted."""
    accepted = [kind for kind, state, decided, _ in look.triggers if state == Trigger.State.ACCEPTED and decided]
    return accepted[-1:] == [TriggerKind.REOPENED]


def _last_handlers(references: dict[str, int]) -> dict[int, int]:
    latest = _latest(references) if references else {}
    return {references[reference]: handler for reference, (_turn, handler) in latest.items()}


def _latest(references: Iterable[str]) -> dict[str, tuple[int, int]]:
    """By reference: the last assignment and its handler."""
    rows = Assignment.objects.filter(reference__in=references).order_by("pk").values_list("reference", "pk", "handler")
    return {reference: (pk, handler) for reference, pk, handler in rows}
