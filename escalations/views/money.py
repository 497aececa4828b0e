"""Remedies and authority on the case page: what was granted, what waits, what this person may grant, who may more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.authority import Allowance, allowances, barred_by_case, verdicts, who_may_more
from escalations.models import Complaint, Remedy
from escalations.permissions import can
from escalations.workflow import Offer
from routing.models import User

MOST_NAMES = 3
TONES = {
    Remedy.State.PROPOSED: "soon",
    Remedy.State.APPROVED: "met",
    Remedy.State.ACCEPTED: "met",
    Remedy.State.PAID: "met",
    Remedy.State.REFUSED: "none",
}


@dataclass(frozen=True)
class Line:
    """One remedy: its state in words, the buttons that work on it, and why one does not."""

    remedy: Remedy
    note: str
    tone: str
    actions: list[tuple[str, str]]
    why_not: str = ""


@dataclass(frozen=True)
class Money:
    lines: list[Line]
    allowances: list[Allowance] = field(default_factory=list)
    above: str = ""
    may_propose: bool = False


def money(case: Complaint, user: User, offered: dict[str, Offer], at: datetime) -> Money:
    remedies = list(case.remedies.all())
    waiting = [remedy for remedy in remedies if remedy.state == Remedy.State.PROPOSED]
    may_decide = "approve_remedy" in offered
    answers = zip(waiting, verdicts([(case, row) for row in waiting], user), strict=True) if may_decide else ()
    why_not = {row.pk: _why_not(row, user, answer.reason, answer.allowed) for row, answer in answers}
    involved = bool(why_not) and barred_by_case([case], user)[case.pk] != ""
    open_steps = {name: offer for name, offer in offered.items() if not (involved and name == "refuse_remedy")}
    lines = [_line(remedy, open_steps, why_not.get(remedy.pk, "")) for remedy in remedies]
    grants = can(Actor.of(user), "propose_remedy", case) or can(Actor.of(user), "approve_remedy", case)
    if not grants:
        return Money(lines)
    above = _above(case, user, at)
    return Money(lines, allowances(case, user), above, may_propose="propose_remedy" in offered)


def _why_not(remedy: Remedy, user: User, reason: str, allowed: bool) -> str:
    if remedy.proposed_by_id == user.pk:
        return _("You proposed this yourself: a colleague with the authority decides.")
    return "" if allowed else reason


def _line(remedy: Remedy, offered: dict[str, Offer], why_not: str) -> Line:
    possible = {
        Remedy.State.PROPOSED: ("refuse_remedy",) if why_not else ("approve_remedy", "refuse_remedy"),
        Remedy.State.APPROVED: ("pay_remedy", "schedule_remedy"),
        Remedy.State.ACCEPTED: ("pay_remedy", "schedule_remedy"),
    }.get(Remedy.State(remedy.state), ())
    labels = {
        "approve_remedy": _("Approve"), "refuse_remedy": _("Refuse"),
        "pay_remedy": _("Record payment"), "schedule_remedy": _("Set date and owner"),
    }  # fmt: skip
    actions = [(name, labels[name]) for name in possible if name in offered]
    return Line(remedy, _note(remedy), TONES[Remedy.State(remedy.state)], actions, why_not)


def _note(remedy: Remedy) -> str:
    """Who granted it, and by when it is paid."""
    parts = [_("proposed by %s") % remedy.proposed_by]
    if remedy.decided_by and remedy.decided_by_id != remedy.proposed_by_id:
        parts.append(_("decided by %s") % remedy.decided_by)
    if remedy.state == Remedy.State.PAID:
        parts.append(remedy.payment_reference)
    elif remedy.due_on:
        parts.append(_("due %(day)s, %(owner)s") % {"day": date_format(remedy.due_on, "j M"), "owner": remedy.owner})
    return " · ".join(part for part in parts if part)


def _above(case: Complaint, user: User, at: datetime) -> str:
    """Who is in now and may grant more, in words."""
    people = who_may_more(case, user, at)
    if not people:
        return ""
    names: Sequence[str] = [str(handler) for handler in people[:MOST_NAMES]]
    return _("Above that: %s.") % _(" or ").join(names)
