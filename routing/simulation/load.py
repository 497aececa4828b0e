"""Giving the past cases to handlers again, by the checks and the fairness of live routing, once for each version.

Nobody's row is touched. The desks are those of today, and empty at first; a case is held from its decision for as long
as it was held in life (the ledger says how long), and what nobody can take is left unplaced. Whoever had a case or a
customer before is not looked at: that depends on which version placed those.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from statistics import median
from typing import Any

from django.db.models import Q
from django.utils import timezone

from routing.candidates import STEPS, Candidate, Need
from routing.engine import Match
from routing.facts import Facts
from routing.fairness import fairest
from routing.models import Absence, Assignment, Rule
from routing.models.simulations import SimulatedCase
from routing.models.weights import weights
from routing.roster import Member, read
from routing.simulation.past import Past

Left = SimulatedCase.Left
AT_THE_MOMENT = ("present", "room")
"""The steps whose answer changes from case to case; the others are asked once for all cases of a kind."""
USUAL_OF = 1000
WITHOUT_LEDGER = timedelta(days=7)


class Holding:
    """For how long the cases were held in life."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        rows = Assignment.objects.filter(until__isnull=False).order_by("-pk").values_list("since", "until")[:USUAL_OF]
        held = [(until - since).total_seconds() for since, until in rows if until]
        self.usual = timedelta(seconds=median(held)) if held else WITHOUT_LEDGER

    def of(self, batch: Sequence[Past]) -> list[datetime]:
        """Until when each was held; one that nobody held yet for as long as is usual."""
        rows = Assignment.objects.filter(reference__in=[past.reference for past in batch]).order_by()
        last: dict[str, datetime] = {}
        for reference, until in rows.values_list("reference", "until"):
            last[reference] = max(until or self.now, last.get(reference, until or self.now))
        return [max(last.get(past.reference, past.at + self.usual), past.at) for past in batch]


@dataclass
class Desks:
    """Who holds what while one version is replayed. `held` sums weight × seconds up to `end`, by handler and team."""

    end: datetime
    members: list[Member]
    absences: Mapping[int, Sequence[tuple[datetime, datetime]]]
    weights: Mapping[tuple[int, int], int]
    cases: Counter[int] = field(default_factory=Counter)
    team_cases: Counter[int] = field(default_factory=Counter)
    held: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    team_held: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    left: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._turns = count(1)
        self._open: list[tuple[datetime, int, Member, int]] = []
        self._needs: dict[Any, tuple[Need, list[Candidate]]] = {}
        self._teams: dict[int, list[Member]] = defaultdict(list)
        for member in self.members:
            member.load, member.turn = 0, 0
            self._teams[member.team_id].append(member)

    @classmethod
    def of_today(cls, end: datetime) -> "Desks":
        rows = Absence.objects.order_by("starts_at").values_list("handler", "starts_at", "ends_at")
        absences: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for handler, starts_at, ends_at in rows:
            absences[handler].append((starts_at, ends_at))
        return cls(end, read(Q(), timezone.now()), absences, weights())

    def give(self, past: Past, until: datetime, match: Match) -> str:
        """Give the case to whoever live routing would. Returns why it is left unplaced; empty when it is not."""
        why = self._given(past, until, match)
        if why:
            self.left[why] += 1
        return why

    def _given(self, past: Past, until: datetime, match: Match) -> str:
        team = match.outcome.team
        if team is None:
            return Left.NO_RULE
        self._let_go(past.at)
        need, able = self._able(past, match)
        if match.outcome.mode == Rule.Mode.PULL:
            self._count(past, until, team, need.weight)
            return ""
        fit = [one for one in able if not self._hindered(one.handler, need, past.at)]
        if not fit:
            return Left.NOBODY
        best = fairest(fit).handler
        best.load, best.turn = best.load + need.weight, next(self._turns)
        heappush(self._open, (until, best.turn, best, need.weight))
        self.cases[best.pk] += 1
        self.held[best.pk] += need.weight * self._seconds(past, until)
        self._count(past, until, team, need.weight)
        return ""

    def _count(self, past: Past, until: datetime, team: int, weight: int) -> None:
        self.team_cases[team] += 1
        self.team_held[team] += weight * self._seconds(past, until)

    def _seconds(self, past: Past, until: datetime) -> float:
        return max((min(until, self.end) - past.at).total_seconds(), 0)

    def _let_go(self, at: datetime) -> None:
        """What was held long enough is held no more."""
        while self._open and self._open[0][0] <= at:
            _until, _turn, member, weight = heappop(self._open)
            member.load -= weight

    def _able(self, past: Past, match: Match) -> tuple[Need, list[Candidate]]:
        """What the case needs, and who of the team has all that does not change from moment to moment."""
        facts = past.facts
        key = (
            id(match), facts.get("severity", 1), facts.get("tier", 1), facts.get("restricted_kind", ""),
            tuple(facts.get("excluded_users") or ()),
        )  # fmt: skip
        found = self._needs.get(key)
        if found is None:
            need = Need.of(match.outcome, Facts.from_stored(facts), self.weights)
            lasting = [check for step, check in STEPS.items() if step not in AT_THE_MOMENT]
            team = self._teams[match.outcome.team or 0]
            able = [Candidate(one) for one in team if not any(check(one, need) for check in lasting)]
            found = self._needs[key] = need, able
        return found

    def _hindered(self, member: Member, need: Need, at: datetime) -> bool:
        away = self.absences.get(member.pk, ())
        member.is_absent = any(starts_at <= at < ends_at for starts_at, ends_at in away)
        return any(STEPS[step](member, need) for step in AT_THE_MOMENT)


def shares(before: Desks, after: Desks, seconds: float) -> dict[str, Any]:
    """For JSON, of each handler and team that got a case: cases before and after, and how full they were on average,
    in percent of their capacity over those seconds, before and after."""
    capacity = {member.pk: member.capacity for member in after.members}
    of_team: Counter[int] = Counter()
    for member in after.members:
        of_team[member.team_id] += member.capacity if member.may_hold else 0

    def line(pk: int, cases: Sequence[Counter[int]], held: Sequence[Mapping[int, float]], most: int) -> list[Any]:
        full = [round(100 * one.get(pk, 0) / (most * seconds), 1) if most and seconds else None for one in held]
        return [pk, *(one[pk] for one in cases), *full]

    both = (before, after)
    return {
        "handlers": [
            line(pk, [one.cases for one in both], [one.held for one in both], capacity[pk])
            for pk in sorted(before.cases.keys() | after.cases.keys())
        ],
        "teams": [
            line(pk, [one.team_cases for one in both], [one.team_held for one in both], of_team[pk])
            for pk in sorted(before.team_cases.keys() | after.team_cases.keys())
        ],
    }
