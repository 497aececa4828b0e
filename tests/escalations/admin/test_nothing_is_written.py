"""No page of the back office adds, changes or deletes a row of a case, whatever permissions somebody has."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission

from routing.models import User

from .conftest import address

SETTINGS = {"criteriaset", "criterion", "deadlinepolicy", "firststeps", "policy", "cause", "findingcode", "control"}
OWN = [model for model in apps.get_app_config("escalations").get_models() if "historical" not in model._meta.model_name]
READ = [model for model in OWN if model._meta.model_name not in SETTINGS]
READ += [apps.get_model("routing", "decision"), apps.get_model("routing", "assignment")]


def test_every_model_is_registered():
    assert [model.__name__ for model in OWN if model not in admin.site._registry] == []


@pytest.fixture
def powerful(house):
    """A coordinator whom somebody gave every permission there is, and who is a superuser besides."""
    house.coordinator.user_permissions.set(Permission.objects.all())
    User.objects.filter(pk=house.coordinator.pk).update(is_superuser=True)
    return User.objects.get(pk=house.coordinator.pk)


def posts(model, row):
    """Every address of a row that could write, with a form as the admin itself would send it."""
    name = model._meta.model_name
    values = {field.name: "1" for field in model._meta.fields}
    if name != "complaint":
        yield address(name, "add"), values
    yield address(name), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    for button in ("_save", "_continue", "_saveasnew", "_addanother"):
        yield address(name, "change", row.pk), {**values, button: "1"}
    yield address(name, "delete", row.pk), {"post": "yes"}
    yield address(name, "history", row.pk), {**values, "_change_history": "1"}


def test_no_form_of_the_back_office_writes_a_row_of_a_case(powerful, cases, as_user):
    browser, tried = as_user(powerful), 0
    before = {model: list(model._default_manager.order_by("pk").values()) for model in READ}
    for model in READ:
        row = model._default_manager.first()
        for path, data in posts(model, row) if row else ():
            status = browser.post(path, data).status_code
            assert status in (403, 404, 405) or (status in (200, 302) and path == address(model._meta.model_name)), path
            tried += 1
    assert {model: list(model._default_manager.order_by("pk").values()) for model in READ} == before
    assert tried > 100


def test_no_list_offers_to_delete(powerful, cases, as_user):
    browser = as_user(powerful)
    for model in READ:
        page = browser.get(address(model._meta.model_name), follow=True)
        assert page.status_code == 200
        assert "delete_selected" not in page.content.decode()
