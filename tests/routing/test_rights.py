"""What somebody is in the house is read in one query, and is the same as Django and the tables say."""

import pytest
from django.contrib.auth.models import Permission

from routing.models import Handler, User
from routing.rights import Rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def hana(staff, house):
    house.handler.clearances.add(house.conduct)
    house.handler.user_permissions.add(Permission.objects.get(codename="publish_ruleset"))
    return User.objects.get(pk=house.handler.pk)


def test_it_says_what_the_tables_say(hana, house):
    found = hana.rights
    assert found.roles == {"Handler"}
    assert found.clearances == {"conduct"}
    assert found.permissions == hana.get_user_permissions() | hana.get_group_permissions()
    assert {"routing.publish_ruleset", "escalations.note_complaint"} <= found.permissions
    assert (found.handler_id, found.team_id, found.level) == (hana.handler.pk, house.cards.pk, 2)


def test_one_query_answers_for_all_of_it(hana, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert hana.has_perm("escalations.note_complaint")
        assert not hana.has_perm("escalations.accept_complaint")
        assert hana.rights.clearances
        assert hana.rights.team_id


def test_who_works_no_more_is_no_handler(hana):
    Handler.objects.filter(user=hana).update(is_active=False)
    assert (hana.rights.handler_id, hana.rights.team_id, hana.rights.level) == (None, None, 0)


def test_somebody_without_anything_has_nothing(db):
    nobody = User.objects.create(username="ned")
    assert nobody.rights == Rights()
    assert not nobody.has_perm("escalations.view_complaint")


def test_a_superuser_may_what_django_says(db):
    root = User.objects.create(username="root", is_superuser=True)
    assert root.has_perm("escalations.view_complaint")
    assert root.rights.roles == frozenset()
    assert "escalations.view_complaint" in root.get_all_permissions()


def test_who_was_disabled_may_nothing(hana):
    hana.is_active = False
    hana.save()
    assert not User.objects.get(pk=hana.pk).has_perm("escalations.note_complaint")
