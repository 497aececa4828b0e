"""The organisation's own fields in the back office: defined, kept from harm, filters, files."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from escalations.models import FieldValue
from routing.models import Choice, Field
from tests.escalations.own_fields import VALUES

from .conftest import address

LIST = "/admin/escalations/complaint/"


@pytest.fixture
def three(own, case):
    little = {"branch": "york", "visits": 9, "loss": "5 EUR"}
    return [case("frontline", fields=fields).reference for fields in (VALUES, little, {})]


def of(model, verb, *args):
    return reverse(f"admin:routing_{model}_{verb}", args=args)


def test_an_administrator_defines_a_field_with_its_types_and_changes_its_label_only(house, own, as_user, case):
    browser = as_user(house.administrator)
    new = {"label": "Scheme", "code": "scheme", "kind": "choice", "needed": "trigger", "position": 3,
           "complaint_types": [own.fraud.pk], "is_active": "on", "help_text": "As on the card."}  # fmt: skip
    assert browser.post(of("field", "add"), new).status_code == 302
    field = Field.objects.get(code="scheme")
    assert [*field.complaint_types.all()] == [own.fraud] and field.history.count() >= 1
    Choice.objects.create(field=field, code="visa", label="Visa")
    case("frontline", fields={"scheme": "visa"}, complaint_type=own.fraud)
    page = browser.get(of("field", "change", field.pk)).content.decode()
    assert "Cases hold values of this field: its code and kind stay." in page
    browser.post(of("field", "change", field.pk), {**new, "label": "Card scheme", "code": "other", "kind": "text"})
    field.refresh_from_db()
    assert (field.label, field.code, field.kind) == ("Card scheme", "scheme", "choice")


def test_what_makes_no_sense_is_said_at_the_input(house, own, as_user):
    wrong = {"label": "Wait", "code": "wait", "kind": "date", "needed": "", "position": 0, "minimum": "3", "unit": "d"}
    page = as_user(house.administrator).post(of("field", "add"), wrong).content.decode()
    assert "Only a number or an amount has bounds." in page and "Only a number has a unit." in page
    assert not Field.objects.filter(code="wait").exists()


def test_deleting_what_cases_hold_is_refused_with_how_many_not_which(own, three, admin_client):
    leeds = Choice.objects.get(code="leeds")
    for page in (of("field", "delete", own.branch.pk), of("choice", "delete", leeds.pk)):
        text = admin_client.get(page).content.decode()
        assert "on cases" in text or "on a case" in text
        assert not [reference for reference in three if reference in text]
        admin_client.post(page, {"post": "yes"})
    assert Field.objects.filter(code="branch").exists() and Choice.objects.filter(code="leeds").exists()
    unused = Field.objects.create(code="unused", label="Unused", kind="date")
    admin_client.post(of("field", "delete", unused.pk), {"post": "yes"})
    assert not Field.objects.filter(code="unused").exists()


@pytest.mark.parametrize(
    ("asked", "found"),
    [("field:branch=leeds", {0}), ("field:branch=!", {2}), ("field:recording=no", {0}), ("field:visits.from=4", {1}),
     ("field:loss.to=9&field:loss.currency=EUR", {1}), ("field:promised.to=2026-12-31", {0}), ("field:remark=*", {0})],
)  # fmt: skip
def test_the_list_is_filtered_and_its_file_with_it(house, three, as_user, asked, found):
    browser = as_user(house.coordinator)
    page = browser.get(f"{LIST}?{asked}").content.decode()
    assert {n for n, reference in enumerate(three) if reference in page} == found
    lines = b"".join(browser.get(f"{LIST}export/?{asked}").streaming_content).decode()
    assert {n for n, reference in enumerate(three) if reference in lines} == found


@pytest.mark.parametrize("asked", ["field:visits.from=x", "field:branch=nowhere", "field:nowhere=1"])
def test_a_filter_that_cannot_be_meant_leads_back_to_the_list(house, three, as_user, asked):
    assert as_user(house.coordinator).get(f"{LIST}?{asked}").status_code in (302, 200)


def test_the_file_has_a_column_for_each_field_but_no_words_nor_what_is_personal_and_no_formula(
    house, own, case, as_user
):
    Choice.objects.filter(code="york").update(label="=cmd()")
    Field.objects.filter(code="visits").update(personal=True)
    case("frontline", fields={**VALUES, "branch": "york"})
    text = b"".join(as_user(house.coordinator).get(f"{LIST}export/").streaming_content).decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(text))
    row = dict(zip(head, line, strict=True))
    assert (row["Branch"], row["Channels"], row["Loss"], row["Recording"]) == (
        "'=cmd()",
        "App, Web",
        "184.20 GBP",
        "no",
    )
    assert "Visits" not in row and "Remark" not in row and "Ann" not in text


def test_list_and_file_take_the_same_queries_for_any_number_of_values(house, own, case, as_user):
    browser, counts = as_user(house.compliance), []
    for _turn in range(2):
        case("frontline", fields=VALUES)
        for page in (LIST, f"{LIST}export/", address("fieldvalue")):
            with CaptureQueriesContext(connection) as queries:
                answer = browser.get(page)
                b"".join(answer) if answer.streaming else answer.content
            counts.append(len(queries))
        for number in range(5):
            field = Field.objects.create(code=f"f{_turn}{number}", label="F", kind="choice")
            Choice.objects.create(field=field, code="a", label="A")
    assert counts[:3] == counts[3:]


def test_rows_of_words_and_personal_values_are_not_there_for_who_may_not_know(house, own, three, as_user):
    Field.objects.filter(code="visits").update(personal=True)
    page = as_user(house.analyst).get(address("fieldvalue")).content.decode()
    assert "Leeds" in page and "Ann" not in page
    words = FieldValue.objects.get(field=own.remark)
    assert as_user(house.analyst).get(address("fieldvalue", "change", words.pk)).status_code == 404
    assert "Ask for Ann." in as_user(house.coordinator).get(address("fieldvalue", "change", words.pk)).content.decode()
