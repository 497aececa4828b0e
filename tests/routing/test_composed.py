"""A question that is composed once answers as its queryset does, whatever values it is told."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import BigAutoField, CharField, DateTimeField
from django.test.utils import CaptureQueriesContext

from routing.composed import Composed
from routing.house import House
from routing.locking import lock_asked, to_lock
from routing.models import Absence, CaseWeight, Handler, Team
from routing.models.weights import weights

pytestmark = pytest.mark.django_db
KEY = BigAutoField()


@pytest.fixture
def teams():
    return [Team.objects.create(code=code, name=code.title()) for code in ("cards", "loans", "savings")]


def test_it_answers_with_rows_of_the_model_for_any_number_of_values(teams):
    asked = Composed(lambda keys: Team.objects.filter(pk__in=keys).order_by("pk"), KEY)
    for some in (teams, teams[:1], teams[1:]):
        found = asked([team.pk for team in some])
        assert found == some
        assert [(row.name, row.is_active, row._state.adding) for row in found] == [(t.name, True, False) for t in some]


def test_it_is_composed_once_for_each_number_of_values(teams):
    composed = []

    def compose(keys):
        composed.append(len(keys))
        return Team.objects.filter(pk__in=keys)

    asked = Composed(compose, KEY)
    for some in (teams[:2], teams[1:], teams, teams):
        asked([team.pk for team in some])
    assert composed == [2, 3]


def test_values_of_every_kind_are_told_as_their_field_takes_them(make_handler, noon):
    ana = make_handler("Ana", languages="en pt")
    Absence.objects.create(handler=ana, starts_at=noon, ends_at=noon + timedelta(hours=1))
    asked = Composed(
        lambda languages, at: (
            Handler.objects.with_absence(at).filter(languages=languages).values_list("user__username", "is_absent")
        ),
        CharField(),
        DateTimeField(),
    )
    assert asked("en pt", noon) == [(ana.user.username, True)]
    assert asked("en pt", noon - timedelta(seconds=1)) == [(ana.user.username, False)]
    assert asked("en", noon) == []


def test_a_question_that_locks_takes_the_rows_by_id(teams):
    asked = Composed(lambda keys: to_lock(Team.objects.filter(pk__in=keys)), KEY)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        assert lock_asked(asked, [teams[1].pk, teams[0].pk]) == teams[:2]
    if connection.features.has_select_for_update:
        assert "FOR NO KEY UPDATE" in queries[-1]["sql"]


def test_the_house_is_read_anew_in_one_statement(rules_in_force, django_assert_num_queries):
    house = House.now()
    assert (house.rules.ruleset_id, house.weights) == (rules_in_force.pk, weights())
    CaseWeight.objects.update_or_create(severity=4, tier=1, defaults={"weight": 9})
    with django_assert_num_queries(1):
        now = House.now()
    assert now.rules is house.rules
    assert now.weights == weights() != house.weights


def test_a_house_without_rules_has_none():
    assert House.now() == House(None, weights())
