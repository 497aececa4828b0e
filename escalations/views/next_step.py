"""The next step of a case: one primary button, what it still needs, and who can do what this person may not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.actions import ACTIONS
from escalations.forms.steps import FORMS, NoData
from escalations.models import Complaint
from escalations.permissions import who_can
from escalations.states import ClosedAs, State
from escalations.steps.needs import of_point
from escalations.views.ways import BY_POINT as BY_POINT_PAGE
from escalations.views.ways import point_of
from escalations.workflow import Offer
from routing.models import Field

MAIN: dict[str, tuple[str, ...]] = {
    State.FRONTLINE: ("settle", "trigger"),
    State.TRIGGERED: ("accept", "route"),
    State.ROUTED: ("take", "investigate"),
    State.INVESTIGATING: ("communicate",),
    State.COMMUNICATING: ("resolve",),
    State.RESOLVED: ("close",),
    State.CLOSED: (),
}
"""What moves the case on from each state: the first that works is the primary button."""

HELPERS: dict[str, tuple[str, ...]] = {
    State.FRONTLINE: ("record_attempt", "add_statement"),
    State.TRIGGERED: ("send_back",),
    State.ROUTED: ("reassign", "reroute"),
    State.INVESTIGATING: ("record_outcome", "propose_remedy", "request_evidence", "wait"),
    State.COMMUNICATING: ("write", "reinvestigate", "confirm_cause"),
    State.RESOLVED: ("acknowledge_outcome", "confirm_cause"),
    State.CLOSED: ("acknowledge_outcome", "reopen", "restore"),
}
"""What usually brings the next step nearer."""

GUIDED = {"trigger": "escalations:escalate"}
"""Steps with a page of their own, which asks for what is missing instead of refusing."""

COMPOSE = ("write", "receive", "note")
BY_LINK = ("link", "unlink", "merge")
"""Offered beside what belongs to the case."""

BY_EVIDENCE = ("describe_evidence", "answer_evidence", "listen_evidence", "stop_waiting", "lift_hold")
BY_PAGE = ("send_link", "print_link", "withdraw_link")
"""Offered in the panel of the customer's page."""
BY_PARTY = ("record_speaker",)
"""Offered beside who the customer is."""
BY_TASK = ("withdraw_task", "tick")
BY_POINT = ("record_finding",)
"""Offered beside the request, the interval, the task, the item or the point; what `record_outcome` says whole."""

BY_REMEDY = (
    "approve_remedy", "refuse_remedy", "pay_remedy", "schedule_remedy", "payment_failed", "check_calculation",
    "decline_confirmation",
)  # fmt: skip
"""Offered beside the row that they are about, not in the list of other actions."""


@dataclass(frozen=True)
class Button:
    """One way to act. `at_once`: nothing is asked, so that the button itself posts."""

    action: str
    label: str
    at_once: bool
    missing: tuple[str, ...] = ()
    confirms: str = ""
    query: str = ""
    page: str = ""
    address: str = ""


@dataclass(frozen=True)
class NextStep:
    """What the panel shows. `blocked` is the step that still needs something; `waits_for` who else can go on."""

    primary: Button | None
    also: list[Button]
    blocked: list[Button]
    waits_for: str
    helpers: list[Button]
    more: list[Button]
    answered: str = ""
    """What the customer has said to this outcome so far."""


def next_step(case: Complaint, offers: Sequence[Offer]) -> NextStep:
    by_name = {offer.action: _in_its_place(case, button(offer)) for offer in offers if _makes_sense(case, offer)}
    confirming = [offer.action for offer in offers if offer.confirms and offer.ready]
    main = [by_name[name] for name in (*confirming, *MAIN[case.state]) if name in by_name]
    ready = [one for one in main if not one.missing]
    blocked = [one for one in main if one.missing] if not ready or case.state == State.FRONTLINE else []
    helpers = _those(by_name, _helps(case), besides=ready)
    first = brings_nearer(case) if not ready else ""
    nearer = next((one for one in (*helpers, *_those(by_name, (first,), besides=helpers)) if one.action == first), None)
    shown = {one.action for one in (*ready, *blocked, *helpers)} | {
        *COMPOSE,
        *BY_REMEDY,
        *BY_LINK,
        *BY_EVIDENCE,
        *BY_PAGE,
        *BY_PARTY,
        *BY_TASK,
        *BY_POINT,
    }
    shown |= {first, *MAIN[case.state]}
    return NextStep(
        primary=ready[0] if ready else nearer,
        also=ready[1:],
        blocked=blocked,
        waits_for="" if main else _waits_for(case),
        helpers=[one for one in helpers if one is not nearer],
        more=[one for name, one in by_name.items() if name not in shown],
        answered=_said(case),
    )


