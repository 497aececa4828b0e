"""Two people for what cannot be undone lightly: one asks, another with the same right confirms while logged in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations import jobs
from escalations.actors import Actor
from escalations.errors import Incomplete, NotAllowed, WrongState
from escalations.models import Complaint, Confirmation, Message
from escalations.workflow import offers
from routing.models import Assignment
from tests.escalations.test_matrix import written


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


@pytest.fixture
def unsafe(case, criteria):
    """Escalated because safety is at stake."""
    return again(case(what_happened="I want to end it all."))


def test_the_first_only_asks_one_event_and_nothing_else_moves(case, deeds, house):
    complaint = case("investigating")
    before = written()
    event = deeds.do(complaint, "set_aside", "coordinator", kind="referred", letter="Dear Ana")
    after = {name: count - before[name] for name, count in written().items() if count != before[name]}
    assert after == {"Event": 1, "HistoricalComplaint": 1, "Confirmation": 1}
    assert (event.action, event.from_state, event.to_state) == ("ask", "investigating", "investigating")
    assert event.data == {"asked": "set_aside", "confirmation_ids": [Confirmation.objects.get().pk]}
    assert again(complaint).holder == complaint.handler


def test_the_same_person_cannot_confirm_and_is_told_who_can(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "set_aside", "coordinator")
    before = written()
    with pytest.raises(NotAllowed, match="second person must confirm") as refused:
        deeds.do(complaint, "set_aside", "coordinator")
    assert "Escalation coordinator" in refused.value.who
    assert written() == before


@pytest.mark.parametrize("by", ["manager", "handler", "customer", "clock"])
def test_who_lacks_the_right_can_neither_ask_nor_confirm(case, deeds, by):
    complaint = case("investigating")
    with pytest.raises(NotAllowed):
        deeds.do(complaint, "set_aside", by)
    deeds.do(complaint, "set_aside", "coordinator")
    with pytest.raises(NotAllowed):
        deeds.do(complaint, "set_aside", by)


def test_another_confirms_what_the_first_asked_for_whatever_a_form_says_now(case, deeds, house):
    complaint = case("investigating")
    deeds.do(complaint, "set_aside", "coordinator", kind="referred", letter="Dear Ana, another firm looks at it.")
    event = deeds.do(complaint, "set_aside", "second_coordinator", kind="not_a_complaint", letter="", reason="I agree.")
    now = again(complaint)
    assert (now.state, now.closed_as, now.set_aside_as) == ("closed", "set_aside", "referred")
    assert (
        Message.objects.get(complaint=complaint, kind="referral", referral=None).body
        == "Dear Ana, another firm looks at it."
    )
    assert (event.user, event.reason, event.data["asked_by"]) == (
        house.second_coordinator,
        "I agree.",
        house.coordinator.pk,
    )
    asked = Confirmation.objects.get()
    assert (asked.confirmed, asked.answered_by, asked.answered_at) == (True, house.second_coordinator, event.at)
    assert now.closed_at == event.at
    assert not Assignment.objects.open().exists()


def test_who_confirms_needs_no_data_of_their_own(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "set_aside", "coordinator")
    deeds.do(complaint, "set_aside", "second_coordinator", bare=True)
    assert again(complaint).set_aside_as == "referred"


def test_who_declines_leaves_the_case_and_the_next_question_is_a_new_one(case, deeds, house):
    complaint = case("investigating")
    deeds.do(complaint, "set_aside", "coordinator")
    event = deeds.do(complaint, "decline_confirmation", "second_coordinator")
    asked = Confirmation.objects.get()
    assert (asked.confirmed, asked.answered_by, event.data["declined"]) == (
        False,
        house.second_coordinator,
        "set_aside",
    )
    assert again(complaint).state == "investigating"
    with pytest.raises(WrongState, match="answered already"):
        deeds.do(complaint, "decline_confirmation", "coordinator")
    assert deeds.do(complaint, "set_aside", "second_coordinator").action == "ask"
    assert deeds.do(complaint, "set_aside", "coordinator").action == "set_aside"


def test_two_that_confirm_one_after_the_other_do_it_once(case, deeds, house, staff):
    house.third_coordinator = staff("cyrus", "Escalation coordinator")
    complaint = case("investigating")
    deeds.do(complaint, "set_aside", "coordinator")
    deeds.do(complaint, "set_aside", "second_coordinator")
    with pytest.raises(WrongState, match="Meanwhile: Cleo set it aside"):
        deeds.do(complaint, "set_aside", "third_coordinator")


def test_the_button_says_confirm_to_the_second_and_wait_to_the_first(case, deeds, house):
    complaint = case("investigating")
    deeds.do(complaint, "set_aside", "coordinator")

    def offered(user):
        return next(o for o in offers(again(complaint), Actor.of(user)) if o.action == "set_aside")

    first, second = offered(house.coordinator), offered(house.second_coordinator)
    assert (first.ready, second.ready) == (False, True)
    assert second.label == "Confirm: set aside"
    assert second.confirms.asked_by == house.coordinator


def test_sending_back_takes_two_where_safety_is_at_stake(unsafe, deeds):
    assert deeds.do(unsafe, "send_back", "coordinator").action == "ask"
    assert again(unsafe).state == "triggered"
    assert deeds.do(unsafe, "send_back", "second_coordinator").to_state == "frontline"
    assert unsafe.triggers.get().state == "dismissed"


def test_sending_back_takes_one_where_it_is_not(case, deeds):
    assert deeds.do(case("triggered"), "send_back", "coordinator").to_state == "frontline"


def test_a_case_waits_for_routing_while_a_second_person_thinks_about_sending_it_back(unsafe, deeds):
    """The question holds nothing up: a case of safety is routed at once, and then cannot be sent back any more."""
    deeds.do(unsafe, "send_back", "coordinator")
    deeds.do(unsafe, "route", "manager")
    with pytest.raises(WrongState):
        deeds.do(unsafe, "send_back", "second_coordinator")


@pytest.mark.parametrize("state", ["frontline", "triggered", "routed", "investigating", "communicating", "resolved"])
def test_restore_takes_two_and_leads_back_to_the_state_before(case, deeds, state):
    complaint = case(state)
    before = {name: getattr(complaint, name) for name in ("handler_id", "team_id", "tier", "resolved_at", "due_at")}
    open_before = list(Assignment.objects.open().values("reference", "handler", "weight"))
    for by in ("coordinator", "second_coordinator"):
        deeds.do(complaint, "set_aside", by)
    assert not Assignment.objects.open().exists()
    history = Complaint.history.filter(id=complaint.pk).count()
    assert deeds.do(complaint, "restore", "coordinator").action == "ask"
    assert deeds.do(complaint, "restore", "second_coordinator").to_state == state
    now = again(complaint)
    assert (now.state, now.closed_as, now.closed_at, now.set_aside_as) == (state, "", None, "")
    assert {name: getattr(now, name) for name in before} == before
    assert list(Assignment.objects.open().values("reference", "handler", "weight")) == open_before
    assert Complaint.history.filter(id=complaint.pk).count() == history + 2, "nothing is reverted in the record"


def test_a_settled_case_that_was_set_aside_is_settled_again_when_restored(case, deeds):
    complaint = case()
    deeds.do(complaint, "record_attempt", "agent", result="accepted")
    deeds.do(complaint, "settle", "agent")
    for action in ("set_aside", "restore"):
        for by in ("coordinator", "second_coordinator"):
            deeds.do(complaint, action, by)
    now = again(complaint)
    assert (now.state, now.closed_as) == ("resolved", "settled")


def test_what_was_restored_and_set_aside_again_goes_back_to_where_it_stood_last(case, deeds):
    complaint = case("triggered")
    for action in ("set_aside", "restore"):
        for by in ("coordinator", "second_coordinator"):
            deeds.do(complaint, action, by)
    deeds.do(complaint, "send_back", "coordinator")
    for action in ("set_aside", "restore"):
        for by in ("coordinator", "second_coordinator"):
            deeds.do(complaint, action, by)
    assert again(complaint).state == "frontline"


@pytest.mark.parametrize("action", ["withdraw", "close"])
def test_what_ended_otherwise_is_not_restored(case, deeds, action):
    complaint = case("closed" if action == "close" else "triggered")
    if action == "withdraw":
        deeds.do(complaint, "withdraw", "customer")
    with pytest.raises(Incomplete, match="reopen it instead"):
        deeds.do(complaint, "restore", "coordinator")


def test_what_was_set_aside_is_not_reopened(case, deeds):
    complaint = case("triggered")
    for by in ("coordinator", "second_coordinator"):
        deeds.do(complaint, "set_aside", by)
    with pytest.raises(Incomplete, match="restore it instead"):
        deeds.do(complaint, "reopen", "customer")


def test_words_are_erased_by_two_people_where_the_house_has_two(case, house, staff, deeds, at_desk):
    complaint, second = case("closed"), staff("olga", "Compliance officer")
    address = f"/cases/{complaint.reference}/do/erase_words/"
    page = at_desk(house.compliance).get(address).content.decode()
    assert "Goes for good" in page and "This takes two people" in page
    for who, erased in ((house.compliance, False), (house.compliance, False), (second, True)):
        at_desk(who).post(address, {"reason": "They asked for it."})
        assert complaint.statements.filter(text="[erased]").exists() == erased, who
    assert [one.action for one in complaint.events.order_by("-number")[:2]] == ["erase_words", "ask"]
    assert jobs.forget_erased() == 1, "the sweep, too, sees to what the search had kept of them"
    assert jobs.forget_erased(at=timezone.now() + timedelta(hours=2)) == 0
