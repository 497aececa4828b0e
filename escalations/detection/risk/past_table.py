"""Examples from a table of past cases: which rows count, what is known of them, what became of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
from django.utils.translation import gettext as _

from escalations.detection.risk.learning import Examples
from escalations.detection.risk.table import BLANK, Table, TableError, known
from escalations.detection.risk.training import WORKING_SHARE, Told

VALUES_NAMED = 20
GROUPED = range(2, 9)
"""A fact with so many values makes groups to compare by itself, when none are named."""
CROWDED = 0.2
DATES = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y%m%d")


@dataclass(frozen=True)
class Wanted:
    """What the columns of a table mean."""

    outcome: str
    positive: Sequence[str]
    known: Sequence[str]
    text: str = ""
    date: str = ""
    unknown: Sequence[str] = ()
    groups: Sequence[str] = ()
    share: float = WORKING_SHARE
    blank_is_no: bool = False


@dataclass
class _Rows:
    """The rows whose outcome is known, by number, and whether it came."""

    numbers: list[int] = field(default_factory=list)
    came: list[int] = field(default_factory=list)

    def of(self, cells: Sequence[str]) -> list[str]:
        return [cells[number] for number in self.numbers]


def examples_from(table: Table, wanted: Wanted) -> tuple[Examples, Told]:
    """Raises TableError, in words. What is odd, but no error, is added to the table's notes."""
    outcome = table.name_of(wanted.outcome)
    text = table.name_of(wanted.text) if wanted.text else ""
    facts = [name for name in dict.fromkeys(map(table.name_of, wanted.known)) if name != text]
    if outcome in facts or outcome == text:
        raise TableError(_("“%s” is the outcome: it cannot be known at intake.") % outcome)
    if not wanted.positive:
        raise TableError(_("Name the values of “%s” that count as yes (--positive).") % outcome)
    if not 0 < wanted.share < 1:
        raise TableError(_("The part that is flagged lies between 0 and 1."))
    rows = _rows(table, outcome, wanted)
    cells = {name: rows.of(table.columns[name]) for name in facts}
    groups = [table.name_of(name) for name in wanted.groups] or [n for n in facts if _makes_groups(cells[n])]
    told = Told(
        outcome=outcome,
        positive=wanted.positive,
        dates=_dates(table, wanted.date, rows),
        groups={name: [known(cell) for cell in rows.of(table.columns[name])] for name in groups},
        share=wanted.share,
        more={"unknown": table.rows - len(rows.numbers)},
    )
    if told.dates:
        table.notes.extend(_not_over(rows.of(table.columns[outcome]), told.dates, wanted))
    return Examples(cells, np.array(rows.came), rows.of(table.columns[text]) if text else None), told


def _rows(table: Table, outcome: str, wanted: Wanted) -> _Rows:
    positive = {_plain(value) for value in wanted.positive}
    blank = set() if wanted.blank_is_no else BLANK
    nothing = (blank | {_plain(value) for value in wanted.unknown}) - positive
    found = Counter(_plain(cell) for cell in table.columns[outcome])
    if not positive & set(found):
        there = ", ".join(f"“{value}” ({count})" for value, count in found.most_common(VALUES_NAMED) if value)
        says = _("None of the values %(wanted)s is in “%(column)s”. There are: %(there)s.")
        named = ", ".join(f"“{value}”" for value in wanted.positive)
        raise TableError(says % {"wanted": named, "column": outcome, "there": there or _("only blanks")})
    for value in wanted.positive:
        if _plain(value) not in found:
            table.notes.append(_("No row has the outcome “%s”.") % value)
    rows = _Rows()
    for number, cell in enumerate(table.columns[outcome]):
        value = _plain(cell)
        if value not in nothing:
            rows.numbers.append(number)
            rows.came.append(int(value in positive))
    return rows


def _not_over(outcomes: Sequence[str], dates: Sequence[date], wanted: Wanted) -> Iterator[str]:
    """Outcomes that crowd where the file ends are perhaps none yet; counted as “no” they make a past that never was."""
    order = sorted(range(len(dates)), key=lambda row: dates[row])
    values = [_plain(outcomes[row]) for row in order]
    border = len(values) - len(values) // 10
    before, latest = Counter(values[:border]), Counter(values[border:])
    for value in sorted(latest.keys() - {_plain(one) for one in wanted.positive}):
        now, then = latest[value] / (len(values) - border), before[value] / border
        if now > CROWDED and now > 3 * then:
            says = _(
                "“%(value)s” is %(now)d %% of the latest tenth and %(then)d %% of what came before: an outcome that is "
                "not known yet? If so, --unknown “%(value)s” leaves it out."
            )
            yield says % {"value": value, "now": round(now * 100), "then": round(then * 100)}


def _plain(value: str) -> str:
    return " ".join(value.split()).casefold()


def _makes_groups(cells: Sequence[str]) -> bool:
    return len({known(cell) for cell in cells}) in GROUPED


def _dates(table: Table, wanted: str, rows: _Rows) -> list[date] | None:
    if not wanted:
        return None
    name = table.name_of(wanted)
    cells = [known(cell)[:10].strip() for cell in rows.of(table.columns[name])]
    for pattern in DATES:
        try:
            return [datetime.strptime(cell, pattern).replace(tzinfo=UTC).date() for cell in cells]
        except ValueError:
            continue
    raise TableError(_("“%s” does not hold a date in every row whose outcome is known, all written alike.") % name)
