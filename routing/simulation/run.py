"""One run of a simulation. It is claimed, says how far it is, and stops when it is cancelled or taken over.

What a killed worker leaves behind is taken up again from the beginning; a run that two workers have is finished by the
one that claimed it last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from routing.differences import digest
from routing.engine import compile_plain, compile_ruleset
from routing.locking import lock
from routing.models import Rule, Ruleset, SimulatedCase, Simulation, User
from routing.plain import PlainRuleset
from routing.simulation import past
from routing.simulation.load import Desks, Holding, shares
from routing.simulation.replay import Kind, Pair, Replay, undisturbed
from routing.simulation.texts import Texts
from routing.vocabulary import Vocabulary

log = structlog.get_logger(__name__)
State = Simulation.State


def ask(ruleset: Ruleset, by: User, *, since: datetime, until: datetime, sample: int) -> Simulation:
    """Ask for a run against the version in force. One that waits or runs for the same draft is cancelled."""
    with transaction.atomic():
        lock(Ruleset.objects.filter(pk=ruleset.pk))
        cancel(ruleset.simulations.all())
        against = Ruleset.objects.published()
        return Simulation.objects.create(
            ruleset=ruleset, against=against, since=since, until=until, sample=sample, asked_by=by
        )


def cancel(rows: Any) -> int:
    """Stop runs that wait or run; one that runs notices before its next batch. Returns how many."""
    return rows.unfinished().update(state=State.CANCELLED, finished_at=timezone.now())


def start_again(pk: int) -> bool:
    """Let a run whose worker is gone, that failed or was cancelled wait for a worker again."""
    over = Q(state__in=[State.CANCELLED, State.FAILED])
    now = timezone.now()
    rows = Simulation.objects.filter(over | Q(pk__in=Simulation.objects.to_run(now).values("pk")), pk=pk)
    return bool(rows.update(state=State.WAITING, problem="", heard_at=None, finished_at=None, asked_at=now))


def run(pk: int, texts: Texts) -> bool:
    """Do a run that waits, or that a killed worker left. False when there was nothing to do, or it was stopped."""
    work = _claimed(pk)
    if work is None:
        return False
    try:
        with undisturbed():
            return work.do(texts)
    except Exception as error:
        log.exception("simulation_failed", simulation=pk)
        problem = _("It broke off with an error (%(kind)s). The log has the details.") % {"kind": type(error).__name__}
        work.tell(state=State.FAILED, problem=problem, finished_at=timezone.now())
        return False


def _claimed(pk: int) -> "_Run | None":
    now = timezone.now()
    with transaction.atomic():
        for row in lock(Simulation.objects.to_run(now).filter(pk=pk)):
            row.state, row.heard_at, row.done, row.total, row.result = State.RUNNING, now, 0, 0, {}
            row.save()
            row.cases.all().delete()
            return _Run(row, now)
    return None


@dataclass
class _Run:
    """A claimed run. `heard` is what this worker wrote last: another value in the row means that it is not ours."""

    row: Simulation
    heard: datetime

    def tell(self, **values: Any) -> bool:
        """Write to the row, if it is still ours."""
        now = timezone.now()
        mine = Simulation.objects.filter(pk=self.row.pk, state=State.RUNNING, heard_at=self.heard)
        self.heard = now
        return bool(mine.update(heard_at=now, **values))

    def do(self, texts: Texts) -> bool:
        after = PlainRuleset.of(self.row.ruleset)
        keys = past.chosen(self.row.since, self.row.until, self.row.sample)
        if not self.tell(total=len(keys), digest=digest(after.rules)):
            return False
        before = compile_ruleset(self.row.against) if self.row.against else None
        rules = Rule.objects.filter(ruleset__in=[self.row.ruleset_id, self.row.against_id]).order_by()
        named = {rule: str(key) for rule, key in rules.values_list("pk", "key")}
        replay = Replay(before, compile_plain(after, Vocabulary.load()), named, texts)
        desks = _Both(min(self.row.until, timezone.now()))
        for done, rows in self._batches(replay, desks, keys):
            with transaction.atomic():
                if not self.tell(done=done):
                    return False
                SimulatedCase.objects.bulk_create(rows)
        result = {**result_of(replay), **desks.result()}
        return self.tell(state=State.DONE, finished_at=timezone.now(), result=result)

    def _batches(self, replay: Replay, desks: "_Both", keys: list[int]) -> Iterator[tuple[int, list[SimulatedCase]]]:
        done = 0
        for batch in past.read(keys):
            held = desks.holding.of(batch)
            told = zip(replay.of(batch), held, strict=True)
            rows = [row for (one, pair), until in told if (row := self._row(one, pair, desks, until))]
            done += len(batch)
            yield done, rows

    def _row(self, one: past.Past, pair: Pair | None, desks: "_Both", until: datetime) -> SimulatedCase | None:
        """What is kept of a case: nothing of one that both versions treat alike and place."""
        kept = {"simulation": self.row, "decision_id": one.pk, "reference": one.reference}
        if pair is None:
            return SimulatedCase(kind=Kind.UNKNOWN, **kept)
        was_left, left = desks.give(one, until, pair)
        if pair.kind == Kind.SAME and not left and not was_left:
            return None
        return SimulatedCase(
            kind=pair.kind,
            before_id=pair.before.outcome.team,
            after_id=pair.after.outcome.team,
            because=pair.because or None,
            left=left,
            was_left=was_left,
            **kept,
        )


class _Both:
    """The desks of both versions, to which the same cases are given."""

    def __init__(self, end: datetime) -> None:
        self.end, self.holding = end, Holding(end)
        self.before, self.after = Desks.of_today(end), Desks.of_today(end)
        self.first: datetime | None = None

    def give(self, one: past.Past, until: datetime, pair: Pair) -> tuple[str, str]:
        """Why the case is left unplaced before and after; empty where it is not."""
        self.first = min(one.at, self.first or one.at)
        return self.before.give(one, until, pair.before), self.after.give(one, until, pair.after)

    def result(self) -> dict[str, Any]:
        seconds = max((self.end - self.first).total_seconds(), 0) if self.first else 0
        left = {"unplaced": self.after.left.total(), "was_unplaced": self.before.left.total()}
        return {**left, **shares(self.before, self.after, seconds)}


def result_of(replay: Replay) -> dict[str, Any]:
    """The sums, for JSON: teams by id, rules by key."""
    sums = replay.sums
    return {
        "cases": sums.counts.total() + sums.unknown,
        "moved": sums.of_kind(Kind.MOVED),
        "changed": sums.of_kind(Kind.CHANGED),
        "unknown": sums.unknown,
        "matrix": sums.matrix(),
        "rules": sums.by_rule().most_common(),
    }
