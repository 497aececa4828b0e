"""Who holds which case, since when, and what that weighs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Q

from routing import roster
from routing.assignment import PlacementRefused, begin, end
from routing.models import Assignment, Handler

pytestmark = pytest.mark.django_db


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


def test_whoever_is_locked_is_seen_as_on_a_page(make_handler, noon):
    away, busy, _new = (make_handler(name) for name in ("Ana", "Ben", "Cem"))
    away.absences.create(starts_at=noon - timedelta(hours=1), ends_at=noon + timedelta(hours=1))
    begin("R-1", busy, weight=3, at=noon)
    seen = {}
    for at in (noon, noon + timedelta(days=1)):
        seen[at] = roster.held({busy.team_id}, at)
        assert seen[at] == [replace(one, open_cases=0) for one in roster.read(Q(), at)]
        assert roster.held_one(busy.pk, at) == seen[at][1:2]
    assert [[one.is_absent for one in members] for members in seen.values()] == [[True, False, False], [False] * 3]
    assert [(one.load, one.may_hold) for one in seen[noon]] == [(0, True), (3, True), (0, True)]
