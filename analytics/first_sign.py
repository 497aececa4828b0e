"""Flagged in time? Days from the first sign of a complaint to its first trigger, by month of the trigger.

The first sign is the earliest `first_sign_at` of a complaint's triggers, the trigger the first that was raised. Median
and 90th percentile with linear interpolation (Hyndman and Fan, type 7), as in the trend report; days of 24 hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from analytics import pages
from analytics.extract import SECONDS_A_DAY
from analytics.models import Download
from analytics.pages import for_readers
from analytics.wording import month_name
from escalations import clocks
from escalations.cells import escaped
from escalations.models import Complaint, Trigger
from routing.models import User

AT_ONCE = 0.05
"""In days: what rounds to none of them."""
MONTHS = 13
"""So that this month stands beside the same one of last year."""


@dataclass(frozen=True)
class Month:
    """`median` and `ninety` in days."""

    month: pd.Period
    complaints: int
    median: float
    ninety: float


def months(user: User) -> list[Month]:
    """Of the complaints that this person may see; the newest month first, months without escalations left out."""
    seen = Complaint.objects.visible_to(user).order_by().values("pk")
    rows = (
        Trigger.objects.filter(complaint__in=seen).order_by().values("complaint")
        .annotate(sign=Min("first_sign_at"), raised=Min("raised_at")).values_list("sign", "raised")
    )  # fmt: skip
    frame = pd.DataFrame.from_records(rows.iterator(chunk_size=5000), columns=["sign", "raised"])
    if frame.empty:
        return []
    for name in ("sign", "raised"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    local = frame["raised"].dt.tz_convert(timezone.get_current_timezone())
    frame["month"] = local.dt.tz_localize(None).dt.to_period("M")
    frame["days"] = ((frame["raised"] - frame["sign"]).dt.total_seconds() / SECONDS_A_DAY).clip(lower=0)
    days = frame.groupby("month")["days"]
    table = pd.DataFrame({"complaints": days.size(), "median": days.quantile(0.5), "ninety": days.quantile(0.9)})
    found = [_month(month, row) for month, row in table.sort_index(ascending=False).iterrows()]
    return found[:MONTHS]


def _month(month: Any, row: Any) -> Month:
    return Month(month, int(row["complaints"]), round(float(row["median"]), 1), round(float(row["ninety"]), 1))


def sentence(found: list[Month]) -> str:
    if not found:
        return _("Nothing that you may see has been escalated yet.")
    latest = found[0]
    said = ngettext("%d complaint was escalated in %s", "%d complaints were escalated in %s", latest.complaints)
    told = {"median": in_words(latest.median), "ninety": in_words(latest.ninety)}
    if latest.ninety < AT_ONCE:
        rest = _(": nine of ten of them at the first sign.")
    elif latest.median < AT_ONCE:
        rest = _(": half of them at the first sign, nine of ten within %(ninety)s of it.") % told
    else:
        rest = _(": half of them within %(median)s of the first sign, nine of ten within %(ninety)s.") % told
    return (said % (latest.complaints, month_name(latest.month, year=True))) + rest


def in_words(days: float) -> str:
    return _("at once") if days < AT_ONCE else clocks.span(timedelta(days=days))


def shown(found: list[Month]) -> list[dict[str, Any]]:
    """The rows of the page: durations in words, and how long a bar is, in percent of the longest."""
    longest = max((one.ninety for one in found), default=0) or 1
    return [
        {
            "month": month_name(one.month, year=True), "complaints": one.complaints, "median": in_words(one.median),
            "ninety": in_words(one.ninety), "bar": round(100 * one.ninety / longest),
        }
        for one in found
    ]  # fmt: skip


def rows(found: list[Month]) -> Iterator[list[Any]]:
    yield [_("Month"), _("Escalated"), _("Median days from the first sign"), _("90 % within, days")]
    for one in found:
        yield [escaped(cell) for cell in (str(one.month), one.complaints, one.median, one.ninety)]


@require_safe
@never_cache
@for_readers
def page(request: HttpRequest, reader: User) -> HttpResponse:
    found = months(reader)
    context = {"lead": sentence(found), "rows": shown(found)}
    return pages.page(request, "first_sign.html", _("First sign to escalation"), context)


@require_GET
@never_cache
@for_readers
def download(request: HttpRequest, reader: User) -> HttpResponse:
    """The same figures as a file."""
    found = months(reader)
    complaints = sum(one.complaints for one in found)
    taken = Download(user=reader, format="csv", question="first-sign", complaints=complaints)
    return pages.handed_out(pages.written(rows(found)), "first-sign.csv", taken)
