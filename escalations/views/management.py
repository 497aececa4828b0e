"""The manager's page: approvals first, then executive escalations, then load, with the moves that would even it out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from escalations.actors import Actor
from escalations.errors import Refusal
from escalations.looking import looked
from escalations.models import Complaint, Look
from escalations.placing.balancing import Move, TeamLoad, moves, team_loads
from escalations.states import Tier
from escalations.views.approvals import Approval, waiting_for
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.rows import Sight, listed, row_of
from escalations.workflow import perform
from routing.models import Handler, User
from routing.second_person import changes_for

MOST_APPROVALS, MOST_EXECUTIVE = 5, 10
MOVED = "moved"
"""Where the session keeps the latest moves, so that they can be taken back."""
Moved = tuple[str, int | None, int]
"""A case by its reference, the handler who had it, and the number of the event that took it away."""


@staff_page("take_over_complaint")
@require_GET
def management(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    ready = [one for one in waiting_for(user) if not one.why_not]
    executive = _executive(user)
    loads, members = team_loads(now)
    proposed = moves(members, user, now)
    sight = Sight.of(user)
    looked(user, [*executive, *(one.case for one in proposed)], Look.Place.LIST)
    context: dict[str, Any] = {
        "lead": _sentence(ready, executive, loads, proposed),
        "ready": ready[:MOST_APPROVALS],
        "more": max(0, len(ready) - MOST_APPROVALS),
        "executive": [row_of(case, sight, now) for case in executive],
        "loads": loads,
        "moves": proposed,
        "back": "management",
        "moved": [reference for reference, _giver, _seen in request.session.get(MOVED, [])],
        "changes": changes_for(user),
    }
    return page(request, "management.html", _("Management"), context)


def _executive(user: User) -> list[Any]:
    rows = Complaint.objects.visible_to(user).open().filter(tier=Tier.EXECUTIVE)
    return list(listed(rows).order_by("due_at", "pk")[:MOST_EXECUTIVE])


def _sentence(ready: list[Approval], executive: list[Any], loads: list[TeamLoad], proposed: list[Move]) -> str:
    """What a manager came to know: what waits for them, what stands highest, who has too much, who is away."""
    waits = ngettext("%d approval waits for you", "%d approvals wait for you", len(ready)) % len(ready)
    over = sum(1 for team in loads for one in team.people if one.is_over)
    away = sum(len(team.away) for team in loads)
    count = len(executive)
    parts = [waits if ready else _("No approval waits for you")]
    if count:
        parts.append(ngettext("%d case is with the executive", "%d cases are with the executive", count) % count)
    if over:
        parts.append(ngettext("%d colleague holds too much", "%d colleagues hold too much", over) % over)
    if away:
        parts.append(ngettext("%d is away", "%d are away", away) % away)
    if proposed:
        parts.append(ngettext("%d move would help", "%d moves would help", len(proposed)) % len(proposed))
    return "; ".join(parts) + "."


@staff_page("take_over_complaint")
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Hand over each case that was chosen; what cannot go any more says why, the others go."""
    user, done = person(request), list[Moved]()
    reason = request.POST.get("reason", "").strip() or _("Load is evened out over the team.")
    for chosen in request.POST.getlist("move"):
        case, handler, seen = _read(chosen, user)
        if case is None or handler is None:
            messages.error(request, _("One of these cases is not there any more."))
            continue
        if moved := _hand_over(request, case, handler, seen, reason):
            done.append(moved)
    request.session[MOVED] = [*done] or request.session.get(MOVED, [])
    if not done and not request.POST.getlist("move"):
        messages.info(request, _("Choose at least one move."))
    return see_other("management")


def _hand_over(
    request: HttpRequest, case: Complaint, handler: Handler, seen: int | None, reason: str
) -> "Moved | None":
    """None where it is refused, which is said."""
    giver = case.handler_id
    try:
        event = perform(
            case, "reassign", actor=Actor.of(person(request)), reason=reason, seen=seen, handler=handler
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, f"{case.reference}: {refusal.message}")
        return None
    return case.reference, giver, event.number


@staff_page("take_over_complaint")
@require_POST
def move_back(request: HttpRequest) -> HttpResponse:
    """Undo the latest moves: each case goes back to whoever had it, unless something happened to it since."""
    user, done = person(request), 0
    for reference, giver, seen in request.session.pop(MOVED, []):
        case = Complaint.objects.visible_to(user).filter(reference=reference).first()
        handler = Handler.objects.active().filter(pk=giver).first()
        if case is None or handler is None:
            messages.error(request, _("%s cannot go back: it, or whoever had it, is not there any more.") % reference)
        elif _hand_over(request, case, handler, seen, _("A move that evened out load is taken back.")):
            done += 1
    if done:
        messages.success(request, ngettext("%d case went back.", "%d cases went back.", done) % done)
    return see_other("management")


def _read(chosen: str, user: User) -> tuple[Complaint | None, Handler | None, int | None]:
    """ "R-2026-000012:7:31": the case, who gets it, and the latest event that was seen of it."""
    reference, _colon, rest = chosen.partition(":")
    handler, _colon, seen = rest.partition(":")
    if not (handler.isdecimal() and seen.isdecimal() and len(rest) < 30) or "\x00" in reference:
        return None, None, None
    case = Complaint.objects.visible_to(user).filter(reference=reference).first()
    return case, Handler.objects.active().filter(pk=int(handler)).first(), int(seen)
