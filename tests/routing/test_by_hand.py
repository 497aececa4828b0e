"""A person decides where a case goes, or takes one off the list: the checks are those of routing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from routing.assignment import PlacementRefused, begin
from routing.by_hand import HandDesk, obstacles, place_by_hand
from routing.models import Absence, Decision, Rule, Team, User
from tests.routing.conftest import change, role, why

pytestmark = pytest.mark.django_db


def test_a_pull_rule_puts_the_case_on_the_list_of_the_team(
    rules_in_force, publisher, author, make_handler, route, lending
):
    make_handler("Ana")
    change(rules_in_force, publisher, author, mode=Rule.Mode.PULL)
    decision = route("R-1")
    assert (decision.placed, decision.team, decision.handler, decision.mode) == (True, lending, None, "pull")


def test_taking_from_the_list_meets_the_checks_of_routing(
    rules_in_force, publisher, author, make_handler, route, noon, facts, mortgages
):
    change(rules_in_force, publisher, author, mode=Rule.Mode.PULL, skills=[mortgages], minimum_authority=2)
    decision = route("R-1")
    ask = {"at": noon}
    facts = replace(facts, severity=2)
    assert obstacles(make_handler("Able", skills=[mortgages]), decision, facts, **ask) == []
    weak = make_handler("Weak", level=1, capacity=1)
    said = obstacles(weak, decision, facts, **ask)
    assert said[:2] == ["Lacks mortgages.", "Has authority 1, needs 2."] and "at capacity" in said[2]
    other = make_handler("Other", skills=[mortgages], team=Team.objects.create(code="cards", name="Cards"))
    assert obstacles(other, decision, facts, **ask) == ["The case waits for Lending."]
    gone = make_handler("Gone", is_active=False)
    assert obstacles(gone, decision, facts, **ask) == ["Gone is not active. Choose another handler."]


def test_placing_by_hand_is_a_decision_without_a_rule(rules_in_force, make_handler, lending, author, facts, noon):
    ana = make_handler("Ana")
    Absence.objects.create(handler=ana, starts_at=noon, ends_at=noon + timedelta(days=1))
    decision = place_by_hand("R-1", facts, team=lending, handler=ana, by=author, reason="She knows it.", at=noon)
    assert (decision.rule, decision.chosen_by, decision.handler, decision.placed) == (None, author, ana, True)
    assert decision.reason == "Rosa sent it to Ana in Lending: She knows it."
    assert why(decision, ana) == "Chosen by hand. Is away."


def test_only_who_may_exceed_capacities_gives_more_than_a_capacity(make_handler, lending, author, facts, noon):
    ana = make_handler("Ana", capacity=2)
    give = {"team": lending, "handler": ana, "reason": "It cannot wait.", "at": noon}
    with pytest.raises(PlacementRefused, match=r"holds 0 of 2, the case weighs 3\. A manager can give it all the same"):
        place_by_hand("R-1", facts, by=author, **give)
    manager = User.objects.create_user("mona")
    manager.groups.add(role("Manager"))
    decision = place_by_hand("R-1", facts, by=manager, **give)
    assert why(decision, ana) == "Chosen by hand. Is at capacity: holds 0 of 2, the case weighs 3."


def test_placing_by_hand_on_a_team_waits_on_its_list(lending, author, facts, noon):
    decision = place_by_hand("R-1", facts, team=lending, handler=None, by=author, reason="Theirs.", at=noon)
    assert (decision.team, decision.handler, decision.mode, decision.placed) == (lending, None, "pull", True)


def test_by_hand_nobody_gets_a_case_that_they_must_not_have(lending, author, make_handler, facts, noon):
    ana = make_handler("Ana")
    gone = make_handler("Gone", is_active=False)
    cards = Team.objects.create(code="cards", name="Cards")
    retired = Team.objects.create(code="old", name="Old", is_active=False)
    conflict = replace(facts, excluded_users=frozenset({ana.user_id}))
    idle = make_handler("Idle")
    Group.objects.get(name="Handler").user_set.remove(idle.user)
    refused = [
        (facts, lending, gone, "because", "handler"),
        (facts, lending, idle, "because", "handler"),
        (facts, cards, ana, "because", "team"),
        (facts, retired, None, "because", "team"),
        (facts, lending, ana, "  ", "reason"),
        (conflict, lending, ana, "because", "handler"),
        (replace(facts, restricted_kind="conduct"), lending, ana, "because", "handler"),
    ]
    for about, team, handler, reason, code in refused:
        with pytest.raises(PlacementRefused) as error:
            place_by_hand("R-1", about, team=team, handler=handler, by=author, reason=reason, at=noon)
        assert error.value.code == code
    assert not Decision.objects.exists()


def test_after_routing_by_hand_an_unplaced_case_is_decided_anew(rules_in_force, lending, author, facts, noon, route):
    first = route("R-1")
    place_by_hand("R-1", facts, team=lending, handler=None, by=author, reason="Theirs.", at=noon)
    assert route("R-1").pk > first.pk


@pytest.mark.django_db(transaction=True)
def test_a_page_looks_whether_a_handler_may_take_a_case_without_a_transaction(
    make_handler, lending, author, facts, noon
):
    ana = make_handler("Ana", capacity=1)
    with transaction.atomic():
        decision = place_by_hand("R-1", facts, team=lending, handler=None, by=author, reason="Theirs.", at=noon)
    assert obstacles(ana, decision, replace(facts, severity=1), at=noon, hold=False) == []
    assert "at capacity" in obstacles(ana, decision, replace(facts, severity=2), at=noon, hold=False)[0]


def test_a_case_that_is_sent_to_who_holds_it_already_does_not_count_twice(make_handler, lending, author, facts, noon):
    ana, give = make_handler("Ana", capacity=4), {"team": lending, "by": author, "reason": "Hers.", "at": noon}
    begin("R-1", ana, weight=3, at=noon)
    desk = HandDesk()
    assert why(desk.send("R-1", facts, handler=ana, **give), ana) == "Chosen by hand."
    lighter = replace(facts, severity=1)
    assert desk.send("R-2", lighter, handler=ana, **give).handler_id == ana.pk, "4 of 4"
    with pytest.raises(PlacementRefused, match="holds 4 of 4, the case weighs 1"):
        desk.send("R-3", lighter, handler=ana, **give)
