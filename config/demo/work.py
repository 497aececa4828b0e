"""The steps of a handler: investigate, find out, propose, get approval, give the outcome, pay, close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from config.demo import inquiry, letters
from config.demo.bank import Bank, Case, Stuck
from config.demo.steps import Step, is_over
from escalations.actors import Actor
from escalations.authority.acts import lacks, rejects
from escalations.authority.allowances import who_may_more
from escalations.models import Remedy
from escalations.permissions import Scope, can
from escalations.states import State
from routing.authority import Kind
from routing.models import AuthorityLimit, Team, User


@dataclass(frozen=True)
class Grant:
    """One remedy that a handler means to give. Money in pounds."""

    kind: str
    amount: Decimal | None = None
    days: int = 0
    """Of interest: for how many days on the refund beside it."""


def investigate(bank: Bank, case: Case, at: datetime) -> None:
    if case.row().state == State.ROUTED:
        bank.do(case, "investigate", bank.holder(case, at), at)


def note(body: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "note", bank.holder(case, at), at, body=body)

    return step


def write(kind: str, body: str) -> Step:
    """A letter that does not change where the case stands."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        text = letters.with_name(case, body)
        bank.do(case, "write", bank.holder(case, at), at, kind=kind, body=text)

    return step


def add_point(product: str, issue: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        who, choices = bank.holder(case, at), bank.choices
        bank.do(case, "add_point", who, at, product=choices["product", product], issue=choices["issue", issue])

    return step


def refer(position: int, firm: str, letter: str, part: str) -> Step:
    """One point is another firm's: a letter to each side, and the case goes on with the rest."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        point = case.row().points.get(position=position)
        texts = {"letter": letters.with_name(case, letter), "firm_letter": letters.to_firm(case, part)}
        why = f"{firm} held the money for part of the time."
        bank.do(case, "refer_part", bank.holder(case, at), at, why, point=point, firm=firm, **texts)

    return step


def find(finding: str, outcome: str, fault: str, text: str, *, position: int = 1) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        point = case.row().points.get(position=position)
        who = bank.holder(case, at)
        data = {"finding": finding, "outcome": outcome, "fault": fault, "text": text}
        bank.do(case, "record_finding", who, at, point=point, **data)

    return step


def cause(code: str, status: str = "confirmed", *, position: int = 1) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        row = case.row()
        point, who = row.points.get(position=position), bank.holder(case, at)
        if row.state not in (State.INVESTIGATING, State.COMMUNICATING):
            bank.do(case, "confirm_cause", who, at, point=point, cause=bank.causes[code], status=status)
            return
        codes = inquiry.found_as(code, point.outcome)
        bank.do(case, "record_outcome", who, at, point=point, cause=bank.causes[code], cause_status=status, **codes)

    return step


def propose(*grants: Grant) -> Step:
    """Approved at once where the handler's own authority reaches; the rest waits."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        who = bank.holder(case, at)
        moment = at - timedelta(seconds=5)
        for grant in grants:
            moment += timedelta(seconds=5)
            if grant.days:
                _work_out_days(grants, grant.days)(bank, case, moment)
                moment += timedelta(seconds=50)
            currency, point = "GBP" if grant.amount else "", case.row().main_point
            money: dict[str, Any] = {"kind": grant.kind, "amount": grant.amount, "currency": currency}
            if grant.kind == Remedy.Kind.INTEREST:
                money["calculation"] = case.row().calculations.last()
            bank.do(case, "propose_remedy", who, moment, "", point=point, **money)

    return step


def _work_out_days(grants: Sequence[Grant], days: int) -> Step:
    refund = next(grant.amount for grant in grants if grant.kind == Remedy.Kind.REFUND)

    def step(bank: Bank, case: Case, at: datetime) -> None:
        work_out(refund or Decimal(0), at.date() - timedelta(days=days), at.date())(bank, case, at)

    return step


ABOVE = {1: 150, 2: 300, 3: 900, 4: 3000}
"""By authority level: more distress than it may give."""


def propose_too_much(bank: Bank, case: Case, at: datetime) -> None:
    """A sound case that calls for more than the handler may give: it waits for somebody with the authority."""
    level = Scope.of(bank.holder(case, at)).level
    propose(Grant("distress", Decimal(ABOVE[level])))(bank, case, at)


def decide_waiting(bank: Bank, case: Case, at: datetime) -> None:
    """Whoever has the authority says yes to what waits for approval."""
    moment = at
    while remedies := _waiting(case):
        approver = bank.approver(case, remedies[0], moment)
        bank.do(case, "approve_remedy", approver, moment, remedy=remedies[0])
        moment += timedelta(seconds=5)


def first_agrees(bank: Bank, case: Case, at: datetime) -> None:
    """The first of those who have to agree to a large sum has done so; the next one decides."""
    remedy = next(one for one in _waiting(case) if one.kind == Remedy.Kind.REFUND)
    why = "Seen and agreed: the money could have been stopped."
    bank.do(case, "approve_remedy", bank.approver(case, remedy, at), at, why, remedy=remedy)


def refuse_waiting(reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        for remedy in _waiting(case):
            approver = bank.approver(case, remedy, at)
            bank.do(case, "refuse_remedy", approver, at, reason, remedy=remedy)

    return step


def _waiting(case: Case) -> list[Remedy]:
    return list(case.row().remedies.filter(state=Remedy.State.PROPOSED))


def read_by_senior(bank: Bank, case: Case, at: datetime) -> None:
    """Each letter of a trainee is read by a colleague before it goes out."""
    row = case.row()
    if row.handler and row.handler.authority.level == 1:
        seniors = [one for one in bank.free(row, at) if one.team_id == row.team_id and one.authority.level > 1]
        for senior in seniors[:1]:
            bank.do(case, "note", bank.by_key[senior.user_id], at, body="Letter read before sending; clear and fair.")


def work_out(principal: Decimal, starts_on: date, ends_on: date) -> Step:
    """Interest at the rate of the courts, worked out by the handler and checked by a colleague."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        who = bank.holder(case, at)
        days: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on, "rate_name": "county court"}
        bank.do(case, "calculate", who, at, principal=principal, currency="GBP", **days)
        row = case.row()
        above = [bank.by_key[one.user_id] for one in who_may_more(row, who, at)]
        checker = next((user for user in above if can(Actor.of(user), "check_calculation", row)), None)
        if checker is None:
            raise Stuck(f"Nobody can check a calculation of {row.reference}.")
        made = row.calculations.last()
        bank.do(case, "check_calculation", checker, at + timedelta(seconds=40), calculation=made)

    return step


def communicate(bank: Bank, case: Case, at: datetime) -> None:
    who, row = bank.holder(case, at), case.row()
    for number, act in enumerate((Kind.REJECT, Kind.FINAL_RESPONSE)):
        if act == Kind.FINAL_RESPONSE or rejects(row):
            authorised(bank, case, act, who, at - timedelta(seconds=30 - number))
    bank.do(case, "communicate", who, at)


def authorised(bank: Bank, case: Case, act: AuthorityLimit.Kind, who: User, at: datetime) -> None:
    """A colleague agrees to it just before, where their own authority does not reach."""
    if lacks(case.row(), act, who, at):
        bank.do(case, "authorise", bank.who_has(case, act, at), at, "", kind=act.value)


def reinvestigate(reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "reinvestigate", bank.holder(case, at), at, reason)

    return step


def answer_letter(bank: Bank, case: Case, at: datetime) -> None:
    """The final response, with what was found, the outcome and what is offered; then the outcome is given."""
    who = bank.holder(case, at)
    body = letters.final_response(case, case.row())
    bank.do(case, "write", who, at, kind="final_response", body=body)
    bank.do(case, "resolve", who, at + timedelta(seconds=40))


def resolve(bank: Bank, case: Case, at: datetime) -> None:
    """The outcome stands, and the letter that says so has gone."""
    bank.do(case, "resolve", bank.holder(case, at), at)


def customer_accepts(words: str) -> Step:
    """On their own page."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        if not is_over(case.row()):
            bank.do(case, "acknowledge_outcome", Actor.customer(), at, accepted=True, words=words)

    return step


def customer_refuses(words: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        if not is_over(case.row()):
            bank.do(case, "acknowledge_outcome", Actor.customer(), at, accepted=False, words=words)

    return step


def pay(bank: Bank, case: Case, at: datetime) -> None:
    """What was accepted, or was approved and needs no yes, is paid or done."""
    row = case.row()
    if row.handler is None:
        return
    who = bank.by_key[row.handler.user_id]
    granted = row.remedies.filter(state__in=(Remedy.State.APPROVED, Remedy.State.ACCEPTED))
    for number, remedy in enumerate(granted):
        paid = f"FP{case.rng.randrange(10**7, 10**8)}" if remedy.amount else ""
        bank.do(case, "pay_remedy", who, at + timedelta(seconds=3 * number), remedy=remedy, payment_reference=paid)


def schedule(days: int) -> Step:
    """What is accepted gets a day and an owner."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        owner = bank.people["eleanor"]
        for remedy in case.row().remedies.filter(state=Remedy.State.ACCEPTED):
            due = (at + timedelta(days=days)).date()
            bank.do(case, "schedule_remedy", bank.holder(case, at), at, remedy=remedy, due_on=due, owner=owner)

    return step


def close(bank: Bank, case: Case, at: datetime) -> None:
    """By whoever gave the outcome, unless the clock was quicker."""
    row = case.row()
    if is_over(row):
        return
    who = bank.by_key[row.handler.user_id] if row.handler else bank.agent(case)
    bank.do(case, "close", who, at)


def agent_hears_yes(bank: Bank, case: Case, at: datetime) -> None:
    """A settled case: the customer confirms, the agent closes."""
    if is_over(case.row()):
        return
    agent = bank.agent(case)
    bank.do(case, "acknowledge_outcome", agent, at, accepted=True)
    bank.do(case, "close", agent, at + timedelta(seconds=20))


def reroute(team: str, reason: str) -> Step:
    """Other expertise is needed: onto the list of another team."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        chosen = Team.objects.get(code=team)
        bank.do(case, "reroute", bank.holder(case, at), at, reason, team=chosen, handler=None)

    return step


def further(reason: str, *, by_customer: bool = False) -> Step:
    """One tier up; routing chooses anew."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        manager = bank.manager(case)
        if not by_customer and case.row().state == State.CLOSED:
            authorised(bank, case, Kind.REVERSE_CLOSURE, manager, at - timedelta(seconds=30))
        bank.do(case, "escalate_further", Actor.customer() if by_customer else manager, at, reason)
        bank.place(case, at)

    return step


def reopen(reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        who = bank.coordinator(case)
        if case.row().state == State.CLOSED:
            authorised(bank, case, Kind.REVERSE_CLOSURE, who, at - timedelta(seconds=30))
        bank.do(case, "reopen", who, at, reason)
        bank.place(case, at)

    return step


def restrict(kind: str, reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "restrict", bank.coordinator(case), at, reason, kind=kind)

    return step
