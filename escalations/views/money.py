"""Remedies and authority on the case page: what was granted, what waits, what this person may grant, who may more."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.authority.allowances import Allowance, allowances, who_may, who_may_more, you_may
from escalations.authority.limits import Ruling, agreed_before, barred_by_case, verdicts
from escalations.models import Approval, Calculation, CalculationCheck, Complaint, Remedy
from escalations.money.working_out import second_person
from escalations.permissions import can
from escalations.workflow import Offer
from routing.models import User

TONES = {
    Remedy.State.PROPOSED: "soon",
    Remedy.State.APPROVED: "met",
    Remedy.State.ACCEPTED: "met",
    Remedy.State.DUE: "met",
    Remedy.State.PAID: "met",
    Remedy.State.REFUSED: "none",
    Remedy.State.FAILED: "late",
    Remedy.State.RETURNED: "late",
}
PAYING = ("pay_remedy", "schedule_remedy")
BUTTONS: dict[str, tuple[str, ...]] = {
    Remedy.State.PROPOSED: ("approve_remedy", "refuse_remedy"),
    Remedy.State.APPROVED: PAYING,
    Remedy.State.ACCEPTED: (*PAYING, "payment_failed"),
    Remedy.State.DUE: (*PAYING, "payment_failed"),
    Remedy.State.PAID: ("payment_failed",),
    Remedy.State.FAILED: PAYING,
    Remedy.State.RETURNED: PAYING,
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
class Sum:
    """What was worked out, and who checked it."""

    made: Calculation
    check: CalculationCheck | None


@dataclass(frozen=True)
class Money:
    """`may` is what this person may grant, in a sentence; `above` who may more and is in now."""

    lines: list[Line]
    allowances: list[Allowance] = field(default_factory=list)
    may: str = ""
    above: str = ""
    may_propose: bool = False
    may_check: bool = False
    may_calculate: bool = False
    calculations: list[Sum] = field(default_factory=list)


def money(case: Complaint, user: User, offered: dict[str, Offer], at: datetime) -> Money:
    remedies = list(case.remedies.all())
    waiting = [remedy for remedy in remedies if remedy.state == Remedy.State.PROPOSED]
    prefetch_related_objects(
        waiting, Prefetch("approvals", Approval.objects.select_related("decided_by", "decided_for"))
    )
    may_decide = "approve_remedy" in offered
    answers = zip(waiting, verdicts([(case, row) for row in waiting], user, at), strict=True) if may_decide else ()
    why_not = {row.pk: why_not_yours(row, user, answer) for row, answer in answers}
    involved = bool(why_not) and barred_by_case([case], user)[case.pk] != ""
    may_not_refuse = {row.pk for row in waiting if involved or (may_decide and agreed_before(row, user))}
    lines = [
        _line(remedy, offered, why_not.get(remedy.pk, ""), may_refuse=remedy.pk not in may_not_refuse)
        for remedy in remedies
    ]
    worked_out = [Sum(row, second_person(row)) for row in case.calculations.all()]
    grants = can(Actor.of(user), "propose_remedy", case) or can(Actor.of(user), "approve_remedy", case)
    if not grants:
        return Money(lines, calculations=worked_out)
    own = allowances(case, user)
    return Money(
        lines, own, you_may(case, own), who_may(case, who_may_more(case, user, at)),
        may_propose="propose_remedy" in offered, may_check="check_calculation" in offered,
        may_calculate="calculate" in offered, calculations=worked_out,
    )  # fmt: skip


def why_not_yours(remedy: Remedy, user: User, answer: Ruling) -> str:
    """Why this person may not approve it; empty when they may."""
    if remedy.proposed_by_id == user.pk:
        return _("You proposed this yourself: a colleague with the authority decides.")
    return "" if answer.allowed else answer.reason


def _line(remedy: Remedy, offered: dict[str, Offer], why_not: str, *, may_refuse: bool) -> Line:
    possible = tuple(name for name in BUTTONS.get(remedy.state, ()) if may_refuse or name != "refuse_remedy")
    if why_not:
        possible = tuple(name for name in possible if name != "approve_remedy")
    if not remedy.is_money:
        possible = tuple(name for name in possible if name != "payment_failed")
    labels = {
        "approve_remedy": _("Approve"), "refuse_remedy": _("Refuse"),
        "pay_remedy": _("Record payment"), "schedule_remedy": _("Set date and owner"),
        "payment_failed": _("Failed or came back"),
    }  # fmt: skip
    actions = [(name, labels[name]) for name in possible if name in offered]
    return Line(remedy, _note(remedy), TONES[Remedy.State(remedy.state)], actions, why_not)


def _note(remedy: Remedy) -> str:
    """Who granted it and for whom, of which level it is asked, and by when it is paid."""
    parts = [_("proposed by %s") % remedy.proposed_by]
    if remedy.decided_by and remedy.decided_by_id != remedy.proposed_by_id:
        said = {"who": remedy.decided_by, "giver": remedy.decided_for}
        parts.append(
            _("decided by %(who)s for %(giver)s") % said if remedy.decided_for_id else _("decided by %(who)s") % said
        )
    if remedy.state == Remedy.State.PROPOSED:
        parts += [_("agreed by %s") % step.who for step in remedy.approvals.all() if step.agrees]
    if remedy.state == Remedy.State.PROPOSED and remedy.asked_level is not None:
        parts.append(_("asked of level %d") % remedy.asked_level)
    if remedy.state in (Remedy.State.PAID, Remedy.State.FAILED, Remedy.State.RETURNED):
        parts.append(remedy.payment_reference)
    elif remedy.due_on:
        parts.append(_("due %(day)s, %(owner)s") % {"day": date_format(remedy.due_on, "j M"), "owner": remedy.owner})
    return " · ".join(part for part in parts if part)
