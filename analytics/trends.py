"""Complaints by month of receipt and by group: how many, how fast, how often upheld. The arithmetic of the report.

Days to close are `closed_at - received_at` in days of 24 hours, with their fraction, of closed complaints whose
closing date is known. The median is the 50th and "90 % within" the 90th percentile, with linear interpolation between
the two nearest values (Hyndman and Fan, 1996, type 7: numpy's, and PERCENTILE.INC of spreadsheets). Decided are the
closed complaints with an outcome: upheld, partly upheld, not upheld; the share upheld counts the first two. All figures
are rounded here, once, so that page, CSV and XLSX cannot differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics import extract
from analytics.question import Dimension, Question, month_of
from escalations.states import ClosedAs, Outcome, State
from routing.models import User

HOWEVER_SLOW = 0.9
DECIDED = (ClosedAs.UPHELD, ClosedAs.PARTLY, ClosedAs.NOT_UPHELD)
UPHELD = (Outcome.UPHELD, Outcome.PARTLY)
SUMMED = ["complaints", "open", "closed", "days_unknown", "decided", "upheld"]

# The figures of a line, in order, for page and files alike.
FIGURES: dict[str, str | Promise] = {
    "complaints": _("Complaints"),
    "open": _("Still open"),
    "closed": _("Closed"),
    "days_unknown": _("Days unknown"),
    "median": _("Median days"),
    "ninety": _("90 % within, days"),
    "decided": _("Decided"),
    "upheld": _("Upheld"),
    "share": _("Share upheld, %"),
}


@dataclass(frozen=True)
class Line:
    """The figures of one month, of one group, of a group in a month, or of everything (neither month nor group)."""

    month: pd.Period | None
    group: str | None
    complete: bool
    complaints: int = 0
    open: int = 0
    closed: int = 0
    days_unknown: int = 0
    median: float | None = None
    ninety: float | None = None
    decided: int = 0
    upheld: int = 0
    share: float | None = None

    @property
    def figures(self) -> list[int | float | None]:
        return [getattr(self, name) for name in FIGURES]


@dataclass(frozen=True)
class Change:
    """A month against the one before it, and the known group that moved most in the same direction."""

    month: pd.Period
    now: int
    before: int | None = None
    group: str | None = None
    moved: int = 0


@dataclass(frozen=True)
class Report:
    """The same figures at four depths. Months without complaints are there as zeros; cells without are left out.

    So many groups are `named`, so many `others` are together in one; closed complaints by how they `ended`.
    """

    question: Question
    at: datetime
    total: Line
    months: list[Line]
    groups: list[Line]
    cells: list[Line]
    change: Change | None
    named: int
    others: int
    ended: Mapping[str, int]

    @property
    def lines(self) -> list[Line]:
        """All of them, as the files have them."""
        return [self.total, *self.months, *self.groups, *self.cells]

    @property
    def current(self) -> Line | None:
        """The month that is not over yet, when the period reaches it."""
        return next((line for line in self.months if not line.complete), None)


def report(question: Question, user: User) -> Report:
    """What this person may see of what is asked, counted now."""
    return counted(extract.read(question, user), extract.names(question.by), question, timezone.now())


def counted(frame: pd.DataFrame, names: Mapping[Any, str], question: Question, at: datetime) -> Report:
    """The report from the narrow rows (as `extract.read` gives them). Months are those of the current time zone."""
    frame = described(frame)
    frame["name"] = frame["key"].map(names)
    groups = ranked(frame["name"])
    # A single group is never hidden behind "1 other".
    named = len(groups) if len(groups) <= question.top + 1 else question.top
    others = len(groups) - named
    frame["group"] = gathered(frame["name"], groups[:named], question.dimension, others)
    current = month_of(timezone.localdate(at))
    return Report(
        question=question,
        at=at,
        total=lines(frame.assign(all=0), ["all"], question, current)[0],
        months=lines(frame, ["month"], question, current),
        groups=lines(frame, ["group"], question, current),
        cells=lines(frame, ["month", "group"], question, current),
        change=change(frame, question, current),
        named=named,
        others=others,
        ended={str(way): int(times) for way, times in frame.loc[frame["closed"], "closed_as"].value_counts().items()},
    )


def described(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds what is counted of each complaint: its month where the reader is, and its part in each figure."""
    received = frame["received_at"].dt.tz_convert(timezone.get_current_timezone())
    closed = frame["state"] == State.CLOSED
    days = (frame["closed_at"] - frame["received_at"]).dt.total_seconds() / extract.SECONDS_A_DAY
    adopted = frame["closed_as"] == ClosedAs.ADOPTED
    outcome = frame["closed_as"].where(~adopted, frame["outcome"])
    decided = closed & outcome.isin(DECIDED)
    return frame.assign(
        month=received.dt.tz_localize(None).dt.to_period("M"),
        complaints=1,
        open=~closed,
        closed=closed,
        days=days.where(closed),
        days_unknown=closed & days.isna(),
        decided=decided,
        upheld=decided & outcome.isin(UPHELD),
    )


