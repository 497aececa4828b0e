"""Criteria flag by themselves: each test, words with their place, silence, bounds, and every open state."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from escalations import detection
from escalations.actors import Actor
from escalations.detection import find_words
from escalations.detection.words import MOST_PLACES
from escalations.intake import AttemptDraft, register
from escalations.jobs import examine_new, sweep
from escalations.models import Complaint, Criterion, Message, Trigger
from escalations.states import TriggerKind
from escalations.workflow import perform, perform_many

AT = timezone.now()


@pytest.fixture
def taken_in(house, draft):
    """Registers a complaint by the agent and says how it stands then."""

    def take_in(text="You charged me twice.", **given):
        complaint = register(draft(what_happened=text, **given), actor=Actor.of(house.agent))
        return Complaint.objects.get(pk=complaint.pk)

    return take_in


def words(lines, silent=""):
    return Criterion(name="Words", kind="legal", test="words", words=lines, silent=silent)


def found(criterion, text):
    return [text[start:end] for start, end in find_words(criterion, text)]


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "text", "expected"),
    [
        ("sue", "I will SUE you.", ["SUE"]),
        ("sue", "This is an issue for Sue-Ellen.", ["Sue"]),
        ("sue", "pursue tissue", []),
        ("small claims", "a small \n  claims court", ["small \n  claims"]),
        ("solicit*", "My solicitors and solicit", ["solicitors", "solicit"]),
        ("don't", "I don’t and don't", ["don’t", "don't"]),
        ("ação", "Uma AÇÃO judicial", ["AÇÃO"]),
        ("a.c\n(x|y)+\n[z]\n\\d+\n$5", "abc xy z 12 a.c [z] $5 (x|y)+", ["a.c", "[z]", "$5", "(x|y)+"]),
        ("", "anything", []),
        ("\n \n*\n", "anything", []),
    ],
)
def test_words_are_literal_whole_and_of_any_case(lines, text, expected):
    assert found(words(lines), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I do not want to sue anybody.", []),
        ("I do not want to sue, but I will sue.", ["sue"]),
        ("Sue! I do not want to sue. Really: sue.", ["Sue", "sue"]),
        ("my daughter Sue", []),
    ],
)
def test_a_phrase_in_which_the_words_mean_something_else_stays_silent(text, expected):
    assert found(words("sue", "do not want to sue\ndaughter sue"), text) == expected


@pytest.mark.parametrize(
    ("lines", "silent", "text"),
    [
        ("sue\nombudsman", "do not want to sue", "I do not want to sue " * 100_000),
        ("sue", "", "sue " * 500_000),
        ("a*b*", "", "ab" * 1_000_000),
        ("end it all", "", "end " + " " * 2_000_000),
        ("\n".join(f"word{n} phrase" for n in range(1500)), "", "lorem ipsum word12 phrased " * 75_000),
        ("*a*", "", "line\n" * 400_000),
    ],
)
def test_two_megabytes_are_searched_in_a_moment(lines, silent, text):
    began = time.monotonic()
    places = find_words(words(lines, silent), text)
    assert time.monotonic() - began < 5
    assert len(places) <= MOST_PLACES


@pytest.mark.parametrize("line", ["*", " ** ", "a*b*c*", "x*y*z*w"])
@pytest.mark.parametrize("name", ["words", "silent"])
def test_a_line_that_matches_everything_or_could_be_slow_is_refused(name, line):
    with pytest.raises(ValidationError) as refused:
        Criterion(name="C", kind="legal", test="words", **{"words": "sue", name: f"sue\n{line}"}).clean()
    assert list(refused.value.message_dict) == [name]


@pytest.mark.parametrize(
    ("test", "threshold"), [("attempts", None), ("age", None), ("severity", 7), ("severity", None), ("amount", -1)]
)
def test_a_criterion_without_a_number_that_makes_sense_is_refused(test, threshold):
    with pytest.raises(ValidationError) as refused:
        Criterion(name="C", kind="amount", test=test, threshold=threshold).clean()
    assert list(refused.value.message_dict) == ["threshold"]


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


def test_a_disabled_criterion_is_silent(taken_in, criteria):
    Criterion.objects.update(is_enabled=False)
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


@pytest.mark.parametrize(("amount", "state"), [("999.99", "frontline"), ("1000", "triggered"), (None, "frontline")])
def test_an_amount_counts_from_its_threshold(taken_in, db, amount, state):
    Criterion.objects.create(name="Much", kind=TriggerKind.AMOUNT, test="amount", threshold=1000)
    assert taken_in(amount=amount and Decimal(amount)).state == state


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


@pytest.mark.parametrize(("days", "kinds"), [(3, []), (4, ["age"])])
def test_what_the_frontline_holds_too_long_is_escalated_by_the_sweep(taken_in, criteria, days, kinds):
    complaint = taken_in(received_at=timezone.now() - timedelta(days=days - 1, hours=23))
    Complaint.objects.filter(pk=complaint.pk).update(received_at=timezone.now() - timedelta(days=days, minutes=1))
    for _time in range(2):
        sweep()
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
