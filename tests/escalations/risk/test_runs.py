"""Training as a job on the organisation's own past, and what counts as having happened."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.detection.risk import past_cases, runs
from escalations.detection.risk.telling import against
from escalations.intake import register
from escalations.models import Complaint, RiskModel, RiskModelFile, RiskPolicy
from escalations.workflow import perform

pytestmark = pytest.mark.django_db


def came(case, *outcomes):
    (told,) = past_cases._told().filter(pk=case.pk)
    return past_cases.outcome_of(told, outcomes)


def test_an_outcome_is_yes_no_or_not_known_yet(case, deeds, house, draft):
    assert came(case("investigating"), "escalated") is True
    closed = case("closed")
    assert came(closed, "escalated") is True
    assert came(closed, "disputed") is False
    assert came(register(draft(), actor=Actor.of(house.agent)), "escalated") is None, "it may still go up"
    disputed = case("communicating")
    deeds.do(disputed, "acknowledge_outcome", "customer", accepted=False, words="No.")
    assert came(disputed, "disputed") is True
    assert came(case("investigating"), "upheld") is None


def test_what_the_score_raised_by_itself_teaches_it_nothing_until_a_person_agrees(case, house, draft, deeds):
    fresh = register(draft(), actor=Actor.of(house.agent))
    perform(fresh, "trigger", actor=Actor.system("detector"), reason="High.", kind="risk")
    assert came(fresh, "escalated") is None
    deeds.do(fresh, "accept", "coordinator")
    assert came(fresh, "escalated") is True


def test_what_a_coordinator_answered_teaches(house, draft, deeds):
    fresh = register(draft(), actor=Actor.of(house.agent))
    perform(fresh, "trigger", actor=Actor.system("detector"), reason="High.", kind="risk")
    deeds.do(fresh, "send_back", "coordinator", reason="Nothing in it.")
    assert came(fresh, "escalated") is False


def test_withdrawn_and_set_aside_say_nothing(case, deeds):
    gone = case()
    deeds.do(gone, "withdraw", "coordinator", words="Never mind.", reason="They said so.")
    assert came(gone, "escalated") is None


def past(rows: int) -> tuple:
    """What past_cases.read returns, of a made-up past."""
    from tests.escalations.risk.conftest import examples, made

    made_up = made(rows)
    days = [timezone.localdate() - timedelta(days=rows - number) for number in range(rows)]
    return examples(made_up), days, {"language": ["en", "pt"] * (rows // 2)}, 3


def test_a_training_is_a_job_that_is_asked_for_told_and_ready(house, monkeypatch):
    monkeypatch.setattr(past_cases, "read", lambda outcomes: past(300))
    row = runs.ask(house.analyst)
    assert runs.ask(house.administrator if house.administrator.has_perm(runs.TRAIN) else house.analyst) == row, (
        "one at a time"
    )
    assert runs.run(row.pk) is True
    row.refresh_from_db()
    assert (row.state, row.done, row.asked_by) == ("ready", 100, house.analyst)
    assert row.card["future"] and row.card["unknown"] == 3 and row.card["period"]
    assert {one["value"] for one in row.card["groups"]} == {"en", "pt"}
    assert RiskModelFile.objects.filter(model=row).exists() and 0 < row.threshold < 1
    assert RiskPolicy.current().model is None, "it waits until somebody puts it in use"
    assert runs.run(row.pk) is False, "doubled, the task finds nothing to do"


def test_too_little_past_is_said_in_words(house, case):
    row = runs.ask(house.analyst)
    assert runs.run(row.pk) is False
    row.refresh_from_db()
    assert row.state == "failed" and "100 are needed" in row.problem


def test_an_error_is_told_and_the_next_training_can_be_asked_for(house, monkeypatch):
    monkeypatch.setattr(past_cases, "read", lambda outcomes: 1 / 0)
    row = runs.ask(house.analyst)
    assert runs.run(row.pk) is False
    row.refresh_from_db()
    assert "ZeroDivisionError" in row.problem
    assert runs.ask(house.analyst).number == 2


def test_a_training_whose_worker_was_killed_is_taken_up_again_but_not_for_ever(house, monkeypatch):
    row = runs.ask(house.analyst)
    for _lost in range(3):
        assert runs._claimed(row.pk)
        RiskModel.objects.update(heard_at=timezone.now() - timedelta(minutes=11))
        assert runs.train_due() == 1
    assert runs._claimed(row.pk) is None
    row.refresh_from_db()
    assert row.state == "failed" and "lost 3 times" in row.problem


def test_it_is_trained_anew_when_the_policy_says_and_not_before_a_first_time(house):
    assert runs.train_due() == 0
    RiskModel.objects.create(number=1, state="ready", asked_at=timezone.now() - timedelta(days=29))
    assert runs.train_due() == 0
    assert runs.train_due(at=timezone.now() + timedelta(days=2)) == 1
    assert RiskModel.objects.get(number=2).asked_by is None
    RiskModel.objects.update(state="ready")
    RiskPolicy(retrain_days=0).save()
    assert runs.train_due(at=timezone.now() + timedelta(days=999)) == 0


def test_the_examples_are_read_from_the_cases_as_they_were_registered(case, house):
    cases = [case("closed"), case("investigating")]
    perform(cases[1], "edit", actor=Actor.of(house.manager), reason="Looked again.", severity=4)
    found, days, groups, unknown = past_cases.read(["escalated"])
    assert found.facts["severity"] == ["2", "2"] and np.array_equal(found.outcome, [True, True])
    assert found.in_texts == 5, "a word of fewer complaints may be a name"
    assert len(days) == 2 and groups["vulnerable"] == ["no", "no"] and unknown == Complaint.objects.count() - 2


@pytest.mark.parametrize(
    ("own", "used", "said"),
    [
        (0.61, 0.7, "ranks worse than the version in use: AUC 0.610 against 0.700"),
        (0.7, 0.7, "no worse"),
        (None, 0.7, ""),
    ],
)
def test_a_version_that_ranks_worse_than_the_one_in_use_says_so_before_it_is_used(own, used, said):
    assert said in against({"random": {"auc": own}}, {"random": {"auc": used}}) and bool(said) == (own is not None)
