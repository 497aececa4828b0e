"""What was set aside: counted by kind and month, and a sample of each month that quality looks at again.

The sample is drawn by a digest of month and reference, so that anybody gets the same one and nobody can choose it.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from escalations.looking import looked
from escalations.models import Complaint, Look, Referral, SetAsideReview
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.states import ClosedAs, SetAsideKind
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.reading import find
from escalations.views.rows import Sight, listed, row_of
from routing.models import User

SAMPLE = 10
MONTHS = 12


class ReviewForm(forms.ModelForm):
    class Meta:
        model = SetAsideReview
        fields = ["verdict", "note"]


@dataclass(frozen=True)
class Month:
    """One month of the table: how many of each kind, in the order of the kinds."""

    key: str
    starts: datetime
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@staff_page("view_setasidereview")
@require_GET
def sample(request: HttpRequest) -> HttpResponse:
    user = person(request)
    months = _months(user)
    asked = request.GET.get("month", "")
    month = next((one for one in months if one.key == asked), months[0])
    drawn = draw(_set_aside(user, month.starts), month.key)
    reviewed = {row.complaint_id: row for row in SetAsideReview.objects.filter(complaint__in=drawn)}
    looked(user, drawn, Look.Place.LIST)
    sight, now = Sight.of(user), timezone.now()
    rows = [(row_of(case, sight, now), reviewed.get(case.pk), _kind(case)) for case in drawn]
    context = {
        "lead": _sentence(month, [row for _row, row, _label in rows]),
        "parts": _in_part(_referred_in_part(user, month.starts)),
        "kinds": [kind.label for kind in SetAsideKind],
        "months": months,
        "month": month,
        "rows": rows,
        "may_review": user.has_perm("escalations.add_setasidereview"),
        "form": ReviewForm(),
    }
    return page(request, "sample.html", _("Set aside"), context)


@staff_page("add_setasidereview")
@require_POST
def review(request: HttpRequest, reference: str) -> HttpResponse:
    user = person(request)
    case, form = find(user, reference), ReviewForm(request.POST)
    if case.closed_as != ClosedAs.SET_ASIDE:
        raise Http404
    if form.is_valid():
        form.instance.complaint, form.instance.reviewed_by, form.instance.reviewed_at = case, user, timezone.now()
        try:
            with transaction.atomic():
                form.save()
            messages.success(request, _("Your verdict on %s is kept.") % reference)
        except IntegrityError:
            messages.info(request, _("%s was reviewed already.") % reference)
    else:
        messages.error(request, _("Say whether it was rightly set aside."))
    return see_other("sample")


def draw(cases: ComplaintQuerySet, month: str) -> list[Any]:
    """The sample of a month, by chance and repeatable."""
    found = dict(cases.values_list("pk", "reference"))
    order = sorted(found, key=lambda pk: hashlib.sha256(f"{month}:{found[pk]}".encode()).hexdigest())
    rows = {row.pk: row for row in listed(Complaint.objects.filter(pk__in=order[:SAMPLE]))}
    return [rows[pk] for pk in order[:SAMPLE] if pk in rows]


def _set_aside(user: User, starts: datetime) -> ComplaintQuerySet:
    rows = Complaint.objects.visible_to(user).filter(closed_as=ClosedAs.SET_ASIDE)
    return rows.filter(closed_at__gte=starts, closed_at__lt=_next(starts))


def _referred_in_part(user: User, starts: datetime) -> int:
    """How many points went to another firm while the rest of their case goes on."""
    seen = Complaint.objects.visible_to(user).order_by().values("pk")
    rows = Referral.objects.filter(point__isnull=False, referred_at__gte=starts, referred_at__lt=_next(starts))
    return rows.filter(complaint__in=seen).count()


def _in_part(points: int) -> str:
    said = ngettext(
        "Besides, %d point of a complaint that goes on was referred to another firm.",
        "Besides, %d points of complaints that go on were referred to other firms.",
        points,
    )
    return said % points if points else ""


def _months(user: User) -> list[Month]:
    """The last twelve, the newest first; one query."""
    starts = [timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)]
    while len(starts) < MONTHS:
        starts.append(_before(starts[-1]))
    rows = Complaint.objects.visible_to(user).filter(closed_as=ClosedAs.SET_ASIDE, closed_at__gte=starts[-1])
    counted: Counter[tuple[str, str]] = Counter(
        (f"{timezone.localtime(at):%Y-%m}", kind) for at, kind in rows.values_list("closed_at", "set_aside_as") if at
    )
    return [Month(f"{at:%Y-%m}", at, [counted[f"{at:%Y-%m}", kind] for kind in SetAsideKind.values]) for at in starts]


def _before(at: datetime) -> datetime:
    return at.replace(year=at.year - 1, month=12) if at.month == 1 else at.replace(month=at.month - 1)


def _next(at: datetime) -> datetime:
    return at.replace(year=at.year + 1, month=1) if at.month == 12 else at.replace(month=at.month + 1)


def _kind(case: Complaint) -> str:
    return str(SetAsideKind(case.set_aside_as).label) if case.set_aside_as in SetAsideKind.values else "–"


def _sentence(month: Month, reviews: list[Any]) -> str:
    said = ngettext(
        "%d complaint was set aside in this month", "%d complaints were set aside in this month", month.total
    )
    open_ones = sum(1 for row in reviews if row is None)
    wrong = sum(1 for row in reviews if row and row.verdict == SetAsideReview.Verdict.WRONG)
    left = ngettext("%d of the sample is to be reviewed", "%d of the sample are to be reviewed", open_ones) % open_ones
    found = _("%d should have been answered") % wrong if wrong else _("none should have been answered")
    return f"{said % month.total}; {left}; {found}."
