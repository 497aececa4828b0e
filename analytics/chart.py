"""The bars of the report's chart, drawn on the server: nothing to load, nothing to run, and it prints.

Widths are parts of the width and heights are pixels, so that the letters keep their size on a phone.
"""

from dataclasses import dataclass
from datetime import date
from math import ceil

from django.utils.formats import date_format

from analytics.question import first_day
from analytics.trends import Line, Report
from analytics.wording import number

HEIGHT = 160  # pixels of the highest bar
TOP = 20  # room for the number above it
BAR = 0.7  # of its slot
A_YEAR = 13  # months: what fits in so many needs no year at each
# So many labels fit side by side, on a wide screen and on a phone.
FIT_WIDE, FIT_NARROW = 26, 8


@dataclass(frozen=True)
class Bar:
    """Strings as SVG wants them, whatever the reader's language does to a decimal point."""

    x: str
    width: str
    middle: str
    closed_y: str
    closed_height: str
    open_y: str
    open_height: str
    label_y: str
    label: str
    month: str
    year: str
    shown: str
    complete: bool


def bars(report: Report) -> list[Bar]:
    """One bar a month, closed complaints below and open ones on top."""
    highest = max(line.complaints for line in report.months) or 1
    days = [first_day(month) for month in report.question.months]
    return [
        _bar(line, day, place, len(days), HEIGHT / highest)
        for place, (line, day) in enumerate(zip(report.months, days, strict=True))
    ]


def _bar(line: Line, day: date, place: int, of: int, pixels: float) -> Bar:
    slot = 100 / of
    closed, still = line.closed * pixels, line.open * pixels
    new_year = place == 0 or day.month == 1 or of > A_YEAR
    return Bar(
        x=f"{slot * (place + (1 - BAR) / 2):.3f}%",
        width=f"{slot * BAR:.3f}%",
        middle=f"{slot * (place + 0.5):.3f}%",
        closed_y=f"{TOP + HEIGHT - closed:.1f}",
        closed_height=f"{closed:.1f}",
        open_y=f"{TOP + HEIGHT - closed - still:.1f}",
        open_height=f"{still:.1f}",
        label_y=f"{TOP + HEIGHT - closed - still - 5:.1f}",
        label=number(line.complaints),
        month=date_format(day, "M"),
        year=str(day.year) if new_year else "",
        shown=_shown(of - 1 - place, of),
        complete=line.complete,
    )


def _shown(from_the_end: int, of: int) -> str:
    """Where the label has room: "wide" is not shown on a phone, "never" nowhere."""
    if from_the_end % ceil(of / FIT_WIDE):
        return "never"
    return "wide" if from_the_end % (ceil(of / FIT_WIDE) * ceil(of / FIT_NARROW)) else "always"
