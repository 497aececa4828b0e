"""Criteria flag by themselves: each test, words with their place, silence, bounds, and every open state."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from escalations import detection
from escalations.actors import Actor
from escalations.detection import Definition
from escalations.intake import AttemptDraft, register
from escalations.jobs import examine_new, sweep
from escalations.models import Complaint, Message, Trigger
from escalations.workflow import perform, perform_many
from tests.criteria import worded

AT = timezone.now()


@pytest.fixture
def taken_in(house, draft):
    """Registers a complaint by the agent and says how it stands then."""

    def take_in(text="You charged me twice.", at=None, **given):
        complaint = register(draft(what_happened=text, **given), actor=Actor.of(house.agent), at=at)
        return Complaint.objects.get(pk=complaint.pk)

    return take_in


# --- at registration ---------------------------------------------------------------------------------------------


def test_words_escalate_and_are_kept_with_their_place(taken_in, criteria):
    text = "I shall go to the Ombudsman. Yes, the ombudsman!"
    complaint = taken_in(text)
    trigger = complaint.triggers.get()
    assert (complaint.state, trigger.kind, trigger.state) == ("triggered", "regulator", "pending")
    assert (trigger.raised_by, trigger.criterion) == ("detector", criteria.regulator)
    for evidence in trigger.evidence.all():
        said = evidence.statement.text
        assert said[evidence.start : evidence.end] == evidence.words
    assert [evidence.words for evidence in trigger.evidence.all()] == ["Ombudsman", "ombudsman"]
    assert "Ombudsman" in trigger.explanation


def test_what_the_customer_wants_is_searched_as_well(taken_in, criteria):
    assert taken_in(wanted="Or I report you to somebody.").state == "triggered"


def test_a_text_without_the_words_stays_with_the_frontline(taken_in, criteria):
    assert taken_in("They say the ombudsman said nothing.").state == "frontline"


def test_a_criterion_that_is_not_in_use_is_silent(taken_in, in_force):
    in_force(off=worded("regulator", "ombudsman", is_enabled=False), on=worded("media", "journalist"))
    assert taken_in("I want to end it all, ombudsman.").state == "frontline"


def test_one_that_accepts_at_once_leaves_nothing_to_triage(taken_in, criteria):
    complaint = taken_in("I want to end it all.")
    assert complaint.triggers.get().state == "accepted"
    assert list(Complaint.objects.accepted()) == [complaint]
    assert [event.action for event in complaint.events.all()] == ["register", "trigger", "accept"]


def test_several_that_hold_make_one_step_with_a_trigger_each(taken_in, criteria):
    complaint = taken_in("The ombudsman.", severity=4)
    assert {trigger.kind for trigger in complaint.triggers.all()} == {"regulator", "severity"}
    assert complaint.events.filter(action="trigger").count() == 1


@pytest.mark.parametrize(("results", "state"), [(["failed"], "frontline"), (["failed", "declined"], "triggered"),
                                                (["failed", "pending"], "frontline")])  # fmt: skip
def test_attempts_count_when_they_failed(taken_in, criteria, results, state):
    attempts = tuple(AttemptDraft(what="Called.", result=result, made_at=AT) for result in results)
    assert taken_in(attempts=attempts).state == state


@pytest.mark.parametrize(
    ("amount", "currency", "state"),
    [
        ("999.99", "GBP", "frontline"),
        ("1000", "GBP", "triggered"),
        (None, "GBP", "frontline"),
        ("5000", "EUR", "frontline"),
    ],
)
def test_an_amount_counts_from_its_threshold_in_its_currency(taken_in, in_force, amount, currency, state):
    in_force(much=Definition("much", "Much", "amount", "amount", threshold=Decimal(1000), currency="GBP"))
    assert taken_in(amount=amount and Decimal(amount), currency=currency).state == state


@pytest.mark.parametrize(("severity", "state"), [(3, "frontline"), (4, "triggered")])
def test_severity_counts_from_its_threshold(taken_in, criteria, severity, state):
    assert taken_in(severity=severity).state == state


# --- later -------------------------------------------------------------------------------------------------------


def test_what_a_customer_says_later_is_examined(taken_in, criteria, deeds):
    complaint = taken_in()
    deeds.do(complaint, "receive", "customer", body="Now I go to the ombudsman.")
    examine_new()
    trigger = complaint.triggers.get()
    assert Complaint.objects.get(pk=complaint.pk).state == "triggered"
    assert trigger.evidence.get().message == complaint.messages.get()
    assert complaint.messages.get().examined_at


@pytest.mark.parametrize("state", ["triggered", "routed", "investigating", "communicating", "resolved"])
def test_a_hit_in_a_later_state_adds_a_trigger_and_leaves_the_state(state, case, criteria, deeds):
    complaint = case(state)
    deeds.do(complaint, "receive", "customer", body="I report you to the ombudsman.")
    examine_new()
    now = Complaint.objects.get(pk=complaint.pk)
    assert (now.state, now.triggers.filter(kind="regulator").count()) == (state, 1)
    assert now.events.latest("number").action == "add_trigger"


def test_safety_said_to_triage_is_accepted_at_once(case, criteria, deeds):
    complaint = case("triggered")
    deeds.do(complaint, "receive", "customer", body="I will end it all.")
    examine_new()
    assert list(Complaint.objects.accepted()) == [complaint]


def test_nothing_is_raised_twice_for_the_same_criterion(case, criteria, deeds):
    complaint = case("investigating")
    for _time in range(2):
        deeds.do(complaint, "receive", "customer", body="The ombudsman.")
        examine_new()
        examine_new()
    assert complaint.triggers.filter(criterion=criteria.regulator).count() == 1


def test_what_was_sent_back_is_not_escalated_again_by_the_same_criterion(taken_in, criteria, deeds):
    complaint = taken_in("The ombudsman.")
    deeds.do(complaint, "send_back", "coordinator")
    sweep()
    assert Complaint.objects.get(pk=complaint.pk).state == "frontline"


def test_a_closed_case_takes_no_trigger_and_its_messages_wait_for_nobody(case, criteria, deeds):
    complaint = case("closed")
    deeds.do(complaint, "receive", "customer", body="The ombudsman.")
    examine_new()
    assert not complaint.triggers.filter(kind="regulator").exists()
    assert not Message.objects.unexamined().exists()


def test_our_own_letters_and_notes_are_not_examined(case, criteria, deeds):
    complaint = case()
    deeds.do(complaint, "write", "agent", body="You may go to the ombudsman.")
    deeds.do(complaint, "note", "agent", body="Mentions the ombudsman.")
    examine_new()
    assert not complaint.triggers.exists()


def test_a_second_failed_attempt_escalates(case, criteria, deeds):
    complaint = case()
    deeds.do(complaint, "record_attempt", "agent")
    examine_new()
    assert complaint.triggers.get().kind == "failed_attempts"


def test_a_severity_that_is_corrected_upwards_escalates(case, criteria, deeds):
    complaint = case()
    deeds.do(complaint, "edit", "agent", severity=4)
    examine_new()
    assert complaint.triggers.get().kind == "severity"


WEDNESDAY = datetime(2026, 11, 18, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "days_later", "kinds"),
    [(0, 4, []), (0, 5, ["age"]), (3, 4, []), (3, 5, ["age"])],
    ids=["over a weekend", "three weekdays later", "from a Saturday", "on Thursday"],
)
def test_what_the_frontline_holds_too_long_is_escalated_when_the_business_days_are_over(
    taken_in, criteria, received, days_later, kinds
):
    """Received on a Wednesday at ten, or on the Saturday after it: the weekend counts for nothing."""
    received_at = WEDNESDAY + timedelta(days=received)
    complaint = taken_in(at=received_at)
    for _time in range(2):
        examine_new(at=received_at + timedelta(days=days_later, minutes=1))
    assert [trigger.kind for trigger in complaint.triggers.all()] == kinds


def test_a_case_that_another_worker_escalated_meanwhile_still_gets_what_was_found(case, criteria):
    """Read as with the frontline, and escalated by somebody else before the lock: the hit is added where it stands."""
    read = case()
    perform(read, "trigger", actor=Actor.customer(), reason="Please.")
    hit = detection.Hit(criteria.regulator, "Regulator named")
    detection.propose([read], {read.pk: [hit]}, at=AT)
    assert {trigger.kind for trigger in read.triggers.all()} == {"customer", "regulator"}


def test_a_hit_that_another_worker_raised_meanwhile_is_not_raised_twice(case, criteria):
    read = case("investigating")
    hit = detection.Hit(criteria.regulator, "Regulator named")
    for _worker in range(2):
        detection.propose([read], {read.pk: [hit]}, at=AT)
    assert Trigger.objects.filter(criterion=criteria.regulator).count() == 1


def test_who_asks_is_the_kind_of_trigger(case, deeds):
    asked, by_agent = case(), case()
    deeds.do(asked, "trigger", "customer")
    deeds.do(by_agent, "trigger", "agent")
    assert (asked.triggers.get().kind, by_agent.triggers.get().kind) == ("customer", "agent")


def test_examining_more_takes_no_more_queries(case, criteria, django_assert_max_num_queries):
    cases = [case() for _ in range(6)]
    perform_many(cases, "receive", actor=Actor.customer(), body="The ombudsman.")
    with django_assert_max_num_queries(60):
        examine_new()
    assert Trigger.objects.count() == 6
