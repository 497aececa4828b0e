"""Trends by a field of the organisation's own."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from routing.models import Choice, Field
from tests.escalations.own_fields import VALUES, define

PERIOD = {"since": "2026-09", "until": "2026-10"}


@pytest.fixture
def own(house):
    return define()


@pytest.fixture
def told(own, taken_in):
    """Three of York (two in October), one of Leeds, one of none."""
    for day, fields in (("2026-09-01", {"branch": "york"}), ("2026-10-02", {"branch": "york", "recording": True}),
                        ("2026-10-03", {"branch": "york", "recording": False}), ("2026-10-04", VALUES),
                        ("2026-10-05", {})):  # fmt: skip
        taken_in(day, fields=fields)


def groups(report):
    return {line.group: line.complaints for line in report.groups}


def test_complaints_are_counted_by_choice_and_by_yes_or_no(told, report):
    assert groups(report(by="field:branch", **PERIOD)) == {"York": 3, "Leeds": 1, "No value": 1}
    assert groups(report(by="field:recording", **PERIOD)) == {"No": 2, "Yes": 1, "No value": 2}


def test_renamed_and_retired_choices_and_fields_keep_their_place(told, report):
    Choice.objects.filter(code="york").update(label="York Central", retired_at=timezone.now())
    Field.objects.filter(code="branch").update(is_active=False)
    told_by = report(by="field:branch", **PERIOD)
    assert groups(told_by)["York Central"] == 3
    assert str(told_by.question.dimension.label) == "Branch (retired)"


def test_the_files_say_the_same_and_hold_no_formula(told, house, client):
    Choice.objects.filter(code="york").update(label="=York()")
    Field.objects.filter(code="branch").update(label="@Branch")
    client.force_login(house.analyst)
    asked = {"by": "field:branch", **PERIOD}
    answer = client.get(reverse("analytics:trends_csv"), asked)
    assert "complaints-by-field-branch-2026-09-to-2026-10.csv" in answer["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert lines[0][1] == "'@Branch"
    assert ["All", "'=York()", "yes", "3"] in [line[:4] for line in lines]
    book = load_workbook(io.BytesIO(client.get(reverse("analytics:trends_xlsx"), asked).content))
    cells = [[cell.value for cell in row][:4] for row in book.worksheets[0].iter_rows()]
    assert ["All", "'=York()", "yes", 3] in cells


def test_the_page_offers_the_fields_that_anybody_may_read_and_have_one_value(told, house, client):
    Field.objects.filter(code="recording").update(personal=True)
    client.force_login(house.analyst)
    page = client.get(reverse("analytics:trends")).content.decode()
    assert 'value="field:branch"' in page
    for code in ("recording", "channels", "visits", "loss", "promised", "remark"):
        assert f'value="field:{code}"' not in page
        assert client.get(reverse("analytics:trends"), {"by": f"field:{code}"}).status_code == 400


def test_the_report_takes_the_same_queries_for_any_number_of_fields_and_complaints(told, house, client, taken_in):
    client.force_login(house.analyst)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("analytics:trends"), {"by": "field:branch", **PERIOD})
        counts.append(len(queries))
        for more in range(4):
            Field.objects.create(code=f"f{number}{more}", label="F", kind="boolean")
            taken_in("2026-10-09", fields={"branch": "leeds", f"f{number}{more}": True})
    assert counts[0] == counts[1]
