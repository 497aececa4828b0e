"""Who can take a case, and what stands in the way of each who cannot."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from routing.assignment import begin, end
from routing.models import Absence, CaseWeight, Clearance, Team
from tests.routing.conftest import change, why

pytestmark = pytest.mark.django_db


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
