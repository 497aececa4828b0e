"""Steps at once, deadline policies, the house policy and causes: who sets them, and that it is kept who and why."""

import pytest

from escalations.models import Cause, DeadlinePolicy, FirstSteps, Policy

from .conftest import address

EDITORS = {
    "firststeps": {"Routing supervisor", "Administrator"},
    "deadlinepolicy": {"Administrator"},
    "policy": {"Administrator"},
    "cause": {"Quality analyst", "Administrator"},
}
"""By hand: who may add and change each of the settings."""

NEW = {
    "firststeps": {"kind": "safety", "call": "The duty lead", "script": "Stay.", "is_active": "on"},
    "deadlinepolicy": {"kind": "acknowledge", "severity": 4, "days": 1},
    "policy": {"acceptance_days": 21, "reopen_days": 90, "external_route": "The ombudsman.", "continuity": "equal",
               "on_absence": "hold", "absence_hours": 24, "offer_days": 42, "evidence_days": 3, "payment_days": 28,
               "link_days": 60, "language": "pt", "approval_hours": 24, "approval_reminders": 1,
               "check_above": "500.00"},
    "cause": {"name": "Wrong form", "code": "wrong-form", "is_active": "on"},
}  # fmt: skip
MODELS = {"firststeps": FirstSteps, "deadlinepolicy": DeadlinePolicy, "policy": Policy, "cause": Cause}


@pytest.mark.parametrize("name", EDITORS)
def test_each_setting_is_added_by_whoever_may(name, house, as_user):
    model = MODELS[name]
    for role, person in house.by_role.items():
        before = model.objects.count()
        answer = as_user(person).post(address(name, "add"), {**NEW[name], "why": "As agreed in May."})
        if role in EDITORS[name]:
            assert answer.status_code == 302, (role, answer.context_data["adminform"].form.errors)
            row = model.objects.latest("pk")
            kept = row.history.latest()
            assert (kept.history_user, kept.history_change_reason) == (person, "As agreed in May.")
            row.delete()
        else:
            assert (answer.status_code, model.objects.count()) == (403, before), role


@pytest.mark.parametrize("name", EDITORS)
def test_no_setting_is_deleted(name, house, as_user):
    row = MODELS[name](**{k: (True if v == "on" else v) for k, v in NEW[name].items()})
    row.save()
    for role, person in house.by_role.items():
        assert as_user(person).post(address(name, "delete", row.pk), {"post": "yes"}).status_code == 403, role
    assert MODELS[name].objects.filter(pk=row.pk).exists()


def test_a_change_is_shown_in_the_history_with_the_reason(house, as_user):
    policy = DeadlinePolicy.objects.create(kind="acknowledge", severity=1, days=5)
    browser = as_user(house.administrator)
    browser.post(address("deadlinepolicy", "change", policy.pk), {"days": 3, "why": "The board asked."})
    page = browser.get(address("deadlinepolicy", "history", policy.pk)).content.decode()
    assert "The board asked." in page
    assert "<del>5</del>" in page


def test_a_code_that_closed_cases_name_is_given_once(house, as_user):
    as_user(house.administrator).post(
        address("cause", "change", house.cause.pk), {"name": "Nobody chased", "code": "other", "is_active": "on"}
    )
    house.cause.refresh_from_db()
    assert (house.cause.name, house.cause.code) == ("Nobody chased", "no-chaser")


def test_the_house_policy_is_one_row(house, as_user):
    browser = as_user(house.administrator)
    assert browser.get(address("policy")).url == address("policy", "add")
    browser.post(address("policy", "add"), NEW["policy"])
    assert browser.get(address("policy")).url == address("policy", "change", 1)
    assert browser.post(address("policy", "add"), NEW["policy"]).status_code == 403
    assert Policy.current().reopen_days == 90


def test_whoever_may_only_look_is_led_nowhere_they_may_not_go(house, as_user):
    browser = as_user(house.compliance)
    assert browser.get(address("policy")).status_code == 200
    Policy().save()
    assert browser.get(address("policy"), follow=True).status_code == 200
    assert as_user(house.agent).get(address("policy")).status_code == 403


def test_the_house_says_which_remedies_are_worked_out_first(house, as_user):
    browser = as_user(house.administrator)
    browser.post(address("policy", "add"), {**NEW["policy"], "above_interest": "0", "above_loss": "500"})
    policy = Policy.objects.get()
    assert policy.calculation_above == {"interest": "0", "loss": "500"}
    page = browser.get(address("policy", "change", policy.pk)).content.decode()
    assert 'name="above_loss" value="500"' in page
    wrong = browser.post(address("policy", "change", policy.pk), {**NEW["policy"], "above_loss": "-1"})
    assert wrong.status_code == 200 and Policy.objects.get().calculation_above["loss"] == "500"
