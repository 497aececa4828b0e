from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from routing import assignment, roster
from routing.assignment import Ask, PlacementRefused, begin, end, place, place_many
from routing.by_hand import obstacles, place_by_hand
from routing.fairness import Earlier
from routing.models import Absence, Assignment, CaseWeight, Clearance, Decision, Handler, Rule, Team, User
from routing.models.decisions import AppendOnly
from tests.routing.conftest import NOON, role

pytestmark = pytest.mark.django_db


@pytest.fixture
def route(noon, facts):
    """Place a case and let the chosen handler hold it, as the workflow does."""

    def go(reference, *, at=noon, severity=1, about=None, earlier=None):
        about = about or replace(facts, severity=severity)
        decision = place(reference, about, at=at, earlier=earlier)
        if decision.handler:
            begin(reference, decision.handler, weight=decision.weight, at=at)
        return decision

    return go


def why(decision, handler):
    return next(row["why"] for row in decision.candidates if row["handler"] == handler.pk)


def change(rules_in_force, publisher, author, **values):
    """Publish the same rules with other requirements."""
    draft = rules_in_force.copy(author)
    skills = values.pop("skills", ())
    draft.rules.update(**values)
    draft.rules.get().skills.set(skills)
    draft.publish(publisher)


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


def test_each_handler_who_cannot_take_the_case_is_listed_with_the_reason(
    rules_in_force, publisher, author, make_handler, route, noon, mortgages, facts
):
    change(rules_in_force, publisher, author, minimum_authority=2, language_from_case=True, skills=[mortgages])
    good = {"skills": [mortgages], "languages": "en pt"}
    able = make_handler("Able", **good)
    unskilled = make_handler("Unskilled", languages="pt")
    monoglot = make_handler("Monoglot", skills=[mortgages])
    trainee = make_handler("Trainee", level=1, **good)
    away, full, named = (
        make_handler("Away", **good),
        make_handler("Full", **good),
        make_handler("Named", **good),
    )
    Absence.objects.create(handler=away, starts_at=noon, ends_at=noon + timedelta(days=1))
    idle = make_handler("Idle", **good)
    Group.objects.get(name="Handler").user_set.remove(idle.user)
    begin("R-0", full, weight=19, at=noon)
    conflicts = frozenset({f"manager_of_attempt:{named.user_id}", f"named:{named.user_id}"})
    case = replace(facts, severity=2, language="pt-BR", excluded_users=frozenset({named.user_id}), conflicts=conflicts)
    decision = route("R-1", about=case)
    assert decision.handler == able
    assert why(decision, unskilled) == "Lacks mortgages."
    assert why(decision, monoglot) == "Does not speak pt-BR."
    assert why(decision, trainee) == "Has authority 1, needs 2."
    assert why(decision, away) == "Is away."
    assert why(decision, full) == "Is at capacity: holds 19 of 20, the case weighs 2."
    assert why(decision, named) == (
        "Is excluded: named in the complaint and line manager of somebody who made an earlier attempt."
    )
    assert why(decision, idle) == "May not work cases."


def test_a_restricted_case_goes_only_to_who_has_the_clearance(rules_in_force, make_handler, route, facts):
    make_handler("Ana")
    cleared = make_handler("Ben")
    cleared.user.clearances.add(Clearance.objects.create(kind="conduct", name="Conduct"))
    assert route("R-1", about=replace(facts, restricted_kind="conduct")).handler == cleared


def test_inactive_handlers_users_and_other_teams_are_no_candidates(rules_in_force, make_handler, route):
    make_handler("Gone", is_active=False)
    locked_out = make_handler("Out")
    locked_out.user.is_active = False
    locked_out.user.save()
    make_handler("Elsewhere", team=Team.objects.create(code="cards", name="Cards"))
    decision = route("R-1")
    assert (decision.placed, decision.candidates) == (False, [])
    assert decision.reason == "Lending has no active handler."


def test_an_absence_ends_at_its_end(rules_in_force, make_handler, route, noon):
    ana = make_handler("Ana")
    Absence.objects.create(handler=ana, starts_at=noon - timedelta(days=1), ends_at=noon)
    assert route("R-1").handler == ana


def test_a_case_that_fills_the_capacity_exactly_fits(rules_in_force, make_handler, route):
    make_handler("Ana", capacity=5)
    assert route("R-1", severity=4).placed and route("R-2", severity=1).placed
    assert not route("R-3").placed


