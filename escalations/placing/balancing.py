"""Load over a team, and the moves that would even it out. What is proposed obeys the checks of routing; a manager
decides, and each move is a step of its own."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from escalations.models import Complaint
from escalations.models.case_peers import together
from escalations.placing.facts import facts_of
from escalations.states import State
from routing import roster
from routing.assignment import standing_of
from routing.candidates import Need, weigh
from routing.engine import Outcome
from routing.models.weights import weights
from routing.roster import Member

if TYPE_CHECKING:
    from routing.models import User

MOST_MOVES = 20
UNEVEN = Fraction(1, 4)
"""Somebody with so much more of their capacity taken than their team on average gives cases away."""


@dataclass(frozen=True)
class Move:
    """One case that a colleague could go on with, and why."""

    case: Complaint
    giver: Member
    taker: Member
    why: str


@dataclass(frozen=True)
class Standing:
    """One handler: how much of their capacity is taken, in per cent."""

    member: Member
    percent: int

    @property
    def is_over(self) -> bool:
        return self.member.load > self.member.capacity


@dataclass(frozen=True)
class TeamLoad:
    name: str
    people: list[Standing]

    @property
    def away(self) -> list[str]:
        return [one.member.name for one in self.people if one.member.is_absent]


def team_loads(at: datetime) -> tuple[list[TeamLoad], list[Member]]:
    """Every team with its active handlers, the fullest first; a handful of queries."""
    members = [one for one in roster.read(Q(), at) if one.may_hold]
    by_team: dict[str, list[Standing]] = defaultdict(list)
    for one in sorted(members, key=lambda member: (-member.fullness, member.name)):
        by_team[one.team].append(Standing(one, round(100 * one.fullness) if one.capacity else 0))
    return [TeamLoad(name, people) for name, people in sorted(by_team.items())], members


def moves(members: Sequence[Member], user: "User", at: datetime) -> list[Move]:
    """The moves that would help most: from who is away, or has far more than the team on average, to who has room.

    Of who is away every case in work; of the others what nobody has begun. Each taker counts what they would get."""
    members = [replace(one) for one in members]  # what each would hold then is no news to who shows what they hold
    full = _too_full(members)
    held = Complaint.objects.visible_to(user).in_work().filter(handler__in=[one.pk for one in full])
    by_key = {one.pk: one for one in full}
    cases = [case for case in held.order_by("-severity", "received_at", "pk") if _may_go(case, by_key)]
    cases = list(together(cases[: 4 * MOST_MOVES]))
    standing = standing_of({case.reference: case.team_id or 0 for case in cases}) if cases else {}
    table, found = weights(), list[Move]()
    for case, facts in zip(cases, facts_of(cases, at=at) if cases else (), strict=True):
        need = Need.of(Outcome.from_stored(standing[case.reference].outcome), facts, table)
        giver = by_key[case.handler_id or 0]
        taker = _taker(giver, need, members)
        if taker is None or len(found) == MOST_MOVES:
            continue
        found.append(Move(case, giver, taker, _why(giver)))
        taker.load, giver.load = taker.load + need.weight, giver.load - need.weight
    return found


def _too_full(members: Iterable[Member]) -> list[Member]:
    by_team: dict[int, list[Member]] = defaultdict(list)
    for one in members:
        by_team[one.team_id].append(one)
    found = []
    for team in by_team.values():
        present = [one for one in team if not one.is_absent] or team
        usual = sum((one.fullness for one in present), Fraction(0)) / len(present)
        found += [one for one in team if one.load and (one.is_absent or one.fullness > usual + UNEVEN)]
    return found


def _may_go(case: Complaint, by_key: dict[int, Member]) -> bool:
    return by_key[case.handler_id or 0].is_absent or case.state == State.ROUTED


def _taker(giver: Member, need: Need, members: Iterable[Member]) -> Member | None:
    """The colleague with the most room who can take it and would not be fuller than the giver is now."""
    fit = [
        one
        for one in members
        if one.team_id == giver.team_id and one.pk != giver.pk and one.capacity and weigh(one, need).fits
        and (giver.is_absent or Fraction(one.load + need.weight, one.capacity) < giver.fullness)
    ]  # fmt: skip
    return min(fit, key=lambda one: (one.fullness, one.turn, one.pk), default=None)


def _why(giver: Member) -> str:
    if giver.is_absent:
        return _("%(name)s is away.") % {"name": giver.name}
    said = {"name": giver.name, "load": giver.load, "capacity": giver.capacity}
    return _("%(name)s holds %(load)d of %(capacity)d, more than the others of the team.") % said
