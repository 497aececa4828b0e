"""Replaying: both versions decide about the same past cases, and what differs is summed up.

Decisions about equal facts are shared by the engine, so the cases are counted by pairs of them, and what a pair means
is worked out once.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat

from routing.differences import contents
from routing.engine import Compiled, CompiledRule, Match, Outcome, compile_ruleset, decide_many
from routing.facts import Found
from routing.models import Ruleset
from routing.models.simulations import SimulatedCase
from routing.simulation.past import Past
from routing.simulation.texts import Reader, Texts

Kind = SimulatedCase.Kind
NO_RULES = Match(None, (), Outcome(), "")
"""What is said while no version is in force."""
MEANINGLESS = ("name", "note", "is_enabled")
"""Parts of a rule that make no difference to what it does."""


@dataclass(frozen=True)
class Pair:
    """What both versions say of a case. `because` is the key of the rule that made the difference."""

    kind: str
    before: Match
    after: Match
    because: str = ""


@dataclass
class Sums:
    """What came of the replay so far: of each pair how many cases, and how many are not known."""

    pairs: dict[tuple[int, int], Pair] = field(default_factory=dict)
    counts: Counter[tuple[int, int]] = field(default_factory=Counter)
    unknown: int = 0

    def matrix(self) -> list[tuple[int | None, int | None, int, int]]:
        """From team, to team, how many cases, and how many of them with other requirements than before."""
        cells: dict[tuple[int | None, int | None], list[int]] = {}
        for key, count in self.counts.items():
            pair = self.pairs[key]
            cell = cells.setdefault((pair.before.outcome.team, pair.after.outcome.team), [0, 0])
            cell[0] += count
            cell[1] += count if pair.kind != Kind.SAME else 0
        return [(before, after, count, changed) for (before, after), (count, changed) in cells.items()]

    def by_rule(self) -> Counter[str]:
        """By the key of a rule how many changes it made."""
        found: Counter[str] = Counter()
        for key, count in self.counts.items():
            if self.pairs[key].because:
                found[self.pairs[key].because] += count
        return found

    def of_kind(self, kind: str) -> int:
        return sum(count for key, count in self.counts.items() if self.pairs[key].kind == kind)


class Replay:
    """Two versions, and all that both say of past cases. `before` is None while no version is in force."""

    def __init__(self, before: Compiled | None, after: Compiled, keys: dict[int, str], texts: Texts) -> None:
        self.before, self.after, self.keys = before, after, keys
        self.reader = Reader([version for version in (before, after) if version], texts, looked_for)
        self.sums = Sums()

    def of(self, batch: Sequence[Past]) -> Iterator[tuple[Past, Pair | None]]:
        """Each case with what both say of it; None where that is not known."""
        facts = self.reader.read(batch)
        before = decide_many(self.before, facts) if self.before else repeat(NO_RULES, len(facts))
        counts, pairs = self.sums.counts, self.sums.pairs
        for past, was, now in zip(batch, before, decide_many(self.after, facts), strict=True):
            if not (was.known and now.known):
                self.sums.unknown += 1
                yield past, None
                continue
            key = (id(was), id(now))
            if key not in pairs:
                pairs[key] = self._compared(was, now)
            counts[key] += 1
            yield past, pairs[key]

    def _compared(self, was: Match, now: Match) -> Pair:
        if was.outcome == now.outcome:
            return Pair(Kind.SAME, was, now)
        kind = Kind.CHANGED if was.outcome.team == now.outcome.team else Kind.MOVED
        return Pair(kind, was, now, self._because(was, now))

    def _because(self, was: Match, now: Match) -> str:
        """The rule that made the difference: the one that now decides, if it did not match before or says something
        else now; then any other that is new to the case or changed; then one that matches no more."""
        before = {self.keys[rule.pk]: rule for rule in was.matched}
        after = {self.keys[rule.pk]: rule for rule in now.matched}
        decider = [self.keys[now.rule.pk]] if now.rule else []
        for key in [*decider, *after]:
            if key not in before or differs(before[key], after[key]):
                return key
        gone = [key for key in before if key not in after]
        last = was.rule and self.keys[was.rule.pk]
        return last if last in gone else next(iter(gone), "")


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without the search for reference cycles, which a replay makes none of: over the tables of a thousand rules it
    takes as long as all the rest. What a case leaves behind is freed by counting references."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def differs(one: CompiledRule, other: CompiledRule) -> bool:
    """Whether two versions of a rule do different things."""
    was, now = contents(one.plain), contents(other.plain)
    return any(was[name] != now[name] for name in was if name not in MEANINGLESS)


def looked_for(ruleset: int) -> Found:
    """The words that a version looked for, by the fact that is text."""
    return compile_ruleset(Ruleset.objects.get(pk=ruleset)).words
