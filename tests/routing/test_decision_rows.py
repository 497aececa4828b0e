"""What is stored of a decision, when a case that waits gets another one, and that none ever changes."""

from dataclasses import replace

import pytest
from django.db import transaction

from routing.models import Decision
from routing.models.decisions import AppendOnly
from tests.routing.conftest import change

pytestmark = pytest.mark.django_db


def test_a_decision_keeps_what_it_saw_and_says_why_in_one_sentence(rules_in_force, to_lending, make_handler, route):
    ana = make_handler("Ana")
    decision = Decision.objects.get(pk=route("R-1").pk)
    assert decision.reason == "Goes to Ana in Lending by rule “Lending”: Ana is the only one who can take it now."
    assert (decision.ruleset, decision.rule, decision.placed) == (rules_in_force, to_lending, True)
    assert decision.facts["product"] == "mortgage"
    assert decision.matched == [{"rule": to_lending.pk, "name": "Lending", "sentence": "Always send to Lending"}]
    assert decision.candidates[0] | {"why": ""} == {
        "handler": ana.pk,
        "name": "Ana",
        "chosen": True,
        "why": "",
    }


def test_an_unplaced_case_gets_a_new_decision_only_when_something_changed(
    rules_in_force, publisher, author, make_handler, route, facts
):
    first = route("R-1")
    assert route("R-1") == first
    assert route("R-1", about=replace(facts, severity=4)) != first
    second = route("R-1")
    change(rules_in_force, publisher, author, note="the same rules")
    assert route("R-1") != second
    make_handler("Ana")
    assert route("R-1").placed
    assert Decision.objects.count() == 5


def test_a_case_that_waits_gets_no_new_decision_for_being_a_day_older(rules_in_force, route, facts):
    first = route("R-1", about=replace(facts, age_days=3))
    assert route("R-1", about=replace(facts, age_days=4)) == first


def test_a_decision_is_never_changed_and_never_deleted(rules_in_force, route):
    decision = route("R-1")
    decision.reason = "another"
    for change_it in (
        decision.save,
        decision.delete,
        Decision.objects.all().delete,
        lambda: Decision.objects.update(reason="x"),
        lambda: Decision.objects.bulk_update([decision], ["reason"]),
    ):
        with pytest.raises(AppendOnly), transaction.atomic():
            change_it()
    assert Decision.objects.get().reason != "another"
