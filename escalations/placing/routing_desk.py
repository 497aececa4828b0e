"""Where cases and routing meet: the waiting are placed, and whoever takes a case is checked as routing would."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.errors import Refusal
from escalations.models import Complaint
from escalations.models.case_peers import together
from escalations.permissions import Scope
from escalations.placing.continuity import earlier_of
from escalations.placing.facts import facts_of
from escalations.placing.glance import glance
from escalations.placing.waiting import Looks
from escalations.workflow import perform, perform_many
from routing.assignment import Ask, PlacementRefused, place_many, preview
from routing.by_hand import obstacles
from routing.composed import Composed
from routing.house import House
from routing.locking import lock_asked, to_lock
from routing.models import Decision, Handler

if TYPE_CHECKING:
    from routing.models import User

log = structlog.get_logger(__name__)
ROUTING = Actor.system("routing")
BATCH = 100
"""So many cases are placed in one transaction."""
MOST_TRIED = 20
"""How far down the team's list somebody who asks for the next case is offered one."""


def place_waiting(*, at: datetime | None = None) -> int:
    """Place the accepted cases that wait and about which something changed since the last look; returns how many were
    placed. Several workers share the work: what another has in hand is left to it.

    What no rule can place keeps a decision that says why, and is looked at again when something changes.
    """
    looks = Looks.begin(at or timezone.now())
    due = looks.due()
    return sum(_tried(due[start : start + BATCH], looks) for start in range(0, len(due), BATCH))


def _tried(keys: list[int], looks: Looks) -> int:
    """In a batch that fails each case is tried by itself; one that cannot be placed because of an error is logged and
    left waiting. It must not stop the others."""
    try:
        return place(keys, at=looks.at, looks=looks)
    except Exception as error:
        if len(keys) > 1:
            return sum(_tried([key], looks) for key in keys)
        code = getattr(error, "code", "error")
        log.warning("case_not_placed", complaint=keys[0], code=code, exc_info=not isinstance(error, EXPECTED))
        return 0


EXPECTED = (Refusal, PlacementRefused)


def place_one(pk: int, *, at: datetime | None = None) -> bool:
    """The same for one case, waiting for whoever has it in hand. False when it moved on or could not be placed."""
    return place([pk], at=at or timezone.now(), hold=WAITED_FOR) == 1


KEY = Complaint._meta.pk
WAITED_FOR = Composed(lambda keys: to_lock(Complaint.objects.accepted().filter(pk__in=keys)), KEY)
CLAIMED = Composed(lambda keys: to_lock(Complaint.objects.accepted().filter(pk__in=keys), skip_locked=True), KEY)
"""The accepted cases among these; those that somebody else has in hand are waited for, or left out."""


def place(
    keys: Sequence[int], *, at: datetime, looks: Looks | None = None, hold: "Composed[Complaint]" = CLAIMED
) -> int:
    """Lock the cases, look again, decide, and take the steps: in one transaction, in the order given. Returns how many
    were placed."""
    with transaction.atomic():
        held = {case.pk: case for case in lock_asked(hold, list(keys))}
        cases = together([held[key] for key in keys if key in held])
        for case in cases:
            case.is_accepted = True
        decided = list(zip(cases, decide_many(cases, at), strict=True))
        _route([(case, decision) for case, decision in decided if decision.placed], at)
        if looks:
            looks.remember((case, decision) for case, decision in decided if not decision.placed)
    return sum(decision.placed for _case, decision in decided)


def _route(placed: Sequence[tuple[Complaint, Decision]], at: datetime) -> None:
    """A step that is refused takes the whole batch back: then nothing of it was decided either."""
    results = perform_many(
        [case for case, _decision in placed], "route", actor=ROUTING, at=at, held=True,
        each={case.pk: {"decision": decision} for case, decision in placed},
        reasons={case.pk: decision.reason for case, decision in placed},
    ) if placed else []  # fmt: skip
    for result in results:
        if result.refusal:
            raise result.refusal


def decide(case: Complaint, at: datetime) -> Decision:
    (decision,) = decide_many([case], at)
    return decision


def decide_again(case: Complaint, at: datetime) -> Decision:
    """What the rules of today would say of the case as it stands. Changes nothing."""
    return preview(_asks([case], at)[0], at=at)


def decide_many(cases: Sequence[Complaint], at: datetime) -> list[Decision]:
    """By the rules, one after the other. The cases are locked already; the handlers of their teams are after it."""
    if not cases:
        return []
    house = House.now()
    for case in cases:
        case.weights = house.weights
    return place_many(_asks(cases, at), at=at, house=house)


def _asks(cases: Sequence[Complaint], at: datetime) -> list[Ask]:
    seen = glance([case.pk for case in cases], to_place=True)
    facts, earlier = facts_of(cases, at=at, seen=seen), earlier_of(cases, seen)
    return [Ask(case.reference, known, earlier.get(case.pk)) for case, known in zip(cases, facts, strict=True)]


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
