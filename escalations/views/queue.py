"""My work: the cases of whoever is logged in, by tab, the soonest deadline first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from escalations import searching
from escalations.actions import HANDLER
from escalations.actors import Actor
from escalations.fields.narrowing import offered
from escalations.handing_over.completeness import READS, gaps
from escalations.looking import looked
from escalations.models import Complaint, HandoverRequest, Look
from escalations.models.case_peers import together
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import Scope, can
from escalations.placing import routing_desk
from escalations.views import bulk, saved_views, watching
from escalations.views.listing import DEADLINE, SORTS, Listing, listing_of, without, worth_saving
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.rows import Sight, listed, row_of
from escalations.views.tabs import EMPTY, Tab, counted, sentence, standing, tabs_of
from routing.definitions import Definitions
from routing.models import User

PAGE_SIZE = 25
MOST = 100
"""So many open questions are counted."""
LONGEST_SEARCH = 100
COLUMNS = (
    ("due", gettext_lazy("Due")),
    ("reference", gettext_lazy("Case")),
    ("words", gettext_lazy("In the customer's words, and who they are")),
    ("product", gettext_lazy("Product")),
    ("severity", gettext_lazy("Severity")),
    ("state", gettext_lazy("State")),
    ("last", gettext_lazy("Last")),
)
"""Each with the name of its cell, by which the style sheet gives it room."""


@dataclass(frozen=True)
class Part:
    """One page of a list. The whole is never counted: only whether there is more."""

    cases: list[Any]
    number: int
    has_next: bool

    @classmethod
    def of(cls, cases: ComplaintQuerySet, asked: str, user: User, now: datetime) -> "Part":
        number = max(int(asked), 1) if asked.isdecimal() and len(asked) < 6 else 1
        start = (number - 1) * PAGE_SIZE
        keys = cases.values("pk")[start : start + PAGE_SIZE + 1]
        # The page is found by keys alone, so that what a line shows is only looked up for the lines shown.
        rows = listed(Complaint.objects.filter(pk__in=keys)).with_presence(user.pk, now)
        found = list(_in_same_order(rows, cases))
        return cls(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE)


def _in_same_order(rows: ComplaintQuerySet, like: ComplaintQuerySet) -> ComplaintQuerySet:
    return rows.order_by(*like.query.order_by)


@staff_page("view_complaint")
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The list that the address names: tab, filters, order; with `q`, what was searched for among all visible cases."""
    user, now = person(request), timezone.now()
    scope, sight = Scope.of(user), Sight.of(user)
    tabs = tabs_of(scope)
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    current = chosen(tabs, request.GET.get("tab", ""))
    offers = offered(Definitions.load(), sight)
    listing = listing_of(request.GET, sight, offers)
    views = saved_views.beside_the_tabs(user, tabs, sight, now, offers)
    numbers = standing(user, tabs, now, {view.key: view.rows for view in views if view.rows is not None})
    rows = _cases(user, scope, current, asked, sight, listing, now)
    part = Part.of(rows, request.GET.get("page", ""), user, now)
    here = worth_saving(request.GET)
    looked(user, part.cases, Look.Place.LIST)
    context = {
        "listing": listing,
        "lead": sentence(scope, numbers, tabs, now),
        "tabs": [_link(tab, current, asked, numbers.counts[tab.key]) for tab in tabs],
        "views": [view.shown(numbers.counts, here, asked) for view in views],
        "current": current.key if current else "",
        "sort_says": SORTS[listing.sort] if listing.sort != DEADLINE else "",
        "unsorted": without(request.GET, ("sort",)),
        "sorts": [(name, label, name == listing.sort) for name, label in SORTS.items()],
        "rows": [row_of(case, sight, now) for case in part.cases],
        "part": part,
        "asked": asked,
        "here": _address(request),
        "watch": watching.of_list(user, part.cases, numbers),
        "questions": questions(user),
        "empty": EMPTY.get(current.key, "") if current else "",
        "columns": COLUMNS,
        "buttons": bulk.offered(user),
        "may_take": can(Actor.of(user), "take"),
        "may_register": can(Actor.of(user), "register"),
        "may_save": bool(here) and not asked,
        "to_save": here,
        "names_are_searched": sight.identity,
        "words_are_searched": sight.words,
    }
    return page(request, "queue/page.html", _title(scope), context)


def _address(request: HttpRequest) -> str:
    """What the list is fetched again by: the same list and page, wherever the focus is."""
    asked = request.GET.copy()
    asked.pop("take", None)
    return f"{request.path}?{asked.urlencode()}"


def chosen(tabs: list[Tab], key: str) -> Tab | None:
    """The tab that the address names; else where this person's own work is, or all that is open."""
    by_key = {tab.key: tab for tab in tabs}
    return next((by_key[name] for name in (key, "open", "mine", "all") if name in by_key), None)


def _cases(
    user: User, scope: Scope, tab: Tab | None, asked: str, sight: Sight, listing: Listing, now: datetime
) -> ComplaintQuerySet:
    visible = Complaint.objects.visible_to(user)
    if asked:
        return listing.rows(searching.found(visible, asked, by_name=sight.identity, by_words=sight.words))
    if tab is None:
        return visible.none()
    return listing.ordered(listing.rows(tab.rows(visible.unmerged(), scope, now)), tab)


def _link(tab: Tab, current: Tab | None, asked: str, count: int) -> dict[str, Any]:
    return {"key": tab.key, "label": tab.label, "count": counted(count), "is_current": tab is current and not asked}


def _title(scope: Scope) -> str:
    if HANDLER in scope.roles:
        return _("My work")
    return _("Cases") if scope.sees_all else _("My complaints")


MOST_QUESTIONS = 5


@dataclass(frozen=True)
class Questions:
    """The complaints that went up by themselves and of which this person is asked what is missing: how many, and the
    first of them with what is still asked for."""

    count: int
    first: list[tuple[Complaint, str]]


def questions(user: User) -> Questions | None:
    """None where nothing is asked. Two queries more where something is, for any number."""
    asked = HandoverRequest.objects.unanswered().filter(asked_of=user)
    cases = Complaint.objects.visible_to(user).open().filter(handover_request__in=asked)
    read = list(cases.select_related("handover_request").prefetch_related(*READS).order_by("-severity", "pk")[:MOST])
    found = [(case, case.handover_request.still_asks_for(gaps(case))) for case in together(read)]
    open_ones = [(case, ", ".join(str(part.label) for part in parts)) for case, parts in found if parts]
    looked(user, [case for case, _parts in open_ones[:MOST_QUESTIONS]], Look.Place.LIST)
    return Questions(len(open_ones), open_ones[:MOST_QUESTIONS]) if open_ones else None


@staff_page("take_complaint")
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Gives whoever asks the most urgent case that they may take."""
    case, why = routing_desk.take_next(person(request))
    if case is not None:
        messages.success(request, _("%s is yours now.") % case.reference)
        return see_other("case", reference=case.reference)
    if why:
        messages.warning(request, _("No case on the list can be yours right now. %s") % why)
    else:
        messages.info(request, _("Nothing waits on your team's list."))
    return see_other("queue")
