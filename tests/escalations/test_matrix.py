"""The whole matrix, action by state and action by who. The tables are written by hand, from the design's: if
the table in the code changes, these do not follow by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from simple_history.utils import get_history_model_for_model

from escalations.actions import ACTIONS
from escalations.errors import Refusal
from escalations.jobs import send_queued
from escalations.models import Complaint, Confirmation, Event, Message, Statement, Trigger
from escalations.states import State
from routing.models import Assignment, Decision
from tests.escalations.deeds import SYSTEMS, Deeds

OPEN = "frontline triggered routed investigating communicating resolved"
WORK = "routed investigating communicating"
ALWAYS = f"{OPEN} closed"

# action: the states it may start from, and where it leads ("same": the state stays).
STATES = {
    "settle": ("frontline", "resolved"),
    "trigger": ("frontline", "triggered"),
    "accept": ("triggered", "triggered"),
    "send_back": ("triggered", "frontline"),
    "put_off": ("triggered", "same"),
    "route": ("triggered", "routed"),
    "take": ("routed", "routed"),
    "reroute": (WORK, "routed"),
    "investigate": ("routed", "investigating"),
    "communicate": ("investigating", "communicating"),
    "reinvestigate": ("communicating", "investigating"),
    "resolve": ("communicating", "resolved"),
    "escalate_further": (f"triggered {WORK} resolved closed", "triggered"),
    "close": ("resolved", "closed"),
    "reopen": ("resolved closed", "triggered"),
    "withdraw": (OPEN, "closed"),
    "set_aside": (OPEN, "closed"),
    "refer_part": (OPEN, "same"),
    "restore": ("closed", "triggered"),
    "edit": (OPEN, "same"),
    "set_fields": (OPEN, "same"),
    "add_statement": (ALWAYS, "same"),
    "record_attempt": (OPEN, "same"),
    "complete_handover": (OPEN, "same"),
    "add_trigger": (f"triggered {WORK} resolved", "same"),
    "add_point": ("frontline triggered routed investigating", "same"),
    "name_staff": (OPEN, "same"),
    "lift_naming": (OPEN, "same"),
    "declare_conflict": (OPEN, "same"),
    "record_speaker": (ALWAYS, "same"),
    "record_outcome": ("investigating communicating", "same"),
    "record_finding": ("investigating communicating", "same"),
    "confirm_cause": (f"{WORK} resolved", "same"),
    "propose_remedy": ("investigating communicating", "same"),
    "approve_remedy": (f"{WORK} resolved", "same"),
    "refuse_remedy": (f"{WORK} resolved", "same"),
    "remind_approver": (f"{WORK} resolved", "same"),
    "authorise": ("investigating communicating closed", "same"),
    "calculate": ("investigating communicating", "same"),
    "check_calculation": (f"{WORK} resolved", "same"),
    "payment_failed": ("communicating resolved closed", "same"),
    "schedule_remedy": ("communicating resolved closed", "same"),
    "pay_remedy": ("communicating resolved closed", "same"),
    "acknowledge_outcome": ("communicating resolved closed", "same"),
    "extend_offer": ("communicating resolved closed", "same"),
    "write": (ALWAYS, "same"),
    "receive": (ALWAYS, "same"),
    "note": (ALWAYS, "same"),
    "tick": (OPEN, "same"),
    "attach": (ALWAYS, "same"),
    "ask_department": (OPEN, "same"),
    "release_file": (ALWAYS, "same"),
    "erase_file": (ALWAYS, "same"),
    "erase_words": ("closed", "same"),
    "answer_task": (ALWAYS, "same"),
    "withdraw_task": (ALWAYS, "same"),
    "send_link": (ALWAYS, "same"),
    "print_link": (ALWAYS, "same"),
    "withdraw_link": (ALWAYS, "same"),
    "sent": (ALWAYS, "same"),
    "reassign": (WORK, "same"),
    "take_over": (WORK, "same"),
    "hand_back": (WORK, "same"),
    "restrict": (ALWAYS, "same"),
    "decline_confirmation": (ALWAYS, "same"),
    "request_evidence": (OPEN, "same"),
    "describe_evidence": (OPEN, "same"),
    "answer_evidence": (OPEN, "same"),
    "listen_evidence": (OPEN, "same"),
    "warn_of_deletion": (OPEN, "same"),
    "wait": (OPEN, "same"),
    "stop_waiting": (OPEN, "same"),
    "hold": (OPEN, "same"),
    "lift_hold": (OPEN, "same"),
    "miss_deadline": (OPEN, "same"),
    "join_incident": (OPEN, "same"),
    "leave_incident": (OPEN, "same"),
    "link": (ALWAYS, "same"),
    "linked": (ALWAYS, "same"),
    "unlink": (ALWAYS, "same"),
    "unlinked": (ALWAYS, "same"),
    "merge": (f"frontline triggered {WORK}", "same"),
    "absorb": (f"frontline triggered {WORK}", "same"),
    "unmerge": (f"frontline triggered {WORK}", "same"),
    "release": (ALWAYS, "same"),
}
PAIRED = {"link", "unlink", "merge", "unmerge"}
"""Steps about two cases: each of the two gets its own event and history row."""

# action: a state to try it in, and everybody who may, of `EVERYBODY`. Whoever is not named may not.
WHO = {
    "settle": ("frontline", "agent"),
    "trigger": ("frontline", "agent customer detector clock"),
    "accept": ("triggered", "coordinator detector"),
    "send_back": ("triggered", "coordinator"),
    "put_off": ("triggered", "coordinator"),
    "route": ("triggered", "coordinator manager routing"),
    "take": ("routed", "handler colleague"),
    "reroute": ("investigating", "coordinator handler manager"),
    "investigate": ("routed", "handler"),
    "communicate": ("investigating", "handler"),
    "reinvestigate": ("communicating", "handler"),
    "resolve": ("communicating", "handler customer"),
    "escalate_further": ("investigating", "handler manager customer clock"),
    "close": ("resolved", "handler clock"),
    "reopen": ("closed", "coordinator customer"),
    "withdraw": ("investigating", "coordinator customer"),
    "set_aside": ("triggered", "coordinator"),
    "refer_part": ("investigating", "coordinator handler manager"),
    "restore": ("closed", "coordinator"),
    "edit": ("investigating", "agent coordinator handler colleague manager"),
    "set_fields": ("investigating", "agent coordinator handler colleague manager"),
    "add_statement": ("investigating", "agent coordinator handler colleague manager customer"),
    "record_attempt": ("investigating", "agent coordinator handler colleague manager"),
    "complete_handover": ("investigating", "agent coordinator handler colleague manager"),
    "add_trigger": ("investigating", "coordinator detector clock"),
    "add_point": ("investigating", "agent coordinator handler colleague manager"),
    "name_staff": ("investigating", "agent coordinator handler colleague manager"),
    "lift_naming": ("investigating", "coordinator manager"),
    "declare_conflict": ("investigating", "coordinator handler colleague manager"),
    "record_speaker": ("investigating", "agent coordinator handler colleague manager"),
    "record_outcome": ("investigating", "handler"),
    "record_finding": ("investigating", "handler"),
    "confirm_cause": ("investigating", "handler"),
    "propose_remedy": ("investigating", "handler"),
    "approve_remedy": ("investigating", "colleague manager"),
    "refuse_remedy": ("investigating", "handler colleague manager"),
    "remind_approver": ("investigating", "clock"),
    "authorise": ("investigating", "colleague manager"),
    "calculate": ("investigating", "handler"),
    "check_calculation": ("investigating", "colleague manager"),
    "schedule_remedy": ("resolved", "handler manager"),
    "payment_failed": ("resolved", "handler manager"),
    "pay_remedy": ("resolved", "handler manager"),
    "acknowledge_outcome": ("resolved", "handler customer"),
    "extend_offer": ("resolved", "handler manager"),
    "write": ("investigating", "agent coordinator handler colleague manager"),
    "receive": ("investigating", "agent coordinator handler colleague manager customer"),
    "note": ("investigating", "agent coordinator handler colleague manager compliance"),
    "tick": ("investigating", "agent coordinator handler colleague manager"),
    "attach": ("investigating", "agent coordinator handler colleague manager customer"),
    "release_file": ("investigating", "manager"),
    "erase_file": ("investigating", "manager compliance"),
    "erase_words": ("closed", "compliance"),
    "ask_department": ("investigating", "agent coordinator handler colleague manager"),
    "answer_task": ("investigating", "department"),
    "withdraw_task": ("investigating", "agent coordinator handler colleague manager"),
    "send_link": ("investigating", "agent coordinator handler colleague manager"),
    "print_link": ("investigating", "agent coordinator handler colleague manager"),
    "withdraw_link": ("investigating", "agent coordinator handler colleague manager compliance"),
    "sent": ("investigating", "post"),
    "reassign": ("investigating", "coordinator manager"),
    "take_over": ("investigating", "manager"),
    "hand_back": ("investigating", "manager"),
    "restrict": ("investigating", "coordinator manager compliance"),
    "decline_confirmation": ("triggered", "coordinator"),
    "request_evidence": ("investigating", "agent coordinator handler colleague manager"),
    "describe_evidence": ("investigating", "agent coordinator handler colleague manager"),
    "answer_evidence": ("investigating", "agent coordinator handler colleague manager"),
    "listen_evidence": ("investigating", "agent coordinator handler colleague manager"),
    "warn_of_deletion": ("investigating", "clock"),
    "wait": ("investigating", "agent coordinator handler colleague manager"),
    "stop_waiting": ("investigating", "agent coordinator handler colleague manager"),
    "hold": ("investigating", "coordinator handler manager compliance"),
    "lift_hold": ("investigating", "coordinator handler manager compliance"),
    "miss_deadline": ("investigating", "clock"),
    "join_incident": ("investigating", "agent coordinator handler colleague manager"),
    "leave_incident": ("investigating", "agent coordinator handler colleague manager"),
    "link": ("investigating", "agent coordinator handler colleague manager"),
    "linked": ("investigating", "agent coordinator handler colleague manager"),
    "unlink": ("investigating", "agent coordinator handler colleague manager"),
    "unlinked": ("investigating", "agent coordinator handler colleague manager"),
    "merge": ("investigating", "agent coordinator handler colleague manager"),
    "absorb": ("investigating", "agent coordinator handler colleague manager"),
    "unmerge": ("investigating", "agent coordinator handler colleague manager"),
    "release": ("investigating", "agent coordinator handler colleague manager"),
}
GIVEN_FIRST = {
    "unmerge", "leave_incident", "stop_waiting", "lift_hold", "describe_evidence", "answer_evidence", "listen_evidence",
    "release_file", "erase_file", "withdraw_link",
}  # fmt: skip
"""Steps that are open only once something was done before."""
STAFF = (
    "agent", "other_agent", "coordinator", "handler", "colleague", "stranger", "manager", "supervisor", "analyst",
    "compliance", "administrator", "newcomer", "leaver",
)  # fmt: skip
EVERYBODY = (*STAFF, "customer", *SYSTEMS)
DOER = {"escalate_further": "manager"}
"""By whom an action is done in the matrix of states; all others by the first who may in `WHO`."""


def written() -> dict[str, int]:
    """How many rows there are of all that a step can leave."""
    history = [get_history_model_for_model(Complaint)]
    models = [Event, Statement, Message, Trigger, Confirmation, Assignment, Decision, *history]
    return {model.__name__: model.objects.count() for model in models}


def tried(deeds: Deeds, case: Complaint, action: str, by: str, **data: object) -> str:
    """What came of it: the state that the case is in now, or the code of the refusal."""
    try:
        event = deeds.do(case, action, by, **data)
    except Refusal as refusal:
        return refusal.code
    assert event.complaint.state == Complaint.objects.get(pk=case.pk).state == event.to_state
    return event.to_state


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def people(house, staff):
    """The house, with somebody who has no role yet, and somebody with many who has left."""
    house.newcomer = staff("nora")
    house.leaver = staff("leo", "Escalation coordinator", "Handler", "Manager", team=house.cards)
    house.leaver.is_active = False
    house.leaver.save()
    return house


def test_the_tables_name_every_action():
    assert set(STATES) == set(WHO) == set(ACTIONS) - {"register", "adopt"}


@pytest.mark.parametrize("state", ALWAYS.split())
def test_in_each_state_only_what_the_table_says_can_happen(state, house, case):
    deeds, complaint = Deeds(house), case(state)
    possible = {action: target for action, (sources, target) in STATES.items() if state in sources.split()}
    before = written()
    found = {action: tried(deeds, complaint, action, doer(action), bare=True) for action in STATES.keys() - possible}
    assert set(found.values()) == {"wrong_state"}
    assert written() == before, "what is refused writes nothing"
    for action in possible:
        with taken_back():
            deeds.prepare(complaint, action)
            before = written()
            found[action] = tried(deeds, complaint, action, doer(action))
            left = {name: count - before[name] for name, count in written().items()}
        rows = 2 if action in PAIRED else 1
        assert (left["Event"], left["HistoricalComplaint"]) == (rows, rows), action
    assert {action: found[action] for action in possible} == {
        action: state if target == "same" else target for action, target in possible.items()
    }


def doer(action: str) -> str:
    return DOER.get(action) or WHO[action][1].split()[0]


@pytest.mark.parametrize("action", WHO)
def test_an_action_is_for_those_whom_the_table_names_and_nobody_else(action, people, case):
    state, who = WHO[action]
    deeds, complaint = Deeds(people), case(state)
    deeds.prepare(complaint, action)
    assert allowed(deeds, complaint, action, who) == {name: name in who.split() for name in EVERYBODY}


# The same where other rows count: while nobody has the case, what the frontline settled, a case of another team.
@pytest.mark.parametrize(
    ("action", "state", "who"),
    [
        ("edit", "frontline", "agent coordinator manager"),
        ("note", "frontline", "agent coordinator manager compliance"),
        ("write", "triggered", "agent coordinator manager"),
        ("escalate_further", "triggered", "manager customer clock"),
        ("escalate_further", "closed", "handler manager customer clock"),
        ("pay_remedy", "closed", "handler manager"),
    ],
)
def test_who_may_depends_on_whose_case_it_is(action, state, who, people, case):
    deeds, complaint = Deeds(people), case(state)
    deeds.prepare(complaint, action)
    assert allowed(deeds, complaint, action, who) == {name: name in who.split() for name in EVERYBODY}


@pytest.mark.parametrize(
    ("action", "who"), [("close", "agent clock"), ("acknowledge_outcome", "agent customer"), ("confirm_cause", "")]
)
def test_what_the_frontline_settled_stays_with_its_agent(action, who, people, case):
    deeds, complaint = Deeds(people), case()
    deeds.do(complaint, "record_attempt", "agent", result="accepted")
    deeds.do(complaint, "settle", "agent")
    if action != "acknowledge_outcome":
        deeds.do(complaint, "acknowledge_outcome", "agent")
    send_queued()
    assert allowed(deeds, complaint, action, who) == {name: name in who.split() for name in EVERYBODY}


@pytest.mark.parametrize("action", [action for action, (_state, who) in WHO.items() if "handler" in who])
def test_a_case_of_the_other_team_is_none_of_a_handlers_business(action, people, case):
    state, _who = WHO[action]
    deeds, complaint = Deeds(people), case(state, product=people.loan)
    if action == "take":
        deeds.do(complaint, "reroute", "coordinator", handler=None)
    if action in GIVEN_FIRST:
        deeds.prepare(complaint, action)
    found = {name: tried(deeds, complaint, action, name, bare=True) for name in ("handler", "colleague")}
    assert found == {"handler": "not_allowed", "colleague": "not_allowed"}


def allowed(deeds: Deeds, complaint: Complaint, action: str, who: str) -> dict[str, bool]:
    """Of everybody: whether they may. Those named in `who` give data of their own, the others those of the first."""
    may = who.split()
    data = deeds.data(action, complaint, deeds.actor(may[0])) if may else {}
    before = written()
    refused = {name: tried(deeds, complaint, action, name, bare=True, **data) for name in EVERYBODY if name not in may}
    assert written() == before, "what is refused writes nothing"
    found = {name: outcome != "not_allowed" for name, outcome in refused.items()}
    for name in may:
        with taken_back():
            outcome = tried(deeds, complaint, action, name)
        assert outcome in (*State.values, "not_allowed"), name
        found[name] = outcome != "not_allowed"
    return found
