"""Examine complaints and propose what the criteria find; the workflow escalates."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.detection.compiled import Compiled, published
from escalations.detection.definition import Definition
from escalations.detection.hits import Hit
from escalations.detection.judging import Said, judge
from escalations.detection.knowing import know
from escalations.models import Complaint, Criterion, Message, Statement, Trigger
from escalations.states import State
from escalations.workflow import Result, perform_many

DETECTOR = Actor.system("detector")
Texts = Mapping[int, Sequence[Said]]


def examine_new(
    cases: Sequence[Complaint], said: Iterable[Statement], compiled: Compiled | None, *, at: datetime
) -> list[Result]:
    """Examine complaints in the moment of their registration: nothing was raised for them yet."""
    for case in cases:
        case.__dict__.setdefault("_prefetched_objects_cache", {})["triggers"] = Trigger.objects.none()
    results = _examine(cases, by_case(said), compiled, at, raised={}, just_made=True)
    _look_again(cases)
    return results


def _look_again(cases: Iterable[Complaint]) -> None:
    """What was known of their triggers is known no more."""
    for case in cases:
        case.__dict__.get("_prefetched_objects_cache", {}).pop("triggers", None)


def examine(
    cases: Sequence[Complaint],
    messages: Iterable[Message] = (),
    *,
    at: datetime | None = None,
    statements: Iterable[Statement] = (),
    compiled: Compiled | None = None,
) -> list[Result]:
    """Examine again, with what was said meanwhile. In every open state: after escalation a hit is a further trigger."""
    prefetch_related_objects(cases, "triggers")
    raised = {case.pk: raised_of(case) for case in cases}
    texts = by_case([*statements, *messages])
    return _examine(cases, texts, compiled or published(), at or timezone.now(), raised)


def raised_of(case: Complaint) -> set[str]:
    """What the case was escalated for already, by code; whatever became of it."""
    return {trigger.code for trigger in case.triggers.all()}


def by_case(said: Iterable[Said]) -> dict[int, list[Said]]:
    texts: dict[int, list[Said]] = defaultdict(list)
    for source in said:
        # What is said on a case that was merged counts for the one that it goes on in.
        merged = source.complaint.merged_into_id if isinstance(source, Message) else None
        texts[merged or source.complaint_id].append(source)
    return texts


def _examine(
    cases: Sequence[Complaint],
    texts: Texts,
    compiled: Compiled | None,
    at: datetime,
    raised: Mapping[int, Collection[str]],
    *,
    just_made: bool = False,
) -> list[Result]:
    """Judge the open cases, and propose what they were not escalated for already (`raised`: codes by case)."""
    cases = [case for case in cases if case.is_open]
    if not cases or compiled is None:
        return []
    known = know(cases, compiled, at)
    hits = {
        case.pk: list(judge(case, compiled, texts.get(case.pk, ()), known, at, raised.get(case.pk, ())))
        for case in cases
    }
    flagged = [case for case in cases if hits[case.pk]]
    results = propose(flagged, hits, at=at, just_made=just_made)
    _wake_alike(flagged, hits, at)
    return results


def _wake_alike(cases: Sequence[Complaint], hits: Mapping[int, Sequence[Hit]], at: datetime) -> None:
    """One more complaint made it a cluster: those that came before it are looked at again."""
    for case in cases:
        periods = [
            flag.period or 0
            for flag in (hit.criterion for hit in hits[case.pk])
            if isinstance(flag, Definition) and flag.test == Criterion.Test.CLUSTER
        ]
        if periods and (point := case.main_point):
            Complaint.objects.alike(point, within=max(periods), of=case).update(look_at=at)


def propose(
    cases: Sequence[Complaint], hits: Mapping[int, Sequence[Hit]], *, at: datetime, just_made: bool = False
) -> list[Result]:
    """Escalate what the frontline still holds; elsewhere, raise a further trigger. A criterion whose policy is
    "at once" accepts by itself. Other parts of the system propose with hits of a Proposer. `just_made`: as
    `held` of `perform_many`."""
    if not cases:
        return []
    results = _raise(cases, hits, at, just_made)
    # What had moved on when the lock was there is raised where it stands now; nothing that was found is lost.
    if moved := [result.complaint for result in results if result.refusal and result.complaint.is_open]:
        results = [result for result in results if result.event] + _raise(moved, hits, at, just_made)
    accepted = {r.complaint.pk: r for r in _accept_at_once(results, hits, at, just_made) if r.event}
    return [accepted.get(result.complaint.pk, result) for result in results]


def _accept_at_once(
    results: Sequence[Result], hits: Mapping[int, Sequence[Hit]], at: datetime, just_made: bool
) -> list[Result]:
    urgent = [
        result.complaint
        for result in results
        if result.event and result.complaint.state == State.TRIGGERED
        and any(hit.criterion.policy == Criterion.Policy.AT_ONCE for hit in hits[result.complaint.pk])
    ]  # fmt: skip
    if not urgent:
        return []
    reason = _("This criterion is accepted at once.")
    _look_again(urgent)
    return perform_many(urgent, "accept", actor=DETECTOR, reason=reason, at=at, held=just_made)


def _raise(
    cases: Sequence[Complaint], hits: Mapping[int, Sequence[Hit]], at: datetime, just_made: bool
) -> list[Result]:
    reason = _("Escalation criteria were met.")
    each = {case.pk: {"hits": hits[case.pk]} for case in cases}
    frontline = [case for case in cases if case.state == State.FRONTLINE]
    others = [case for case in cases if case.state != State.FRONTLINE]
    said: dict[str, Any] = {"actor": DETECTOR, "reason": reason, "at": at, "each": each, "held": just_made}
    results = perform_many(frontline, "trigger", **said) if frontline else []
    results += perform_many(others, "add_trigger", **said) if others else []
    return results