def ranked(named: pd.Series) -> list[str]:
    """The groups by number of complaints, the largest first; by name where they are equal."""
    counts = named.value_counts()
    return sorted(counts.index, key=lambda name: (-counts[name], name))


def gathered(named: pd.Series, largest: Sequence[str], dimension: Dimension, others: int) -> pd.Series:
    """The largest groups by name, in order; then the others together, then the complaints that have none."""
    order = [*largest, dimension.others(others), str(dimension.unknown)]
    # A series of nothing but gaps would count as numbers.
    place = named.astype("object").where(named.isin(largest) | named.isna(), order[-2]).fillna(order[-1])
    return pd.Series(pd.Categorical(place, categories=list(dict.fromkeys(order))), index=named.index)


def lines(frame: pd.DataFrame, by: list[str], question: Question, current: pd.Period) -> list[Line]:
    """One line for each value of `by`, in order; all months of the period when only they are asked for."""
    groups = frame.groupby(by, observed=True)
    table = groups[SUMMED].sum()
    table["median"] = groups["days"].quantile(0.5)
    table["ninety"] = groups["days"].quantile(HOWEVER_SLOW)
    if by == ["month"]:
        table = table.reindex(question.months)
    elif by == ["all"]:
        table = table.reindex([0])
    return [line(row, by, question, current) for row in table.reset_index().to_dict("records")]


def line(row: dict[Any, Any], by: Iterable[str], question: Question, current: pd.Period) -> Line:
    sums = {name: 0 if pd.isna(row[name]) else int(row[name]) for name in SUMMED}
    month = row["month"] if "month" in by else None
    return Line(
        month=month,
        group=row["group"] if "group" in by else None,
        complete=(month or question.until) < current,
        median=one_decimal(row["median"]),
        ninety=one_decimal(row["ninety"]),
        share=one_decimal(100 * sums["upheld"] / sums["decided"]) if sums["decided"] else None,
        **sums,
    )


def one_decimal(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 1)


def change(frame: pd.DataFrame, question: Question, current: pd.Period) -> Change | None:
    """The last month that is over (else the current one, alone) against the one before it in the period."""
    month = min(question.until, current - 1)
    if month < question.since:
        return Change(month=question.until, now=len(frame)) if question.until == current else None
    now = frame[frame["month"] == month]
    if month == question.since:
        return Change(month=month, now=len(now))
    before = frame[frame["month"] == month - 1]
    moves = now["name"].value_counts().sub(before["name"].value_counts(), fill_value=0)
    rise = len(now) - len(before)
    group, moved = mover(moves, rise)
    return Change(month=month, now=len(now), before=len(before), group=group, moved=moved)


def mover(moves: pd.Series, rise: int) -> tuple[str | None, int]:
    """The group that moved most in the direction of the whole, and by how much; none when nothing went that way."""
    along = [(abs(int(by)), str(name), int(by)) for name, by in moves.items() if by * rise > 0]
    if not along:
        return None, 0
    _size, name, moved = min(along, key=lambda move: (-move[0], move[1]))
    return name, moved
