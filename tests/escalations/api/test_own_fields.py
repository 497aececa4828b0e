"""The organisation's own fields in the API: described, registered, read, changed, asked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.models import Complaint
from routing.models import Choice, Field
from tests.escalations.own_fields import VALUES, need, values

LIST, FIELDS = "/api/v1/complaints/", "/api/v1/fields/"
SHOWN = VALUES | {"visits": "3", "loss": {"amount": "184.20", "currency": "GBP"}}


def test_fields_are_described_with_their_choices(client_of, house, own):
    need(own.branch, "register", own.service)
    Choice.objects.filter(code="york").update(retired_at=timezone.now())
    Field.objects.filter(code="remark").update(is_active=False)
    fields = client_of(house.agent).get(FIELDS).json()
    assert [*fields][:2] == ["complaint_type", "issue"], "built-in ones first"
    assert fields["branch"] == {
        "code": "branch", "label": "Branch", "kind": "choice", "built_in": False, "help": "", "needed": "register",
        "complaint_types": ["service"], "personal": False, "minimum": None, "maximum": None, "unit": "",
        "choices": [{"code": "leeds", "label": "Leeds", "parent": None}],
        "choices_at": "http://testserver/api/v1/fields/branch/choices/",
    }  # fmt: skip
    assert [row["code"] for row in fields["issue"]["choices"]] == ["fees"]
    assert fields["visits"]["choices"] is None and "remark" not in fields


def test_describing_takes_the_same_queries_for_any_number_of_fields_and_choices(client_of, house, own):
    client = client_of(house.agent)
    counts = []
    for size in (1, 300):
        for number in range(size // 60 + 1):
            field = Field.objects.create(code=f"f{size}-{number}", label="F", kind="choice")
            Choice.objects.bulk_create(Choice(field=field, code=f"c{n}", label=f"C {n}") for n in range(size))
        with CaptureQueriesContext(connection) as queries:
            client.get(FIELDS)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_ten_thousand_choices_are_given_in_pages_and_searched(client_of, house, own):
    Choice.objects.bulk_create(Choice(field=own.branch, code=f"b{n}", label=f"Branch {n:05}") for n in range(10_000))
    client = client_of(house.agent)
    described = client.get(FIELDS).json()["branch"]
    assert described["choices"] is None
    page = client.get(described["choices_at"], {"page_size": 1000}).json()
    assert len(page["results"]) == 1000 and page["next"]
    found = client.get(described["choices_at"], {"q": "09999"}).json()["results"]
    assert found == [{"code": "b9999", "label": "Branch 09999", "parent": None}]
    assert client.get(described["choices_at"], {"q": "%"}).json()["results"] == []
    for code in ("visits", "nowhere"):
        assert client.get(f"{FIELDS}{code}/choices/").status_code == 404


def test_what_was_registered_is_shown_as_it_was_sent(client_of, house, own, body):
    client = client_of(house.agent)
    sent = VALUES | {"loss": {"amount": "184.20", "currency": "GBP"}}
    reference = client.post(LIST, {**body, "fields": sent}).json()["reference"]
    assert client.get(f"{LIST}{reference}/").json()["fields"] == SHOWN
    assert "fields" not in client.get(LIST).json()["results"][0], "a list stays narrow"


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"visits": [1]}, "fields.visits", "no number"),
        ({"visits": True}, "fields.visits", "no number"),
        ({"branch": {"code": "leeds"}}, "fields.branch", "code of one choice"),
        ({"loss": 20}, "fields.loss", "needs its currency"),
        ({"recording": "true"}, "fields.recording", "true or false"),
        ({"brunch": 1}, "fields.brunch", "Did you mean “branch”"),
        (["branch"], "fields", "dictionary"),
    ],
)
def test_a_value_of_the_wrong_shape_is_named_by_its_path(client_of, house, own, body, sent, field, says):
    answer = client_of(house.agent).post(LIST, {**body, "fields": sent})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field and says in error["message"]
    assert not Complaint.objects.exists()


def test_what_may_say_who_somebody_is_is_null_without_the_right(client_of, house, own, case):
    Field.objects.filter(code="visits").update(personal=True)
    complaint = case("frontline", fields=VALUES)
    shown = client_of(house.analyst).get(f"{LIST}{complaint.reference}/").json()["fields"]
    assert shown == SHOWN | {"visits": None, "remark": None}


def test_a_step_changes_fields_given_as_an_object(client_of, house, own, case):
    complaint = case("frontline", fields=VALUES)
    client, address = client_of(house.agent), f"{LIST}{complaint.reference}/actions/set_fields/"
    changes = {"channels": ["post"], "loss": {"amount": "9.50", "currency": "EUR"}, "visits": None}
    answer = client.post(address, {"reason": "The customer wrote again.", "fields": changes})
    assert answer.status_code == 200, answer.content
    assert answer.json()["event"]["data"]["changed"] == ["channels", "loss", "visits"]
    now = client.get(f"{LIST}{complaint.reference}/").json()["fields"]
    assert now == {k: v for k, v in SHOWN.items() if k != "visits"} | {
        "channels": ["post"], "loss": {"amount": "9.50", "currency": "EUR"},
    }  # fmt: skip
    for wrong, field in (({"fields": {"visits": "x"}}, "fields.visits"), ({"fields": 1}, ""),
                         ({"fields": {}}, "fields"), ({"fields": {"visits": 1}, "no": 1}, "no")):  # fmt: skip
        answer = client.post(address, {"reason": "So.", **wrong})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), wrong
    assert values(complaint)["channels"] == {"post"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"field:branch": "leeds"}, {1}),
        ({"field:branch": ["leeds", "york"]}, {1, 2}),
        ({"field:branch": "York"}, {2}),
        ({"field:channels": "web"}, {1}),
        ({"field:recording": "no"}, {1}),
        ({"field:visits.from": "3"}, {1, 2}),
        ({"field:visits.from": "3.5", "field:visits.to": "10"}, {2}),
        ({"field:loss.to": "200", "field:loss.currency": "GBP"}, {1}),
        ({"field:promised.from": "2026-12-01"}, {2}),
        ({"field:remark": "*"}, {1}),
        ({"field:branch": "!"}, {3}),
        ({"field:branch": "leeds", "field:visits.to": "2"}, set()),
    ],
)
def test_the_list_is_narrowed_by_fields(client_of, house, own, case, asked, found):
    cases = {
        case("frontline", fields=fields).reference: number
        for number, fields in enumerate(
            (VALUES, {"branch": "york", "visits": 9, "loss": "5 EUR", "promised": "2026-12-01"}, {}), start=1
        )
    }
    answer = client_of(house.coordinator).get(LIST, asked)
    assert {cases[row["reference"]] for row in answer.json()["results"]} == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("field:branch", "paris"), ("field:brunch", "x"), ("field:visits.from", "many"), ("field:loss.from", "3"),
     ("field:promised.to", "2026-02-30"), ("field:recording", "perhaps"), ("field:remark", "Ann"),
     ("field:branch.empty", "yes"), ("field:branch", "\x00")],
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_refused_by_name(client_of, house, own, name, value):
    answer = client_of(house.coordinator).get(LIST, {name: value})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == name


def test_nobody_narrows_by_what_they_may_not_read(client_of, house, own, case):
    Field.objects.filter(code="visits").update(personal=True)
    case("frontline", fields=VALUES)
    asked = {"field:visits.from": "3"}
    assert client_of(house.analyst).get(LIST, asked).status_code == 422
    assert len(client_of(house.coordinator).get(LIST, asked).json()["results"]) == 1


def test_the_description_knows_fields_and_filters(client_of, house):
    text = client_of(house.agent).get("/api/v1/schema/").content.decode()
    assert "field:CODE" in text and "/api/v1/fields/{code}/choices/" in text and "additionalProperties" in text
