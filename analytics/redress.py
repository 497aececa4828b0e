"""Redress granted: by head, product, team and authority level, one currency at a time. Goodwill stands apart: it is no
redress in reports.

A remedy counts in the month in which it was granted, with the amount that was granted; paid is what is with the
customer, open what is granted and not paid, or came back. Amounts are exact decimals, summed in Python. Only complaints
that the reader may see are counted.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from analytics.models import Download
from analytics.views import for_readers
from escalations.cells import escaped
from escalations.models import Complaint, Point, Remedy
from routing.models import User

MONTHS = 12
GROUPS = {
    "kind": gettext_lazy("Head"), "product": gettext_lazy("Product"), "team": gettext_lazy("Team"),
    "level": gettext_lazy("Authority level"),
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
    """All of the period: by currency, and by each group within it, the largest first."""

    since: datetime
    whole: list[Sum] = field(default_factory=list)
    groups: dict[str, list[Sum]] = field(default_factory=dict)

    @property
    def complaints(self) -> int:
        return sum(one.count for one in self.whole)


def totals(user: User, now: datetime) -> Totals:
    """Of the twelve months up to now; one query."""
    since = _months_ago(now)
    found: dict[str, dict[tuple[str, str], Sum]] = defaultdict(dict)
    for row in _granted(user, since):
        counts = {"goodwill": row["kind"] == Remedy.Kind.GOODWILL, "paid": row["state"] == Remedy.State.PAID}
        for by, group in _groups_of(row).items():
            key = (group, row["currency"])
            found[by].setdefault(key, Sum(*key)).add(row["amount"], **counts)
    return Totals(
        since, _ordered(found["all"].values()), {by: _ordered(found[by].values()) for by in GROUPS if by in found}
    )


def _granted(user: User, since: datetime) -> Iterator[Any]:
    seen = Complaint.objects.visible_to(user).order_by().values("pk")
    main = Point.objects.filter(complaint=OuterRef("complaint"), position=1).values("product__label")
    rows = Remedy.objects.filter(
        Q(kind__in=Remedy.MONEY), complaint__in=seen, decided_at__gte=since, state__in=Remedy.GRANTED
    )
    named = rows.annotate(main=Subquery(main[:1])).order_by()
    return named.values(
        "kind", "state", "amount", "currency", "point__product__label", "main", "complaint__team__name", "decided_level"
    ).iterator(chunk_size=5000)


def _groups_of(row: dict[str, Any]) -> dict[str, str]:
    level = row["decided_level"]
    return {
        "all": "",
        "kind": capfirst(str(Remedy.Kind(row["kind"]).label)),
        "product": row["point__product__label"] or row["main"] or _("No product"),
        "team": row["complaint__team__name"] or _("No team"),
        "level": _("Level %d") % level if level is not None else _("Not known"),
    }


def _ordered(sums: Any) -> list[Sum]:
    return sorted(sums, key=lambda one: (one.currency, -(one.redress + one.goodwill), one.group))


def _months_ago(now: datetime) -> datetime:
    """The first of the month, twelve months with this one."""
    here = timezone.localtime(now)
    month = here.year * 12 + here.month - MONTHS
    first = here.replace(year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return timezone.make_aware(first.replace(tzinfo=None))


def sentence(found: Totals) -> str:
    """ "Granted since 1 December 2025: 12,345.00 GBP of redress and 230.00 of goodwill, 900.00 of it not paid." """
    since = date_format(timezone.localtime(found.since), "j F Y")
    if not found.whole:
        return _("Since %(since)s no redress was granted on what you may see.") % {"since": since}
    parts = [
        _("%(redress)s %(currency)s of redress and %(goodwill)s of goodwill, %(open)s of it not paid")
        % {
            "redress": f"{one.redress:,.2f}", "currency": one.currency, "goodwill": f"{one.goodwill:,.2f}",
            "open": f"{one.open:,.2f}",
        }
        for one in found.whole
    ]  # fmt: skip
    return _("Granted since %(since)s: %(sums)s.") % {"since": since, "sums": "; ".join(parts)}


HEADING = (
    gettext_lazy("Currency"), gettext_lazy("Remedies"), gettext_lazy("Redress"), gettext_lazy("Goodwill"),
    gettext_lazy("Paid"), gettext_lazy("Not paid"),
)  # fmt: skip


def rows(found: Totals) -> Iterator[list[Any]]:
    """For the file: what it is grouped by, and the group, before the figures."""
    yield [_("By"), _("Group"), *(str(name) for name in HEADING)]
    tables: dict[str, Sequence[Sum]] = {_("All"): found.whole, **{str(GROUPS[by]): s for by, s in found.groups.items()}}
    for by, sums in tables.items():
        for one in sums:
            yield [escaped(cell) for cell in (by, *one.cells)]


@require_safe
@never_cache
@for_readers
def page(request: HttpRequest, reader: User) -> HttpResponse:
    found = totals(reader, timezone.now())
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    context = {
        "title": _("Redress"), "lead": sentence(found), "whole": found.whole, "heading": HEADING,
        "tables": [(GROUPS[by], sums) for by, sums in found.groups.items()],
    }  # fmt: skip
    return TemplateResponse(request, "analytics/redress.html", {**admin.site.each_context(request), **context})


@require_GET
@never_cache
@for_readers
def download(request: HttpRequest, reader: User) -> HttpResponse:
    """The same figures as a file. Who took it is written down before it is sent."""
    found = totals(reader, timezone.now())
    file = io.StringIO()
    csv.writer(file).writerows(rows(found))
    Download.objects.create(user=reader, format="csv", question="redress", complaints=found.complaints)
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="redress.csv"'
    return response
