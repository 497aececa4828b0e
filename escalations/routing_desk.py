"""Where cases and routing meet: the waiting are placed, and whoever takes a case is checked as routing would."""

from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.errors import Refusal
from escalations.facts import facts_of
from escalations.models import Complaint
from escalations.permissions import Scope
from escalations.workflow import perform
from routing.assignment import Ask, PlacementRefused, place, preview
from routing.by_hand import obstacles
from routing.fairness import Earlier
from routing.locking import lock
from routing.models import Assignment, Decision, Handler

if TYPE_CHECKING:
    from routing.models import User

log = structlog.get_logger(__name__)
ROUTING = Actor.system("routing")
MOST_TRIED = 20
"""How far down the team's list somebody who asks for the next case is offered one."""


def place_waiting(*, at: datetime | None = None) -> int:
    """Place every accepted case that waits, one transaction each; returns how many were placed.

    What no rule can place keeps a decision that says why, and is looked at again by the next sweep.
    """
    waiting = Complaint.objects.accepted().order_by("-severity", "received_at").values_list("pk", flat=True)
    return sum(_tried(pk, at) for pk in list(waiting))


def _tried(pk: int, at: datetime | None) -> bool:
    """A case that cannot be placed because of an error is logged and left waiting; it must not stop the others."""
    try:
        return place_one(pk, at=at)
    except (Refusal, PlacementRefused) as refused:
        log.warning("case_not_placed", complaint=pk, code=refused.code)
    except Exception:
        log.exception("case_not_placed", complaint=pk)
    return False


def place_one(pk: int, *, at: datetime | None = None) -> bool:
    """Lock the case, look again, decide, and take the step. False when it moved on or could not be placed."""
    at = at or timezone.now()
    with transaction.atomic():
        cases = lock(Complaint.objects.accepted().filter(pk=pk))
        if not cases:
            return False
        (case,) = cases
        decision = decide(case, at)
        if not decision.placed:
            return False
        perform(case, "route", actor=ROUTING, reason=decision.reason, at=at, decision=decision)
    return True


def decide(case: Complaint, at: datetime) -> Decision:
    (facts,) = facts_of([case], at=at)
    return place(case.reference, facts, at=at, earlier=_earlier(case))


def decide_again(case: Complaint, at: datetime) -> Decision:
    """What the rules of today would say of the case as it stands. Changes nothing."""
    (facts,) = facts_of([case], at=at)
    return preview(Ask(case.reference, facts, _earlier(case)), at=at)


def _earlier(case: Complaint) -> Earlier | None:
    """A reopened case goes back to whoever had it, where possible."""
    last = case.events.filter(to_state="triggered").exclude(from_state="triggered").order_by("-number").first()
    if last is None or last.action != "reopen":
        return None
    held = Assignment.objects.filter(reference=case.reference).order_by("-pk").first()
    return Earlier(held.handler_id, same_case=True) if held else None


def why_not(case: Complaint, user: "User", at: datetime) -> str:
    """What keeps this person from taking the case, by the same checks as routing; empty when nothing does."""
    handler = Handler.objects.filter(user=user).select_related("team").first()
    decision = Decision.objects.latest_of(case.reference)
    if handler is None or decision is None:
        return _("The case waits for a handler of its team.")
    (facts,) = facts_of([case], at=at)
    return " ".join(obstacles(handler, decision, facts, at=at, hold=transaction_is_open()))


def transaction_is_open() -> bool:
    """Inside `perform` the handler's row stays locked until the case is theirs; a page that only asks locks nothing."""
    return transaction.get_connection().in_atomic_block


def take_next(user: "User") -> tuple[Complaint | None, str]:
    """The most urgent case on the list of this person's team that they may take, taken for them.

    Else None, and what keeps them from the most urgent one; nothing when the list is empty. Two who ask at the
    same time never get the same case: the second sees under the lock that it is held and goes on to the next.
    """
    waiting = Complaint.objects.visible_to(user).unheld().filter(team=Scope.of(user).team_id)
    urgent = waiting.order_by("-priority", F("due_at").asc(nulls_last=True), "-severity", "pk")
    why = ""
    for case in urgent[:MOST_TRIED]:
        try:
            return perform(case, "take", actor=Actor.of(user)).complaint, ""
        except Refusal as refusal:
            why = why or f"{case.reference}: {refusal.message}"
    return None, why
