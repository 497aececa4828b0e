"""Reading cases and taking steps through the API."""

import pytest

from escalations.actors import Actor
from escalations.models.incident import number_of
from escalations.workflow import perform
from tests.escalations.deeds import Deeds

LIST = "/api/v1/complaints/"
KEYS = {
    "reference", "state", "closed_as", "tier", "severity", "priority", "channel", "product", "issue", "language",
    "region", "jurisdiction", "amount", "currency", "team", "handler", "happened_on", "received_at", "registered_at",
    "resolved_at", "closed_at", "offer_until", "due_at", "external_system", "external_id", "external_outcome",
    "latest_event",
}  # fmt: skip
WHOLE = KEYS | {
    "fields", "points", "deadlines", "remedies", "attempts", "statements", "triggers", "messages", "parties", "actions",
    "allocated_because",
}  # fmt: skip


def url(complaint, *more: str) -> str:
    return "/".join([f"{LIST}{complaint.reference}", *more, ""])


def test_a_list_shows_exactly_these_keys(client_of, case, house):
    case("routed")
    (row,) = client_of(house.handler).get(LIST).json()["results"]
    assert set(row) == KEYS


def test_a_case_shows_exactly_these_keys(client_of, case, house):
    complaint = case("investigating")
    assert set(client_of(complaint.handler.user).get(url(complaint)).json()) == WHOLE


def test_everybody_sees_their_own_rows_only(client_of, case, house):
    complaint = case("routed")
    seen = {role: len(client_of(user).get(LIST).json().get("results", [])) for role, user in house.by_role.items()}
    assert seen == {
        "Frontline agent": 1, "Escalation coordinator": 1, "Handler": 1, "Manager": 1, "Routing supervisor": 0,
        "Quality analyst": 1, "Compliance officer": 1, "Administrator": 0,
    }  # fmt: skip
    for stranger in (house.stranger, house.other_agent):
        assert client_of(stranger).get(LIST).json()["results"] == []
        assert client_of(stranger).get(url(complaint)).status_code == 404
        assert client_of(stranger).get(url(complaint, "events")).status_code == 404
        note = client_of(stranger).post(url(complaint, "actions", "note"), {"body": "x"})
        assert note.status_code == 404


def test_a_restricted_case_is_not_there_without_the_clearance(client_of, case, house):
    complaint = case("routed", restricted_kind="")
    perform(complaint, "restrict", actor=Actor.of(house.manager), reason="Staff are named.", kind="conduct")
    assert client_of(house.compliance).get(url(complaint)).status_code == 404
    house.compliance.clearances.add(house.conduct)
    assert client_of(house.compliance).get(url(complaint)).status_code == 200


def test_an_analyst_sees_neither_who_nor_what_was_said(client_of, case, house):
    complaint = case("investigating", what_happened="My secret is 4711.")
    text = client_of(house.analyst).get(url(complaint)).content.decode()
    assert "4711" not in text and "Ana" not in text and "example.org" not in text


def test_internal_notes_are_in_no_answer(client_of, case, house):
    complaint = case("investigating")
    perform(complaint, "note", actor=Actor.of(complaint.handler.user), body="Between ourselves 0815.")
    client = client_of(complaint.handler.user)
    for address in (LIST, url(complaint), url(complaint, "events")):
        assert "0815" not in client.get(address).content.decode()


def test_a_step_is_taken_and_answered_with_its_event(client_of, case, house):
    complaint = case("routed")
    client = client_of(complaint.handler.user)
    answer = client.post(
        url(complaint, "actions", "investigate"), {"reason": "I begin.", "seen": complaint.latest_event}
    )
    assert answer.status_code == 200
    assert answer.json()["state"] == "investigating"
    assert answer.json()["event"]["reason"] == "I begin."


@pytest.mark.parametrize(
    ("state", "action", "data", "status", "code"),
    [
        ("routed", "communicate", {}, 409, "wrong_state"),
        ("routed", "investigate", {"seen": 1}, 409, "wrong_state"),
        ("routed", "accept", {}, 409, "wrong_state"),
        ("investigating", "communicate", {}, 422, "incomplete"),
        ("investigating", "reroute", {"team": 1}, 422, "invalid"),
        ("investigating", "note", {"body": "x", "state": "closed"}, 422, "invalid"),
        ("investigating", "note", {"body": ["x"]}, 422, "invalid"),
        ("investigating", "note", {"body": "x", "reason": "r" * 5000}, 422, "invalid"),
        ("investigating", "reassign", {"reason": "x", "handler": 1}, 403, "not_allowed"),
        ("investigating", "sent", {}, 404, "not_found"),
        ("investigating", "delete", {}, 404, "not_found"),
    ],
)
def test_a_refused_step_says_why_and_changes_nothing(client_of, case, house, state, action, data, status, code):
    complaint = case(state)
    answer = client_of(complaint.handler.user).post(url(complaint, "actions", action), data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    before = complaint.latest_event
    complaint.refresh_from_db()
    assert (complaint.state, complaint.latest_event) == (state, before)


def test_a_step_without_the_right_is_403_and_says_who_can(client_of, case, house):
    complaint = case("routed")
    answer = client_of(house.coordinator).post(url(complaint, "actions", "investigate"), {})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert str(complaint.handler) in answer.json()["detail"]


def test_what_is_missing_is_one_list(client_of, case, house):
    complaint = case("investigating")
    answer = client_of(complaint.handler.user).post(url(complaint, "actions", "communicate"), {})
    assert len(answer.json()["errors"]) == 3


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_case_cannot_be_changed_past_the_workflow(client_of, case, house, method):
    complaint = case("routed")
    client = client_of(house.coordinator)
    assert getattr(client, method)(url(complaint), {"state": "closed"}).status_code == 405
    assert client.get(url(complaint, "actions", "investigate")).status_code == 405


def test_the_list_is_narrowed_by_filters_and_a_wrong_value_is_refused(client_of, case, house):
    case("routed")
    case("triggered")
    client = client_of(house.coordinator)
    assert len(client.get(LIST, {"state": "routed"}).json()["results"]) == 1
    assert len(client.get(LIST, {"product": "loan"}).json()["results"]) == 0
    assert len(client.get(LIST, {"product": "card"}).json()["results"]) == 2
    joined = Deeds(house).do(case("triggered"), "join_incident", "coordinator").complaint
    for asked, found in ((number_of(joined.incident_id), 1), ("any", 1), ("none", 2), ("I-99999999999", 0)):
        assert len(client.get(LIST, {"incident": asked}).json()["results"]) == found, asked
    assert client.get(LIST, {"incident": "7"}).status_code == 422
    assert client.get(LIST, {"state": "nowhere"}).status_code == 422
    assert client.get(LIST, {"received_from": "yesterday"}).status_code == 422


def test_a_list_costs_the_same_queries_for_any_number_of_rows(client_of, case, house, django_assert_num_queries):
    client = client_of(house.coordinator)
    case("routed")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _turn in range(4):
        case("routed")
    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_the_schema_is_closed_to_strangers(client, client_of, house):
    assert client.get("/api/v1/schema/").status_code == 401
    assert client_of(house.agent).get("/api/v1/schema/").status_code == 200
