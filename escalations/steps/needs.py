"""What a step still needs, in sentences. The page's "you still need" and the refusal are the same list."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.actors import PERSON, Actor
from escalations.authority.acts import lacks, rejects
from escalations.clocks import outcome_letters
from escalations.handing_over.completeness import ASKS, required_gaps
from escalations.models import Attempt, ChecklistItem, Message, Point, Remedy, Trigger
from escalations.money.working_out import not_worked_out
from escalations.states import ClosedAs, Outcome, State, Tier, TriggerKind
from escalations.steps.need import Need
from routing.authority import Kind
from routing.models import Field, User

if TYPE_CHECKING:
    from escalations.models import Complaint

TO_BE_PAID = (Remedy.State.ACCEPTED, Remedy.State.DUE, Remedy.State.FAILED, Remedy.State.RETURNED)
TAKE_AUTHORITY = ("trigger", "resolve", "acknowledge_outcome", "escalate_further", "reopen", "withdraw")
"""What a customer does on their page beside writing to us."""
Needs = Callable[["Complaint", Actor, datetime], Iterator[str]]


def needs(complaint: "Complaint", action: str, actor: Actor, at: datetime) -> list[str]:
    """Everything that is missing before this action may go, as one list; empty when nothing is."""
    check = CHECKS.get(action)
    missing = [*check(complaint, actor, at), *_checklist(complaint, action, actor)] if check else []
    return [*_authority(complaint, action, actor, at), *missing]


def _authority(complaint: "Complaint", action: str, actor: Actor, at: datetime) -> Iterator[str]:
    """Whoever comes by a link of their own as a representative: without authority their words are all that is kept."""
    if action in TAKE_AUTHORITY and actor.party is not None and (silent := complaint.why_silent(actor.party, at)):
        yield silent


def _checklist(complaint: "Complaint", action: str, actor: Actor) -> Iterator[str]:
    """What a person must have seen to; the clock and the customer are not kept waiting for it."""
    if action in ChecklistItem.Step.values and actor.kind == PERSON:
        yield from (
            Need(_("On the checklist: “%s”.") % item, "tick", item=item.pk) for item in complaint.unticked(action)
        )


def _fields(complaint: "Complaint", step: str, *, besides: str = "") -> Iterator[str]:
    """The organisation's own fields that must be filled in by that step."""
    lacking = (one for one in complaint.lacking(step) if one.needed != besides)
    yield from (Need(_("“%s”: fill it in.") % one.label, "set_fields") for one in lacking)


