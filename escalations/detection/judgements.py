"""Judging a draft of the criteria by past complaints, as a job: asked for, done in short parts, left and come back to.

Each part is one batch in one transaction, and the row says how far it is: a worker that is killed costs one batch, and
a doubled task finds that somebody else has gone on.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from escalations.detection.compiled import compile_set
from escalations.detection.replaying import Past, replay
from escalations.models import Complaint, CriteriaSet, Judgement
from escalations.states import ClosedAs
from routing.models import User

log = structlog.get_logger(__name__)
TASK = f"{__name__}.go_on"
BATCH = 250
BUDGET_SECONDS = 8
EXAMPLES = 20
SAME_MOMENT = timedelta(hours=1)
WHOLE = ""
"""The code under which the whole set is counted: flagged by any of its criteria."""
State = Judgement.State


@dataclass
class Tally:
    """What one criterion, or the whole set, would have done: counts, and the references of some examples.

    `anyway`: flagged, and escalated then or later by whatever or whomever; `days`: of those more than an hour later,
    how many by whole days. `missed`: escalated, and not flagged before.
    """

    flagged: int = 0
    anyway: int = 0
    missed: int = 0
    days: dict[str, int] = field(default_factory=dict)
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    overlooked: list[str] = field(default_factory=list)

    def count(self, past: Past, flagged_at: datetime | None) -> None:
        escalated_at = past.escalated_at
        if flagged_at is not None and escalated_at is not None and flagged_at > escalated_at:
            flagged_at = None  # too late: it would have been one more trigger on an escalated case
        if flagged_at is None:
            if escalated_at is not None:
                self.missed += 1
                _note(self.overlooked, past)
            return
        self.flagged += 1
        _note(self.right if escalated_at else self.wrong, past)
        if escalated_at is not None:
            self.anyway += 1
            if escalated_at - flagged_at > SAME_MOMENT:
                key = str((escalated_at - flagged_at).days)
                self.days[key] = self.days.get(key, 0) + 1

    @property
    def later(self) -> int:
        return sum(self.days.values())

    @property
    def median_days(self) -> int | None:
        """Of those that were escalated more than an hour later."""
        half, passed = (self.later + 1) // 2, 0
        for days in sorted(map(int, self.days)):
            passed += self.days[str(days)]
            if passed >= half:
                return days
        return None


def _note(examples: list[str], past: Past) -> None:
    if len(examples) < EXAMPLES:
        examples.append(past.case.reference)


def tallies(judgement: Judgement) -> dict[str, Tally]:
    return {code: Tally(**told) for code, told in judgement.result.items()}


# --- the job --------------------------------------------------------------------------------------------------------


def ask(version: CriteriaSet, by: User, sample: int) -> Judgement:
    """Ask for a run; a worker takes it up in a moment. One that is not finished for the same set is cancelled."""
    with transaction.atomic():
        cancel(version.judgements.all())
        version.refresh_from_db()
        asked = Judgement.objects.create(criteria_set=version, edits=version.edits, sample=sample, asked_by=by)
        async_task(TASK, asked.pk)
    return asked


def cancel(rows: Any) -> int:
    """Stop runs that wait or run; one that runs notices before its next batch. Returns how many."""
    return rows.unfinished().update(state=State.CANCELLED, finished_at=timezone.now())


def go_on(pk: int) -> bool:
    """What the worker does: some batches, and a task for the rest. False when there was nothing to do."""
    began = monotonic()
    try:
        while one_batch(pk):
            if monotonic() - began > BUDGET_SECONDS:
                async_task(TASK, pk)
                return True
    except Exception:
        log.exception("judgement_failed", judgement=pk)
        Judgement.objects.unfinished().filter(pk=pk).update(state=State.FAILED, finished_at=timezone.now())
    return False


def one_batch(pk: int) -> bool:
    """Judge the next complaints back in time. False when the run is over, stopped, or somebody else has gone on."""
    row = Judgement.objects.unfinished().select_related("criteria_set").filter(pk=pk).first()
    if row is None:
        return False
    now = timezone.now()
    known = Complaint.objects.exclude(closed_as=ClosedAs.ADOPTED).filter(merged_into=None)
    total = row.total or min(known.count(), row.sample)
    rest = known if row.reached is None else known.filter(pk__lt=row.reached)
    cases = list(rest.order_by("-pk")[: max(0, min(BATCH, total - row.done))])
    counted = tallies(row)
    if cases:
        compiled = compile_set(row.criteria_set)
        for past, flagged in replay(cases, compiled, now):
            for code in (WHOLE, *compiled.by_code):
                moment = min(flagged.values(), default=None) if code == WHOLE else flagged.get(code)
                counted.setdefault(code, Tally()).count(past, moment)
    done = row.done + len(cases)
    is_over = not cases or done >= total
    told = {
        "state": State.DONE if is_over else State.RUNNING, "total": max(total, done) if not is_over else done,
        "done": done, "heard_at": now, "finished_at": now if is_over else None,
        "reached": cases[-1].pk if cases else row.reached,
        "result": {code: asdict(tally) for code, tally in counted.items()},
    }  # fmt: skip
    mine = Judgement.objects.unfinished().filter(pk=pk, done=row.done)
    return bool(mine.update(**told)) and not is_over


def take_up_judgements(*, at: datetime | None = None) -> int:
    """Give a task to the runs that lost theirs. Returns how many there are."""
    left = list(Judgement.objects.left(at or timezone.now()).values_list("pk", flat=True))
    for pk in left:
        async_task(TASK, pk)
    return len(left)