def test_an_unplaced_case_says_exactly_why(
    rules_in_force, publisher, author, make_handler, route, noon, mortgages, facts
):
    change(rules_in_force, publisher, author, minimum_authority=3, skills=[mortgages])
    assert route("R-1").reason == "Lending has no active handler."
    make_handler("Ana")
    assert route("R-1").reason == "Lending: 1 handler, none with Mortgages."
    make_handler("Ben", skills=[mortgages])
    assert route("R-1").reason == "Lending: 1 with Mortgages, none with authority 3 or above."
    seniors = [make_handler(name, level=3, skills=[mortgages], capacity=4) for name in ("Cy", "Di", "Eve")]
    for senior in seniors:
        begin(f"{senior}-1", senior, weight=2, at=noon), begin(f"{senior}-2", senior, weight=2, at=noon)
    three = "Lending: 3 with Mortgages and authority 3 or above"
    assert route("R-1", severity=3).reason == f"{three}, all at capacity; the nearest to room must close 2 first."
    end(["Di-1"], at=noon)
    assert route("R-1", severity=3).reason == f"{three}, all at capacity; the nearest to room must close 1 first."
    CaseWeight.objects.filter(severity=3).update(weight=6)
    assert route("R-1", severity=3).reason == (
        f"{three}, all at capacity; none has the capacity for a case that weighs 6."
    )
    Absence.objects.create(handler=seniors[0], starts_at=noon, ends_at=noon + timedelta(days=1))
    assert route("R-1", severity=3).reason.startswith(f"{three}, 1 away, 2 at capacity; none has the capacity")
    Group.objects.get(name="Handler").user_set.clear()
    assert route("R-1").reason == "Lending: 5 handlers, none who may work cases."


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


def test_a_case_is_held_by_one_handler_at_a_time(make_handler, noon):
    ana, ben = make_handler("Ana"), make_handler("Ben")
    begin("R-1", ana, weight=1, at=noon)
    with pytest.raises(PlacementRefused, match="held by somebody"), transaction.atomic():
        begin("R-1", ben, weight=1, at=noon)
    assert end(["R-1"], at=noon + timedelta(days=1)) == 1
    assert begin("R-1", ben, weight=1, at=noon + timedelta(days=1)).team == ben.team
    assert Assignment.objects.open().get().handler == ben


def test_a_clock_that_went_back_ends_an_assignment_when_it_began(make_handler, noon):
    begin("R-1", make_handler("Ana"), weight=1, at=noon)
    end(["R-1"], at=noon - timedelta(hours=1))
    assert Assignment.objects.get().until == noon


def test_load_is_the_weight_of_the_open_cases(make_handler, noon, django_assert_num_queries):
    ana = make_handler("Ana")
    make_handler("Ben")
    for number, weight in enumerate((2, 3, 4)):
        begin(f"R-{number}", ana, weight=weight, at=noon + timedelta(hours=number))
    end(["R-2"], at=noon + timedelta(hours=5))
    with django_assert_num_queries(1):
        rows = {row.pk: row for row in Handler.objects.with_load()}
    assert [(row.load, row.open_cases) for row in rows.values()] == [(5, 2), (0, 0)]
    assert rows[ana.pk].last_assigned == noon + timedelta(hours=2)


def test_placing_takes_as_many_queries_for_many_handlers(
    rules_in_force, make_handler, route, facts, noon, django_assert_num_queries, mortgages
):
    make_handler("First", skills=[mortgages])
    route("R-0")
    with django_assert_num_queries(6):
        place("R-1", facts, at=noon)
    for number in range(20):
        begin(f"X-{number}", make_handler(f"Number{number}", skills=[mortgages]), weight=1, at=noon)
    with django_assert_num_queries(6):
        place("R-2", facts, at=noon)
    with django_assert_num_queries(6):
        place_many([Ask(f"R-{number}", facts) for number in range(3, 40)], at=noon)


@pytest.mark.django_db(transaction=True)
def test_placing_outside_a_transaction_is_refused(rules_in_force, make_handler, facts, noon):
    make_handler("Ana")
    with pytest.raises(TransactionManagementError):
        assignment.place("R-1", facts, at=noon)


@pytest.mark.django_db(transaction=True)
def test_a_page_looks_whether_a_handler_may_take_a_case_without_a_transaction(
    make_handler, lending, author, facts, noon
):
    ana = make_handler("Ana", capacity=1)
    with transaction.atomic():
        decision = place_by_hand("R-1", facts, team=lending, handler=None, by=author, reason="Theirs.", at=noon)
    assert obstacles(ana, decision, replace(facts, severity=1), at=noon, hold=False) == []
    assert "at capacity" in obstacles(ana, decision, replace(facts, severity=2), at=noon, hold=False)[0]


def test_whoever_is_locked_is_seen_as_on_a_page(make_handler, noon):
    away, busy, _new = (make_handler(name) for name in ("Ana", "Ben", "Cem"))
    away.absences.create(starts_at=noon - timedelta(hours=1), ends_at=noon + timedelta(hours=1))
    begin("R-1", busy, weight=3, at=noon)
    seen = {}
    for at in (noon, noon + timedelta(days=1)):
        seen[at] = roster.held(Q(), at)
        assert seen[at] == roster.read(Q(), at)
    assert [[one.is_absent for one in members] for members in seen.values()] == [[True, False, False], [False] * 3]
    assert [(one.load, one.may_hold) for one in seen[noon]] == [(0, True), (3, True), (0, True)]
