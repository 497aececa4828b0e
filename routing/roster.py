"""Who works in a team and how things stand with each of them, read at once before cases are given."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from routing.locking import lock
from routing.models import Assignment, Handler, User


@dataclass
class Member:
    """A handler as routing sees one. `load`, `turn` and `given` (weights) follow what they get while cases are placed.
    Skills and clearances are empty where no case asked for any.

    `turn` is the key of their last assignment, 0 when they never had one: the lower, the longer ago. Assignments are
    numbered in the order in which they are made, whatever a clock says.
    """

    pk: int
    user_id: int
    team_id: int
    name: str
    languages: frozenset[str]
    level: int
    capacity: int
    may_hold: bool
    is_absent: bool
    load: int
    open_cases: int
    turn: int
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


def held(where: Q, at: datetime, *, skills: bool = True, clearances: bool = True) -> list[Member]:
    """The active handlers, locked until the transaction ends and read after that.

    The load is read after the lock, so that nobody else can fill the same free place. The number of queries does not
    depend on the number of handlers. Skills and clearances can be left out where no case requires any.
    """
    rows = lock(Handler.objects.active().filter(where).select_related(None).only("pk"))
    return _with(_asked([row.pk for row in rows], at), skills=skills, clearances=clearances) if rows else []


def read(where: Q, at: datetime, *, skills: bool = True, clearances: bool = True) -> list[Member]:
    """The active handlers as they stand now: to show, not to act on."""
    return _with(_question(where, at), skills=skills, clearances=clearances)


def _with(rows: Iterable[tuple[Any, ...]], *, skills: bool, clearances: bool) -> list[Member]:
    members = [_member(*row) for row in rows]
    if skills:
        _add_skills(members)
    if clearances:
        _add_clearances(members)
    return members


def _question(where: Q, at: datetime) -> "QuerySet[Handler, tuple[Any, ...]]":
    latest = Assignment.objects.filter(handler=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Handler.objects.active().filter(where).with_load().with_right().with_absence(at)
    names = ("user__first_name", "user__last_name", "user__username")
    columns = ("pk", "user_id", "team_id", *names, "languages", "authority__level", "capacity")
    found = rows.annotate(latest=Subquery(latest)).order_by("pk")
    return found.values_list(*columns, "may_hold", "is_absent", "load", "open_cases", "latest")


SOMETIME = datetime(1900, 1, 1, tzinfo=UTC)
"""Stands for the moment in a question that was composed before it is asked."""


def _asked(keys: Sequence[int], at: datetime) -> list[tuple[Any, ...]]:
    """The same question about these handlers, which are locked. Composing it takes ten times as long as asking it, and
    the lock is held meanwhile: so it is composed once for each number of handlers."""
    statement, marks = _composed(len(keys))
    moment = connection.ops.adapt_datetimefield_value
    given: dict[Any, Any] = {moment(SOMETIME): moment(at)}
    given.update(zip(_marks(len(keys)), keys, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(statement, [given.get(mark, mark) for mark in marks])
        return cursor.fetchall()


@lru_cache(maxsize=128)
def _composed(number: int) -> tuple[str, tuple[Any, ...]]:
    return _question(Q(pk__in=_marks(number)), SOMETIME).query.sql_with_params()


def _marks(number: int) -> range:
    """No key of a handler is negative."""
    return range(-number, 0)


def _member(
    pk: int, user_id: int, team_id: int, first: str, last: str, username: str, languages: str, level: int,
    capacity: int, may_hold: bool, is_absent: bool, load: int, open_cases: int, turn: int | None,
) -> Member:  # fmt: skip
    name = f"{first} {last}".strip() or username
    spoken = frozenset(languages.split())
    able, away = bool(may_hold), bool(is_absent)
    return Member(pk, user_id, team_id, name, spoken, level, capacity, able, away, load, open_cases, turn or 0)


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
