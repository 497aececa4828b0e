"""train_risk and score_risk: any table, clear errors, one probability a line, no database."""

import gzip
import json
import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from escalations.detection.risk.past_table import Wanted, examples_from
from escalations.detection.risk.table import read
from escalations.management.commands.train_risk import listed
from tests.escalations.risk.conftest import made

KNOWN = "Product,Region,Amount"


def train(path: Path, **options: object) -> dict:
    given = {
        "table": path, "outcome": "Escalated", "positive": ["Yes"], "known": [KNOWN], "text": "Story",
        "out": path.with_suffix(".model"),
    } | options  # fmt: skip
    out = StringIO()
    call_command("train_risk", json=True, stdout=out, stderr=StringIO(), **given)
    return json.loads(out.getvalue())


def score(model: Path, path: Path) -> tuple[list[float], str]:
    out, notes = StringIO(), StringIO()
    call_command("score_risk", model=model, table=path, stdout=out, stderr=notes)
    return [float(line) for line in out.getvalue().splitlines()], notes.getvalue()


def test_a_table_is_learned_from_and_each_line_of_another_gets_a_probability(write):
    rows = made(300)
    for row in rows[:7]:
        row["Escalated"] = ""
    card = train(write(rows), date="Received", groups=["Region"])
    assert card["rows"] == 293 and card["unknown"] == 7, "a blank outcome is not known; it is no No"
    later = made(60, seed=9)
    found, notes = score(write(rows, "m.csv").with_name("past.model"), write(later, "new.csv"))
    assert len(found) == 60 and all(0 < one < 1 for one in found) and notes == ""
    ranked = [row["Escalated"] for _p, row in sorted(zip(found, later, strict=True), key=lambda one: -one[0])]
    assert ranked[:20].count("Yes") > ranked[-20:].count("Yes")


def test_a_value_with_a_comma_is_one_value_where_the_table_has_it():
    there = ["Closed, with relief", "Closed"]
    assert listed(["closed, with relief"], there) == ["closed, with relief"]
    assert listed(["Closed , Open", 'Closed,"Shut, for good"'], there) == ["Closed", "Open", "Shut, for good"]


def test_an_outcome_that_crowds_at_the_end_is_perhaps_none_yet(write):
    rows = made(300)
    for row in rows[280:]:
        row["Escalated"] = "In progress"
    wanted = Wanted("Escalated", ["Yes"], ["Product"], date="Received")
    table = read(write(rows))
    examples_from(table, wanted)
    (note,) = table.notes
    assert "“in progress” is 67 % of the latest tenth and 0 % of what came before" in note
    table = read(write(rows))
    examples_from(table, replace(wanted, unknown=["In progress"]))
    assert table.notes == []


def test_separator_encoding_packing_and_spelling_of_columns_do_not_matter(write, tmp_path):
    rows = made(200)
    for row in rows:
        row["Region"] = row["Region"].replace("South", "Süd")
    plain = train(write(rows))
    other = write(rows, "other.csv", separator=";", encoding="cp1252")
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(write(rows, "tab.csv", "\t", "utf-16").read_bytes()))
    for path in (other, packed):
        card = train(path, known=["product,REGION , Amount"], outcome="escalated", positive=["yes"], text="story")
        assert card["random"] == plain["random"]


def test_columns_that_are_not_there_count_as_not_known_and_are_named(write):
    rows = made(200)
    path = write(rows)
    train(path)
    found, notes = score(path.with_suffix(".model"), write([{"Product": "Card"}, {"Product": ""}], "few.csv"))
    assert len(found) == 2 and "“Region”, “Amount”, “Story”" in notes
    with pytest.raises(CommandError, match="none of the columns that the model reads: “Product”"):
        score(path.with_suffix(".model"), write([{"Colour": "red"}], "other.csv"))


def test_lines_that_break_the_table_still_get_their_probability(write, tmp_path):
    path = write(made(200))
    train(path)
    odd = tmp_path / "odd.csv"
    odd.write_text('Product,Region,Amount,Story\nCard\n"Card",North,1,"two\nlines",more\nLoan,,,\n', encoding="utf-8")
    found, notes = score(path.with_suffix(".model"), odd)
    assert len(found) == 3 and "2 lines have more or fewer cells" in notes


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"known": ["Product,Colour"]}, "no column “Colour”. There are: “Number”, “Received”, “Product”"),
        ({"outcome": "Result"}, "no column “Result”"),
        ({"text": "Tale"}, "no column “Tale”"),
        ({"positive": [""]}, "Name the values of “Escalated” that count as yes"),
        ({"positive": ["Yes\nNo"]}, "None of the values “Yes No” is in"),
        ({"known": [""], "text": ""}, "Nothing is left to learn from"),
        ({"positive": ["Perhaps"]}, "None of the values “Perhaps” is in “Escalated”. There are: “"),
        ({"known": ["Product,Escalated"]}, "cannot be known at intake"),
        ({"date": "Region"}, "does not hold a date"),
        ({"share": 2.0}, "between 0 and 1"),
        ({"out": Path("/nowhere/at/all/m")}, "cannot be written"),
        ({"table": Path("/nowhere.csv")}, "cannot be read"),
        ({"unknown": ["No"]}, "Of 62 rows, 62 have the outcome|Only"),
    ],
)
def test_what_is_wrong_is_said_in_words(write, options, says):
    with pytest.raises(CommandError, match=says):
        train(write(made(150)), **options)


def test_an_empty_file_and_an_archive_are_no_tables(tmp_path):
    for name, content in (
        ("a.csv", b""), ("b.csv.gz", gzip.compress(b"a,b\n1,2\n")[:-9]), ("c.csv", b"\n\n"),
        ("d.xlsx", b"PK\x03\x04 sheet"), ("e.csv", b'a,b\n"never closed' + b"x" * 17_000_000),
    ):  # fmt: skip
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(CommandError, match=r"cannot be read|is empty|zip archive or a workbook|never closed"):
            train(path)


def test_texts_alone_are_learned_from_where_no_fact_tells_anything(write):
    path = write(made(200))
    assert train(path, known=["Story"])["facts"] == []
    assert len(score(path.with_suffix(".model"), path)[0]) == 200
    rows = made(200)
    for row in rows:
        row["Story"] = ""
    with pytest.raises(CommandError, match="Nothing is left to learn from"):
        train(write(rows, "mute.csv"), known=["Story"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_are_told_by_their_marks_or_by_their_zeros(write, encoding):
    table = read(write(made(5), encoding=encoding))
    assert list(table.columns)[:3] == ["Number", "Received", "Product"] and table.rows == 5


def test_a_file_that_is_no_model_is_refused(write, tmp_path):
    path = write(made(20))
    with pytest.raises(CommandError, match="no model file"):
        score(path, path)


@pytest.mark.slow
def test_neither_needs_a_database_or_an_installation(tmp_path):
    """The tests above run without a database; this one also without a word of configuration."""
    nothing = {name: value for name, value in os.environ.items() if not name.startswith(("REDRESS", "DJANGO"))}
    environment = nothing | {"DATABASE_URL": "postgres://x:x@127.0.0.1:1/x", "REDRESS_DATA_DIR": str(tmp_path / "var")}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "score_risk", "--model", "no", "--from", "no"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "There is no model file no" in done.stderr and done.returncode == 1
