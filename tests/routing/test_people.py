from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from routing.assignment import begin
from routing.models import Absence, Choice, Field, Handler, Team, User

pytestmark = pytest.mark.django_db


def test_a_person_is_shown_by_name_or_else_by_user_name():
    assert str(User(username="ana", first_name="Ana", last_name="Silva")) == "Ana Silva"
    assert str(User(username="ana")) == "ana"


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="no time zone"):
        User(username="ana", password="x", zone="Mars/Base").full_clean()


def test_a_user_lives_in_the_zone_of_the_installation_unless_told(settings):
    assert User().zone == settings.TIME_ZONE


@pytest.mark.parametrize("languages", ["English", "en,pt", "en  pt", ""])
def test_languages_are_codes_with_spaces_between(make_handler, languages):
    handler = make_handler("Ana")
    handler.languages = languages
    with pytest.raises(ValidationError):
        handler.full_clean()


def test_a_handler_who_had_cases_is_made_inactive_never_deleted(make_handler, noon):
    ana = make_handler("Ana")
    begin("R-1", ana, weight=1, at=noon)
    with pytest.raises(ProtectedError, match="Make the handler inactive instead"):
        ana.delete()
    with pytest.raises(ProtectedError):
        ana.user.delete()
    assert Handler.objects.active().get() == ana


def test_a_team_that_has_handlers_is_made_inactive_never_deleted(make_handler, lending):
    make_handler("Ana")
    with pytest.raises(ProtectedError, match="Make it inactive instead"):
        lending.delete()
    assert Team.objects.get() == lending


def test_a_handler_who_has_done_nothing_can_be_deleted(make_handler):
    make_handler("Ana").delete()
    assert not Handler.objects.exists()


def test_an_absence_ends_after_it_starts(make_handler, noon):
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(handler=make_handler("Ana"), starts_at=noon, ends_at=noon - timedelta(1))


def test_the_built_in_fields_are_there_after_migration():
    assert set(Field.objects.filter(built_in=True).values_list("code", flat=True)) == {
        "product",
        "sub_product",
        "issue",
        "sub_issue",
        "complaint_type",
    }


def test_a_retired_choice_is_still_read_and_no_more_offered(products, noon):
    Choice.objects.filter(code="mortgage").update(retired_at=noon)
    assert Choice.objects.of("product").count() == 2
    assert [choice.code for choice in Choice.objects.of("product").active()] == ["card"]


def test_a_field_that_takes_no_choices_gets_none():
    number = Field.objects.create(code="branch_visits", label="Visits", kind="number")
    with pytest.raises(ValidationError, match="takes no choices"):
        Choice(field=number, code="one", label="One").full_clean()


def test_a_code_is_once_in_a_field(products):
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.create(field=products, code="mortgage", label="Again")


def test_settings_keep_who_changed_what(make_handler, mortgages):
    ana = make_handler("Ana")
    ana.capacity = 7
    ana.save()
    newest, before = ana.history.all()[:2]
    assert newest.diff_against(before).changed_fields == ["capacity"]
