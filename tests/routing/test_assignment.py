"""Of those who can take a case, who gets it: the fairest, in the order in which the cases come."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.transaction import TransactionManagementError

from routing import assignment
from routing.assignment import Ask, begin, end, place, place_many
from routing.fairness import Earlier
from routing.models import Absence, Assignment, CaseWeight, Team
from tests.routing.conftest import NOON, change, why

pytestmark = pytest.mark.django_db


def test_whoever_has_the_least_to_do_for_their_capacity_gets_the_case(rules_in_force, make_handler, route):
    ana, ben = make_handler("Ana", capacity=30), make_handler("Ben", capacity=10)
    begin("X-1", ana, weight=9, at=NOON), begin("X-2", ben, weight=3, at=NOON)
    decision = route("R-1")
    assert (decision.handler, "as little to do as anyone (9 of 30) and waited longest" in decision.reason) == (
        ana,
        True,
    )
    decision = route("R-2")
    assert decision.handler == ben
    assert decision.reason == (
        "Goes to Ben in Lending by rule “Lending”: Ben has the least to do for their capacity (3 of 10)."
    )
    assert why(decision, ana) == "Could take it; holds 10 of 30, more for their capacity than Ben."


def test_among_equals_who_waited_longest_gets_the_case(rules_in_force, make_handler, route, noon):
    ana, ben = make_handler("Ana"), make_handler("Ben")
    route("R-1"), route("R-2", at=noon + timedelta(hours=1))
    end(["R-1", "R-2"], at=noon + timedelta(hours=2))
    decision = route("R-3", at=noon + timedelta(hours=3))
    assert decision.handler == ana
    assert "waited longest" in decision.reason
    assert why(decision, ben) == "Could take it; holds 0 of 20, and got a case more recently."


def test_loads_are_compared_exactly(rules_in_force, make_handler, route):
    """As floats 1/3 and 333333333333333333/10**18 would be equal to 16 digits; here thirds meet sevenths."""
    ana, ben = make_handler("Ana", capacity=21), make_handler("Ben", capacity=63)
    begin("X-1", ana, weight=7, at=NOON), begin("X-2", ben, weight=21, at=NOON)
    assert route("R-1").handler == ana, "equally full: Ana has waited longer"
    assert route("R-2").handler == ben


def test_a_case_weighs_what_the_table_says_for_its_severity_and_the_tier_that_the_rule_gives_it(
    rules_in_force, publisher, author, make_handler, route
):
    make_handler("Ana", capacity=9)
    assert route("R-1", severity=2).weight == 2
    change(rules_in_force, publisher, author, tier=3)
    assert route("R-2", severity=2).weight == 4, "two tiers up, and that is what is held against the capacity"
    CaseWeight.objects.filter(severity=2, tier=3).update(weight=5)
    decision = route("R-3", severity=2)
    assert (decision.weight, decision.placed) == (5, False)
    assert decision.reason == "Lending: 1 handler, all at capacity; the nearest to room must close 1 first."


def test_many_are_placed_as_if_one_after_the_other(rules_in_force, make_handler, route, facts, noon):
    names = [make_handler(name, capacity=capacity) for name, capacity in (("Ana", 20), ("Ben", 20), ("Cy", 5))]
    alone = [route(f"R-{n}", severity=1 + n % 4).handler for n in range(12)]
    end([f"R-{n}" for n in range(12)], at=noon), Assignment.objects.all().delete()
    asks = [Ask(f"R-{n}", replace(facts, severity=1 + n % 4)) for n in range(12)]
    together = place_many(asks, at=noon)
    assert [decision.handler for decision in together] == alone
    assert len(set(alone)) == len(names)


def test_without_rules_a_case_waits_with_that_reason(route):
    decision = route("R-1")
    assert (decision.placed, decision.reason) == (False, "No routing rules are published.")


def test_a_rule_of_an_inactive_team_places_nothing(rules_in_force, make_handler, lending, route):
    make_handler("Ana")
    Team.objects.update(is_active=False)
    assert route("R-1").reason == "Lending, which the rule names, is not active."


def test_whoever_had_the_case_gets_it_back_but_only_when_they_can_take_it(rules_in_force, make_handler, route, noon):
    ana, ben = make_handler("Ana"), make_handler("Ben")
    route("R-1")
    decision = route("R-2", earlier=Earlier(ana.pk, same_case=True))
    assert decision.handler == ana and "had this case before" in decision.reason
    Absence.objects.create(handler=ana, starts_at=noon, ends_at=noon + timedelta(days=1))
    assert route("R-3", earlier=Earlier(ana.pk, same_case=True)).handler == ben


def test_who_knows_the_customer_goes_before_who_waited_longest_or_before_the_load_as_the_house_wants(
    rules_in_force, make_handler, route
):
    ana, ben = make_handler("Ana"), make_handler("Ben")
    begin("X-1", ana, weight=1, at=NOON), begin("X-2", ben, weight=1, at=NOON)
    decision = route("R-1", earlier=Earlier(ben.pk, first=False))
    assert decision.handler == ben and "as little to do as anyone (1 of 20) and has worked for this" in decision.reason
    assert route("R-2", earlier=Earlier(ben.pk, first=False)).handler == ana
    decision = route("R-3", severity=2, earlier=Earlier(ben.pk))
    assert decision.handler == ben and "Ben has worked for this customer before." in decision.reason


def test_placing_takes_as_many_queries_for_many_handlers(
    rules_in_force, make_handler, route, facts, noon, django_assert_num_queries, mortgages
):
    make_handler("First", skills=[mortgages])
    route("R-0")
    with django_assert_num_queries(4):
        place("R-1", facts, at=noon)
    for number in range(20):
        begin(f"X-{number}", make_handler(f"Number{number}", skills=[mortgages]), weight=1, at=noon)
    with django_assert_num_queries(4):
        place("R-2", facts, at=noon)
    with django_assert_num_queries(4):
        place_many([Ask(f"R-{number}", facts) for number in range(3, 40)], at=noon)


@pytest.mark.django_db(transaction=True)
def test_placing_outside_a_transaction_is_refused(rules_in_force, make_handler, facts, noon):
    make_handler("Ana")
    with pytest.raises(TransactionManagementError):
        assignment.place("R-1", facts, at=noon)
