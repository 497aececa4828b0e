"""Deadlines: when they are due, what meets and moves them, who is told once that they were missed, and in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.clocks import in_words
from escalations.intake import Adoption, register
from escalations.jobs import flag_late, send_queued, sweep
from escalations.models import Complaint, DeadlinePolicy
from escalations.workflow import perform_many


@pytest.fixture
def policies(db):
    """As an administrator would enter them: a critical case has a day and three, a low one a week and thirty."""
    for severity, acknowledge, final in ((4, 1, 3), (3, 2, 14), (1, 7, 30)):
        DeadlinePolicy.objects.create(kind="acknowledge", severity=severity, days=acknowledge)
        DeadlinePolicy.objects.create(kind="final_response", severity=severity, days=final)


def due(complaint):
    return {clock.kind: (clock.due_at - clock.started_at).days for clock in complaint.clocks.all()}


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


# --- due ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "days"),
    [(4, {"acknowledge": 1, "final_response": 3}), (1, {"acknowledge": 7, "final_response": 30}),
     (2, {"acknowledge": 5, "final_response": 56})],
)  # fmt: skip
def test_deadlines_follow_the_severity_from_the_day_of_receipt(case, policies, severity, days):
    received = timezone.now() - timedelta(days=2)
    complaint = case(severity=severity, received_at=received)
    assert due(complaint) == days
    assert complaint.due_at == received + timedelta(days=days["acknowledge"])
    assert {clock.next_at == clock.due_at for clock in complaint.clocks.all()} == {True}


def test_another_severity_moves_the_running_deadlines_and_the_event_says_where_to(case, policies, deeds):
    complaint = case("investigating", severity=1)
    received = complaint.received_at
    event = deeds.do(complaint, "edit", "handler", severity=4)
    assert due(complaint) == {"acknowledge": 1, "final_response": 3}
    assert again(complaint).due_at == received + timedelta(days=1)
    moved = {kind: datetime.fromisoformat(moment) - received for kind, moment in event.data["due"].items()}
    assert moved == {"acknowledge": timedelta(days=1), "final_response": timedelta(days=3)}
    assert len(event.data["clock_ids"]) == 2


def test_another_severity_leaves_what_was_met_alone(case, policies, deeds):
    complaint = case("investigating", severity=1)
    deeds.do(complaint, "write", "handler", kind="acknowledgement", channel="letter")
    deeds.do(complaint, "edit", "handler", severity=4)
    assert due(complaint) == {"acknowledge": 7, "final_response": 3}


def test_a_correction_of_something_else_moves_no_deadline(case, policies, deeds):
    complaint = case("investigating", severity=1)
    DeadlinePolicy.objects.update(days=2)
    event = deeds.do(complaint, "edit", "handler", severity=1, region="Wales")
    assert due(complaint) == {"acknowledge": 7, "final_response": 30}
    assert "due" not in event.data


def test_many_severities_are_corrected_with_one_look_at_the_policies(case, policies, house, deeds):
    cases = [case(severity=1) for _ in range(3)]
    perform_many(cases, "edit", actor=Actor.of(house.coordinator), reason="Outage.", severity=4)
    assert [due(complaint)["final_response"] for complaint in cases] == [3, 3, 3]


# --- met ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "met"),
    [("acknowledgement", {"acknowledge"}), ("final_response", {"acknowledge", "final_response"}),
     ("summary_resolution", {"acknowledge", "final_response"}), ("update", set()), ("message", set())],
)  # fmt: skip
def test_a_letter_meets_its_deadlines_when_it_has_gone_out_and_not_before(case, deeds, kind, met):
    complaint = case("investigating")
    deeds.do(complaint, "write", "handler", kind=kind)
    assert not complaint.clocks.exclude(met_at=None).exists()
    send_queued()
    sent = complaint.messages.get().sent_at
    assert {(clock.kind, clock.met_at) for clock in complaint.clocks.exclude(met_at=None)} == {(k, sent) for k in met}
    left = complaint.clocks.filter(met_at=None).order_by("due_at").first()
    assert again(complaint).due_at == (left.due_at if left else None)


def test_the_first_letter_meets_a_deadline_a_second_changes_nothing(case, deeds):
    complaint = case("investigating")
    for _letter in range(2):
        deeds.do(complaint, "write", "handler", kind="acknowledgement", channel="letter")
    first = complaint.messages.order_by("pk").first()
    assert complaint.clocks.get(kind="acknowledge").met_at == first.sent_at


@pytest.mark.parametrize("action", ["withdraw", "set_aside"])
def test_a_case_that_is_over_has_no_deadline_and_gets_it_back_when_it_is_not(case, deeds, action):
    complaint = case("investigating")
    before = complaint.due_at
    deeds.prepare(complaint, action)
    deeds.do(complaint, action, "coordinator")
    assert again(complaint).due_at is None
    assert set(complaint.clocks.values_list("next_at", flat=True)) == {None}
    if action == "set_aside":
        deeds.do(complaint, "restore", "second_coordinator")
        deeds.do(complaint, "restore", "coordinator")
    else:
        deeds.do(complaint, "reopen", "coordinator")
    assert again(complaint).due_at == before
    assert {clock.next_at == clock.due_at for clock in complaint.clocks.all()} == {True}


@pytest.mark.parametrize(
    ("state", "action"), [("resolved", "reopen"), ("closed", "reopen"), ("closed", "escalate_further")]
)
def test_a_case_opened_again_owes_a_new_final_response(case, deeds, policies, state, action):
    complaint = case(state, severity=3)
    event = deeds.do(complaint, action, "coordinator" if action == "reopen" else "manager")
    clock = complaint.clocks.get(kind="final_response")
    assert (clock.started_at, clock.met_at, clock.missed_at) == (event.at, None, None)
    assert clock.due_at == clock.next_at == again(complaint).due_at == event.at + timedelta(days=14)
    assert complaint.clocks.get(kind="acknowledge").met_at is not None


def test_a_case_taken_further_before_its_outcome_keeps_its_deadline(case, deeds):
    complaint = case("investigating")
    before = list(complaint.clocks.values())
    deeds.do(complaint, "escalate_further", "manager")
    assert list(complaint.clocks.values()) == before


def test_an_adopted_case_has_no_deadline_until_it_is_reopened(draft, deeds):
    closed = timezone.now() - timedelta(days=3)
    given = draft(received_at=closed - timedelta(days=9), adopted=Adoption(outcome_there="Closed", closed_at=closed))
    complaint = register(given, actor=Actor.system("import"))
    assert (complaint.due_at, complaint.clocks.count()) == (None, 0)
    event = deeds.do(complaint, "reopen", "coordinator")
    assert complaint.clocks.get().started_at == event.at
    assert again(complaint).due_at == complaint.clocks.get().due_at


# --- missed ------------------------------------------------------------------------------------------------------


def test_a_missed_deadline_is_flagged_once(case, deeds):
    complaint = case("investigating", received_at=timezone.now() - timedelta(days=6))
    assert (flag_late(), flag_late()) == (1, 0)
    sweep()
    event = complaint.events.get(action="miss_deadline")
    clock = complaint.clocks.get(kind="acknowledge")
    assert (clock.missed_at, clock.next_at, clock.met_at) == (event.at, None, None)
    assert (event.actor_name, event.data["clock"], event.user) == ("clock", "acknowledge", None)
    assert again(complaint).due_at == clock.due_at, "it still runs, and is late"


def test_a_deadline_met_late_stays_flagged_as_missed(case, deeds):
    complaint = case("investigating", received_at=timezone.now() - timedelta(days=6))
    flag_late()
    deeds.do(complaint, "write", "handler", kind="acknowledgement", channel="letter")
    clock = complaint.clocks.get(kind="acknowledge")
    assert clock.missed_at and clock.met_at and not clock.next_at
    assert again(complaint).due_at == complaint.clocks.get(kind="final_response").due_at


def test_both_deadlines_of_one_case_are_flagged_in_one_sweep(case):
    complaint = case("investigating", received_at=timezone.now() - timedelta(days=60))
    assert flag_late() == 2
    assert complaint.events.filter(action="miss_deadline").count() == 2


def test_a_severity_that_makes_it_late_is_flagged_by_the_next_sweep(case, policies, deeds):
    complaint = case("investigating", severity=1, received_at=timezone.now() - timedelta(days=4))
    assert flag_late() == 0
    deeds.do(complaint, "edit", "handler", severity=4)
    assert flag_late() == 2


def test_a_case_that_is_over_misses_nothing(case, deeds):
    complaint = case(received_at=timezone.now() - timedelta(days=60))
    deeds.do(complaint, "withdraw", "customer")
    assert flag_late() == 0


def test_a_clock_that_cannot_be_flagged_does_not_stop_the_others(case):
    """Met without a report, as after a crash in between: looked at again later, not in this sweep."""
    first, second = (case("investigating", received_at=timezone.now() - timedelta(days=6)) for _ in range(2))
    first.clocks.filter(kind="acknowledge").update(met_at=timezone.now())
    assert flag_late() == 1
    assert second.events.filter(action="miss_deadline").count() == 1
    assert first.clocks.get(kind="acknowledge").next_at > timezone.now()


# --- in words ----------------------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("due_at", "words"),
    [
        (None, "no deadline runs"),
        (NOON + timedelta(minutes=12), "due in 12 min, Tue 12:12"),
        (NOON + timedelta(hours=2), "due in 2 h, Tue 14:00"),
        (NOON + timedelta(hours=47), "due in 47 h, Thu 11:00"),
        (NOON + timedelta(days=2), "due in 2 days, Thu 12:00"),
        (NOON + timedelta(days=8), "due in 8 days, Wed 2 Dec"),
        (NOON + timedelta(days=60), "due in 60 days, 23 Jan 2027"),
        (NOON - timedelta(seconds=1), "0 min late, since Tue 11:59"),
        (NOON - timedelta(days=1), "24 h late, since Mon 12:00"),
        (NOON - timedelta(days=7), "7 days late, since Tue 17 Nov"),
        (NOON, "due in 0 min, Tue 12:00"),
    ],
)
def test_a_deadline_is_said_in_words(due_at, words):
    with timezone.override("Europe/London"):
        assert in_words(due_at, NOON) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Europe/London", "due in 3 h, Sun 03:00"), ("America/New_York", "due in 3 h, Sat 23:00"),
     ("Asia/Kathmandu", "due in 3 h, Sun 08:45")],
)  # fmt: skip
def test_the_hour_is_the_readers_own_also_across_the_change_of_summer_time(zone, words):
    """In the night of 25 October 2026 London's clocks go back: 01:00 summer time and three hours is 03:00."""
    with timezone.override(zone):
        assert in_words(datetime(2026, 10, 25, 3, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)) == words


def test_a_deadline_after_the_change_of_summer_time_is_said_with_the_hour_it_will_be():
    with timezone.override("Europe/London"):
        before = datetime(2026, 3, 28, 12, tzinfo=UTC)  # winter time until the next night
        assert in_words(before + timedelta(days=1), before) == "due in 24 h, Sun 13:00"
