"""Waiting and holds: intervals that are begun and ended by people, and ended by what they waited for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.errors import Incomplete, Invalid, WrongState
from escalations.models import Complaint, Waiting
from escalations.workflow import perform_many


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


@pytest.mark.parametrize(("action", "data"), [("receive", {"body": "Here it is."}), ("add_statement", {})])
def test_what_the_customer_says_ends_the_waiting_for_them_and_for_nobody_else(case, deeds, action, data):
    complaint = case("investigating")
    began = timezone.now() - timedelta(days=3)
    for on in ("customer", "third_party"):
        deeds.do(complaint, "wait", "handler", on=on, at=began)
    assert list(Complaint.objects.waiting_for("customer")) == [complaint]
    event = deeds.do(complaint, action, "customer", **data)
    assert event.data["ended"] == ["customer"]
    ended = complaint.waitings.get(on="customer")
    assert (ended.since, ended.ended_at, ended.ended_how, ended.ended_by) == (began, event.at, "answered", None)
    assert complaint.waitings.open().get().on == "third_party"
    assert not Complaint.objects.waiting_for("customer").exists()


def test_a_call_that_a_handler_takes_down_is_an_answer_too_but_a_letter_of_ours_is_not(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "wait", "handler")
    deeds.do(complaint, "write", "handler")
    assert complaint.waitings.open().exists()
    deeds.do(complaint, "receive", "handler", body="She says yes.")
    assert not complaint.waitings.open().exists()


def test_waiting_for_the_same_again_moves_the_day_and_keeps_since_when(case, deeds):
    complaint, today = case("investigating"), timezone.localdate()
    first = deeds.do(complaint, "wait", "handler", until=today, note="The statement of March")
    deeds.do(complaint, "wait", "handler", until=today + timedelta(days=7))
    row = complaint.waitings.get()
    assert (row.since, row.until, row.note) == (first.at, today + timedelta(days=7), "The statement of March")
    assert complaint.due_at == again(complaint).due_at, "the deadline runs on"


def test_no_outcome_is_given_while_a_case_is_on_hold_and_messages_go_on(case, deeds):
    complaint = case("investigating")
    deeds.prepare(complaint, "communicate")
    deeds.do(complaint, "hold", "compliance", on="litigation")
    with pytest.raises(Incomplete, match="hold \\(litigation\\)"):
        deeds.do(complaint, "communicate", "handler")
    deeds.do(complaint, "write", "handler")
    assert list(Complaint.objects.on_hold()) == [complaint]
    deeds.do(complaint, "lift_hold", "handler")
    assert deeds.do(complaint, "communicate", "handler").to_state == "communicating"


def test_a_case_that_ends_waits_for_nobody(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "wait", "handler", on="evidence")
    deeds.do(complaint, "hold", "handler")
    deeds.do(complaint, "withdraw", "customer")
    assert {row.ended_how for row in complaint.waitings.all()} == {"case_ended"}


@pytest.mark.parametrize(("action", "on"), [("wait", "police"), ("hold", "customer")])
def test_a_hold_is_no_waiting_and_waiting_no_hold(case, deeds, action, on):
    with pytest.raises(Invalid):
        deeds.do(case("investigating"), action, "handler", on=on)


def test_a_day_that_has_passed_is_no_day_to_wait_until(case, deeds):
    with pytest.raises(Invalid):
        deeds.do(case("investigating"), "wait", "handler", until=timezone.localdate() - timedelta(days=2))


def test_many_cases_are_held_and_released_in_one_go_and_each_has_its_own_record(house, case, deeds):
    cases = [case("investigating") for _number in range(3)]
    deeds.do(cases[2], "withdraw", "customer")
    actor = Actor.of(house.compliance)
    results = perform_many(cases, "hold", actor=actor, reason="The regulator pauses the class.", on="regulator")
    assert [bool(result.event) for result in results] == [True, True, False]
    assert Complaint.objects.on_hold().count() == 2
    released = perform_many(cases[:2], "lift_hold", actor=actor, reason="The pause is over.")
    assert all(result.event for result in released)
    assert not Waiting.objects.open().exists()


def test_intervals_that_overlap_a_time_are_found_for_a_clock(case, deeds):
    complaint, now = case("investigating"), timezone.now()
    deeds.do(complaint, "wait", "handler", at=now - timedelta(days=9))
    deeds.do(complaint, "stop_waiting", "handler", at=now - timedelta(days=7))
    deeds.do(complaint, "wait", "handler", at=now - timedelta(days=2))
    day = timedelta(days=1)
    found = [Waiting.objects.within(now - n * day, now - (n - 1) * day).count() for n in range(10, 0, -1)]
    assert found == [0, 1, 1, 0, 0, 0, 0, 0, 1, 1]


def test_what_does_not_run_cannot_be_ended(case, deeds):
    with pytest.raises(WrongState):
        deeds.do(case("investigating"), "lift_hold", "handler")
