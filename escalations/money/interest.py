"""What is due with interest: exact decimals, one line a step, rounded once at the end.

Simple interest: sum × rate in per cent × days / (100 × days of the year). The first day is not counted and the last one
is, so that 92 days lie between 1 March and 1 June. A stretch ends where the rate changes and, when a leap year counts
366 days, at the turn of the year. 1,140.00 at 8 % for 92 days of a 365-day year is 22.99 (22.987397…).
"""

from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

EVER = date(1, 1, 2)
"""Before any day that counts."""
PENNY, KEPT = Decimal("0.01"), Decimal("0.00000001")
ROUNDINGS = {"half_up": ROUND_HALF_UP, "up": ROUND_UP}


@dataclass(frozen=True)
class Stretch:
    """Days at one rate: after `starts_on`, up to and with `ends_on`."""

    starts_on: date
    ends_on: date
    days: int
    year_days: int
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Due:
    """`interest` and `total` are rounded; `total` is the sum with interest, less what is set off, never below zero."""

    stretches: tuple[Stretch, ...]
    interest: Decimal
    total: Decimal


class NoRate(ValueError):
    """There is no rate for the first of these days."""


Rates = Sequence[tuple[date, Decimal]]
"""Since when, how many per cent a year; the oldest first."""


def due(
    principal: Decimal, starts_on: date, ends_on: date, rates: Rates, *, day_count: str = "actual_365",
    set_off: Decimal = Decimal(0), rounding: str = "half_up",
) -> Due:  # fmt: skip
    """Works it out. Raises NoRate where the rates begin later than the first day."""
    stretches = tuple(_stretches(principal, starts_on, ends_on, rates, day_count))
    exact = sum((one.amount for one in stretches), Decimal(0))
    interest = exact.quantize(PENNY, ROUNDINGS[rounding])
    return Due(stretches, interest, max(principal + interest - set_off, Decimal(0)))


def _stretches(principal: Decimal, starts_on: date, ends_on: date, rates: Rates, day_count: str) -> Iterator[Stretch]:
    begin = starts_on
    for end in _turns(starts_on, ends_on, rates, day_count):
        days, year = (end - begin).days, _year_days(begin, day_count)
        percent = _rate(begin + timedelta(days=1), rates)
        amount = (principal * percent * days / (100 * year)).quantize(KEPT, ROUND_HALF_UP)
        yield Stretch(begin, end, days, year, percent, amount)
        begin = end


def _turns(starts_on: date, ends_on: date, rates: Rates, day_count: str) -> list[date]:
    """The last day of each stretch."""
    lasts = {since - timedelta(days=1) for since, _percent in rates}
    if day_count == "actual_actual":
        lasts |= {date(year, 12, 31) for year in range(starts_on.year, ends_on.year + 1)}
    return sorted({day for day in lasts if starts_on < day < ends_on} | ({ends_on} - {starts_on}))


def _year_days(begin: date, day_count: str) -> int:
    if day_count == "actual_360":
        return 360
    first = begin + timedelta(days=1)
    return 366 if day_count == "actual_actual" and isleap(first.year) else 365


def _rate(day: date, rates: Rates) -> Decimal:
    known = [percent for since, percent in rates if since <= day]
    if not known:
        raise NoRate(day)
    return known[-1]