def settle(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if not any(attempt.result == Attempt.Result.ACCEPTED for attempt in complaint.attempts.all()):
        yield Need(_("An attempt that worked, with the customer's acceptance: record it first."), "record_attempt")
    # It gives the outcome too; what only an escalation needs, it does not.
    yield from _fields(complaint, Field.Needed.OUTCOME, besides=Field.Needed.TRIGGER)


def trigger(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    """An agent hands over whole, by the policy for this type of complaint; nobody else is kept waiting for it."""
    if actor.kind == PERSON:
        yield from (str(ASKS[part]) for part in required_gaps(complaint))
        yield from _fields(complaint, Field.Needed.TRIGGER)


def route(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if not complaint.is_accepted:
        yield _("An accepted trigger: a coordinator accepts the escalation first.")


def take(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    from escalations.placing.routing_desk import why_not

    refusal = why_not(complaint, actor.user, at) if actor.user else ""
    if refusal:
        yield refusal


def communicate(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if rejects(complaint) and (sentence := lacks(complaint, Kind.REJECT, actor.user, at)):
        yield Need(sentence)
    for point in complaint.own_points:
        yield from of_point(complaint, point)
    for request in complaint.outstanding_evidence:
        yield Need(_("An answer to the request for evidence “%s”.") % request, "answer_evidence", request=request.pk)
    for remedy in not_worked_out(complaint):
        yield Need(_("A calculation that bears out “%s”: the house wants one.") % remedy, "calculate")
    waiting = sum(1 for remedy in complaint.remedies.all() if remedy.state == Remedy.State.PROPOSED)
    if waiting:
        yield (
            ngettext(
                "The decision on %d remedy that waits for approval.",
                "The decisions on %d remedies that wait for approval.",
                waiting,
            )
            % waiting
        )
    yield from _fields(complaint, Field.Needed.OUTCOME)
    yield from _held(complaint)


def of_point(complaint: "Complaint", point: Point) -> Iterator[Need]:
    """What one point still lacks before the outcome is given."""
    asked = complaint.policy.point_needs
    lacks = {
        "finding": (not point.finding, _("A finding for %s.")),
        "finding_code": ("finding_code" in asked and not point.finding_code_id, _("A finding code for %s.")),
        "outcome": (not point.outcome, _("An outcome for %s: upheld, partly or not upheld.")),
        "cause": (not point.cause_id, _("A root cause for %s, at least a provisional one.")),
        "fault": ("fault" in asked and not point.fault, _("Whose fault it was, for %s.")),
        "control": (_control_failed(asked, point), _("Which control failed, for %s.")),
    }
    for name, (is_lacking, sentence) in lacks.items():
        if is_lacking:
            yield Need(sentence % point, "record_outcome", point=point.pk, part=name)


def _control_failed(asked: list[str], point: Point) -> bool:
    """Where nothing is upheld, none did."""
    return "control" in asked and not point.control_id and point.outcome in (Outcome.UPHELD, Outcome.PARTLY)


def _held(complaint: "Complaint") -> Iterator[Need]:
    for hold in complaint.open_holds:
        said = _("The end of the hold (%s): nothing is decided until it is lifted.") % hold.get_on_display()
        yield Need(said, "lift_hold", on=hold.on)


def resolve(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    """What the outcome took when it was begun to be given must still be so: a point can be decided anew meanwhile, or a
    remedy proposed. A customer who agrees is not kept waiting for it."""
    if actor.kind == PERSON:
        yield from communicate(complaint, actor, at)
    sent = _sent_letter(complaint, Message.Kind.FINAL_RESPONSE)
    agreed = complaint.acknowledged_at is not None or actor.kind != PERSON
    if not (sent or agreed):
        yield Need(
            _("The final response, sent; or the customer's agreement, recorded."), "write", kind="final_response"
        )


def close(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    settled = complaint.closed_as == ClosedAs.SETTLED
    kind = Message.Kind.SUMMARY if settled else Message.Kind.FINAL_RESPONSE
    if not _sent_letter(complaint, kind):
        said = _("The summary letter, sent.") if settled else _("The final response, sent.")
        yield Need(said, "write", kind=str(kind))
    for point in complaint.unconfirmed:
        yield Need(_("A confirmed root cause for %s.") % point, "confirm_cause", point=point.pk)
    yield from _held(complaint)
    yield from _remedies_in_hand(complaint)
    yield from _answer(complaint, at)


def _remedies_in_hand(complaint: "Complaint") -> Iterator[str]:
    for remedy in complaint.remedies.all():
        if remedy.state in TO_BE_PAID and not (remedy.due_on and remedy.owner_id):
            said = _("%s: paid, or a date and an owner for it.") % capfirst(str(remedy))
            yield Need(said, "schedule_remedy", remedy=remedy.pk)
        elif remedy.state == Remedy.State.PROPOSED:
            yield Need(_("A decision on %s, which waits for approval.") % remedy, "approve_remedy", remedy=remedy.pk)


def _answer(complaint: "Complaint", at: datetime) -> Iterator[str]:
    """Their yes; else so many days in which they may still answer or think better of their no."""
    if complaint.acknowledged_at or complaint.resolved_at is None:
        return
    ends = complaint.resolved_at + timedelta(days=complaint.policy.acceptance_days)
    if at >= ends:
        return
    date = date_format(timezone.localtime(ends), "j M Y")
    if complaint.last_refusal is None:
        yield Need(_("The customer's answer, or their silence until %(date)s.") % {"date": date}, "acknowledge_outcome")
    elif complaint.tier < Tier.EXECUTIVE:
        said = _(
            "An answer to their no: one tier up, if they bring something new. Otherwise it closes from %(date)s, "
            "with their no on record."
        )
        yield Need(said % {"date": date}, "escalate_further")
    else:
        said = _(
            "An answer to their no: nobody stands higher in the house, so tell them of the way outside it. It closes "
            "from %(date)s, with their no on record."
        )
        yield Need(said % {"date": date}, "write", kind=str(Message.Kind.ADDENDUM))


def _sent_letter(complaint: "Complaint", kind: str) -> bool:
    """Sent since its deadline began: what was sent before a case was opened again answers nothing new."""
    began = max((row.started_at for row in complaint.clocks.all()), default=complaint.received_at)
    kinds = {kind, Message.Kind.ADDENDUM} & {*outcome_letters(complaint)}
    sent = [row for row in complaint.messages.all() if row.kind in kinds and row.state == Message.State.SENT]
    return any(row.sent_at is not None and row.sent_at >= began for row in sent)


def escalate_further(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if complaint.tier >= Tier.EXECUTIVE:
        yield _("Nobody stands higher in the house. Outside it: %s") % complaint.policy.external_route
    if complaint.state == State.TRIGGERED and complaint.waits_for_triage:
        yield _("The decision on the trigger that waits: accept it first.")
    yield from reopen(complaint, actor, at)


def reopen(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if complaint.state == State.CLOSED and (sentence := lacks(complaint, Kind.REVERSE_CLOSURE, actor.user, at)):
        yield Need(sentence)
    yield from _inside_window(complaint, at)


def _inside_window(complaint: "Complaint", at: datetime) -> Iterator[str]:
    if complaint.state != State.CLOSED:
        return
    if complaint.closed_as == ClosedAs.SET_ASIDE:
        yield _("It was set aside: restore it instead.")
    elif complaint.closed_at is None:
        yield _("The day it was closed, which is not known for this adopted case: register a new complaint.")
    elif at > complaint.closed_at + timedelta(days=(days := complaint.policy.reopen_days)):
        yield _("It was closed more than %(days)d days ago: register a new complaint.") % {"days": days}


def acknowledge_outcome(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    until = complaint.offer_until
    if complaint.state == State.CLOSED and until and timezone.localdate(at) > until:
        ended = date_format(until, "j M Y")
        yield Need(
            _("An offer that stands: it was open until %s. Reopen the case to look at it again.") % ended, "reopen"
        )


def restore(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if complaint.closed_as != ClosedAs.SET_ASIDE:
        yield _("Only what was set aside can be restored; reopen it instead.")


def hand_back(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if complaint.held_before is None:
        yield _("Somebody to hand it back to: nobody held it before.")


def reassign(complaint: "Complaint", actor: Actor, at: datetime) -> Iterator[str]:
    if complaint.handler_id is None:
        yield _("A handler to take it from: nobody holds it.")


CHECKS: dict[str, Needs] = {
    "settle": settle,
    "trigger": trigger,
    "route": route,
    "take": take,
    "communicate": communicate,
    "resolve": resolve,
    "close": close,
    "acknowledge_outcome": acknowledge_outcome,
    "escalate_further": escalate_further,
    "reopen": reopen,
    "restore": restore,
    "reassign": reassign,
    "hand_back": hand_back,
}


def asks_second_person(complaint: "Complaint", action: str) -> bool:
    """Whether this action on this case takes two people: always, or because safety is at stake."""
    if action == "send_back":
        return any(
            row.kind == TriggerKind.SAFETY and row.state != Trigger.State.DISMISSED for row in complaint.triggers.all()
        )
    from escalations.actions import ACTIONS

    if action == "erase_words":
        return _two_hold(ACTIONS[action].codename)
    return ACTIONS[action].second_person


def _two_hold(codename: str) -> bool:
    """Whether the house has a second person for it at all."""
    return User.objects.filter(is_active=True, groups__permissions__codename=codename).distinct()[1:2].exists()
