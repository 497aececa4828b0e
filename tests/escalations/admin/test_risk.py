"""The pages of the risk score: the card in words, a second look before anything changes, and who may."""

import pytest
from django.urls import reverse

from escalations.models import RiskModel, RiskPolicy

CARD = {
    "outcome": "it was escalated", "positive": [], "rows": 1200, "with_text": 900, "unknown": 30,
    "period": ["2025-01-01", "2025-12-31"], "reliability": [[120, 0.05, 0.04]],
    "random": {"rows": 1200, "positives": 240, "base_rate": 0.2, "auc": 0.71, "flagged": 0.1, "threshold": 0.5,
               "precision": 0.45, "caught": 0.22, "calibration_error": 0.01, "brier": 0.1},
    "groups": [{"group": "language", "value": "pt", "rows": 80, "came": 0.2, "told": 0.19, "flagged": 0.1,
                "precision": None, "missed": 0.8, "auc": None}],
    "facts": [{"name": "complaint_type", "kind": "values", "values": 4, "moved": 0.05}],
    "left_out": {"days_since": "date"}, "words": {"for": ["furious"], "against": []}, "warnings": ["Look at this."],
}  # fmt: skip


@pytest.fixture
def ready(db):
    """A version whose card can be read; its learned part is not there."""
    return RiskModel.objects.create(number=3, state="ready", outcomes=["escalated"], card=CARD, threshold=0.5)


def page(name, *args):
    return reverse(f"admin:escalations_riskmodel_{name}", args=args)


def test_the_card_is_read_in_words(house, ready, as_user):
    shown = as_user(house.analyst).get(page("change", ready.pk)).content.decode()
    said = (
        "Of the 10 % with the highest risk, 45 % had the outcome (20 % of all did).", "From 1 Jan 2025 to 31 Dec 2025.",
        "complaint type", "days since it happened (a date", "language: pt", "furious", "Look at this.",
    )  # fmt: skip
    assert [one for one in said if one not in shown] == []


def test_a_question_changes_nothing_until_it_is_answered(house, ready, as_user):
    browser = as_user(house.supervisor)
    for name in ("train", "mode"):
        assert browser.get(page(name)).status_code == 200
    assert browser.get(page("use", ready.pk)).status_code == 200
    assert RiskModel.objects.count() == 1 and not RiskPolicy.objects.exists()


def test_the_mode_is_set_with_who_and_why(house, as_user):
    assert as_user(house.supervisor).post(page("mode"), {"mode": "act", "why": "It earned it."}).status_code == 303
    entry = RiskPolicy.current().history.first()
    assert (entry.mode, entry.history_user, entry.history_change_reason) == ("act", house.supervisor, "It earned it.")
    assert as_user(house.supervisor).post(page("mode"), {"mode": "panic"}).status_code == 200
    assert RiskPolicy.current().mode == "act"


def test_a_training_is_asked_for_and_its_page_says_how_far_it_is(house, as_user):
    browser = as_user(house.analyst)
    answer = browser.post(page("train"))
    row = RiskModel.objects.get()
    assert answer.status_code == 303 and answer.url == page("change", row.pk)
    assert "waits for a worker" in browser.get(answer.url).content.decode()


def test_a_version_that_cannot_be_read_stays_out_of_use_and_the_page_says_so(house, ready, as_user):
    answer = as_user(house.administrator).post(page("use", ready.pk), {"why": ""}, follow=True)
    assert "cannot be read. It stays out of use." in answer.content.decode()
    assert RiskPolicy.current().model is None


@pytest.mark.parametrize("role", ["agent", "coordinator", "handler", "manager", "compliance"])
def test_others_change_nothing(house, ready, as_user, role):
    browser = as_user(getattr(house, role))
    for address in (page("train"), page("mode"), page("use", ready.pk)):
        assert browser.post(address, {"mode": "act"}).status_code == 403
    assert RiskModel.objects.count() == 1 and not RiskPolicy.objects.exists()


def test_what_is_foretold_is_set_by_an_administrator_and_kept_with_history(house, as_user):
    policy = reverse("admin:escalations_riskpolicy_change", args=[1])
    RiskPolicy().save()
    browser = as_user(house.administrator)
    told = {"outcomes": ["disputed", "upheld"], "flagged": 15, "retrain_days": 0, "mode": "act", "why": "Ask more."}
    assert browser.post(policy, told).status_code == 302
    now = RiskPolicy.current()
    assert (now.outcomes, now.flagged, now.retrain_days) == (["disputed", "upheld"], 15, 0)
    assert now.mode == "shadow", "the mode has a page of its own"
    assert "disputed, upheld" in browser.get(f"{policy.removesuffix('change/')}history/").content.decode()
