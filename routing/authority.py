"""May this authority level do that? Limits are rows; amounts are compared in Python, in one currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from routing.models.authority import HIGHEST_LEVEL, ApprovalStep, AuthorityLevel, AuthorityLimit

Kind, Per = AuthorityLimit.Kind, AuthorityLimit.Per


@dataclass(frozen=True)
class Verdict:
    """Whether it is allowed, and why in a sentence that names who may when it is not."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Request:
    """What somebody wants to do. `amount` is the whole sum that would then stand, not only what is added."""

    kind: str
    amount: Decimal | None
    currency: str
    product: str
    per: str

    def fits(self, limit: AuthorityLimit) -> bool:
        """Whether that limit lets it be done."""
        if limit.amount is None or self.amount is None:
            return limit.kind not in AuthorityLimit.MONEY or limit.amount is None
        return limit.currency == self.currency and self.amount <= limit.amount

    def __str__(self) -> str:
        label = str(Kind(self.kind).label)
        return label if self.amount is None else f"{label} {_money(self.amount, self.currency)}"


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.2f} {currency}".strip()


def may(
    level: int,
    kind: str,
    amount: Decimal | None = None,
    currency: str | None = None,
    product: str | None = None,
    per: str | None = None,
    matrix: Iterable[AuthorityLimit] | None = None,
) -> Verdict:
    """May that level do this?

    `amount` is the whole sum over the case, or over the customer's year for kind `total`; `product` is the
    code of the case's product: a limit for it takes the place of the level's limit for any product. No row
    means no; a limit in another currency does not count; a level may do what lower levels may. Whoever asks
    often reads the `whole_matrix` once and gives it.
    """
    default = Per.CUSTOMER_YEAR if kind == Kind.TOTAL else Per.CASE
    request = Request(kind, amount, currency or "", product or "", per or default)
    limits = _limits(request, matrix)
    if _allows(limits, level, request):
        return Verdict(True, _("Level %(level)d may: %(request)s.") % {"level": level, "request": request})
    return Verdict(False, _refused(limits, level, request))


def level_of(user: Any) -> int | None:
    """The authority level of a user who is a handler, active or not; None for anybody else."""
    rows = AuthorityLevel.objects.filter(handlers__user=user.pk)
    return rows.values_list("level", flat=True).first()


def lowest(kind: str, amount: Decimal | None = None, currency: str = "", product: str = "") -> int | None:
    """The lowest level that may do this, None when no level may: who is to be asked."""
    request = Request(kind, amount, currency, product, Per.CUSTOMER_YEAR if kind == Kind.TOTAL else Per.CASE)
    return _lowest(_limits(request), request)


def whole_matrix(day: date | None = None) -> list[AuthorityLimit]:
    """Every limit of every level that is in force on that day (today), in one query."""
    day = day or timezone.localdate()
    return [row for row in AuthorityLimit.objects.select_related("level", "product") if row.is_in_force(day)]


def whole_steps(day: date | None = None) -> list[ApprovalStep]:
    """Every approval step that is in force on that day (today), in one query."""
    day = day or timezone.localdate()
    return [row for row in ApprovalStep.objects.select_related("level", "product") if row.is_in_force(day)]


def levels_to_agree(
    kind: str, amount: Decimal | None, currency: str, product: str, steps: Iterable[ApprovalStep]
) -> list[int]:
    """The levels that have to agree one after the other, the lowest first; empty where one decision is enough."""
    return sorted(
        {
            row.level.level
            for row in steps
            if row.kind == kind
            and (row.product is None or row.product.code == product)
            and (row.above is None or (amount is not None and currency == row.currency and amount > row.above))
        }
    )


def is_governed(kind: str, matrix: Iterable[AuthorityLimit]) -> bool:
    """Whether the matrix speaks of this act at all. What it does not speak of is for whoever may take the step."""
    return any(row.kind == kind for row in matrix)


def ceilings(level: int, product: str, currency: str, matrix: Iterable[AuthorityLimit]) -> dict[str, AuthorityLimit]:
    """By kind of money, the highest limit in that currency which this level has for a case of that product; no entry:
    none at all. Nothing is converted."""
    kinds = (Kind.REDRESS, Kind.DISTRESS, Kind.GOODWILL)
    found = ((kind, ceiling(level, kind, Per.CASE, product, currency, matrix)) for kind in kinds)
    return {kind: limit for kind, limit in found if limit is not None}


def ceiling(
    level: int, kind: str, per: str, product: str, currency: str, matrix: Iterable[AuthorityLimit]
) -> AuthorityLimit | None:
    """The highest limit of that kind in that currency which this level has, its own or a lower one's; None: none."""
    limits = _limits(Request(kind, None, "", product, per), matrix)
    rows = (row for rank, rows in limits.items() if rank <= level for row in rows)
    own = [row for row in rows if row.amount is None or row.currency == currency]
    return max(own, key=lambda row: (row.amount is None, row.amount or 0, row.level.level), default=None)


def _limits(request: Request, matrix: Iterable[AuthorityLimit] | None = None) -> dict[int, list[AuthorityLimit]]:
    """The limits that count, by level: where a level has any for the product, those only."""
    by_level: dict[int, list[AuthorityLimit]] = {}
    for row in whole_matrix() if matrix is None else matrix:
        if row.kind != request.kind or row.per != request.per:
            continue
        if row.product is None or row.product.code == request.product:
            by_level.setdefault(row.level.level, []).append(row)
    return {level: [row for row in rows if row.product] or rows for level, rows in by_level.items()}


def _allows(limits: dict[int, list[AuthorityLimit]], level: int, request: Request) -> bool:
    return any(request.fits(row) for own, rows in limits.items() if own <= level for row in rows)


def _lowest(limits: dict[int, list[AuthorityLimit]], request: Request) -> int | None:
    levels = range(HIGHEST_LEVEL + 1)
    return next((level for level in levels if _allows(limits, level, request)), None)


def _refused(limits: dict[int, list[AuthorityLimit]], level: int, request: Request) -> str:
    own = [row for rank, rows in limits.items() if rank <= level for row in rows]
    values = {"level": level, "request": request, "currency": request.currency}
    if not own:
        said = _("Level %(level)d may not: %(request)s.") % values
    elif request.currency not in {row.currency for row in own}:
        said = _("Level %(level)d has no limit in %(currency)s, and nothing is converted: %(request)s.") % values
    else:
        most = max(row.amount or 0 for row in own if row.currency == request.currency)
        values["most"] = _money(Decimal(most), request.currency)
        said = _("Level %(level)d may up to %(most)s; this is %(request)s.") % values
    wanted = _lowest(limits, request)
    ask = _("No level may.") if wanted is None else _("Level %(wanted)d may.") % {"wanted": wanted}
    return f"{said} {ask}"
