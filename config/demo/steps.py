"""The steps of a story before anybody investigates: in, escalated, decided on, allocated; or settled, or out again.

A step is something that somebody does at a moment. It looks at the case first, as people do: it may have moved on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from config.demo import fields, letters
from config.demo.bank import Bank, Case
from escalations import jobs
from escalations.actors import Actor
from escalations.detection.suggesting import suggestion
from escalations.intake import register
from escalations.models import Complaint, Need, Party, Trigger
from escalations.permissions import can
from escalations.placing.routing_desk import why_not
from escalations.states import Channel, State
from routing.models import Decision, User

Step = Callable[[Bank, Case, datetime], None]


def come_in(bank: Bank, case: Case, at: datetime) -> None:
    """Registered by the agent, or by the customer on the web; what the criteria find happens in the same moment."""
    actor = Actor.customer() if case.notes.get("online") else Actor.of(bank.agent(case))
    actor = Actor.system("import") if case.draft.adopted else actor
    case.draft = replace(case.draft, fields=fields.values(case.draft))
    case.pk = register(case.draft, actor=actor, at=at).pk
    for driver, adjustment in case.notes.get("needs", ()):
        person = Party.objects.filter(complaint=case.pk, role="complainant").get().person
        Need.objects.get_or_create(person=person, driver=driver, defaults={"adjustment": adjustment})
    bank.place(case, at)


def acknowledge(bank: Bank, case: Case, at: datetime) -> None:
    row = case.row()
    if row.state == State.CLOSED or row.messages.filter(kind="acknowledgement").exists():
        return
    who = _writer(bank, case, at)
    bank.do(case, "write", who, at, kind="acknowledgement", body=letters.acknowledgement(case, row))


def _writer(bank: Bank, case: Case, at: datetime) -> User:
    """The agent who took it in; where there is none, or they may not see it, whoever holds it or a coordinator."""
    row = case.row()
    agent = bank.agent(case)
    if can(Actor.of(agent), "write", row):
        return agent
    return bank.holder(case, at) if row.holder else bank.coordinator(case)


def attempt(what: str, result: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        if case.row().state == State.FRONTLINE:
            bank.do(case, "record_attempt", bank.agent(case), at, what=what, result=result)
            bank.look_soon(at + timedelta(seconds=30), jobs.examine_new)

    return step


def settle(what: str, cause: str) -> Step:
    """The agent's attempt works and the customer says yes. What grew old meanwhile comes back from triage first."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        if case.row().state == State.TRIGGERED:
            why = "Only late, and the agent has an answer for today: it goes back to be settled."
            bank.do(case, "send_back", bank.coordinator(case), at - timedelta(seconds=40), why)
        row = bank.do(case, "record_attempt", bank.agent(case), at, what=what, result="accepted")
        letter = letters.summary(case, row, what)
        bank.do(case, "settle", bank.agent(case), at + timedelta(seconds=15), cause=bank.causes[cause], letter=letter)

    return step


def ask_for_help(reason: str) -> Step:
    """The agent asks for escalation, unless a criterion was quicker."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        if case.row().state == State.FRONTLINE:
            bank.do(case, "trigger", bank.agent(case), at, reason)

    return step


def accept(bank: Bank, case: Case, at: datetime) -> None:
    """A coordinator agrees; routing looks at once."""
    row = case.row()
    if row.state == State.TRIGGERED and row.triggers.filter(state=Trigger.State.PENDING).exists():
        reason = "" if suggestion(row).escalates else "It has waited long enough, whatever was tried."
        bank.do(case, "accept", bank.coordinator(case), at, reason)
    bank.place(case, at)


def send_back(reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        if case.row().state == State.TRIGGERED:
            bank.do(case, "send_back", bank.coordinator(case), at, reason)

    return step


def name(username: str, reason: str) -> Step:
    """The coordinator takes down which colleague the complaint is about."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "name_staff", bank.coordinator(case), at, reason, user=bank.people[username])

    return step


def place_by_hand(bank: Bank, case: Case, at: datetime) -> None:
    """What no rule could place, a coordinator gives to the nearest who has room."""
    row = case.row()
    if row.state != State.TRIGGERED:
        return
    decision = Decision.objects.latest_of(row.reference)
    chosen = bank.free(row, at)[0]
    why = f"{decision.reason if decision else ''} {chosen} is the nearest who has room."
    bank.do(case, "route", bank.coordinator(case), at, why.strip(), team=chosen.team, handler=chosen)


def take(bank: Bank, case: Case, at: datetime) -> None:
    """A handler takes it from the list of the team; when nobody there fits, a coordinator gives it to somebody."""
    row = case.row()
    if row.state != State.ROUTED or row.handler_id:
        return
    team = [one for one in bank.free(row, at) if one.team_id == row.team_id]
    for handler in sorted(team, key=lambda one: (one.load, one.pk)):
        user = bank.by_key[handler.user_id]
        if not why_not(row, user, at):
            bank.do(case, "take", user, at)
            return
    chosen = bank.free(row, at)[0]
    why = f"Nobody on the list of {row.team} fits; {chosen} has room."
    bank.do(case, "reroute", bank.coordinator(case), at, why, team=chosen.team, handler=chosen)


def withdraw(words: str, reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "withdraw", bank.coordinator(case), at, reason, words=words, channel=Channel.PHONE)

    return step


def ask_to_set_aside(kind: str, reason: str, letter: str = "", firm: str = "") -> Step:
    """The first of two people; to another firm, with a letter to each side. Nothing moves yet."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        first = bank.coordinator(case)
        case.notes["first"] = first.pk
        theirs = {"firm": firm, "firm_letter": letters.to_firm(case)} if firm else {}
        letter_to_customer = letters.with_name(case, letter)
        bank.do(case, "set_aside", first, at, reason, kind=kind, letter=letter_to_customer, **theirs)

    return step


def second_person(action: str, reason: str) -> Step:
    """Another coordinator confirms what the first has asked for."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, action, bank.second_coordinator(case, case.notes["first"]), at, reason, **_again(action))

    return step


def _again(action: str) -> dict[str, str]:
    """What the second person's form holds is not used: they confirm what the first asked for."""
    return {"kind": "referred"} if action == "set_aside" else {}


def ask_to(action: str, reason: str) -> Step:
    """The first of two people, for an action without data of its own."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        first = bank.coordinator(case)
        case.notes["first"] = first.pk
        bank.do(case, action, first, at, reason)

    return step


def customer_says(body: str) -> Step:
    """By phone or mail, in any state; the criteria look at it at once."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "receive", Actor.customer(), at, body=body, channel=case.draft.channel)
        bank.look_soon(at + timedelta(seconds=30), jobs.examine_new)

    return step


def asks_herself(reason: str) -> Step:
    """The customer wants somebody higher up to look."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "trigger", Actor.customer(), at, reason)

    return step


def grow_old(bank: Bank, case: Case, at: datetime) -> None:
    """The sweep sees that the frontline has held it too long."""
    bank.look_soon(at + timedelta(seconds=50), jobs.examine_new)


def hear_nothing(bank: Bank, case: Case, at: datetime) -> None:
    """The sweep sees that nobody has answered for the acceptance period."""
    bank.look_soon(at + timedelta(seconds=50), jobs.close_silent)


def is_over(row: Complaint) -> bool:
    return row.state == State.CLOSED
