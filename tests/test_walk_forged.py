"""Requests that no page of ours would send: without the token, with made-up fields, to rows of others."""

import logging

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from knox.models import AuthToken

from escalations.admin.showing import ReadOnly
from escalations.forms.steps import FORMS
from escalations.models import Complaint, Event, Message
from routing.models import User
from tests.test_walk import visits
from tests.walk_expected import SEES
from tests.walk_reading import text_of
from tests.walk_world import World, browser, build, changed, contents, mark

pytestmark = pytest.mark.django_db
FORGED = {
    "state": "closed",
    "closed_as": "upheld",
    "handler": "1",
    "team": "1",
    "tier": "3",
    "latest_event": "99",
    "reference": "R-1999-000001",
    "registered_by": "1",
    "is_superuser": "on",
    "at": "2001-01-01T00:00:00Z",
    "actor": "system",
    "_fsm_transition_to": "closed",
    "_fsmtransition-close": "close",
    "_transition": "close",
    "_save": "Save",
    "_change_history": "1",
    "action": "delete_selected",
    "post": "yes",
}


@pytest.fixture
def world(house):
    return build(house)


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("who", "headers"), [("X", {}), ("C", {"HX-Request": "true"})])
def test_no_address_takes_a_post_without_the_token(world, who, headers):
    client = browser(world, who, enforce_csrf_checks=True)
    before = contents()
    taken = {
        visit.path for visit in visits(world) if client.post(visit.path, FORGED, headers=headers).status_code != 403
    }
    assert taken == set()
    assert changed(before, contents()) == set()


@pytest.mark.parametrize("who", "FCHAX")
def test_made_up_fields_posted_anywhere_move_no_case_and_give_no_power(world, who):
    client = browser(world, who)
    before, powers = case_tables(), powers_of_all()
    for visit in visits(world):
        if visit.address.key != "admin:logout":
            client.post(visit.path, FORGED)
    assert changed(before, case_tables()) == set()
    assert who == "X" or powers_of_all() == powers


def case_tables() -> dict[str, str]:
    """The tables that only the workflow writes."""
    owned = {"Complaint", "HistoricalComplaint", "Point", "Remedy", "Event", "Trigger", "Statement", "Message", "Clock"}
    owned |= {"Decision", "Assignment", "Confirmation", "Attempt", "Party", "Person", "HistoricalPoint"}
    return {name: digest for name, digest in contents().items() if name.split(".")[1] in owned}


def powers_of_all() -> list[tuple]:
    return list(User.objects.order_by("pk").values_list("username", "is_superuser", "is_staff", "groups", "clearances"))


@pytest.mark.parametrize("who", "FCHMO")
def test_no_step_reaches_a_case_that_is_not_visible(world, who):
    client = browser(world, who)
    before = contents()
    hidden = [case for name, case in world.cases.items() if name not in SEES[who]]
    answers = {
        client.post(path, {"reason": "Because.", "body": "x", "handler": world.house.handler.handler.pk}).status_code
        for case in hidden
        for action in FORMS
        for path in (f"/cases/{case.reference}/do/{action}/", f"/admin/escalations/complaint/{case.pk}/do/{action}/")
    }
    assert answers == {404}
    assert changed(before, contents()) == set()


@pytest.mark.parametrize("who", "HCMX")
def test_the_case_has_no_form_of_its_own_to_save(world, who):
    client, case = browser(world, who), world.cases["cards"]
    before = contents()
    assert client.post(f"/admin/escalations/complaint/{case.pk}/change/", FORGED).status_code == 403
    assert changed(before, contents()) == set()


def test_no_history_page_takes_a_post(world):
    client = browser(world, "C")
    before = contents()
    asked = [visit for visit in visits(world) if visit.address.verb == "history" or visit.path.endswith("/history/")]
    answers = {visit.path: client.post(visit.path, FORGED).status_code for visit in asked}
    assert {path: status for path, status in answers.items() if status not in (403, 404, 405)} == {}
    assert answers[f"/admin/escalations/complaint/{world.cases['cards'].pk}/history/"] == 405
    assert answers[f"/cases/{world.cases['cards'].reference}/history/"] == 405
    assert changed(before, contents()) == set()


def test_no_list_of_the_case_deletes_what_is_ticked(world):
    client = browser(world, "C")
    before = contents()
    shown = [model for model, page in admin.site._registry.items() if isinstance(page, ReadOnly)]
    for model in shown:
        keys = list(model._base_manager.values_list("pk", flat=True))
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        client.post(path, {"action": "delete_selected", "_selected_action": keys, "post": "yes", "index": "0"})
    assert len(shown) > 15
    assert changed(before, contents()) == set()


def test_a_step_takes_its_own_fields_and_no_others(world):
    client, case = browser(world, "H"), world.cases["cards"]
    sent = {**FORGED, "body": "Called the branch.", "reason": "", "direction": "out", "kind": "final_response"}
    assert client.post(f"/cases/{case.reference}/do/note/", sent).status_code == 303
    after, event = Complaint.objects.get(pk=case.pk), Event.objects.filter(complaint=case).latest("number")
    facts = ("state", "closed_as", "handler_id", "team_id", "tier", "reference", "registered_by_id")
    assert [getattr(after, name) for name in facts] == [getattr(case, name) for name in facts]
    assert (after.latest_event, event.number) == (case.latest_event + 1, case.latest_event + 1)
    assert (event.action, event.user, event.at.year > 2001) == ("note", world.house.handler, True)
    note = Message.objects.latest("pk")
    assert (note.direction, note.kind, note.written_by) == ("internal", "note", world.house.handler)


