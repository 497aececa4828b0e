"""A Brazilian retailer's file goes in with the mapping in docs/mappings, and nothing else."""

import csv
import gzip
import itertools
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from escalations.importing import load, take_in
from escalations.models import Complaint, Statement
from routing.models import Choice

MAPPING = settings.BASE_DIR / "docs" / "mappings" / "reclameaqui.json"


@pytest.fixture
def source(shared):
    with gzip.open(shared("reclameaqui-nagem.csv.gz"), "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def taken(db, shared):
    return take_in(shared("reclameaqui-nagem.csv.gz"), load(MAPPING))


def test_all_thousand_lines_are_accounted_for(taken):
    assert (taken.new, taken.known, taken.rejected) == (997, 3, 0), "three complaints stand in the file twice"


def test_every_date_is_right_although_day_and_month_are_swapped_in_some(taken, source):
    """The last part of TEMPO is the month where it can be one (see the README of the data)."""

    def meant(text):
        year, middle, last = map(int, text.split("-"))
        return date(year, last, middle) if last <= 12 else date(year, middle, last)

    there = ZoneInfo("America/Recife")
    received = {case.external_id: case.received_at.astimezone(there).date() for case in Complaint.objects.all()}
    assert {row["ID"]: meant(row["TEMPO"]) for row in source} == received


def test_the_dates_run_with_the_numbers_that_the_site_gave_out(taken):
    """Numbers were given out in time; ANO, MES and DIA carry the same fault as TEMPO and prove nothing."""
    numbered = sorted((int(case.external_id), case.received_at) for case in Complaint.objects.all())
    backwards = [(before - after).days for (_a, before), (_b, after) in itertools.pairwise(numbered) if after < before]
    assert len(backwards) < 10 and max(backwards) <= 5


def test_what_was_resolved_or_answered_is_adopted_and_the_rest_is_open(taken):
    by_outcome = {}
    for case in Complaint.objects.all():
        by_outcome.setdefault(case.external_outcome, set()).add((case.state, case.main_point.outcome))
    assert by_outcome == {
        "Resolvido": {("closed", "upheld")},
        "Não resolvido": {("closed", "")},
        "Respondida": {("closed", "")},
        "": {("frontline", "")},
    }


def test_the_pieces_of_the_category_become_product_and_issue(taken, source):
    assert 10 <= Choice.objects.of("product").count() <= 40
    assert 10 <= Choice.objects.of("issue").count() <= 40
    row = next(
        row
        for row in source
        if row["CATEGORIA"] == "Eletroeletrônicos<->Nagem - Loja Física<->Produto com defeito<->TV"
    )
    point = Complaint.objects.get(external_id=row["ID"]).main_point
    assert (point.product.label, point.issue.label) == ("TV", "Produto com defeito")
    assert not Choice.objects.filter(label__contains="<->").exists()


def test_headline_and_text_are_kept_in_portuguese(taken, source):
    row = source[0]
    said = Statement.objects.get(complaint__external_id=row["ID"])
    assert said.text == f"{row['TEMA'].strip()}\n\n{row['DESCRICAO'].strip()}"
    assert said.language == "pt"
