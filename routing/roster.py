"""Who works in a team and how things stand with each of them, read at once before cases are given."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import BigAutoField, DateTimeField, OuterRef, Q, QuerySet, Subquery

from routing.composed import Composed
from routing.locking import lock_asked, to_lock
from routing.models import Assignment, Handler, User


class TeamNow(NamedTuple):
    """A team as routing sees one."""

    pk: int
    name: str
    is_active: bool = True

    def __str__(self) -> str:
        return self.name


@dataclass
class Member:
    """A handler as routing sees one. `load`, `turn` and `given` (weights) follow what they get while cases are placed.
    Skills and clearances are empty where no case asked for any, and `open_cases` is counted only to show.

    `turn` is the key of their last assignment, 0 when they never had one: the lower, the longer ago. Assignments are
    numbered in the order in which they are made, whatever a clock says.
    """

    pk: int
    user_id: int
    team_id: int
    team: str
    name: str
    languages: frozenset[str]
    level: int
    capacity: int
    may_hold: bool
    is_absent: bool
    load: int
    turn: int
    open_cases: int = 0
    skills: frozenset[str] = frozenset()
    clearances: frozenset[str] = frozenset()
    given: list[int] = field(default_factory=list)

    @property
    def fullness(self) -> Fraction:
        """Load relative to capacity, exactly. Whoever can hold nothing is as full as can be."""
        return Fraction(self.load, self.capacity) if self.capacity else Fraction(1)

    def take(self, weight: int, turn: int) -> None:
        self.load, self.turn = self.load + weight, turn
        self.given.append(weight)


def held(teams: Collection[int], at: datetime, *, skills: bool = True, clearances: bool = True) -> list[Member]:
    """The active handlers of these teams, locked until the transaction ends and read after that.

    The load is read after the lock, so that nobody else can fill the same free place. The number of queries does not
    depend on the number of handlers. Skills and clearances can be left out where no case requires any.
    """
    rows = lock_asked(OF_TEAMS, sorted(teams)) if teams else []
    return _with(ABOUT([pk for (pk,) in rows], at), skills=skills, clearances=clearances) if rows else []


def held_one(handler: int, at: datetime) -> list[Member]:
    """The same for one handler, by key; empty when they are not active."""
    rows = lock_asked(ONE, handler)
    return _with(ABOUT([handler], at), skills=True, clearances=True) if rows else []


def read(where: Q, at: datetime, *, skills: bool = True, clearances: bool = True) -> list[Member]:
    """The active handlers as they stand now: to show, not to act on."""
    return _with(_standing(where, at, "open_cases"), skills=skills, clearances=clearances)


def _with(rows: Iterable[tuple[Any, ...]], *, skills: bool, clearances: bool) -> list[Member]:
    members = [_member(*row) for row in rows]
    if skills:
        _add_skills(members)
    if clearances:
        _add_clearances(members)
    return members


def _standing(where: Q, at: Any, *more: str) -> "QuerySet[Handler, tuple[Any, ...]]":
    latest = Assignment.objects.filter(handler=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Handler.objects.active().filter(where).with_load().with_right().with_absence(at)
    names = ("user__first_name", "user__last_name", "user__username")
    columns = ("pk", "user_id", "team_id", "team__name", *names, "languages", "authority__level", "capacity")
    found = rows.annotate(latest=Subquery(latest)).order_by("pk")
    return found.values_list(*columns, "may_hold", "is_absent", "load", "latest", *more)


def _keys(where: Q) -> "QuerySet[Handler, tuple[Any, ...]]":
    return to_lock(Handler.objects.active().filter(where).select_related(None)).values_list("pk")


KEY, MOMENT = BigAutoField(), DateTimeField()
OF_TEAMS = Composed(lambda teams: _keys(Q(team__pk__in=teams)), KEY)
ONE = Composed(lambda handler: _keys(Q(pk=handler)), KEY)
ABOUT = Composed(lambda handlers, at: _standing(Q(pk__in=handlers), at), KEY, MOMENT)
"""Asked while the rows are locked: so the time that composing takes is not to be added to it."""


def _member(
    pk: int, user_id: int, team_id: int, team: str, first: str, last: str, username: str, languages: str, level: int,
    capacity: int, may_hold: bool, is_absent: bool, load: int, turn: int | None, open_cases: int = 0,
) -> Member:  # fmt: skip
    name, spoken = f"{first} {last}".strip() or username, _spoken(languages)
    return Member(
        pk, user_id, team_id, team, name, spoken, level, capacity, may_hold, is_absent, load, turn or 0, open_cases
    )


@lru_cache(maxsize=1000)
def _spoken(languages: str) -> frozenset[str]:
    return frozenset(languages.split())


def _add_skills(members: Sequence[Member]) -> None:
    keys = [member.pk for member in members]
    rows = Handler.skills.through.objects.filter(handler__in=keys).values_list("handler", "skill__code")
    found = _gathered(rows)
    for member in members:
        member.skills = found[member.pk]


def _add_clearances(members: Sequence[Member]) -> None:
    keys = [member.user_id for member in members]
    rows = User.clearances.through.objects.filter(user__in=keys).values_list("user", "clearance__kind")
    found = _gathered(rows)
    for member in members:
        member.clearances = found[member.user_id]


def _gathered(rows: "Collection[tuple[int, str]]") -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for key, code in rows:
        found[key].add(code)
    return defaultdict(frozenset, {key: frozenset(codes) for key, codes in found.items()})
