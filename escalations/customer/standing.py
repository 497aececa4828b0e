"""Where a complaint stands, in sentences for whoever made it: no word of ours that they would have to learn."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.models import Complaint, Event, Party, Remedy, Waiting
from escalations.models.clock import ClockKind
from escalations.states import ClosedAs, SetAsideKind, State

DONE, NOW, LATER = "done", "now", "later"


@dataclass(frozen=True)
class Milestone:
    """One line of the way that a complaint takes. `when` is empty where nobody knows yet."""

    text: str
    when: str
    place: str


@dataclass(frozen=True)
class Standing:
    sentence: str
    following: list[str]
    way: list[Milestone]


def standing(case: Complaint, party: Party, now: datetime) -> Standing:
    if case.merged_into_id is not None:
        return Standing(_goes_on_elsewhere(case, party), [_("You can still write to us here.")], [])
    return Standing(_sentence(case), [line for line in _following(case, now) if line], _way(case))


# --- the sentence ------------------------------------------------------------------------------------------------


def _sentence(case: Complaint) -> str:
    if case.state == State.CLOSED:
        return _how_it_ended(case)
    if case.state in (State.COMMUNICATING, State.RESOLVED):
        return _the_answer(case)
    who = name_of_handler(case)
    return {
        State.FRONTLINE: _("We have your complaint and are looking into it."),
        State.TRIGGERED: _("Your complaint is on its way to somebody who knows this field well."),
        State.ROUTED: _("%s has your complaint and is about to begin.") % who,
    }.get(State(case.state), _("%s is looking into your complaint.") % who)


def name_of_handler(case: Complaint) -> str:
    """By first name; not in a case that only a few may see."""
    if case.handler is None or case.restricted_kind:
        return _("One of our specialists")
    return case.handler.user.first_name or _("One of our specialists")


def _the_answer(case: Complaint) -> str:
    if case.closed_as == ClosedAs.SETTLED:
        return _("We have settled your complaint together.")
    if case.acknowledged_at:
        return _("You have agreed to our answer. Thank you.")
    if money := in_money(case.offered()):
        return _("We propose to pay you %s. Please tell us if you agree.") % money
    if case.offered():
        return _("We propose to put it right. Please tell us if you agree.")
    if case.outcome_of_points() == ClosedAs.NOT_UPHELD:
        return _("We have looked into your complaint, and do not agree with it. Please tell us what you think.")
    return _("We have looked into your complaint. Please tell us if you agree with our answer.")


def _how_it_ended(case: Complaint) -> str:
    on = {"day": _long(case.closed_at)} if case.closed_at else {"day": _("an earlier day")}
    if case.closed_as == ClosedAs.WITHDRAWN:
        return _("You withdrew your complaint. It has been closed since %(day)s.") % on
    if case.closed_as == ClosedAs.SET_ASIDE:
        return _why_set_aside(case)
    if case.acknowledged_at:
        return _("Your complaint is closed since %(day)s. You had agreed to our answer.") % on
    if case.offer_stands:
        return _("Your complaint is closed since %(day)s, but what we offered is still open to you.") % on
    return _("Your complaint is closed since %(day)s.") % on


def _why_set_aside(case: Complaint) -> str:
    reasons: dict[str, str] = {
        SetAsideKind.REFERRED: _("Another firm has to answer your complaint; we have passed it on."),
        SetAsideKind.OUT_OF_TIME: _("We could not take up your complaint: it came too late for us to look into."),
        SetAsideKind.OUT_OF_SCOPE: _(
            "We could not take up your complaint: it is about something that we cannot decide."
        ),
        SetAsideKind.NO_AUTHORITY: _("We could not go on: we have no word from the customer that you speak for them."),
    }
    return reasons.get(case.set_aside_as, _("We deal with this in another way, not as a complaint."))


def _goes_on_elsewhere(case: Complaint, party: Party) -> str:
    """By its reference only to somebody who is a party there as well."""
    target = case.merged_into
    if target is not None and target.parties.filter(person=party.person_id).exists():
        return _("We deal with this together with your complaint %s.") % target
    return _("We deal with this together with another complaint about the same thing.")


# --- what happens next, and by when ------------------------------------------------------------------------------


def _following(case: Complaint, now: datetime) -> list[str]:
    today = timezone.localdate(now)
    if case.state == State.CLOSED:
        return [_offer(case, today), _payment(case), _window(case, now)]
    if case.state in (State.COMMUNICATING, State.RESOLVED):
        return [_offer(case, today), _payment(case)]
    waits = any(row.on == Waiting.On.CUSTOMER and row.ended_at is None for row in case.waitings.all())
    return [_("We are waiting for something from you: see our last message.") if waits else "", _promise(case, now)]


def _promise(case: Complaint, now: datetime) -> str:
    """The day of our answer; late, it says so and no excuse."""
    clock = next((row for row in case.clocks.all() if row.kind == ClockKind.FINAL_RESPONSE and row.is_running), None)
    if clock is None:
        return _("We write to you as soon as we know more.")
    if clock.due_at < now:
        return _("You should have had our answer by %s. We are late, and sorry for it.") % _long(clock.due_at)
    return _("You get our answer by %s.") % _with_days(timezone.localdate(clock.due_at), timezone.localdate(now))


def _offer(case: Complaint, today: date) -> str:
    if not case.offer_stands or case.offer_until is None:
        return ""
    if case.offer_until < today:
        return _("What we offered was open until %s.") % _day(case.offer_until)
    return _("Our offer is open until %s, also if the file is closed before.") % _with_days(case.offer_until, today)


def _payment(case: Complaint) -> str:
    due = [
        row for row in case.remedies.all() if row.is_money and row.state in (Remedy.State.ACCEPTED, Remedy.State.DUE)
    ]
    days = [row.due_on for row in due if row.due_on]
    if not due:
        return ""
    if not days:
        return _("We now arrange the payment of %s.") % in_money(due)
    return _("We pay you %(money)s by %(day)s.") % {"money": in_money(due), "day": _day(max(days))}


def _window(case: Complaint, now: datetime) -> str:
    if case.closed_at is None or case.closed_as == ClosedAs.SET_ASIDE:
        return ""
    ends = case.closed_at + timedelta(days=case.policy.reopen_days)
    return _("You can come back to us about it until %s.") % _long(ends) if now <= ends else ""


# --- the way -------------------------------------------------------------------------------------------------------


def _way(case: Complaint) -> list[Milestone]:
    """Received, looked into, answered, agreed: what is done, where it is now, what is still to come."""
    if case.closed_as in (ClosedAs.WITHDRAWN, ClosedAs.SET_ASIDE, ClosedAs.ADOPTED):
        return []
    begun, told = _latest(case, "investigate"), case.resolved_at or _latest(case, "communicate")
    is_told = case.state in (State.COMMUNICATING, State.RESOLVED, State.CLOSED)
    is_answered = case.acknowledged_at is not None
    is_over = case.state == State.CLOSED
    lines = [
        (_("We received your complaint"), case.received_at, True),
        (_("We looked into it") if is_told else _("We look into it"), begun if not is_told else told, is_told),
        (_answer_line(case, is_told), case.acknowledged_at, is_told and (is_answered or is_over)),
        (_("We do what we promised and close it"), case.closed_at, is_over),
    ]
    here = next((number for number, (_text, _when, done) in enumerate(lines) if not done), len(lines))
    return [
        Milestone(text, _long(when) if when else "", DONE if done else NOW if number == here else LATER)
        for number, (text, when, done) in enumerate(lines)
    ]


def _answer_line(case: Complaint, is_told: bool) -> str:
    if is_told and case.offer_stands and case.offer_until:
        return _("Your answer, by %s") % _day(case.offer_until)
    return _("Your answer")


def _latest(case: Complaint, action: str) -> datetime | None:
    return Event.objects.filter(complaint=case, action=action).order_by("-number").values_list("at", flat=True).first()


# --- words ---------------------------------------------------------------------------------------------------------


def in_money(remedies: list[Remedy]) -> str:
    """The sum in each currency: nothing is converted. Empty where nothing is paid."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in remedies:
        if row.is_money and row.amount is not None:
            sums[row.currency] += row.amount
    return get_text_list([f"{amount:,.2f} {currency}" for currency, amount in sums.items()], _("and"))


def _long(moment: datetime) -> str:
    return _day(timezone.localtime(moment).date())


def _day(day: date) -> str:
    return date_format(day, "j F" if day.year == timezone.localdate().year else "j F Y")


def _with_days(day: date, today: date) -> str:
    """ "Friday 5 December, in 9 days"; the year where it is another."""
    left = (day - today).days
    said = date_format(day, "l j F" if day.year == today.year else "l j F Y")
    if left == 0:
        return _("today, %s") % said
    return _("%(day)s, in %(left)s") % {"day": said, "left": ngettext("%d day", "%d days", left) % left}
