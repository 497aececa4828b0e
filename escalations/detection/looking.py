"""The sweep's part: messages that were not examined yet, cases of which something changed or fell due, and once, in the
background, all open cases by criteria that were published since. When nothing waits, it reads three empty answers.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic

from escalations.detection.compiled import Compiled, compile_set, published
from escalations.detection.due import next_look
from escalations.detection.judging import Said
from escalations.detection.proposing import examine, raised_of
from escalations.models import Complaint, CriteriaSet, Message, Reexamination, Statement

BATCH = 200
BUDGET_SECONDS = 10
"""How long one kind of work goes on in one sweep; what is left waits for the next."""
KEPT = timedelta(seconds=10)
"""So long after a publication no process takes in complaints by the former version any more (`escalations.intake`)."""
SAID_BY_CUSTOMERS = (Statement.Kind.WHAT_HAPPENED, Statement.Kind.WANTED, Statement.Kind.REASON)


def look(at: datetime) -> int:
    """All of it. Returns how many messages and cases were looked at."""
    return sum(_batches(part, at) for part in (examine_messages, examine_due, examine_again))


def _batches(part: Callable[[datetime], int], at: datetime) -> int:
    began, looked = monotonic(), 0
    while (found := part(at)) > 0:
        looked += found
        if found < BATCH or monotonic() - began > BUDGET_SECONDS:
            break
    return looked


def examine_messages(at: datetime) -> int:
    """Examine what customers said since, in every open state. Returns how many messages were looked at."""
    said = Message.objects.unexamined().select_related("complaint__merged_into")
    messages = list(said.order_by("pk")[:BATCH])
    if messages:
        went_on = [message.complaint.merged_into or message.complaint for message in messages]
        cases = {case.pk: case for case in went_on}
        examine(list(cases.values()), messages, at=at)
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(examined_at=at)
    return len(messages)


def examine_due(at: datetime) -> int:
    """Examine the cases that are to be looked at again by now: a step was taken, or time has come. Returns how many."""
    due = list(Complaint.objects.filter(look_at__lte=at).order_by("look_at")[:BATCH])
    if due:
        compiled = published()
        _look_at(due, compiled, compiled, at, _statements(due))
    return len(due)


def examine_again(at: datetime) -> int:
    """One batch of the open cases by the criteria that changed with the published set, until each was looked at once.
    Returns how many were."""
    unfinished = CriteriaSet.objects.exclude(reexamination__finished_at__isnull=False)
    row = unfinished.filter(state=CriteriaSet.State.PUBLISHED).first()
    if row is None or row.published_at is None:
        return 0
    progress, _is_new = Reexamination.objects.get_or_create(criteria_set=row)
    cases = list(Complaint.objects.open().filter(pk__gt=progress.reached).order_by("pk")[:BATCH])
    if cases:
        changed = _changed(row.pk, row.published_at)
        said: list[Said] = [*_statements(cases), *_heard(cases)] if changed.reads_words else []
        progress.flagged += _look_at(cases, changed, compile_set(row), at, said)
        progress.reached, progress.examined = cases[-1].pk, progress.examined + len(cases)
    if len(cases) < BATCH and at - row.published_at >= KEPT:
        progress.finished_at = at
    progress.save()
    return len(cases)


@lru_cache(maxsize=4)
def _changed(pk: int, published_at: datetime) -> Compiled:
    """The criteria of a set that differ from those that were in force before it."""
    now = compile_set(CriteriaSet.objects.get(pk=pk))
    before = CriteriaSet.objects.filter(published_at__lt=published_at).order_by("-published_at", "-pk").first()
    same = set(compile_set(before).definitions) if before else set()
    return Compiled((one for one in now.definitions if one not in same), pk=pk, number=now.number)


def _look_at(
    cases: Sequence[Complaint], asked: Compiled | None, in_force: Compiled | None, at: datetime, said: Sequence[Said]
) -> int:
    """Examine these cases with all these texts, and note when time alone would have each looked at next. Returns how
    many were flagged."""
    seen = {case.pk: case.latest_event for case in cases}
    messages = [one for one in said if isinstance(one, Message)]
    statements = [one for one in said if isinstance(one, Statement)]
    results = examine(cases, messages, statements=statements, at=at, compiled=asked) if asked else []
    flagged = {result.complaint.pk: result.complaint for result in results if result.event}
    for case in cases:
        now = flagged.get(case.pk, case)
        following = next_look(now, in_force, at, raised_of(case) if in_force else ())
        if following != case.look_at:
            # Only as it was seen: whoever took a step meanwhile has asked for another look, which stays asked for.
            as_seen = now.latest_event if case.pk in flagged else seen[case.pk]
            Complaint.objects.filter(pk=case.pk, latest_event=as_seen).update(look_at=following)
    return len(flagged)


def _statements(cases: Sequence[Complaint]) -> list[Statement]:
    return list(Statement.objects.filter(complaint__in=cases, kind__in=SAID_BY_CUSTOMERS).order_by("pk"))


def _heard(cases: Sequence[Complaint]) -> list[Message]:
    said = Message.objects.filter(complaint__in=cases, direction=Message.Direction.IN)
    return list(said.select_related("complaint").order_by("pk"))
