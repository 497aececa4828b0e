"""A draft is judged by past complaints before it bites: hits, how much earlier, misses, examples, as a job."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from escalations.actors import Actor
from escalations.detection import Definition, judgements
from escalations.detection.exchange import draft as set_of
from escalations.detection.judgements import WHOLE, ask, go_on, tallies
from escalations.intake import register
from escalations.models import Complaint, Judgement, Trigger
from escalations.workflow import perform
from routing.plain import PlainCondition
from tests.criteria import worded
from tests.walk_reading import text_of

pytestmark = pytest.mark.django_db
BEGAN = timezone.now() - timedelta(days=30)


@pytest.fixture
def past(house, draft):
    """Makes a complaint of a month ago; `escalated` days later by its agent, and accepted."""

    def make(text, escalated=None, **given):
        attempts = given.pop("attempts", ())
        told = draft(what_happened=text, attempts=attempts, received_at=BEGAN, **given)
        case = register(told, actor=Actor.of(house.agent), at=BEGAN)
        if escalated is not None:
            at = BEGAN + timedelta(days=escalated)
            agent = Actor.of(house.agent)
            perform(case, "record_attempt", actor=agent, at=at, what="Called.", result="failed")
            perform(case, "trigger", actor=agent, reason="They insist.", at=at)
            perform(case, "accept", actor=Actor.of(house.coordinator), at=at)
        return case

    return make


@pytest.fixture
def judged(house):
    def judge(*definitions, sample=5000):
        row = ask(set_of(definitions, house.supervisor), house.supervisor, sample)
        go_on(row.pk)
        return Judgement.objects.get(pk=row.pk)

    return judge


OMBUDSMAN = worded("ombudsman", "ombudsman")
FAILED = Definition("failed", "One failed", "failed_attempts", "attempts", threshold=Decimal(1))


def test_hits_misses_and_how_much_earlier_are_counted_for_each_criterion_and_the_whole(past, judged):
    right = [past("The ombudsman.", escalated=days) for days in (2, 6, 10)]
    wrong = past("The ombudsman again.")
    missed = past("Nothing said.", escalated=3)
    past("Nothing at all.")
    found = tallies(judged(OMBUDSMAN, FAILED))
    one = found["ombudsman"]
    assert (one.flagged, one.anyway, one.later, one.median_days, one.missed) == (4, 3, 3, 6, 1)
    assert sorted(one.right) == [case.reference for case in right]
    assert (one.wrong, one.overlooked) == ([wrong.reference], [missed.reference])
    late = found["failed"]
    assert (late.flagged, late.anyway, late.later, late.median_days, late.missed) == (4, 4, 0, None, 0)
    assert (found[WHOLE].flagged, found[WHOLE].missed) == (5, 0)


def test_what_would_have_been_found_only_after_the_escalation_is_a_miss(past, judged, house):
    case = past("Nothing said.", escalated=1)
    perform(case, "receive", actor=Actor.customer(), body="The ombudsman.", at=BEGAN + timedelta(days=2))
    one = tallies(judged(OMBUDSMAN))["ombudsman"]
    assert (one.flagged, one.missed) == (0, 1)


def test_what_was_said_later_counts_from_that_day(past, judged):
    case = past("Nothing said.")
    perform(case, "receive", actor=Actor.customer(), body="The ombudsman.", at=BEGAN + timedelta(days=2))
    Trigger.objects.create(
        complaint=case, kind="agent", state="accepted", explanation="", raised_by="x",
        first_sign_at=BEGAN, raised_at=BEGAN + timedelta(days=7, hours=1),
    )  # fmt: skip
    assert tallies(judged(OMBUDSMAN))["ombudsman"].days == {"5": 1}


def test_severity_and_amount_count_from_the_day_they_were_set(past, judged, house):
    raised = past("A fee.", escalated=8, severity=2, amount=Decimal(40), currency="GBP")
    handler = Actor.of(house.coordinator)
    perform(
        raised, "edit", actor=handler, at=BEGAN + timedelta(days=12), reason="Worse.", severity=4, amount=Decimal(900)
    )
    past("A fee.", severity=4, amount=Decimal(900), currency="GBP")
    severe = Definition("severe", "Critical", "severity", "severity", threshold=Decimal(4))
    much = Definition("much", "Much", "amount", "amount", threshold=Decimal(500), currency="GBP")
    found = tallies(judged(severe, much))
    for one in (found["severe"], found["much"]):
        assert (one.flagged, one.anyway, one.missed) == (1, 0, 1), "what was set after the escalation is no hit"


def test_conditions_are_judged_by_the_facts_of_the_time(past, judged, house):
    """Severe, tried or old only after the escalation is no hit; what became severe before it is one, from that day."""
    later, before = (past("A fee.", escalated=8, severity=2) for _time in range(2))
    for case, day in ((later, 12), (before, 4)):
        at = BEGAN + timedelta(days=day)
        perform(case, "edit", actor=Actor.of(house.coordinator), at=at, reason="Worse.", severity=4)
    conditions = {
        "severe": ("severity", "at_least", "4"),
        "tried": ("attempts", "at_least", "1"),
        "old": ("age_days", "at_least", "5"),
    }
    drafts = [
        Definition(code, code, "other", "facts", conditions=(PlainCondition(*one),)) for code, one in conditions.items()
    ]
    found = tallies(judged(*drafts))
    assert (found["severe"].flagged, found["severe"].days, found["severe"].missed) == (1, {"4": 1}, 1)
    assert (found["tried"].flagged, found["tried"].later) == (2, 0), "the attempt is of the day of the escalation"
    assert (found["old"].flagged, found["old"].days) == (2, {"3": 2})


def test_age_counts_while_the_frontline_held_it(past, judged):
    past("Long with the frontline.")
    past("Escalated at once.", escalated=0.1)
    old = Definition("old", "Old", "age", "age", threshold=Decimal(3))
    assert tallies(judged(old))["old"].flagged == 1


def test_a_run_goes_on_in_parts_and_a_doubled_worker_changes_nothing(past, house, monkeypatch):
    monkeypatch.setattr(judgements, "BATCH", 2)
    monkeypatch.setattr(judgements, "BUDGET_SECONDS", 0)
    for _n in range(5):
        past("The ombudsman.")
    row = ask(set_of([OMBUDSMAN], house.supervisor), house.supervisor, 4)
    assert go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.total, row.percent) == ("running", 2, 4, 50)
    for _worker in range(4):
        go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, tallies(row)["ombudsman"].flagged) == ("done", 4, 4)


def test_a_run_whose_task_was_lost_gets_another(past, house):
    row = ask(set_of([OMBUDSMAN], house.supervisor), house.supervisor, 10)
    OrmQ.objects.all().delete()
    assert judgements.take_up_judgements() == 0
    assert judgements.take_up_judgements(at=timezone.now() + timedelta(minutes=2)) == 1
    assert OrmQ.objects.count() == 1
    judgements.cancel(Judgement.objects.filter(pk=row.pk))
    assert not go_on(row.pk)


def test_the_page_says_it_in_a_sentence_and_marks_a_draft_that_was_edited_since(past, judged, house, client):
    past("The ombudsman.", escalated=6)
    past("Nothing.", escalated=1)
    row = judged(OMBUDSMAN)
    client.force_login(house.supervisor)
    page = text_of(client.get(reverse("escalations:judgement", args=[row.pk])))
    assert "It would have flagged 1 of the last 2 complaints: 1 of them were escalated anyway" in page
    assert "1 of them later, by a median of 6 days; it misses 1 that was." in page
    assert "edited since" not in page
    row.criteria_set.criteria.get().save()
    assert "edited since" in text_of(client.get(reverse("escalations:judgement", args=[row.pk])))


def test_examples_show_facts_to_supervisors_and_words_and_the_way_to_who_may_see_the_case(past, judged, house, client):
    shown, sealed = past("I go to the ombudsman."), past("The ombudsman, too.")
    perform(sealed, "restrict", actor=Actor.of(house.coordinator), reason="About a colleague.", kind="conduct")
    address = reverse("escalations:judgement", args=[judged(OMBUDSMAN).pk])
    client.force_login(house.supervisor)
    page = client.get(address).content.decode()
    assert shown.reference in page and "Credit card" in page
    assert sealed.reference not in page and "<mark>" not in page and f"/cases/{shown.reference}/" not in page
    client.force_login(house.compliance)
    page = client.get(address).content.decode()
    assert f"/cases/{shown.reference}/" in page and "<mark>ombudsman</mark>" in page


def test_what_is_kept_of_a_run_names_nobody_and_quotes_nobody(past, judged):
    past("I, Ana Silva, go to the ombudsman with secretwords.", escalated=1)
    kept = json.dumps(judged(OMBUDSMAN).result)
    assert "ombudsman with" not in kept and "Ana" not in kept and "secretwords" not in kept
    assert Complaint.objects.get().reference in kept
