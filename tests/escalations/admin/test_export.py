"""The list of complaints as a file."""

import csv
import io

import pytest
from structlog.testing import capture_logs

from escalations.models import Complaint

from .conftest import MAIL, NAME, WORDS, address


def read(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_file_has_the_rows_of_the_list(house, cases, as_user):
    lines = read(as_user(house.stranger).get(address("complaint", "export")))
    assert [line["reference"] for line in lines] == [cases.loans.reference]
    assert (lines[0]["state"], lines[0]["product"], lines[0]["handler"]) == ("investigating", "Loan", "Stan")


def test_the_file_follows_filter_and_search(house, cases, as_user):
    lines = read(as_user(house.manager).get(f"{address('complaint', 'export')}?state=closed"))
    assert [line["reference"] for line in lines] == [cases.closed.reference]
    assert (lines[0]["closed as"], lines[0]["root cause"]) == ("upheld", "No chaser")


def test_nobody_is_named_in_the_file(house, cases, as_user):
    text = b"".join(as_user(house.manager).get(address("complaint", "export")).streaming_content).decode()
    assert [secret for secret in (NAME, MAIL, WORDS) if secret in text] == []
    assert cases.conduct.reference not in text


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_a_formula_comes_back_as_text(formula, house, case, as_user):
    complaint = case()
    Complaint.objects.filter(pk=complaint.pk).update(region=formula)
    (line,) = read(as_user(house.manager).get(address("complaint", "export")))
    assert line["region"] == f"'{formula}"


def test_each_export_is_logged_without_what_was_searched_for(house, cases, as_user):
    with capture_logs() as logged:
        read(as_user(house.manager).get(f"{address('complaint', 'export')}?q=Silva"))
    (entry,) = [line for line in logged if line["event"] == "complaints_exported"]
    assert (entry["user"], entry["rows"], entry["filters"]) == (house.manager.pk, 4, ["q"])


def test_the_file_is_for_whoever_may_read_the_list(house, cases, as_user):
    path = address("complaint", "export")
    assert as_user(house.administrator).get(path).status_code == 403
    assert as_user(house.supervisor).get(path).status_code == 403
    assert as_user(house.manager).post(path).status_code == 405
    assert as_user(house.manager).get(f"{path}?statements__text__contains=x").status_code == 400


def test_whoever_registers_finds_the_template_for_imports(house, as_user):
    assert "import/template.csv" in as_user(house.agent).get(address("complaint")).content.decode()
    assert "import/template.csv" not in as_user(house.analyst).get(address("complaint")).content.decode()
