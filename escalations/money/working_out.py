"""A calculation with the rates it used, and again years later from its own lines; and which remedies need one."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from escalations.models.calculation import Calculation, CalculationCheck, InterestRate
from escalations.models.remedy import Remedy
from escalations.money.interest import EVER, Due, Rates, due

if TYPE_CHECKING:
    from escalations.models import Complaint, Policy


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
    return getattr(made, "check_by_second", None)


def is_needed(complaint: "Complaint", remedy: Remedy) -> bool:
    """Whether the policy wants this remedy worked out: above an amount, all of its kind on the case that is not worked
    out counted together, so that parts are seen as one."""
    above = complaint.policy.calculation_above.get(remedy.kind)
    if above is None or remedy.amount is None:
        return False
    alike = (row for row in complaint.remedies.all() if row.pk != remedy.pk and _counts_with(row, remedy))
    return sum((row.amount or Decimal(0) for row in alike), remedy.amount) > Decimal(above)


def not_worked_out(complaint: "Complaint") -> list[Remedy]:
    """What was granted or waits, needs a calculation, and has none on the case that comes to as much."""
    rows = [row for row in complaint.remedies.all() if _counts_with(row, row) and is_needed(complaint, row)]
    sound = [made for made in complaint.calculations.all() if rows and is_sound(made, complaint.policy)]
    return [row for row in rows if not any(_covers(made, row) for made in sound)]


def is_sound(made: Calculation, policy: "Policy") -> bool:
    """Checked by a second person, where it comes to so much that one is asked for."""
    return made.total <= policy.check_above or second_person(made) is not None


def _covers(made: Calculation, remedy: Remedy) -> bool:
    """Whether that calculation bears the remedy out."""
    most = made.interest if remedy.kind == Remedy.Kind.INTEREST else made.total
    return made.currency == remedy.currency and remedy.amount is not None and remedy.amount <= most


def what_needs_one(policy: "Policy") -> str:
    """ "interest, loss made good above 500.00": for the page; empty where nothing does."""
    kinds = ((kind, policy.calculation_above.get(kind)) for kind in Remedy.MONEY)
    return get_text_list([_said(kind, Decimal(above)) for kind, above in kinds if above is not None], _("and"))


def _said(kind: Remedy.Kind, above: Decimal) -> str:
    said = {"kind": kind.label, "above": f"{above:,.2f}"}
    return _("%(kind)s above %(above)s") % said if above else str(kind.label)


def _counts_with(row: Remedy, remedy: Remedy) -> bool:
    alike = (row.kind, row.currency, row.calculation_id) == (remedy.kind, remedy.currency, None)
    return alike and row.state != Remedy.State.REFUSED


def _due(made: Calculation, rates: Rates) -> Due:
    return due(
        made.principal, made.starts_on, made.ends_on, rates, day_count=made.day_count, set_off=made.set_off,
        rounding=made.rounding,
    )  # fmt: skip
