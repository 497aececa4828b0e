"""Another system registers complaints."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.models import Complaint, IdempotencyKey, Statement, SystemNote
from escalations.states import State
from routing.models import Choice
from tests.criteria import worded

URL = "/api/v1/complaints/"


def test_a_complaint_is_registered_and_its_deadlines_are_answered(client_of, house, body):
    answer = client_of(house.agent).post(URL, body)
    assert answer.status_code == 201
    complaint = Complaint.objects.get(reference=answer.json()["reference"])
    assert complaint.registered_by == house.agent
    assert complaint.main_point.product == house.card
    assert {row["kind"] for row in answer.json()["deadlines"]} == {"acknowledge", "final_response"}
    assert set(answer.json()) == {"reference", "state", "severity", "received_at", "deadlines"}


def test_the_notes_of_another_system_come_along(client_of, house, body):
    note = {"text": "Rang twice.", "made_at": "2026-01-05T10:00:00Z", "system": "crm", "author": "Bea"}
    assert client_of(house.agent).post(URL, {**body, "notes": [note]}).status_code == 201
    row = SystemNote.objects.get()
    assert (row.text, row.system, row.author, row.made_at.day) == ("Rang twice.", "crm", "Bea", 5)
    assert client_of(house.agent).post(URL, {**body, "notes": [{"text": "Rang."}]}).status_code == 422


def test_the_answer_says_where_the_complaint_stands_after_the_criteria(client_of, house, body, criteria):
    answer = client_of(house.agent).post(URL, {**body, "what_happened": "I shall ask the ombudsman."})
    assert answer.json()["state"] == State.TRIGGERED


def test_a_repeat_with_the_same_key_gets_the_first_answer(client_of, house, body):
    client = client_of(house.agent)
    first = client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1")
    again = client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Complaint.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(client_of, house, body):
    client = client_of(house.agent)
    client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1")
    answer = client.post(URL, {**body, "severity": 3}, HTTP_IDEMPOTENCY_KEY="k-1")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert Complaint.objects.count() == 1


def test_a_key_belongs_to_the_person_who_sent_it(client_of, house, body):
    client_of(house.agent).post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1")
    client_of(house.other_agent).post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1")
    assert Complaint.objects.count() == 2


def test_a_refused_request_keeps_no_key(client_of, house, body):
    client = client_of(house.agent)
    refused = client.post(URL, {**body, "contact": {}}, HTTP_IDEMPOTENCY_KEY="k-1")
    assert refused.status_code == 422
    assert client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1").status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\x07b"])
def test_a_key_that_cannot_be_kept_is_refused(client_of, house, body, key):
    assert client_of(house.agent).post(URL, body, HTTP_IDEMPOTENCY_KEY=key).status_code == 422
    assert not Complaint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_key_twice_at_once_registers_one_complaint(client_of, house, body):
    client = client_of(house.agent)

    def send(_turn: int):
        try:
            return client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1").json()["reference"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        references = set(pool.map(send, range(8)))
    assert len(references) == 1
    assert Complaint.objects.count() == IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"severity": 9}, "severity"),
        ({"severity": "high"}, "severity"),
        ({"channel": "pigeon"}, "channel"),
        ({"state": "closed"}, "state"),
        ({"reference": "R-2026-000001"}, "reference"),
        ({"contact": {}}, "contact"),
        ({"contact": "Ana"}, "contact"),
        ({"contact": {"name": "Ana", "role": "king"}}, "contact.role"),
        ({"contact": {"name": "Ana\nBcc: x@example.org"}}, "contact"),
        ({"contact": {"name": "Ana", "email": "not an address"}}, "contact"),
        ({"what_happened": "x" * 2_000_000}, "what_happened"),
        ({"what_happened": "nul \u0000 byte"}, "what_happened"),
        ({"what_happened": ["a", "list"]}, "what_happened"),
        ({"what_happened": ""}, "what_happened"),
        ({"happened_on": "2026-02-30"}, "happened_on"),
        ({"received_at": "2999-01-01T00:00:00Z"}, "received_at"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e30"}, "amount"),
        ({"amount": "12.345"}, "amount"),
        ({"currency": "pounds"}, "currency"),
        ({"currency": "gb1"}, "amount"),
        ({"product": "crad"}, "product"),
        ({"points": {"issue": "fees"}}, "points"),
        ({"points": [{"issue": "fees"}] * 21}, "points"),
        ({"attempts": [{"what": "x"}]}, "attempts.0.result"),
        ({"restricted_kind": "everything"}, "restricted_kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_by_name_and_nothing_is_written(client_of, house, body, change, field):
    answer = client_of(house.agent).post(URL, {**body, **change})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Complaint.objects.exists() and not Statement.objects.exists()


def test_an_unknown_code_is_answered_with_what_is_near(client_of, house, body):
    answer = client_of(house.agent).post(URL, {**body, "product": "crad"})
    assert "card" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("[]", 422),
        ("7", 422),
        ('"text"', 422),
        ("null", 422),
        ("{", 400),
        ('{"severity": NaN}', 400),
        ("[" * 100_000, 400),
        ('{"a":' * 100_000, 400),
        ("\ufeff{}", 400),
        ("", 422),
    ],
)
def test_json_of_the_wrong_shape_is_a_problem_not_a_crash(client_of, house, text, status):
    answer = client_of(house.agent).generic("POST", URL, text, content_type="application/json")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_other_content_types_are_refused(client_of, house, body):
    answer = client_of(house.agent).generic("POST", URL, json.dumps(body), content_type="text/plain")
    assert answer.status_code == 415


def test_who_may_not_register_is_refused(client_of, house, body):
    for person in (house.handler, house.analyst, house.supervisor, house.compliance, house.administrator):
        assert client_of(person).post(URL, body).status_code == 403
    assert not Complaint.objects.exists()


def test_nobody_and_a_wrong_token_get_401(client, db, body):
    assert client.post(URL, body, content_type="application/json").status_code == 401
    wrong = client.post(URL, body, content_type="application/json", HTTP_AUTHORIZATION="Token rdr_wrong")
    assert wrong.status_code == 401


def test_the_number_of_another_system_is_taken_in_once(client_of, house, body):
    client = client_of(house.agent)
    numbered = {**body, "external_system": "crm", "external_id": "C-7"}
    reference = client.post(URL, numbered).json()["reference"]
    again = client.post(URL, numbered)
    assert again.status_code == 422
    assert reference in again.json()["errors"][0]["message"]


def test_html_in_a_text_is_kept_as_it_was_written(client_of, house, body):
    client_of(house.agent).post(URL, {**body, "what_happened": "<script>alert(1)</script> =cmd|' /C calc'!A0"})
    assert Statement.objects.said_first().get().text == "<script>alert(1)</script> =cmd|' /C calc'!A0"


def statements(send) -> int:
    """How many statements that ask or write; beginning and ending a transaction differs by database."""
    with CaptureQueriesContext(connection) as queries:
        assert send().status_code == 201
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(frame) for query in queries)


def test_registering_takes_a_known_number_of_statements_whatever_is_registered(client_of, house, body, criteria):
    """Two for the token, one each for the right, codes, deadlines, language, person and criteria; the rest inserts.
    What goes up leaves a job to ask for what is missing, and one to place it."""
    client = client_of(house.agent)
    client.post(URL, body)
    someone = {**body, "contact": {"name": "Bo", "email": "bo@example.org"}}
    attempts = [{"what": "Called back.", "result": "failed"}]
    assert statements(lambda: client.post(URL, someone)) == 19
    assert statements(lambda: client.post(URL, {**someone, "points": [{"issue": "fees"}] * 15})) == 18
    assert statements(lambda: client.post(URL, {**someone, "attempts": attempts})) == 19
    assert statements(lambda: client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1")) == 21
    assert statements(lambda: client.post(URL, body, HTTP_IDEMPOTENCY_KEY="k-1")) == 4
    at_once = {**someone, "what_happened": "I shall end it all."}
    assert statements(lambda: client.post(URL, at_once)) == 18 + 5 + 7, "escalated, and accepted at once"


def test_a_busy_channel_reads_the_house_s_rules_and_the_codes_once_in_a_moment(
    client_of, house, body, criteria, in_force, settings
):
    client = client_of(house.agent)
    client.post(URL, body)
    settings.HOUSE_KEPT_SECONDS = 3600
    someone = {**body, "contact": {"name": "Bo", "email": "bo@example.org"}}
    assert statements(lambda: client.post(URL, someone)) == 15
    settings.HOUSE_KEPT_SECONDS = 0
    in_force(regulator=worded("regulator", "charged me twice"))
    assert client.post(URL, body).json()["state"] == "triggered"


def test_a_code_that_is_new_since_a_moment_ago_is_known(client_of, house, body, settings):
    client = client_of(house.agent)
    client.post(URL, body)
    settings.HOUSE_KEPT_SECONDS = 3600
    Choice.objects.create(field=house.fees.field, code="rates", label="Rates")
    assert client.post(URL, {**body, "issue": "rates"}).status_code == 201
    settings.HOUSE_KEPT_SECONDS = 0
    Choice.objects.filter(code="rates").update(retired_at=timezone.now())
    assert client.post(URL, {**body, "issue": "rates"}).status_code == 422
