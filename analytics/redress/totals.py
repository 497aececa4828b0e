"""What the redress granted in a period comes to: by head, product, team, authority level and month, one currency at a
time. Goodwill stands apart: it is no redress in reports.

A remedy counts in the month in which it was granted, with the amount that was granted; paid is what is with the
customer, open what is granted and not paid, or came back. Amounts are exact decimals, summed in Python. Only complaints
that the reader may see are counted.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd
from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.redress.asking import Asked
from analytics.wording import month_name
from escalations.models import Complaint, Point, Remedy
from routing.models import User

GROUPS = {
    "kind": gettext_lazy("Head"), "product": gettext_lazy("Product"), "team": gettext_lazy("Team"),
    "level": gettext_lazy("Authority level"), "month": gettext_lazy("Month"),
}  # fmt: skip


@dataclass
class Sum:
    """What one group comes to in one currency. `redress` leaves goodwill out."""

    group: str
    currency: str
    count: int = 0
    redress: Decimal = Decimal(0)
    goodwill: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)

    def add(self, amount: Decimal, *, goodwill: bool, paid: bool) -> None:
        self.count += 1
        if goodwill:
            self.goodwill += amount
        else:
            self.redress += amount
        if paid:
            self.paid += amount

    @property
    def open(self) -> Decimal:
        return self.redress + self.goodwill - self.paid

    @property
    def cells(self) -> list[Any]:
        return [self.group, self.currency, self.count, self.redress, self.goodwill, self.paid, self.open]


@dataclass(frozen=True)
class Totals:
    """All of what was asked: by currency, and by each group within it, the largest first, months in their order."""

    asked: Asked
    whole: list[Sum] = field(default_factory=list)
    groups: dict[str, list[Sum]] = field(default_factory=dict)

    @property
    def remedies(self) -> int:
        return sum(one.count for one in self.whole)


def totals(user: User, asked: Asked) -> Totals:
    """One query."""
    found: dict[str, dict[tuple[str, str], Sum]] = defaultdict(dict)
    for row in _granted(user, asked):
        counts = {"goodwill": row["kind"] == Remedy.Kind.GOODWILL, "paid": row["state"] == Remedy.State.PAID}
        for by, group in _groups_of(row).items():
            key = (group, row["currency"])
            found[by].setdefault(key, Sum(*key)).add(row["amount"], **counts)
    groups = {by: _ordered(found[by].values()) for by in GROUPS if by in found}
    if "month" in groups:  # the rows came in the order of time
        groups["month"] = sorted(found["month"].values(), key=lambda one: one.currency)
    return Totals(asked, _ordered(found["all"].values()), groups)


def _granted(user: User, asked: Asked) -> Iterator[Any]:
    seen = Complaint.objects.visible_to(user).order_by().values("pk")
    main = Point.objects.filter(complaint=OuterRef("complaint"), position=1)
    rows = Remedy.objects.filter(
        kind__in=Remedy.MONEY, complaint__in=seen, state__in=Remedy.GRANTED,
        decided_at__gte=asked.begins, decided_at__lt=asked.ends,
    ).annotate(
        about=Coalesce(F("point__product"), Subquery(main.values("product")[:1]), output_field=BigIntegerField()),
        about_name=Coalesce(F("point__product__label"), Subquery(main.values("product__label")[:1])),
    )  # fmt: skip
    return (
        rows.filter(_narrowed(asked)).order_by("decided_at", "pk")
        .values("kind", "state", "amount", "currency", "about_name", "complaint__team__name", "decided_level",
                "decided_at")
        .iterator(chunk_size=5000)
    )  # fmt: skip


def _narrowed(asked: Asked) -> Q:
    wanted = {
        "about": asked.product and asked.product.pk, "complaint__team": asked.team and asked.team.pk,
        "kind": asked.head, "currency": asked.currency,
    }  # fmt: skip
    only = Q(**{name: value for name, value in wanted.items() if value})
    goodwill = Q(kind=Remedy.Kind.GOODWILL)
    return only & {"goodwill": goodwill, "redress": ~goodwill}.get(asked.kind, Q())


def _groups_of(row: dict[str, Any]) -> dict[str, str]:
    level = row["decided_level"]
    return {
        "all": "",
        "kind": capfirst(str(Remedy.Kind(row["kind"]).label)),
        "product": row["about_name"] or _("No product"),
        "team": row["complaint__team__name"] or _("No team"),
        "level": _("Level %d") % level if level is not None else _("Not known"),
        "month": month_name(pd.Period(timezone.localtime(row["decided_at"]).strftime("%Y-%m"), freq="M"), year=True),
    }


def _ordered(sums: Any) -> list[Sum]:
    return sorted(sums, key=lambda one: (one.currency, -(one.redress + one.goodwill), one.group))


def sentence(found: Totals) -> str:
    """ "December 2025 – November 2026: 12,345.00 GBP of redress and 230.00 of goodwill granted, 900.00 not paid." """
    about = "".join(f", {words}" for _name, words in found.asked.filters)
    period = f"{found.asked.period}{about}"
    if not found.whole:
        return _("%(period)s: no redress was granted on what you may see.") % {"period": period}
    parts = [
        _("%(redress)s %(currency)s of redress and %(goodwill)s of goodwill granted, %(open)s not paid")
        % {
            "redress": f"{one.redress:,.2f}", "currency": one.currency, "goodwill": f"{one.goodwill:,.2f}",
            "open": f"{one.open:,.2f}",
        }
        for one in found.whole
    ]  # fmt: skip
    return _("%(period)s: %(sums)s.") % {"period": period, "sums": "; ".join(parts)}


HEADING = (
    gettext_lazy("Currency"), gettext_lazy("Remedies"), gettext_lazy("Redress"), gettext_lazy("Goodwill"),
    gettext_lazy("Paid"), gettext_lazy("Not paid"),
)  # fmt: skip
