"""A calculation with the rates it used, and again years later from its own lines."""

from datetime import timedelta
from decimal import Decimal

from escalations.models.calculation import Calculation, CalculationCheck, InterestRate
from escalations.redress import EVER, Due, Rates, due


def worked_out(made: Calculation, percent: Decimal | None) -> Due:
    """What this comes to, at `percent` or at the rates that the house has under its name. Raises NoRate."""
    if percent is not None:
        return _due(made, [(EVER, percent)])
    rates = InterestRate.objects.filter(name=made.rate_name).order_by("since")
    return _due(made, list(rates.values_list("since", "percent")))


def is_right(made: Calculation) -> bool:
    """Whether it comes to the same again with the rates that its lines name."""
    lines = list(made.lines.all())
    day = timedelta(days=1)
    again = _due(made, [(line.starts_on + day if at else EVER, line.percent) for at, line in enumerate(lines)])
    kept = [(line.starts_on, line.ends_on, line.days, line.year_days, line.percent, line.amount) for line in lines]
    found = [tuple(vars(stretch).values()) for stretch in again.stretches]
    return kept == found and (again.interest, again.total) == (made.interest, made.total)


def second_person(made: Calculation) -> CalculationCheck | None:
    """Who checked it; None while nobody has."""
    return CalculationCheck.objects.filter(calculation=made.pk).select_related("checked_by").first()


def _due(made: Calculation, rates: Rates) -> Due:
    return due(
        made.principal, made.starts_on, made.ends_on, rates, day_count=made.day_count, set_off=made.set_off,
        rounding=made.rounding,
    )  # fmt: skip
