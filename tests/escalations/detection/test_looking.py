"""The sweep looks at what changed or fell due, and at nothing else; new criteria reach the open cases once; what counts
over time or over several complaints is counted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actors import Actor
from escalations.detection import Definition, Hit, Proposer, propose
from escalations.intake import AttemptDraft, register
from escalations.jobs import examine_new
from escalations.models import Complaint, Reexamination, Trigger
from escalations.workflow import perform
from routing.models import Choice, Field
from routing.plain import PlainCondition
from tests.criteria import publish, worded

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
AGE = Definition("age", "Too long", "age", "age", threshold=Decimal(3))


@pytest.fixture
def take_in(house, draft):
    def register_it(text="You charged me twice.", at=MONDAY, **given):
        told = draft(what_happened=text, **{"attempts": (), "received_at": at, **given})
        case = register(told, actor=Actor.of(house.agent), at=at)
        return Complaint.objects.get(pk=case.pk)

    return register_it


def kinds(case):
    return sorted(case.triggers.values_list("kind", flat=True))


def look_at(case):
    return Complaint.objects.values_list("look_at", flat=True).get(pk=case.pk)


# --- only what changed or fell due ----------------------------------------------------------------------------------


def test_a_sweep_with_nothing_to_look_at_asks_the_same_few_questions_of_one_case_and_of_many(take_in, in_force):
    in_force(age=AGE, legal=worded("legal", "sue"))
    counted = []
    for more in (1, 9):
        for _n in range(more):
            take_in()
        with CaptureQueriesContext(connection) as queries:
            assert examine_new(at=MONDAY + timedelta(hours=1)) == 0
        counted.append(len(queries))
    assert counted == [3, 3]


def test_time_alone_has_a_case_looked_at_once_when_it_falls_due(take_in, in_force):
    in_force(age=AGE)
    case = take_in()
    assert look_at(case) == MONDAY + timedelta(days=3)
    assert examine_new(at=MONDAY + timedelta(days=3, seconds=-1)) == 0
    assert examine_new(at=MONDAY + timedelta(days=3)) == 1
    assert (kinds(case), look_at(case)) == (["age"], None)
    trigger = case.triggers.get()
    assert (trigger.first_sign_at, trigger.raised_at) == (MONDAY + timedelta(days=3),) * 2


def test_a_step_that_changes_what_is_known_has_the_case_looked_at_and_a_note_does_not(take_in, in_force, house):
    in_force(attempts=Definition("attempts", "Failed", "failed_attempts", "attempts", threshold=Decimal(1)))
    case, agent, later = take_in(), Actor.of(house.agent), MONDAY + timedelta(hours=2)
    perform(case, "note", actor=agent, body="Calm.", at=later)
    assert look_at(case) is None
    perform(case, "record_attempt", actor=agent, what="Called.", result="failed", at=later)
    assert look_at(case) == later
    examine_new(at=later + timedelta(minutes=1))
    assert (kinds(case), case.triggers.get().first_sign_at) == (["failed_attempts"], later)


def test_a_statement_that_is_added_is_examined(take_in, in_force, house):
    in_force(legal=worded("legal", "sue"))
    case = take_in()
    perform(case, "add_statement", actor=Actor.of(house.agent), kind="what_happened", text="She will sue.", at=MONDAY)
    examine_new(at=MONDAY)
    assert kinds(case) == ["legal"]


def test_what_a_customer_says_in_asking_is_examined_as_well(take_in, in_force):
    in_force(safety=worded("safety", "end it all"))
    case = take_in()
    perform(case, "trigger", actor=Actor.customer(), reason="Help me, or I end it all.", at=MONDAY)
    examine_new(at=MONDAY)
    assert sorted(kinds(case)) == ["customer", "safety"]


def test_a_look_that_somebody_asked_for_meanwhile_stays_asked_for(take_in, in_force, house, monkeypatch):
    in_force(legal=worded("legal", "sue"))
    case, later = take_in(), MONDAY + timedelta(hours=1)
    Complaint.objects.filter(pk=case.pk).update(look_at=MONDAY)

    def meanwhile(*told, **_named):
        perform(case, "record_attempt", actor=Actor.of(house.agent), what="Called.", result="failed", at=later)
        return []

    monkeypatch.setattr("escalations.detection.looking.examine", meanwhile)
    examine_new(at=MONDAY)
    assert look_at(case) == later


# --- criteria that are published meanwhile --------------------------------------------------------------------------


def test_new_criteria_reach_the_next_complaint_and_once_in_the_background_the_open_ones(take_in, in_force, house):
    in_force(media=worded("media", "papers"))
    spoken, other, closed = take_in("I sue, and go to the papers."), take_in("Papers."), take_in("I sue.")
    Complaint.objects.filter(pk=closed.pk).update(state="closed", closed_as="withdrawn")
    perform(other, "receive", actor=Actor.customer(), body="I will sue.", at=MONDAY)
    version = publish([worded("media", "papers"), worded("legal", "sue")], house.administrator, house.supervisor,
                      examined=False)  # fmt: skip
    assert kinds(take_in("I sue you.")) == ["legal"], "no restart"
    later = timezone.now() + timedelta(minutes=1)
    examine_new(at=later)
    assert [kinds(one) for one in (spoken, other, closed)] == [["legal", "media"], ["legal", "media"], []]
    done = Reexamination.objects.get(criteria_set=version)
    assert (done.examined, done.flagged, done.finished_at) == (3, 1, later)
    with CaptureQueriesContext(connection) as queries:
        assert examine_new(at=later) == 0
    assert len(queries) == 3, "only once"


def test_a_criterion_that_stayed_the_same_is_not_asked_again_and_a_case_is_flagged_once_by_a_code(
    take_in, house, deeds
):
    publish([worded("legal", "sue")], house.administrator, house.supervisor)
    case = take_in("I sue.")
    deeds.do(case, "send_back", "coordinator")
    publish([worded("legal", "sue", "suing")], house.administrator, house.supervisor, examined=False)
    examine_new(at=timezone.now() + timedelta(minutes=1))
    assert case.triggers.filter(code="legal").count() == 1
    assert Complaint.objects.get(pk=case.pk).state == "frontline"


def test_a_trigger_keeps_pointing_at_the_row_of_the_version_that_found_it(take_in, house):
    first = publish([worded("legal", "sue")], house.administrator, house.supervisor)
    case = take_in("I sue.")
    publish([worded("legal", "sue", "court")], house.administrator, house.supervisor)
    criterion = case.triggers.get().criterion
    assert (criterion.criteria_set, criterion.lists.get().phrases) == (first, "sue")


# --- what counts over time, over complaints, over facts -------------------------------------------------------------


def test_contacts_of_the_same_person_about_the_same_product_are_counted(take_in, in_force, house):
    in_force(often=Definition("often", "Often", "repeated_contact", "contacts", threshold=Decimal(3), period=30))
    first = take_in()
    take_in(product=house.loan, at=MONDAY + timedelta(days=1))
    perform(first, "receive", actor=Actor.customer(), body="Still?", at=MONDAY + timedelta(days=2))
    examine_new(at=MONDAY + timedelta(days=2, hours=1))
    assert kinds(first) == []
    third = take_in(at=MONDAY + timedelta(days=3))
    assert kinds(third) == ["repeated_contact"]
    assert "3 contacts about it in 30 days" in third.triggers.get().explanation
    late = take_in(at=MONDAY + timedelta(days=33))
    assert kinds(late) == [], "the window has gone on"


def test_several_on_one_product_and_issue_in_a_period_flag_all_that_wait(take_in, in_force, house):
    in_force(many=Definition("many", "Many", "cluster", "cluster", threshold=Decimal(3), period=24))
    other = Choice.objects.create(field=Field.objects.built_in("issue"), code="other", label="Other")
    earlier = take_in(at=MONDAY)
    elsewhere = take_in(issue=other, at=MONDAY)
    second = take_in(at=MONDAY + timedelta(hours=10))
    third = take_in(at=MONDAY + timedelta(hours=23))
    assert kinds(third) == ["cluster"]
    examine_new(at=MONDAY + timedelta(hours=23, minutes=1))
    assert [kinds(one) for one in (earlier, second, elsewhere)] == [["cluster"], ["cluster"], []]


def test_a_promise_is_broken_at_the_end_of_its_day_unless_it_was_kept(take_in, in_force, house):
    in_force(promise=Definition("promise", "Promised", "failed_attempts", "promise"))
    promise = AttemptDraft("Refund promised.", "pending", MONDAY, house.agent, promised_on=date(2026, 3, 4))
    broken, kept = take_in(attempts=(promise,)), take_in(attempts=(promise,))
    perform(kept, "record_attempt", actor=Actor.of(house.agent), what="Paid.", result="accepted", at=MONDAY)
    examine_new(at=datetime(2026, 3, 4, 20, tzinfo=UTC))
    assert kinds(broken) == []
    examine_new(at=datetime(2026, 3, 5, 1, tzinfo=UTC))
    assert (kinds(broken), kinds(kept)) == (["failed_attempts"], [])
    assert "Promised for 4 Mar 2026" in broken.triggers.get().explanation


def test_conditions_on_facts_and_own_fields_must_hold_as_well(take_in, in_force, house):
    Field.objects.create(code="incident", label="Incident", kind="boolean")
    severe = (PlainCondition("severity", "at_least", "3"), PlainCondition("field:incident", "is", "yes"))
    in_force(words=worded("legal", "sue", conditions=severe[:1]), facts=Definition("own", "Own", "other", "facts",
             conditions=severe))  # fmt: skip
    assert kinds(take_in("I sue.", severity=2)) == []
    assert kinds(take_in("I sue.", severity=3)) == ["legal"]
    assert kinds(take_in("Nothing.", severity=3, fields={"incident": True})) == ["other"]


def test_a_dispute_and_a_reopening_are_seen_where_the_case_stands(case, in_force, deeds):
    in_force(disputed=Definition("disputed", "Disputed", "disputed", "disputed"))
    complaint = case("resolved")
    deeds.do(complaint, "acknowledge_outcome", "customer", accepted=False, words="No.")
    examine_new(at=timezone.now() + timedelta(minutes=1))
    assert complaint.triggers.filter(kind="disputed", code="disputed").exists()


def test_another_part_of_the_system_proposes_without_a_criterion_and_once(case):
    complaint = case()
    hit = Hit(Proposer("signal-12", "cluster"), "Card delivery is rising.", since=complaint.received_at)
    for _time in range(2):
        propose([Complaint.objects.get(pk=complaint.pk)], {complaint.pk: [hit]}, at=timezone.now())
    trigger = Trigger.objects.get(complaint=complaint)
    assert (trigger.code, trigger.criterion, trigger.first_sign_at) == ("signal-12", None, complaint.received_at)
