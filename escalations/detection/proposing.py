"""Examine complaints and propose what the criteria find; the workflow escalates."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.detection.judging import FAILED, Hit, judge
from escalations.models import Attempt, Complaint, Criterion, Message, Statement, Trigger
from escalations.states import State
from escalations.workflow import Result, perform_many

DETECTOR = Actor.system("detector")


def examine_new(
    cases: Sequence[Complaint], said: Iterable[Statement], criteria: Sequence[Criterion], *, at: datetime
) -> list[Result]:
    """Examine complaints in the moment of their registration: nothing was raised for them yet."""
    texts: dict[int, list[Statement | Message]] = defaultdict(list)
    for statement in said:
        texts[statement.complaint_id].append(statement)
    for case in cases:
        case.__dict__.setdefault("_prefetched_objects_cache", {})["triggers"] = Trigger.objects.none()
    results = _propose(cases, texts, criteria, at, raised={}, just_made=True)
    _look_again(cases)
    return results


def _look_again(cases: Iterable[Complaint]) -> None:
    """What was known of their triggers is known no more."""
    for case in cases:
        case.__dict__.get("_prefetched_objects_cache", {}).pop("triggers", None)


def examine(
    cases: Sequence[Complaint], messages: Iterable[Message] = (), *, at: datetime | None = None
) -> list[Result]:
    """Examine again, with what was said meanwhile. In every open state: after escalation a hit is a further trigger."""
    texts: dict[int, list[Statement | Message]] = defaultdict(list)
    for message in messages:
        texts[message.complaint.merged_into_id or message.complaint_id].append(message)
    prefetch_related_objects(cases, "triggers")
    raised = {case.pk: {trigger.criterion_id for trigger in case.triggers.all()} for case in cases}
    return _propose(cases, texts, list(Criterion.objects.enabled()), at or timezone.now(), raised)


def _propose(
    cases: Sequence[Complaint],
    texts: dict[int, list[Statement | Message]],
    criteria: Sequence[Criterion],
    at: datetime,
    raised: Mapping[int, Collection[int | None]],
    *,
    just_made: bool = False,
) -> list[Result]:
    """Judge the open cases, and propose what they were not escalated for already (`raised`: criteria by case)."""
    cases = [case for case in cases if case.is_open]
    if not criteria or not cases:
        return []
    if any(criterion.test == Criterion.Test.ATTEMPTS for criterion in criteria):
        prefetch_related_objects(cases, "attempts")
    hits = {case.pk: list(judge(case, _fresh(criteria, raised.get(case.pk, ())), texts[case.pk], at)) for case in cases}
    flagged = [case for case in cases if hits[case.pk]]
    return propose(flagged, hits, at=at, just_made=just_made)


def _fresh(criteria: Iterable[Criterion], raised: Collection[int | None]) -> list[Criterion]:
    return [criterion for criterion in criteria if criterion.pk not in raised]


def propose(
    cases: Sequence[Complaint], hits: dict[int, list[Hit]], *, at: datetime, just_made: bool = False
) -> list[Result]:
    """Escalate what the frontline still holds; elsewhere, raise a further trigger. A criterion whose policy is
    "at once" accepts by itself. `just_made`: as `held` of `perform_many`."""
    if not cases:
        return []
    results = _raise(cases, hits, at, just_made)
    # What had moved on when the lock was there is raised where it stands now; nothing that was found is lost.
    if moved := [result.complaint for result in results if result.refusal and result.complaint.is_open]:
        results = [result for result in results if result.event] + _raise(moved, hits, at, just_made)
    accepted = {r.complaint.pk: r for r in _accept_at_once(results, hits, at, just_made) if r.event}
    return [accepted.get(result.complaint.pk, result) for result in results]


def _accept_at_once(
    results: Sequence[Result], hits: dict[int, list[Hit]], at: datetime, just_made: bool
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


def _raise(cases: Sequence[Complaint], hits: dict[int, list[Hit]], at: datetime, just_made: bool) -> list[Result]:
    reason = _("Escalation criteria were met.")
    each = {case.pk: {"hits": hits[case.pk]} for case in cases}
    frontline = [case for case in cases if case.state == State.FRONTLINE]
    others = [case for case in cases if case.state != State.FRONTLINE]
    said: dict[str, Any] = {"actor": DETECTOR, "reason": reason, "at": at, "each": each, "held": just_made}
    results = perform_many(frontline, "trigger", **said) if frontline else []
    results += perform_many(others, "add_trigger", **said) if others else []
    return results


def to_flag(at: datetime) -> list[Complaint]:
    """Frontline complaints of which a criterion holds by what is known of them, and which it has not flagged yet:
    they grew old, an attempt failed, somebody raised the severity. The oldest first, at most 500 a criterion."""
    found: dict[int, Complaint] = {}
    for criterion in Criterion.objects.enabled():
        condition = _condition(criterion, at)
        if condition is not None:
            rows = Complaint.objects.unmerged().filter(condition, state=State.FRONTLINE)
            for case in rows.exclude(triggers__criterion=criterion).order_by("received_at")[:500]:
                found.setdefault(case.pk, case)
    return list(found.values())


def _condition(criterion: Criterion, at: datetime) -> Q | None:
    """The criterion as the database tests it; None for words, which are tested when they are said."""
    threshold = criterion.threshold or 0
    if criterion.test == Criterion.Test.AGE:
        return Q(received_at__lte=at - timedelta(days=int(threshold) + 1))
    if criterion.test == Criterion.Test.SEVERITY:
        return Q(severity__gte=threshold)
    if criterion.test == Criterion.Test.AMOUNT:
        return Q(amount__gte=threshold)
    if criterion.test == Criterion.Test.ATTEMPTS:
        failed = Attempt.objects.filter(result__in=FAILED).values("complaint").annotate(failed=Count("pk"))
        return Q(pk__in=failed.filter(failed__gte=int(threshold)).values("complaint"))
    return None
