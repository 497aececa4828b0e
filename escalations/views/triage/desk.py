"""Triage: what was escalated and waits for a decision, what no rule could place, what waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from escalations import clocks
from escalations.detection import risk
from escalations.looking import looked
from escalations.models import Complaint, Look, Trigger
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.views.pages import page, person, staff_page
from escalations.views.rows import Sight
from escalations.views.triage import reading, waiting
from escalations.views.triage.waiting import MOST_SHOWN, Asked, Unplaced, Wrong

MOST_COUNTED = 1000


@staff_page("accept_complaint", "route_complaint")
@vary_on_headers("HX-Request")
@require_GET
def triage(request: HttpRequest) -> HttpResponse:
    """The list, and beside it the case that the address names, else the first. `case` in the address is a reference;
    asked by htmx for a case, only the right side comes."""
    user, now = person(request), timezone.now()
    sight, visible = Sight.of(user), Complaint.objects.visible_to(user)
    to_decide = visible.to_triage()
    put_off = to_decide.put_off(now)
    shows_later = request.GET.get("show") == "later"
    shown = put_off if shows_later else to_decide.exclude(pk__in=put_off.values("pk"))
    number, score = _page(request.GET.get("page", "")), risk.standing()
    escalations, has_next = waiting.escalations(shown, number, score.is_shown, sight, now)
    unplaced, asked = waiting.unplaced(visible, sight, now), waiting.second_persons(user)
    wrong = waiting.in_wrong_hands(visible, sight, now)
    order = [item.row.case.reference for item in escalations] + [item.row.case.reference for item in unplaced]
    order += [item.row.case.reference for item in wrong]
    order += [item.confirmation.complaint.reference for item in asked]
    wanted = request.GET.get("case", "")
    right = _right(wanted, order, user, visible, sight, now)
    address = _address(number, shows_later)
    rows = [item.row for item in escalations] + [item.row for item in unplaced] + [item.row for item in wrong]
    cases = [row.case for row in rows] + [item.confirmation.complaint for item in asked]
    looked(user, cases, Look.Place.TRIAGE)
    looked(user, [right["case"]] if right else [], Look.Place.PAGE)
    context: dict[str, Any] = {
        "reading": right,
        "then": _next(order, right["case"].reference) if right and right["stands"].waits else "",
        "is_chosen": bool(right and right["case"].reference == wanted),
        "gone": bool(wanted and not (right and right["case"].reference == wanted)),
        "back": "triage",
        "address": address,
        "sight": sight,
    }
    if right and request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        part = render(request, "escalations/triage/reading.html", context)
        part["X-Redress-Part"] = "reading"
        return part
    counted = _standing(to_decide.exclude(pk__in=put_off.values("pk")), put_off)
    context |= {
        "lead": _sentence(counted, unplaced, wrong, asked, now),
        "escalations": escalations,
        "score": score,
        "part": {"number": number, "has_next": has_next},
        "later": counted.later,
        "shows_later": shows_later,
        "unplaced": unplaced,
        "wrong": wrong,
        "asked": asked,
    }
    return page(request, "triage/page.html", _("Triage"), context)


def _page(asked: str) -> int:
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 6 else 1


def _address(number: int, shows_later: bool) -> str:
    """The page without a chosen case, to which one more word can be added."""
    kept = {"show": "later"} if shows_later else {}
    kept |= {"page": str(number)} if number > 1 else {}
    return f"{reverse('escalations:triage')}?{urlencode(kept)}{'&' if kept else ''}"


def _right(
    wanted: str, order: list[str], user: Any, visible: ComplaintQuerySet, sight: Sight, now: datetime
) -> dict[str, Any] | None:
    """The case that was asked for, whether it waits here or not; else the first that waits."""
    for reference in (wanted, *order[:1]):
        case = reading.chosen(visible, reference, user)
        if case is not None:
            return reading.reading(case, reading.standing(case), user, visible, sight, now)
    return None


def _next(order: list[str], reference: str) -> str:
    """What comes after it in the list, to go on with once it is decided; the one before it at the end."""
    if reference not in order:
        return ""
    others = [one for one in dict.fromkeys(order) if one != reference]
    place = list(dict.fromkeys(order)).index(reference)
    return others[min(place, len(others) - 1)] if others else ""


@dataclass(frozen=True)
class Standing:
    """How many wait for a decision, since when the oldest, and how many were put off."""

    count: int
    oldest: datetime | None
    later: int


def _standing(to_decide: ComplaintQuerySet, put_off: ComplaintQuerySet) -> Standing:
    pending = Trigger.objects.filter(state=Trigger.State.PENDING, complaint__in=to_decide.order_by().values("pk"))
    oldest = pending.order_by("raised_at").values_list("raised_at", flat=True).first()
    counts = [rows.order_by().values("pk")[:MOST_COUNTED].count() for rows in (to_decide, put_off)]
    return Standing(counts[0], oldest, counts[1])


def _sentence(
    standing: Standing, unplaced: list[Unplaced], wrong: list[Wrong], asked: list[Asked], now: datetime
) -> str:
    """ "12 to decide; the oldest waits 3 h; 2 could not be placed: …" """
    parts = [_to_decide(standing, now)]
    if standing.later:
        parts.append(ngettext("%d is put off", "%d are put off", standing.later) % standing.later)
    if unplaced:
        said = _("%s could not be placed") % _count(len(unplaced), MOST_SHOWN)
        parts.append(f"{said}: {_reasons(unplaced)}")
    if wrong:
        said = ngettext("%s is in the wrong hands", "%s are in the wrong hands", len(wrong))
        parts.append(said % _count(len(wrong), MOST_SHOWN))
    others = sum(1 for one in asked if not one.is_mine)
    if others:
        parts.append(ngettext("%d waits for a second person", "%d wait for a second person", others) % others)
    return f"{'; '.join(parts)}."


def _reasons(unplaced: list[Unplaced]) -> str:
    """The first one's, which is the most severe, and how many others there are: the list says each."""
    reasons = list(dict.fromkeys(one.reason for one in unplaced))
    first, others = reasons[0].rstrip("."), len(reasons) - 1
    if not others:
        return first
    said = ngettext("%(first)s, and %(others)d other reason", "%(first)s, and %(others)d other reasons", others)
    return said % {"first": first, "others": others}


def _count(number: int, most: int) -> str:
    """More than that are not counted."""
    return f"{most}+" if number >= most else str(number)


def _to_decide(standing: Standing, now: datetime) -> str:
    if not standing.count:
        return _("Nothing waits for your decision")
    count = _count(standing.count, MOST_COUNTED)
    if standing.oldest is None:
        return _("%s to decide") % count
    return _("%(count)s to decide; the oldest waits %(span)s") % {
        "count": count, "span": clocks.span(now - standing.oldest),
    }  # fmt: skip
