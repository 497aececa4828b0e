"""The command: what it says, what it leaves behind, and what a killed one leaves behind."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from escalations import intake
from escalations.importing import FORMATS, take_in
from escalations.models import Clock, Complaint, Event, Party, Person, PersonIdentifier, Point, Statement
from routing.models import Choice
from tests.escalations.importing.conftest import as_csv, rejected, row

EVERYTHING = (Complaint, Point, Person, PersonIdentifier, Party, Statement, Event, Clock, Choice)


@pytest.fixture
def file(tmp_path):
    def make(rows, name="file.csv"):
        path = tmp_path / name
        path.write_text(rows if isinstance(rows, str) else as_csv(rows), encoding="utf-8")
        return path

    return make


def generic(path, command, *options):
    return command(path, "--format", "generic", *options)


# --- running again -----------------------------------------------------------------------------------------------


def test_running_again_takes_in_nothing_twice(command, file):
    path = file([row(n) for n in range(1, 21)])
    assert "20 new" in generic(path, command)
    says = generic(path, command)
    assert "0 new" in says and "20 there already" in says
    assert Complaint.objects.count() == Event.objects.count() == 20


def test_a_number_that_stands_twice_in_a_file_is_taken_in_once(command, file):
    says = generic(file([row(1), row(2), row(1, what_happened="Again")]), command)
    assert "2 new" in says and "1 there already" in says
    assert not Statement.objects.filter(text="Again").exists()


def test_the_same_number_in_two_systems_is_two_complaints(command, file):
    generic(file([row(1, external_system="a"), row(1, external_system="b")]), command)
    assert Complaint.objects.count() == 2


def test_batches_and_one_by_one_give_the_same(command, file, monkeypatch):
    monkeypatch.setattr("escalations.importing.run.BATCH", 3)
    assert "10 new" in generic(file([row(n) for n in range(10)]), command)
    assert Complaint.objects.count() == Party.objects.count() == Point.objects.count() == 10


# --- rejected lines ----------------------------------------------------------------------------------------------


def test_without_a_rejected_line_there_is_no_file(command, file):
    path = file([row(1)])
    stale = path.with_name("file.csv.rejected.csv")
    stale.write_text("of an earlier run")
    generic(path, command)
    assert not stale.exists()


def test_rejected_lines_can_be_mended_and_imported(bring, tmp_path):
    first = bring([row(1), row(2, received_at="2026-02-30", what_happened='=cmd|"x"'), row(3)])
    assert (first.new, first.rejected) == (2, 1)
    text = first.rejected_path.read_text(encoding="utf-8-sig").replace("2026-02-30", "2026-02-28", 1)
    second = bring(text, name="mended.csv")
    assert (second.new, second.rejected) == (1, 0)
    assert Statement.objects.get(complaint__external_id="C-2").text == '=cmd|"x"'


@pytest.mark.parametrize("cell", ["=1+1", "'=1+1", "''=1", "+1", "-1", "@x", "\t=1", "'", "'quoted'", "plain", " =1"])
def test_a_cell_survives_being_rejected_whatever_it_begins_with(bring, cell):
    first = bring([row(1, what_happened=cell, received_at="x")])
    (line,) = rejected(first)
    assert not line["what_happened"].startswith(("=", "+", "-", "@", "\t", " ="))
    second = bring(first.rejected_path.read_text(encoding="utf-8-sig"), name="again.csv")
    (line,) = rejected(second)
    third = bring(second.rejected_path.read_text(encoding="utf-8-sig").replace(",x,", ",2026-03-02,"), name="third.csv")
    assert third.new == 1
    assert Statement.objects.get().text == cell.strip()


def test_a_line_that_could_not_be_divided_is_kept_as_it_stood(bring):
    text = as_csv([row(1)]) + 'C-2,2026-03-02,"half\n' + as_csv([row(3)]).splitlines()[1] + "\n"
    summary = bring(text)
    assert (summary.new, summary.rejected) == (2, 1)
    (line,) = rejected(summary)
    assert line["rejected_text"] == 'C-2,2026-03-02,"half'
    again = bring(summary.rejected_path.read_text(encoding="utf-8-sig"), name="again.csv")
    (line,) = rejected(again)
    assert "was not mended" in line["rejected_reason"]
    assert line["rejected_text"] == 'C-2,2026-03-02,"half'


def test_bytes_that_are_no_utf_8_come_back_as_they_were(bring):
    content = as_csv([row(1), row(2, what_happened="caf#")]).encode().replace(b"#", b"\xe9")
    summary = bring(content)
    assert (summary.new, summary.rejected) == (1, 1)
    assert b"caf\xe9" in summary.rejected_path.read_bytes()


def test_rejected_lines_keep_separator_and_encoding_of_the_file(bring):
    mapping = {
        "separator": ";",
        "encoding": "latin-1",
        "columns": {"No": "external_id", "Day": "received_at", "Text": "what_happened", "Who": "name"},
    }
    text = as_csv([{"No": "1", "Day": "never", "Text": "café", "Who": "Zoë"}], ";")
    first = bring(text.encode("latin-1"), mapping=mapping)
    mended = first.rejected_path.read_bytes().replace(b"never;", b"2026-03-02;")
    assert bring(mended, mapping=mapping, name="mended.csv").new == 1
    assert Person.objects.get().name == "Zoë"


def test_a_folder_that_cannot_be_written_to_does_not_stop_the_import(bring, monkeypatch):
    monkeypatch.setattr("escalations.importing.rejected.os.access", lambda *_: False)
    summary = bring([row(1), row(2, severity="x")])
    assert summary.rejected_path.parent == Path(settings.DATA_DIR)
    summary.rejected_path.unlink()


# --- trial run, options ------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_happen_and_writes_nothing(command, file):
    rows = [row(1), row(2, status="closed"), row(3, severity="x"), row(1)]
    path = file(rows)
    says = generic(path, command, "--dry-run")
    assert [model.objects.count() for model in EVERYTHING] == [0] * len(EVERYTHING)
    assert not list(path.parent.glob("*.rejected.csv"))
    assert "nothing was written" in says
    for told in (
        "2 new",
        "1 adopted as closed, 1 of them without",
        "1 registered open",
        "1 there already",
        "1 rejected",
    ):
        assert told in says
    assert "1 choices of product added" in says and "Credit card" in says
    assert "severity: “x”" in says
    real = generic(path, command)
    for line in says.splitlines()[2:-1]:
        if "%" not in line:
            assert line in real


def test_as_open_registers_closed_ones_as_new(command, file):
    generic(file([row(1, status="closed", closed_at="2026-03-20")]), command, "--as", "open")
    assert Complaint.objects.get().state == "frontline"


def test_a_mapping_goes_with_the_generic_format_only(command, file, tmp_path):
    with pytest.raises(CommandError, match="generic"):
        command(file([row(1)]), "--format", "cfpb", "--map", tmp_path / "m.json")


def test_a_wrong_mapping_stops_the_command_with_the_key(command, file, tmp_path):
    wrong = tmp_path / "m.json"
    wrong.write_text('{"colums": {}}')
    with pytest.raises(CommandError, match="“colums” is not known"):
        generic(file([row(1)]), command, "--map", wrong)


@pytest.mark.parametrize("content", ["", "\n\n", '"never closed', "a\x00b\n"])
def test_a_file_without_a_header_stops_the_command(command, file, content):
    with pytest.raises(CommandError, match="Nothing was taken in"):
        generic(file(content), command)


def test_a_packed_file_that_breaks_off_keeps_what_came_before_and_says_so(command, tmp_path):
    import gzip

    rows = [row(n, what_happened=random.Random(n).randbytes(400).hex()) for n in range(400)]
    packed = gzip.compress(as_csv(rows).encode())
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(CommandError, match="breaks off"):
        generic(path, command)
    assert 0 < Complaint.objects.count() < 400
    path.write_bytes(packed)
    assert "400 lines" not in generic(path, command)
    assert Complaint.objects.count() == 400


def test_the_words_of_the_command_come_without_progress_when_quiet(command, file):
    assert "%" not in command(file([row(1)]), "--format", "generic", verbosity=0)


# --- killed ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_leaves_nothing_of_itself(file, monkeypatch):
    path = file([row(n) for n in range(1200)])
    real, calls = intake._write_parties, []

    def fails(pairs):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the disk is full")
        real(pairs)

    monkeypatch.setattr("escalations.intake._write_parties", fails)
    with pytest.raises(RuntimeError):
        take_in(path, FORMATS["generic"]())
    assert {model.objects.count() for model in (Complaint, Point, Party, Person, Event, Statement)} == {500}
    monkeypatch.undo()
    summary = take_in(path, FORMATS["generic"]())
    assert (summary.new, summary.known) == (700, 500)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_and_run_again_it_is_complete_and_nothing_is_there_twice(file):
    seed = random.randrange(10_000)
    print(f"seed {seed}")
    pauses = random.Random(seed)
    path = file([row(n, status="closed" if n % 3 else "open", email=f"c{n}@example.org") for n in range(4000)])
    environment = {**os.environ, "DATABASE_URL": _address_of_the_test_database()}
    command = [sys.executable, "manage.py", "import_complaints", str(path), "--format", "generic", "--verbosity", "0"]
    for _kill in range(2):
        before = Complaint.objects.count()
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)
        while Complaint.objects.count() == before and process.poll() is None:
            time.sleep(0.02)
        time.sleep(pauses.random() * 0.2)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert Complaint.objects.count() % 500 == 0, "a batch is there whole or not at all"
    assert 0 < Complaint.objects.count() < 4000
    assert subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False).returncode == 0
    assert {m.objects.count() for m in (Complaint, Point, Party, Person, Event, Statement)} == {4000}
    assert Complaint.history.count() == 4000
    assert Complaint.objects.values("external_id").distinct().count() == 4000
    assert Clock.objects.count() == 2 * Complaint.objects.filter(state="frontline").count()


def _address_of_the_test_database():
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"


@pytest.mark.django_db(transaction=True)
def test_the_number_of_queries_does_not_grow_with_the_lines(file, django_assert_max_num_queries):
    """A batch of 100 and one of 400 differ only by SQLite's limit of values in one statement."""
    if connection.vendor == "sqlite":
        connection.features.max_query_params = 100_000
    try:
        take_in(file([row(0)]), FORMATS["generic"]())
        with django_assert_max_num_queries(30):
            take_in(file([row(n) for n in range(400)]), FORMATS["generic"]())
    finally:
        if connection.vendor == "sqlite":
            del connection.features.max_query_params


def test_the_cfpb_template_of_columns_is_what_the_documentation_tells(db):
    told = (settings.BASE_DIR / "docs" / "import.md").read_text(encoding="utf-8")
    for column in FORMATS["cfpb"]().columns:
        assert f"| `{column}` |" in told


def test_every_generic_column_is_documented(db):
    from escalations.importing.columns import COLUMNS

    told = (settings.BASE_DIR / "docs" / "import.md").read_text(encoding="utf-8")
    for column in COLUMNS:
        assert f"| `{column.name}` |" in told, column.name
        assert str(column.about) in told, column.name


def test_the_rejected_file_of_a_rejected_file_is_another(bring):
    first = bring([row(1, severity="x")])
    second = take_in(first.rejected_path, FORMATS["generic"]())
    assert second.rejected_path != first.rejected_path
    with second.rejected_path.open(encoding="utf-8-sig", newline="") as found:
        assert next(csv.reader(found)).count("rejected_line") == 1
