"""The authority matrix as a table to read: what each level may grant today, and what nobody needs authority for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from routing.authority import ceiling, is_governed, may, whole_matrix
from routing.models import AuthorityLevel, AuthorityLimit, Choice

Kind, Per = AuthorityLimit.Kind, AuthorityLimit.Per


@dataclass(frozen=True)
class Cell:
    """What one level may: `own` has a limit of its own, else it is what a lower level may."""

    level: AuthorityLevel
    text: str
    own: bool = False


@dataclass(frozen=True)
class Row:
    """One kind of money or one act. `note` stands across all levels where no limit speaks of it; `is_open`: then
    everybody may."""

    label: str
    detail: str
    cells: Sequence[Cell] = ()
    note: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Matrix:
    levels: list[AuthorityLevel]
    rows: list[Row]

    @property
    def open_acts(self) -> list[str]:
        """What whoever works the case may do, because no limit speaks of it."""
        return [row.label for row in self.rows if row.is_open]


def of_today() -> Matrix:
    """In three queries."""
    limits, levels = whole_matrix(), list(AuthorityLevel.objects.order_by("level"))
    return Matrix(levels, [*_money(limits, levels), *_acts(limits, levels)])


def acts_open_to_all() -> list[str]:
    """The acts that need no authority in this house, in words."""
    limits = whole_matrix()
    return [str(kind.label) for kind in AuthorityLimit.OPEN_ACTS if not is_governed(kind, limits)]


def _money(limits: list[AuthorityLimit], levels: list[AuthorityLevel]) -> Iterable[Row]:
    for kind in AuthorityLimit.MONEY:
        found = [row for row in limits if row.kind == kind]
        if not found:
            yield Row(capfirst(str(kind.label)), "", note=_("Nobody may grant it: no limit allows it."))
        for per, product, currency in _asked(found):
            yield Row(
                capfirst(str(kind.label)),
                ", ".join((str(Per(per).label), product.label if product else _("any product"))),
                [_cell(level, kind, per, product, currency, limits) for level in levels],
            )


def _asked(found: list[AuthorityLimit]) -> list[tuple[str, Choice | None, str]]:
    """Each combination that a limit speaks of; one without limit stands with those of its kind that name a currency."""
    named = {(row.per, row.product) for row in found if row.currency}
    asked = {
        (row.per, row.product, row.currency) for row in found if row.currency or (row.per, row.product) not in named
    }
    return sorted(asked, key=lambda one: (one[0], one[1].label if one[1] else "", one[2]))


def _cell(
    level: AuthorityLevel, kind: str, per: str, product: Choice | None, currency: str, limits: list[AuthorityLimit]
) -> Cell:
    most = ceiling(level.level, kind, per, product.code if product else "", currency, limits)
    if most is None:
        return Cell(level, "–")
    text = _("without limit") if most.amount is None else f"{most.amount:,.2f} {currency}"
    return Cell(level, text, own=most.level_id == level.pk)


def _acts(limits: list[AuthorityLimit], levels: list[AuthorityLevel]) -> Iterable[Row]:
    for kind in (one for one in Kind if one not in AuthorityLimit.MONEY):
        label, is_open = capfirst(str(kind.label)), kind in AuthorityLimit.OPEN_ACTS
        found = [row for row in limits if row.kind == kind]
        if not found:
            nobody = _("Nobody may: no limit allows it.")
            everybody = _("Not regulated: everybody may who works the case.")
            yield Row(label, "", note=everybody if is_open else nobody, is_open=is_open)
        for product in sorted({row.product for row in found}, key=lambda one: one.label if one else ""):
            yield Row(
                label, product.label if product else _("any product"),
                [_act_cell(level, kind, product, limits) for level in levels],
            )  # fmt: skip


def _act_cell(level: AuthorityLevel, kind: str, product: Choice | None, limits: list[AuthorityLimit]) -> Cell:
    allowed = may(level.level, kind, product=product.code if product else None, matrix=limits).allowed
    own = any(row.level_id == level.pk and row.kind == kind and row.product == product for row in limits)
    return Cell(level, _("may") if allowed else "–", own=own)
