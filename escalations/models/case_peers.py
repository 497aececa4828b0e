"""What a case asks of other tables, asked once for all cases that are handled together.

So a batch takes as many queries as one case: the first that asks answers for its peers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db.models import prefetch_related_objects

from escalations.models.checklist import ChecklistItem
from escalations.models.clock import Days, Policy, days_by_policy
from escalations.models.event import Event
from escalations.models.handover import required_parts
from escalations.models.risk import RiskPolicy, RiskScore
from escalations.models.trigger import Trigger
from escalations.states import HandoverPart, State
from routing.authority import whole_matrix, whole_steps
from routing.by_hand import HandDesk
from routing.definitions import Definitions
from routing.facts import Facts
from routing.models import ApprovalStep, Assignment, AuthorityLimit, Handler
from routing.models.weights import Weights, weights

if TYPE_CHECKING:
    from escalations.models.complaint import Complaint
    from escalations.placing.conflicts import Conflicts

Cases = Sequence["Complaint"]


class Shared:
    """A property that is read for many cases at once, by primary key; kept until `forget_shared`, or for as long as the
    row is in hand where no step on a case can change it (`lasts`)."""

    def __init__(self, read: Callable[[Cases], Mapping[int, Any]], *, lasts: bool = False) -> None:
        self.read, self.lasts = read, lasts

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, case: Any, owner: type | None = None) -> Any:
        if case is None:
            return self
        found = self.read(case.peers)
        for peer in case.peers:
            peer.__dict__[self.name] = found.get(peer.pk)
        return case.__dict__[self.name]


def _policy(cases: Cases) -> dict[int, Policy]:
    policy = Policy.current()
    return {case.pk: policy for case in cases}


def _weights(cases: Cases) -> dict[int, Weights]:
    table = weights()
    return {case.pk: table for case in cases}


def _deadline_days(cases: Cases) -> dict[int, Days]:
    days = days_by_policy()
    return {case.pk: days for case in cases}


def _last_event(cases: Cases) -> dict[int, Event]:
    latest = {case.latest_event for case in cases}
    found = Event.objects.filter(complaint__in=cases, number__in=latest).order_by("number")
    return {event.complaint_id: event for event in found}


def _last_assignment(cases: Cases) -> dict[int, Assignment]:
    by_reference = {case.reference: case.pk for case in cases}
    found = Assignment.objects.filter(reference__in=by_reference).select_related("handler", "team")
    return {by_reference[row.reference]: row for row in found.order_by("since", "pk")}


def _set_aside_event(cases: Cases) -> dict[int, Event]:
    found = Event.objects.filter(complaint__in=cases, action="set_aside", to_state=State.CLOSED)
    return {event.complaint_id: event for event in found.order_by("number")}


def _required_parts(cases: Cases) -> dict[int, list[HandoverPart]]:
    by_type = required_parts(case.complaint_type_id for case in cases)
    return {case.pk: by_type[case.complaint_type_id] for case in cases}


def _risk(cases: Cases) -> dict[int, RiskScore]:
    policy = RiskPolicy.current()
    if not policy.is_shown:
        return {}
    found = RiskScore.objects.filter(complaint__in=cases, model=policy.model)
    return {row.complaint_id: row for row in found.select_related("model")}


def _accepted(cases: Cases) -> dict[int, bool]:
    prefetch_related_objects(cases, "triggers")
    return {case.pk: any(row.state == Trigger.State.ACCEPTED for row in case.triggers.all()) for case in cases}


def _matrix(cases: Cases) -> dict[int, list[AuthorityLimit]]:
    limits = whole_matrix()
    return {case.pk: limits for case in cases}


def _approval_steps(cases: Cases) -> dict[int, list[ApprovalStep]]:
    steps = whole_steps()
    return {case.pk: steps for case in cases}


def _held_before(cases: Cases) -> dict[int, Handler]:
    by_reference = {case.reference: case for case in cases}
    rows = Assignment.objects.filter(reference__in=by_reference).select_related("handler__user", "handler__team")
    found: dict[int, Handler] = {}
    for row in rows.order_by("since", "pk"):
        case = by_reference[row.reference]
        if row.handler_id != case.handler_id:
            found[case.pk] = row.handler
    return found


def _hand_desk(cases: Cases) -> dict[int, HandDesk]:
    return dict.fromkeys((case.pk for case in cases), HandDesk())


def _facts(cases: Cases) -> dict[int, Facts]:
    from escalations.placing.facts import facts_of

    return {case.pk: facts for case, facts in zip(cases, facts_of(cases), strict=True)}


def _barred(cases: Cases) -> dict[int, "Conflicts"]:
    from escalations.placing.conflicts import barred_from_deciding

    return {case.pk: found for case, found in zip(cases, barred_from_deciding(cases), strict=True)}


def _checklist(cases: Cases) -> dict[int, list[ChecklistItem]]:
    items = list(ChecklistItem.objects.filter(is_active=True))
    return {
        case.pk: [one for one in items if one.complaint_type_id in (None, case.complaint_type_id)] for case in cases
    }


def _definitions(cases: Cases) -> dict[int, Definitions]:
    known = Definitions.load()
    return {case.pk: known for case in cases}


class CasePeers:
    """The part of Complaint that looks things up."""

    policy = Shared(_policy, lasts=True)
    """The house's own periods."""
    definitions = Shared(_definitions)
    """The organisation's own fields."""
    deadline_days = Shared(_deadline_days, lasts=True)
    """Calendar days by deadline and severity, as the admin has them."""
    weights = Shared(_weights, lasts=True)
    """What cases weigh by severity and tier, as the admin has it."""
    last_event = Shared(_last_event)
    """The last thing that happened."""
    last_assignment = Shared(_last_assignment)
    """Who held it last, from the ledger; None when nobody ever did."""
    is_accepted = Shared(_accepted)
    """Whether one of its triggers was accepted."""
    held_before = Shared(_held_before)
    """Who held it last but whoever holds it now; None when nobody else did."""
    matrix = Shared(_matrix, lasts=True)
    """The authority limits in force today."""
    approval_steps = Shared(_approval_steps, lasts=True)
    """Who has to agree one after the other, as of today."""
    hand_desk = Shared(_hand_desk)
    """Where they are sent by hand together."""
    facts = Shared(_facts)
    """What routing is told about it."""
    required_parts = Shared(_required_parts)
    """What an agent must hand over before a complaint of its type goes up."""
    shown_risk = Shared(_risk)
    """Its learned risk score by the version in use; None where there is none, or none may be shown."""
    barred = Shared(_barred)
    """Who must not decide on its remedies because they are involved in it, and how."""
    checklist = Shared(_checklist)
    """What is to be seen to in a complaint of its type."""
    set_aside_event = Shared(_set_aside_event)
    """How it was last set aside; None when it never was."""

    _peers: "Cases | None" = None

    @property
    def peers(self) -> Cases:
        """The cases handled together with this one, itself among them."""
        return self._peers or [cast("Complaint", self)]

    def forget_shared(self) -> None:
        """After a step, what was looked up before it may be old."""
        for name, value in vars(CasePeers).items():
            if isinstance(value, Shared) and not value.lasts:
                self.__dict__.pop(name, None)


def together(cases: Cases) -> Cases:
    """These are handled in one go: what one of them asks for is read for all."""
    for case in cases:
        case._peers = cases
    return cases
