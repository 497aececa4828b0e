"""Examples from the organisation's own past: what was known at registration, and what came of it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q

from escalations.detection.risk.as_registered import AsRegistered, as_registered
from escalations.detection.risk.learning import Examples
from escalations.models import Complaint, Event, Need, Party, Point, RiskOutcome, TriageAnswer, Trigger
from escalations.models.answer import Verdict
from escalations.states import ClosedAs, Outcome, State, TriggerKind

BATCH = 1000
IN_CASES = 5
"""Complaints that a word must stand in to be learned: what fewer people said may be somebody's name."""
OVER = (State.RESOLVED, State.CLOSED)
NOTHING_TOLD = (ClosedAs.WITHDRAWN, ClosedAs.SET_ASIDE)
"""Endings that say nothing about what would have come of the complaint."""


def read(outcomes: Sequence[str]) -> tuple[Examples, list[date], dict[str, list[str]], int]:
    """The examples, the days on which they came in, groups of customers to compare, and how many cases are not over
    and so say nothing yet."""
    found, came, days, unknown = [], [], [], 0
    groups: dict[str, list[str]] = {"language": [], "vulnerable": [], "segment": []}
    for batch in _batches():
        known = [(case, result) for case in batch if (result := outcome_of(case, outcomes)) is not None]
        unknown += len(batch) - len(known)
        cases = [case for case, _result in known]
        found += as_registered(cases)
        came += [result for _case, result in known]
        days += [case.received_at.date() for case in cases]
        for name, values in _groups(cases).items():
            groups[name] += values
    return _examples(found, came), days, groups, unknown


def _batches() -> Iterator[list[Any]]:
    reached = 0
    while batch := list(_told().filter(pk__gt=reached).order_by("pk")[:BATCH]):
        yield batch
        reached = batch[-1].pk


def _told() -> Any:
    """All cases with what came of each. A trigger that the score itself raised counts only where a person agreed."""
    triggers = Trigger.objects.filter(complaint=OuterRef("pk"))
    by_itself = Q(kind=TriggerKind.RISK, decided_by=None)
    accepted = triggers.filter(state=Trigger.State.ACCEPTED).exclude(by_itself)
    points = Point.objects.filter(complaint=OuterRef("pk"))
    events = Event.objects.filter(complaint=OuterRef("pk"))
    refused = events.filter(action="acknowledge_outcome", data__accepted=False)
    back = events.filter(action__in=["reopen", "escalate_further"], actor_kind="customer")
    answers = TriageAnswer.objects.filter(complaint=OuterRef("pk"))
    agree, disagree = TriageAnswer.Answer.AGREE, TriageAnswer.Answer.DISAGREE
    up = answers.filter(Q(answer=agree, suggested=Verdict.ESCALATE) | Q(answer=disagree, suggested=Verdict.SEND_BACK))
    down = answers.filter(Q(answer=agree, suggested=Verdict.SEND_BACK) | Q(answer=disagree, suggested=Verdict.ESCALATE))
    regulator = triggers.filter(kind=TriggerKind.REGULATOR, raised_at__gt=OuterRef("registered_at"))
    return Complaint.objects.filter(merged_into=None).annotate(
        was_escalated=Exists(accepted),
        was_upheld=Exists(points.filter(outcome__in=[Outcome.UPHELD, Outcome.PARTLY])),
        was_judged=Exists(points.exclude(outcome="")),
        was_refused=Exists(refused) | Exists(back),
        was_told_up=Exists(up),
        was_told_down=Exists(down),
        went_to_regulator=Exists(regulator.exclude(state=Trigger.State.DISMISSED)),
    )


def outcome_of(case: Any, outcomes: Sequence[str]) -> bool | None:
    """Whether one of the outcomes came; None while that is not known. A case that is not over can only say yes, or what
    a coordinator answered."""
    said = [CAME[code](case) for code in outcomes]
    if any(said):
        return True
    return None if None in said else False


def _escalated(case: Any) -> bool | None:
    if case.was_escalated or case.was_told_up:
        return True
    if case.was_told_down or (case.state in OVER and case.closed_as not in (*NOTHING_TOLD, ClosedAs.ADOPTED)):
        return False
    return None


def _disputed(case: Any) -> bool | None:
    if case.was_refused:
        return True
    return False if case.state == State.CLOSED and case.closed_as not in (*NOTHING_TOLD, ClosedAs.ADOPTED) else None


def _upheld(case: Any) -> bool | None:
    if case.state not in OVER or not case.was_judged or case.closed_as in NOTHING_TOLD:
        return None
    return bool(case.was_upheld)


def _regulator(case: Any) -> bool | None:
    if case.went_to_regulator:
        return True
    return False if case.state == State.CLOSED and case.closed_as != ClosedAs.ADOPTED else None


CAME: dict[str, Callable[[Any], bool | None]] = {
    RiskOutcome.ESCALATED: _escalated,
    RiskOutcome.DISPUTED: _disputed,
    RiskOutcome.UPHELD: _upheld,
    RiskOutcome.REGULATOR: _regulator,
}


def _examples(found: Sequence[AsRegistered], came: Sequence[bool]) -> Examples:
    names = sorted({name for one in found for name in one.facts})
    facts = {name: [one.facts.get(name, "") for one in found] for name in names}
    return Examples(facts, np.array(came, dtype=bool), [one.text for one in found], in_texts=IN_CASES)


def _groups(cases: Sequence[Any]) -> dict[str, list[str]]:
    """Whom a difference would touch. Only compared on the card; the model never reads who somebody is."""
    parties = Party.objects.filter(complaint__in=cases, role=Party.Role.COMPLAINANT)
    needs = Exists(Need.objects.filter(person=OuterRef("person")))
    rows = parties.annotate(needs=needs).values_list("complaint_id", "needs", "person__segment")
    told = {key: (needs, segment) for key, needs, segment in rows}
    return {
        "language": [case.language for case in cases],
        "vulnerable": ["yes" if told.get(case.pk, (False, ""))[0] else "no" for case in cases],
        "segment": [told.get(case.pk, (False, ""))[1] for case in cases],
    }