def _helps(case: Complaint) -> tuple[str, ...]:
    """A confirmed cause brings nothing nearer: it is corrected under "More". A no is answered one tier up."""
    names = [name for name in HELPERS[case.state] if name != "confirm_cause" or case.unconfirmed]
    disagrees = case.state == State.RESOLVED and case.last_refusal is not None
    return ("escalate_further", *names) if disagrees else tuple(names)


def _said(case: Complaint) -> str:
    """What the customer has answered to the outcome as it stands."""
    event = case.last_answer
    if event is None:
        return ""
    day = date_format(timezone.localtime(event.at), "D j M Y")
    refused = case.last_refusal is not None
    return (_("The customer did not accept, %s.") if refused else _("The customer accepted, %s.")) % day


def _in_its_place(case: Complaint, one: Button) -> Button:
    """What is said of a point has a page of its own, beginning with the first that lacks something; a customer who said
    no may still say yes."""
    if one.action == "acknowledge_outcome" and case.last_answer:
        return replace(one, label=_("Record a new answer of the customer"))
    if one.action not in BY_POINT_PAGE:
        return one
    lacking = {
        "record_outcome": [point for point in case.points.all() if any(of_point(case, point))],
        "confirm_cause": case.unconfirmed,
    }[one.action]
    if one.action == "confirm_cause" and not lacking:
        one = replace(one, label=_("Correct the root cause"))
    return replace(one, address=point_of(case, [point.pk for point in lacking]))


def brings_nearer(case: Complaint) -> str:
    """What to do first while the next step still needs something; empty when it is not this person's to give."""
    points = case.points.all()
    if case.state == State.FRONTLINE and not case.attempts.all():
        return "record_attempt"
    if case.state == State.FRONTLINE:
        return "set_fields" if case.lacking(Field.Needed.TRIGGER) else ""
    if case.state == State.INVESTIGATING and any(any(of_point(case, point)) for point in points):
        return "record_outcome"
    if case.state == State.INVESTIGATING:
        return "set_fields" if case.lacking(Field.Needed.OUTCOME) else ""
    if case.state == State.COMMUNICATING:
        return "write"
    if case.state == State.RESOLVED and case.acknowledged_at is None and case.last_answer is None:
        return "acknowledge_outcome"
    return "confirm_cause" if case.unconfirmed else ""


def _those(by_name: dict[str, Button], names: Iterable[str], *, besides: Sequence[Button]) -> list[Button]:
    taken = {one.action for one in besides}
    return [by_name[name] for name in names if name in by_name and name not in taken and not by_name[name].missing]


def _waits_for(case: Complaint) -> str:
    """Whose turn it is, when nothing that moves the case on is this person's."""
    names = MAIN[case.state]
    if not names:
        return ""
    rule = ACTIONS[names[-1] if case.state == State.ROUTED and case.handler_id else names[0]]
    return _("Next: %(step)s. %(who)s") % {"step": rule.label, "who": who_can(rule, case)}


def button(offer: Offer) -> Button:
    rule = ACTIONS[offer.action]
    at_once = FORMS.get(offer.action) is NoData and not rule.reason_required and not offer.confirms
    asked = offer.confirms
    said = _("%(who)s asks: %(why)s") % {"who": asked.asked_by, "why": asked.reason} if asked else ""
    label = offer.label[:1].upper() + offer.label[1:]
    if offer.action in GUIDED:
        return Button(offer.action, label, False, page=GUIDED[offer.action])
    if offer.action == "write":
        return Button(offer.action, _("Write the final response"), at_once, query="?kind=final_response")
    return Button(offer.action, label, at_once, offer.missing, said)


def has_fields(case: Complaint) -> bool:
    """Whether the organisation asks anything of its own of such a case, or the case says something."""
    return bool(case.definitions.asked_of(case.complaint_type_id) or case.own_values)


def _makes_sense(case: Complaint, offer: Offer) -> bool:
    """Leaves out what the table allows in this state and this case gives no occasion for."""
    set_aside = case.closed_as == ClosedAs.SET_ASIDE
    senseless = {
        "set_fields": offer.action == "set_fields" and not has_fields(case),
        "restore": not set_aside,
        "reopen": set_aside,
        "reassign": case.handler_id is None,
        "take": case.handler_id is not None,
        "investigate": case.handler_id is None,
    }
    return offer.action in FORMS and not senseless.get(offer.action, False)