@pytest.mark.parametrize("path", ["/cases/new/", "/admin/escalations/complaint/add/"])
def test_a_new_complaint_starts_at_the_start_whatever_is_posted_beside_it(world, path):
    sent = {
        **FORGED, "what_happened": "My card was charged twice.", "name": "Ana Silva", "channel": "phone",
        "severity": "2", "adopted": "1", "external_outcome": "Closed", "closed_at": "2026-01-01", "language": "en",
    }  # fmt: skip
    assert browser(world, "F").post(path, sent).status_code in (302, 303)
    new = Complaint.objects.latest("pk")
    assert new.pk not in {case.pk for case in world.cases.values()}
    assert (new.state, new.closed_as, new.closed_at, new.handler, new.tier) == ("frontline", "", None, None, 1)
    assert (new.registered_by, new.reference[:7]) == (world.house.agent, f"R-{new.registered_at:%Y}-")
    assert new.events.get().user == world.house.agent


# --- asking for what is not shown --------------------------------------------------------------------------------


def test_a_search_finds_no_row_and_no_name_that_is_not_shown(world):
    for who, hidden in (("H", "loans"), ("F", "loans"), ("Q", "cards"), ("C", "sealed"), ("S", "cards")):
        client, case = browser(world, who), world.cases[hidden]
        for path in searches(mark(hidden, "identity")):
            assert case.reference not in text_of(client.get(path)), f"{who}: {path}"


def searches(words: str) -> list[str]:
    lists = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/?q={words}"
        for model, page in admin.site._registry.items()
        if isinstance(page, ReadOnly)
    ]
    return [*lists, f"/admin/search/?s={words}", f"/admin/search/?s={words}&extended=1", f"/cases/?q={words}",
            f"/admin/escalations/complaint/export/?q={words}"]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        ("complaint", "parties__person__name__startswith"),
        ("complaint", "statements__text__contains"),
        ("complaint", "messages__body__contains"),
        ("event", "complaint__parties__person__email__startswith"),
        ("trigger", "explanation__contains"),
        ("attempt", "what__contains"),
        ("point", "complaint__statements__text__contains"),
    ],
)
def test_a_filter_typed_into_the_address_tells_nothing_about_who_or_what(world, model, lookup):
    client = browser(world, "Q")
    response = client.get(f"/admin/escalations/{model}/", {lookup: "zz"})
    assert response.status_code == 400
    assert world.marks_in(response) == set()


def test_no_autocomplete_offers_a_row_that_is_not_visible(world):
    """Every field of every model is asked for, whether a form of ours uses it or not."""
    fields = [
        (model._meta, field.name)
        for model in apps.get_models()
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.remote_field
    ]
    for who in "FHSQA":
        client = browser(world, who)
        for meta, name in fields:
            asked = {"app_label": meta.app_label, "model_name": meta.model_name, "field_name": name, "term": ""}
            response = client.get("/admin/autocomplete/", asked)
            shown = world.marks_in(response) - {world.cases[one].reference for one in SEES[who]}
            assert response.status_code in (200, 403), asked
            assert not {one for one in shown if "loans" in one or "sealed" in one}
            assert who != "Q" or not {one for one in shown if "identity" in one}


# --- who is gone -------------------------------------------------------------------------------------------------


def test_a_login_ends_with_the_logout_and_with_the_account(world):
    client = browser(world, "H")
    cookie = client.cookies.copy()
    client.post("/admin/logout/")
    client.cookies = cookie
    assert client.get("/cases/").status_code == 302
    client, manager = browser(world, "M"), world.house.manager
    token = {"Authorization": f"Token {AuthToken.objects.create(manager)[1]}"}
    assert client.get("/cases/").status_code == Client().get("/api/v1/complaints/", headers=token).status_code == 200
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert client.get("/cases/").status_code == 302
    assert Client().get("/api/v1/complaints/", headers=token).status_code == 401


# --- what errors say ---------------------------------------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch):
    """A page that fails, with something that must stay inside in what it says."""

    def fail(*arguments: object) -> bool:
        raise RuntimeError("SELECT inner_secret FROM routing_user")

    monkeypatch.setattr("config.health.database_answers", fail)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/readyz", "get", 500),
        ("/no/such/page", "get", 404),
        ("/cases/R-2026-999999/", "get", 404),
        ("/admin/escalations/complaint/99999/change/", "get", 404),
        ("/triage/", "get", 403),
        ("/cases/next/", "get", 405),
        ("/admin/escalations/complaint/?parties__person__name=x", "get", 400),
        ("/cases/%00/", "get", 404),
        ("/cases/?page=-1&tab=%00", "get", 200),
    ],
)
def test_an_error_says_nothing_inner_and_is_protected_too(world: World, broken, path, method, status):
    response = getattr(browser(world, "H"), method)(path)
    body = response.content.decode()
    assert response.status_code == status
    for word in ("inner_secret", "Traceback", "RuntimeError", "DJANGO_SETTINGS", "urlpatterns", ".venv", "/work"):
        assert word not in body
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
