import pytest
from django.urls import reverse

from routing.history_admin import entries
from routing.models import Absence, Handler, Skill, User
from tests.routing.conftest import role

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    user = User.objects.create_user("ada", first_name="Ada", is_staff=True)
    user.groups.add(role("Administrator"))
    return user


def url(handler):
    return reverse("admin:routing_handler_history", args=[handler.pk])


@pytest.fixture
def changed(make_handler, mortgages, lending):
    ana = make_handler("Ana")
    ana.capacity, ana._change_reason = 7, "Works half days now"
    ana.save()
    ana.skills.add(mortgages)
    return ana


def test_it_shows_who_when_why_and_what_changed(client, administrator, changed):
    newest = changed.history.first()
    newest.history_user = administrator
    newest.save()
    client.force_login(administrator)
    page = client.get(url(changed)).content.decode()
    for said in ("Ada", "Works half days now", "<del>20</del>", "7</ins>", "Skills", "Mortgages</ins>"):
        assert said in page


def test_a_change_in_the_admin_is_signed_by_who_made_it(client, administrator, lending):
    client.force_login(administrator)
    client.post(reverse("admin:routing_team_change", args=[lending.pk]), {"name": "Loans", "is_active": "on"})
    assert lending.history.first().history_user == administrator


def test_it_only_shows(client, administrator, changed):
    client.force_login(administrator)
    before = list(Handler.objects.values()), changed.history.count()
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(url(changed)).status_code == 405
    assert (list(Handler.objects.values()), changed.history.count()) == before


def test_it_is_for_those_only_who_may_view_the_row(client, changed):
    stranger = User.objects.create_user("ed", is_staff=True)
    client.force_login(stranger)
    assert client.get(url(changed)).status_code == 403
    client.logout()
    assert client.get(url(changed)).status_code == 302


def test_a_row_outside_the_list_is_not_found(client, administrator, changed, monkeypatch):
    from routing.admin.people import HandlerAdmin

    monkeypatch.setattr(HandlerAdmin, "get_queryset", lambda self, request: Handler.objects.none())
    client.force_login(administrator)
    assert client.get(url(changed)).status_code == 404


def test_rows_without_history_show_the_log_of_the_admin_and_take_no_post(client, administrator):
    client.force_login(administrator)
    address = reverse("admin:routing_user_history", args=[administrator.pk])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405


def test_names_of_related_rows_are_shown_even_after_they_are_gone(changed, noon):
    absence = Absence.objects.create(handler=changed, starts_at=noon, ends_at=noon.replace(hour=18))
    absence.reason = "Training"
    absence.save()
    skill = Skill.objects.create(code="isa", name="ISA")
    changed.skills.add(skill)
    skill_id = skill.pk
    skill.delete()
    assert [(change.label, change.after) for change in entries(absence.history.all())[0].changes] == [
        ("reason", "Training")
    ]
    shown = [change.after for entry in entries(changed.history.all()) for change in entry.changes]
    assert f"#{skill_id}, Mortgages" in shown


def test_hidden_fields_say_only_that_they_changed(changed):
    found = entries(changed.history.all(), hidden=["capacity"])
    assert [change.after for change in found[1].changes] == ["(hidden)"]


def test_a_long_history_is_paged_and_takes_as_many_queries(
    client, administrator, changed, django_assert_max_num_queries
):
    for number in range(60):
        changed.capacity = 100 + number
        changed.save()
    client.force_login(administrator)
    with django_assert_max_num_queries(16):
        first = client.get(url(changed)).content.decode()
    second = client.get(url(changed), {"page": 2}).content.decode()
    assert "Page 1 of 2" in first and '<ins class="no-underline">159</ins>' in first
    assert "<del>108</del>" in first or "<del>109</del>" in first
    assert "created" in second and "Works half days now" in second
    assert client.get(url(changed), {"page": "nonsense"}).status_code == 200
