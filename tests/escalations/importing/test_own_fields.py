"""The organisation's own fields in a file: columns, mappings, the template, what is rejected and why."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from escalations.importing import HeaderError, template_csv
from escalations.importing.mapping import MappingError, parsed
from escalations.models import Complaint, FieldValue
from routing.models import Choice
from tests.escalations.importing.conftest import rejected, row
from tests.escalations.own_fields import need, values

CELLS = {
    "field:branch": " leeds ", "field:channels": "App|web", "field:visits": "3", "field:loss": "184.20 GBP",
    "field:promised": "2026-11-30", "field:recording": "No", "field:remark": "Ask for Ann.",
}  # fmt: skip
VALUES = {
    "branch": "leeds", "channels": {"app", "web"}, "visits": Decimal(3), "loss": (Decimal("184.20"), "GBP"),
    "promised": date(2026, 11, 30), "recording": False, "remark": "Ask for Ann.",
}  # fmt: skip


def test_each_column_becomes_a_value_found_by_code_or_name(bring, own):
    assert bring([row(**CELLS), row(2)]).rejected == 0
    first, second = Complaint.objects.order_by("external_id")
    assert (values(first), values(second)) == (VALUES, {})


def test_an_amount_without_its_own_currency_takes_the_one_of_the_line(bring, own):
    bring([row(**{"field:loss": "5", "currency": "EUR"}), row(2, **{"field:loss": "5"})])
    assert values(Complaint.objects.get())["loss"] == (Decimal(5), "EUR")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"field:branch": "Paris"}, "field:branch: There is no choice “Paris”"),
        ({"field:branch": "leads"}, "Near it: leeds"),
        ({"field:channels": "app|fax"}, "There is no choice “fax”"),
        ({"field:visits": "3,5"}, "field:visits: “3,5” is no number."),
        ({"field:loss": "184.20"}, "needs its currency"),
        ({"field:promised": "2026-02-30"}, "no date that exists"),
        ({"field:recording": "maybe"}, "neither yes nor no"),
        ({"field:remark": "x" * 2001}, "2001 letters"),
        ({"field:branch": "york"}, "“york” is offered no more."),
        ({"field:visits": ""}, "field:visits: “Visits” is needed."),
    ],
)
def test_a_bad_cell_rejects_its_line_with_the_reason(bring, own, cells, says):
    Choice.objects.filter(code="york").update(retired_at="2026-01-01T00:00Z")
    need(own.visits, "register")
    before = Choice.objects.count()
    summary = bring([row(**{**CELLS, **cells, "product": ""}), row(2, **{**CELLS, "product": ""})])
    assert (summary.new, summary.rejected) == (1, 1)
    assert says in rejected(summary)[0]["rejected_reason"]
    assert Choice.objects.count() == before, "these lists are closed"


def test_a_dry_run_says_the_same_and_a_mended_line_is_taken(bring, own):
    wrong = [row(**{**CELLS, "field:branch": "Paris", "field:remark": "=1+1"})]
    assert bring(wrong, dry_run=True).rejected == 1
    (line,) = rejected(bring(wrong))
    assert line["field:remark"] == "'=1+1", "no formula in what people open"
    mended = bring([{**line, "field:branch": "York"}], name="mended.csv")
    assert (mended.new, values(Complaint.objects.get())["remark"]) == (1, "=1+1")


def test_a_past_case_may_have_what_is_retired_and_lack_what_is_needed(bring, own):
    Choice.objects.filter(code="york").update(retired_at="2026-01-01T00:00Z")
    need(own.visits, "register")
    assert bring([row(status="closed", **{"field:branch": "york"})]).adopted == 1


def test_a_mapping_translates_columns_values_dates_and_decimals(bring, own):
    mapping = {
        "columns": {
            "no": "external_id", "day": ["received_at", "field:promised"], "who": "name", "text": "what_happened",
            "filiale": "field:branch", "via": "field:channels", "via2": "field:channels", "betrag": "field:loss",
        },
        "dates": ["%d.%m.%Y"],
        "decimal": ",",
        "values": {"field:branch": {"Filiale Nord": "leeds", "*": "york"}},
        "constants": {"field:recording": "yes", "currency": "EUR"},
    }  # fmt: skip
    line = {"no": "1", "day": "30.11.2025", "who": "Bo", "text": "No.", "filiale": "Filiale Nord", "via": "App",
            "via2": "web", "betrag": "1184,20"}  # fmt: skip
    assert bring([line], mapping).rejected == 0
    assert values(Complaint.objects.get()) == {
        "branch": "leeds", "channels": {"app", "web"}, "loss": (Decimal("1184.20"), "EUR"),
        "promised": date(2025, 11, 30), "recording": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"constants": {"field:brunch": "x"}}, "names “field:brunch”, and there is no such field. Did you mean"),
        ({"values": {"field:nowhere": {"a": "b"}}}, "there is no such field"),
        ({"columns": {"external_id": "external_id", "received_at": "received_at", "name": "field:branch",
                      "what_happened": "field:branch", "product": None}}, "More than one column is mapped"),
    ],
)  # fmt: skip
def test_a_mapping_of_fields_that_do_not_fit_is_refused_before_anything_is_read(bring, own, mapping, says):
    with pytest.raises(HeaderError, match=says):
        bring([row()], mapping)
    assert not Complaint.objects.exists()


def test_a_column_that_no_field_has_is_unknown(bring, own):
    own.visits.is_active = False
    own.visits.save()
    for name, says in (("field:brunch", "Did you mean “field:branch”"), ("field:visits", "is not known")):
        with pytest.raises(HeaderError, match=says):
            bring([row(**{name: "1"})])
    with pytest.raises(MappingError, match="is not known"):
        parsed({"constants": {"felt:branch": "x"}})


def test_the_template_has_a_column_and_an_example_for_each_field_and_can_be_imported(bring, own):
    header, example = csv.reader(io.StringIO(template_csv()))
    told = dict(zip(header, example, strict=True))
    assert [name for name in header if name.startswith("field:")] == [f"field:{code}" for code in sorted(VALUES)]
    assert (told["field:branch"], told["field:channels"]) == ("Leeds", "App|Web")
    summary = bring("\ufeff" + template_csv())
    assert (summary.new, summary.rejected) == (1, 0)
    assert len(values(Complaint.objects.get())) == 7


def test_thousands_of_lines_take_no_more_queries_a_line(bring, own, django_assert_max_num_queries):
    Choice.objects.bulk_create(Choice(field=own.branch, code=f"b{n}", label=f"Branch {n}") for n in range(10_000))
    lines = [row(n, **{**CELLS, "field:branch": f"Branch {n}", "product": ""}) for n in range(400)]
    with django_assert_max_num_queries(120):
        bring(lines)
    assert FieldValue.objects.count() == 400 * 8
