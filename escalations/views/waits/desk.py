"""Waits and holds: every interval that runs on a case that whoever asks may see, what is past its day first.

No clock pauses for any of them: the page says so, and shows the deadline of each case beside its wait.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from escalations.actors import Actor
from escalations.looking import looked
from escalations.models import Complaint, Look, Waiting
from escalations.models.waiting import WaitingQuerySet
from escalations.permissions import Scope, can
from escalations.views.listing import Chip as Used
from escalations.views.listing import without
from escalations.views.pages import page, person, staff_page
from escalations.views.rows import CALM, LATE, NONE, SOON, Chip, Row, Sight, listed, row_of
from routing.models import Team, User

PAGE_SIZE = 50
SOON_DAYS = 2
Options = list[tuple[str, str]]
COLUMNS = (
    ("due", gettext_lazy("Until")),
    ("on", gettext_lazy("On whom or what")),
    ("since", gettext_lazy("Since")),
    ("reference", gettext_lazy("Case")),
    ("words", gettext_lazy("In the customer's words")),
    ("whose", gettext_lazy("Whose case")),
    ("clock", gettext_lazy("Deadline")),
)
"""Each with the name of its cell, by which the style sheet gives it room."""


@dataclass(frozen=True)
class Tab:
    key: str
    label: str | Promise
    rows: Callable[[date], Q]
    empty: str | Promise


TABS = (
    Tab(
        "all",
        gettext_lazy("All"),
        lambda today: Q(),
        gettext_lazy("No case waits or is held. “Wait for somebody” and “Put on hold” stand on the page of each case."),
    ),
    Tab(
        "over",
        gettext_lazy("Past their day"),
        lambda today: Q(until__lt=today),
        gettext_lazy("Nothing is past its day: nobody needs to be chased."),
    ),
    Tab("waits", gettext_lazy("Waiting"), lambda today: Q(on__in=Waiting.WAITS), gettext_lazy("No case waits.")),
    Tab("holds", gettext_lazy("On hold"), lambda today: Q(on__in=Waiting.GROUNDS), gettext_lazy("No case is on hold.")),
)


@dataclass(frozen=True)
class Filter:
    """One thing that the address may narrow the list by. `options` are those that this person is offered."""

    name: str
    label: str
    options: Options
    rows: Callable[[str], Q]
    value: str = ""


@dataclass(frozen=True)
class Line:
    """One interval: its day in words, the case as every list tells it, on whom or what ground, since when."""

    row: Waiting
    chip: Chip
    case: Row
    due: Chip
    since: str
    note: str


@dataclass(frozen=True)
class Part:
    lines: list[Line]
    number: int
    has_next: bool


@staff_page("view_waiting")
@require_GET
def waits(request: HttpRequest) -> HttpResponse:
    """Tab, filters and page stand in the address. Four queries beside those of every page."""
    user, now = person(request), timezone.now()
    today, scope = timezone.localdate(now), Scope.of(user)
    runs = running(user)
    current = next((tab for tab in TABS if tab.key == request.GET.get("tab")), TABS[0])
    filters = _filters(request.GET, scope)
    numbers = _numbers(runs, today)
    rows = runs.filter(current.rows(today))
    for one in filters:
        rows = rows.filter(one.rows(one.value)) if one.value else rows
    part = _part(rows, request.GET.get("page", ""), user, now)
    kept = request.GET.copy()
    for name in ("tab", "page"):
        kept.pop(name, None)
    context = {
        "lead": _sentence(numbers),
        "tabs": [(tab.key, tab.label, numbers[tab.key], tab is current) for tab in TABS],
        "current": current,
        "kept": kept.urlencode(),
        "filters": filters,
        "chips": _chips(filters, request.GET),
        "part": part,
        "columns": COLUMNS,
        "buttons": [(name, f"{label}…") for name, label in buttons(user)],
    }
    return page(request, "waits/page.html", _("Waits and holds"), context)


def running(user: User) -> WaitingQuerySet:
    """The intervals that run on open cases which this person may see."""
    cases = Complaint.objects.visible_to(user).open().order_by()
    return Waiting.objects.open().filter(complaint__in=cases.values("pk"))


def buttons(user: User) -> list[tuple[str, str]]:
    """What this person may do to several at once."""
    actor = Actor.of(user)
    may = {action for action in ("wait", "stop_waiting", "hold", "lift_hold") if can(actor, action)}
    offers = [
        ("end", _("End"), {"stop_waiting", "lift_hold"}),
        ("move", _("Move the day"), {"wait", "hold"}),
        ("wait", _("Wait for somebody"), {"wait"}),
        ("hold", _("Put on hold"), {"hold"}),
    ]
    return [(name, label) for name, label, needs in offers if needs & may]


def _filters(asked: QueryDict, scope: Scope) -> list[Filter]:
    """What cannot be meant narrows nothing."""
    reasons = [(on.value, str(on.label)) for on in Waiting.On]
    made = [
        Filter("on", _("On whom or what"), reasons, lambda value: Q(on=value)),
        Filter("whose", _("Whose case"), _hands(scope), lambda value: _in_hands(value, scope)),
    ]
    return [
        Filter(one.name, one.label, one.options, one.rows, value)
        if (value := asked.get(one.name, "")) in dict(one.options)
        else one
        for one in made
    ]


def _hands(scope: Scope) -> Options:
    options: Options = []
    if scope.handler_id:
        options.append(("mine", _("mine")))
    if scope.team_id:
        options.append(("team", _("my team's")))
    options.append(("nobody", _("nobody's yet")))
    if scope.sees_all:
        teams = Team.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
        options += [(f"team-{pk}", name) for pk, name in teams]
    return options


def _in_hands(value: str, scope: Scope) -> Q:
    if value == "mine":
        return Q(complaint__handler=scope.handler_id)
    if value == "nobody":
        return Q(complaint__handler=None)
    team = scope.team_id if value == "team" else int(value.removeprefix("team-"))
    return Q(complaint__team=team)


def _chips(filters: list[Filter], asked: QueryDict) -> list[Used]:
    return [
        Used(f"{one.label}: {dict(one.options)[one.value]}", without(asked, (one.name,)))
        for one in filters
        if one.value
    ]


def _numbers(runs: WaitingQuerySet, today: date) -> dict[str, Any]:
    """By tab, how many; on how many cases; and since when the oldest is past its day. One query."""
    counts: dict[str, Any] = {tab.key: Count("pk", filter=tab.rows(today)) for tab in TABS if tab.key != "all"}
    oldest = Min("until", filter=Q(until__lt=today))
    cases = Count("complaint", distinct=True)
    return runs.order_by().aggregate(all=Count("pk"), cases=cases, oldest=oldest, **counts)


def _sentence(numbers: dict[str, Any]) -> str:
    """ "14 cases wait or are held; 3 are past their day, the oldest since Fri 13 Nov." """
    if not numbers["all"]:
        return _("No case waits for anybody, and none is on hold.")
    said = ngettext("%d case waits or is held", "%d cases wait or are held", numbers["cases"]) % numbers["cases"]
    if not numbers["over"]:
        return _("%s; nothing is past its day.") % said
    over = ngettext("%d is past its day", "%d are past their day", numbers["over"]) % numbers["over"]
    day = date_format(numbers["oldest"], "D j M")
    since = _("since %s") if numbers["over"] == 1 else _("the oldest since %s")
    return f"{said}; {over}, {since % day}."


def _part(rows: WaitingQuerySet, asked: str, user: User, now: datetime) -> Part:
    number = max(int(asked), 1) if asked.isdecimal() and len(asked) < 6 else 1
    start, sight = (number - 1) * PAGE_SIZE, Sight.of(user)
    found = list(rows.order_by(F("until").asc(nulls_last=True), "since", "pk")[start : start + PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    cases = {case.pk: case for case in listed(Complaint.objects.filter(pk__in=[row.complaint_id for row in shown]))}
    looked(user, cases.values(), Look.Place.LIST)
    lines = [_line(row, cases[row.complaint_id], sight, now) for row in shown if row.complaint_id in cases]
    return Part(lines, number, len(found) > PAGE_SIZE)


def _line(row: Waiting, case: Any, sight: Sight, now: datetime) -> Line:
    told = row_of(case, sight, now)
    since = date_format(timezone.localdate(row.since), "D j M")
    return Line(row, day_chip(row, timezone.localdate(now)), told, told.chip, since, row.note if sight.words else "")


def day_chip(row: Waiting, today: date) -> Chip:
    """The day by which to chase or look again, in words."""
    if row.until is None:
        return Chip(_("no day"), tone=NONE)
    left, when = (row.until - today).days, date_format(row.until, "D j M")
    if left < 0:
        return Chip(ngettext("%d day over", "%d days over", -left) % -left, when, LATE)
    if left == 0:
        return Chip(_("today"), when, SOON)
    return Chip(ngettext("in %d day", "in %d days", left) % left, when, SOON if left <= SOON_DAYS else CALM)
