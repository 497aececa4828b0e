"""Scores in the product: kept, shown, acted on, taken back; and what happens when the model cannot be read."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from escalations.actors import Actor
from escalations.detection.risk import explained, in_use, keeping, runs, scoring, standing
from escalations.detection.risk.learning import Examples
from escalations.detection.risk.training import Told, train
from escalations.intake import register
from escalations.jobs import sweep
from escalations.models import Complaint, RiskModel, RiskModelFile, RiskPolicy, RiskScore, Trigger
from escalations.states import State
from escalations.workflow import perform
from tests.escalations.risk.conftest import examples, made

pytestmark = pytest.mark.django_db
CROSS, CALM = "furious ombudsman ignored lied useless", "please kindly look into this wonder"


@pytest.fixture(scope="session")
def learned():
    """The made-up bank's rows under the names that a case's facts have."""
    rows = made(600)
    told = examples(rows)
    codes = [{"Card": "card", "Loan": "loan"}.get(value, "savings") for value in told.facts["Product"]]
    model = train(Examples({"product": codes}, told.outcome, told.texts), Told("escalated", []))
    return keeping.packed(model), model.manifest["card"]


@pytest.fixture(autouse=True)
def nothing_read():
    in_use.forget()


@pytest.fixture
def version(learned):
    """Makes a ready version."""

    def make() -> RiskModel:
        content, card = learned
        number = RiskModel.objects.count() + 1
        row = RiskModel.objects.create(
            number=number, state=RiskModel.State.READY, outcomes=["escalated"], card=card, threshold=0.6,
            digest=keeping.digest(content),
        )  # fmt: skip
        RiskModelFile.objects.create(model=row, content=content)
        return row

    return make


@pytest.fixture
def two(house, draft) -> SimpleNamespace:
    """A case with cross words about a card, and one with calm words about a loan."""
    actor = Actor.of(house.agent)
    return SimpleNamespace(
        cross=register(draft(what_happened=CROSS), actor=actor),
        calm=register(draft(what_happened=CALM, product=house.loan), actor=actor),
    )


def risk_triggers(case):
    return Trigger.objects.filter(complaint=case, kind="risk")


def test_without_a_model_the_criteria_alone_flag_and_the_screen_says_so(two):
    assert scoring.score_new() == 0 and not RiskScore.objects.exists()
    assert standing().sentence == "There is no risk model yet: the criteria alone flag complaints."
    assert not standing().is_shown and explained(two.cross) is None


def test_in_the_shadow_scores_are_kept_and_nothing_happens(house, version, two):
    runs.use(version(), house.supervisor)
    assert scoring.score_new() == 2
    assert (
        two.cross.__class__.objects.get(pk=two.cross.pk).risk.score
        > 0.6
        > 0.5
        > RiskScore.objects.get(complaint=two.calm).score
    )
    assert not standing().is_shown
    assert not Trigger.objects.exists()


def test_a_suggestion_says_what_moved_it_and_sorts_but_flags_nothing(house, version, two):
    runs.use(version(), house.supervisor)
    runs.switch("suggest", house.supervisor)
    sweep()
    why = explained(two.cross)
    assert standing().is_shown and why.version == 1
    assert why.sentence.endswith("in 100 complaints like this one need escalation.")
    said = [one.sentence for one in why.reasons]
    assert any("Product is Credit card:" in one and "more likely" in one for one in said)
    assert any("Says “" in one.sentence and one.quotes for one in why.reasons)
    assert list(Complaint.objects.riskiest_first()) == [two.cross, two.calm]
    assert Complaint.objects.with_risk().get(pk=two.cross.pk).risk_score == why.score
    assert not risk_triggers(two.cross).exists()


def test_acting_it_escalates_once_what_is_above_the_working_point(house, version, two, deeds):
    runs.use(version(), house.supervisor)
    runs.switch("act", house.supervisor)
    scoring.score_new()
    assert Complaint.objects.get(pk=two.cross.pk).state == State.TRIGGERED
    assert Complaint.objects.get(pk=two.calm.pk).state == State.FRONTLINE
    assert risk_triggers(two.cross).get().state == Trigger.State.PENDING, "a coordinator decides"
    deeds.do(two.cross, "send_back", "coordinator", reason="They only shout.")
    scoring.score_new()
    assert Complaint.objects.get(pk=two.cross.pk).state == State.FRONTLINE, "not against what a person said"
    assert risk_triggers(two.cross).count() == 1


def test_switched_to_act_it_also_looks_at_what_was_scored_before(house, version, two):
    runs.use(version(), house.supervisor)
    scoring.score_new()
    runs.switch("act", house.supervisor)
    scoring.score_new()
    assert risk_triggers(two.cross).exists()


def test_rescoring_a_case_is_no_change_of_the_case(house, version, two):
    rows = two.cross.history.count(), two.cross.events.count()
    for _version in range(2):
        runs.use(version(), house.supervisor)
        scoring.score_new()
    assert (two.cross.history.count(), two.cross.events.count()) == rows
    assert RiskScore.objects.get(complaint=two.cross).model.number == 2


def test_an_older_version_is_put_in_use_again_and_scores_all_open_cases(house, version, two):
    old, new = version(), version()
    runs.use(old, house.supervisor)
    scoring.score_new()
    runs.use(new, house.supervisor)
    scoring.score_new()
    policy = runs.use(old, house.supervisor, reason="The new one cries wolf.")
    scoring.score_new()
    assert set(RiskScore.objects.values_list("model", flat=True)) == {old.pk}
    entry = policy.history.first()
    assert (entry.history_user, entry.history_change_reason) == (house.supervisor, "The new one cries wolf.")


def test_with_nothing_new_the_sweep_reads_a_constant_number_of_rows_and_writes_none(
    house, version, two, django_assert_num_queries
):
    runs.use(version(), house.supervisor)
    now = timezone.now()
    for minutes in (0, 11, 22):
        scoring.score_new(at=now + timedelta(minutes=minutes))
    with django_assert_num_queries(2):
        scoring.score_new(at=now + timedelta(minutes=33))


def test_what_was_written_late_is_scored_all_the_same(house, version, two, draft):
    """A registration with a smaller number that was committed after larger ones had been scored."""
    runs.use(version(), house.supervisor)
    now = timezone.now()
    late = register(draft(), actor=Actor.of(house.agent))
    last = register(draft(), actor=Actor.of(house.agent))
    Complaint.objects.filter(pk=late.pk).update(merged_into=last)  # not seen yet
    scoring.score_new(at=now)
    Complaint.objects.filter(pk=late.pk).update(merged_into=None)
    assert scoring.score_new(at=now + timedelta(minutes=1)) == 1


@pytest.mark.parametrize("fault", ["missing", "damaged", "tampered", "other_version"])
def test_a_model_that_cannot_be_read_is_told_once_and_complaints_are_still_judged(
    house, version, two, draft, criteria, learned, fault, monkeypatch
):
    row = version()
    runs.use(row, house.supervisor)
    in_use.forget()
    file = RiskModelFile.objects.filter(model=row)
    if fault == "missing":
        file.delete()
    elif fault == "tampered":
        file.update(content=learned[0] + b"x")
    elif fault == "damaged":
        file.update(content=b"none")
        RiskModel.objects.update(digest=keeping.digest(b"none"))
    else:
        monkeypatch.setattr(keeping, "FORMAT", 99)
    logged = []
    monkeypatch.setattr(
        in_use, "log", SimpleNamespace(error=lambda event, **told: logged.append((event, told["code"])))
    )
    assert scoring.score_new() == scoring.score_new() == 0
    assert logged == [("risk_model_unusable", fault)]
    row.refresh_from_db()
    assert row.problem and row.problem in standing().sentence and "criteria alone" in standing().sentence
    flagged = register(draft(what_happened="I shall ask the ombudsman."), actor=Actor.of(house.agent))
    assert flagged.state == State.TRIGGERED
    with pytest.raises(ValidationError, match="cannot be read"):
        runs.use(row, house.supervisor)


def test_only_those_with_the_right_train_use_and_switch(house, version):
    row = version()
    for person in (house.agent, house.coordinator, house.handler, house.manager):
        for deed in (lambda p: runs.ask(p), lambda p: runs.use(row, p), lambda p: runs.switch("act", p)):
            with pytest.raises(PermissionDenied):
                deed(person)
    with pytest.raises(PermissionDenied):
        runs.switch("act", house.analyst)
    assert runs.ask(house.analyst).state == RiskModel.State.WAITING


def test_a_version_that_is_not_ready_is_not_used_and_no_mode_is_made_up(house):
    row = RiskModel.objects.create(number=1)
    with pytest.raises(ValidationError, match="not ready"):
        runs.use(row, house.supervisor)
    with pytest.raises(ValidationError, match="no such mode"):
        runs.switch("panic", house.supervisor)
    assert RiskPolicy.current().model is None


def test_a_case_that_was_escalated_by_a_person_is_not_raised_again(house, version, two):
    runs.use(version(), house.supervisor)
    runs.switch("act", house.supervisor)
    perform(two.cross, "trigger", actor=Actor.customer(), reason="I insist.")
    scoring.score_new()
    assert not risk_triggers(two.cross).exists()


def test_near_certainty_a_reason_speaks_for_it_and_nobody_is_sure(house, version, two):
    reasons = [{"name": "product", "value": "card", "moved": 0.001, "strength": 0.7}]
    told = {"score": 0.9999, "model": version(), "scored_at": timezone.now(), "reasons": reasons}
    RiskScore.objects.create(complaint=two.cross, **told)
    why = explained(two.cross)
    assert why.sentence.startswith("99 in 100")
    assert [one.sentence for one in why.reasons] == ["Product is Credit card: speaks for it"]
