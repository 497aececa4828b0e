"""A set of criteria as a file: equal after a round trip, applied without a database, and clear about what is wrong."""

import gzip
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from escalations.detection import Definition
from escalations.detection.default_set import default_set
from escalations.detection.exchange import FileError, draft, exported, parsed, read
from escalations.models import CriteriaSet
from routing.plain import PlainCondition
from tests.criteria import worded

BARE = {"code": "legal", "name": "Legal", "kind": "legal", "test": "words"}


def flag(path, **options):
    """The lines that the command prints, and what it says beside."""
    out, err = StringIO(), StringIO()
    call_command("flag_texts", "--from", path, "--text", "text", stdout=out, stderr=err, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


@pytest.fixture
def table(tmp_path):
    def write(content, name="texts.csv", encoding="utf-8"):
        path = tmp_path / name
        data = content.encode(encoding) if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write


# --- the file of a set ------------------------------------------------------------------------------------------


def test_the_shipped_set_is_the_same_after_a_round_trip():
    told = json.dumps(exported(default_set()))
    assert exported(read(json.loads(told))) == exported(default_set())
    assert parsed(told.encode()) == default_set()


@pytest.mark.django_db
def test_a_set_is_the_same_after_a_way_through_the_database(house):
    whole = (
        *default_set(),
        Definition(
            "severe", "Severe", "other", "facts", threshold=None,
            conditions=(
                PlainCondition("severity", "at_least", "3", 1), PlainCondition("amount", "at_least", "5 GBP", 1),
            ),
        ),
    )  # fmt: skip
    version = draft(whole, house.supervisor)
    assert version.problems() == []
    stored = tuple(Definition.of(row) for row in version.whole())
    assert exported(stored) == exported(whole)
    out = StringIO()
    call_command("export_criteria", "--number", version.number, stdout=out)
    assert exported(parsed(out.getvalue().encode())) == exported(whole)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**BARE, "colour": "red"}, "no field “colour”"),
        ({**BARE, "kind": "anger"}, "“anger” is no kind"),
        ({key: value for key, value in BARE.items() if key != "test"}, "“test” is missing"),
        ({**BARE, "threshold": "many"}, "“many” is no number"),
        ({**BARE, "period": 1.5}, "whole number"),
        ({**BARE, "lists": [{"language": "xx", "phrases": ["a"]}]}, "no language “xx”"),
        ({**BARE, "lists": [{"language": "en", "phrases": ["sue", "{a"]}]}, "Line 2"),
        ({**BARE, "lists": [{"language": "en", "phrases": "sue"}]}, "list of lines"),
        ("legal", "object with fields"),
    ],
)
def test_a_criterion_that_is_wrong_is_named_with_what_is_wrong(row, says):
    with pytest.raises(FileError, match=says) as refused:
        read({"format": "redress-criteria", "version": 1, "criteria": [{**BARE, "code": "first"}, row]})
    assert "Criterion 2" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "“format”"),
        (b'{"format": "redress-criteria", "version": 2}', "version 2"),
        (b'{"format": "redress-criteria", "version": 1, "criteria": []}', "1 to 500"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_a_file_that_is_no_set_says_so(content, says):
    with pytest.raises(FileError, match=says):
        parsed(content)


@pytest.mark.django_db
def test_a_draft_with_a_mistake_is_not_kept_in_part(house):
    good = worded("legal", "sue")
    bad = Definition("age", "Old", "age", "age", threshold=Decimal("1.5"))
    unknown = Definition("own", "Own", "other", "facts", conditions=(PlainCondition("colour", "is", "red"),))
    with pytest.raises(ValidationError) as refused:
        draft([good, bad, unknown], house.supervisor)
    said = " ".join(refused.value.messages)
    assert "“Old”: Give a whole number." in said
    assert "There is no fact “colour”" in said
    assert not CriteriaSet.objects.exists()


@pytest.mark.django_db
def test_an_import_becomes_a_draft_of_somebody_who_may_write_criteria(house):
    call_command("import_criteria", "--shipped", "--author", "sven", stdout=StringIO())
    version = CriteriaSet.objects.get()
    assert (version.state, version.author, version.criteria.count()) == ("draft", house.supervisor, len(default_set()))
    with pytest.raises(CommandError, match="nobody who may write criteria"):
        call_command("import_criteria", "--shipped", "--author", "alex")


# --- texts of a file --------------------------------------------------------------------------------------------


def test_an_exported_set_is_applied_without_a_database(table, tmp_path):
    """No mark lets this test into the database: a query would fail it."""
    criteria = tmp_path / "set.json"
    age = Definition("age", "Too long", "age", "age", threshold=Decimal(3))
    severe = worded("media", "papers", name="Severe", conditions=(PlainCondition("severity", "at_least", "3"),))
    criteria.write_text(json.dumps(exported([worded("legal", "sue"), age, severe])))
    rows, said = flag(table("id,text\n1,I will sue; yes\n2,nothing\n3,\n"), criteria=criteria)
    hit = {"criterion": "legal", "name": "legal said", "kind": "legal", "words": "sue", "start": 7, "end": 10}
    assert rows == [{"row": 1, "hits": [hit]}, {"row": 2, "hits": []}, {"row": 3, "hits": []}]
    assert "Not applied, because a text alone does not say: Too long, Severe." in said


def test_the_shipped_set_needs_no_database_either(table):
    rows, _said = flag(table("text\nI will go to the ombudsman.\n"), shipped=True)
    assert [hit["criterion"] for hit in rows[0]["hits"]] == ["ombudsman"]


@pytest.mark.parametrize(
    ("content", "name", "options"),
    [
        ("a;text\nx;I sue\n", "t.csv", {}),
        ("a\ttext\nx\tI sue\n", "t.tsv", {}),
        ("a|text\nx|I sue\n", "t.csv", {}),
        ("a:text\nx:I sue\n", "t.csv", {"separator": ":"}),
        ("a,text\nx,I sue\n", "t.csv.gz", {}),
        ('\ufeffa,text\nx,"I\nsue"\n', "t.csv", {}),
        ("a,text\nx,I sue, é\n".replace(", é", " é"), "t.csv", {"encoding": "latin-1"}),
        ("\ufeffa,text\nx,I sue\n", "utf-16-le.csv", {}),
        ("a,text\nx,I sue\n", "utf-16-be.csv", {}),
        ("a,text\nx,I sue\n", "utf-32.csv", {}),
    ],
)
def test_any_usual_table_is_read(table, content, name, options):
    written = name.removesuffix(".csv") if name.startswith("utf") else options.get("encoding", "utf-8")
    path = table(content, name, written)
    rows, _said = flag(path, shipped=True, **options)
    assert [hit["words"] for hit in rows[0]["hits"]] == ["sue"]


def test_the_language_can_stand_in_a_column(table):
    path = table("text,lang\nVou processar voces,pt\nI will sue,en\n")
    rows, _said = flag(path, shipped=True, language_column="lang")
    assert [row["hits"][0]["criterion"] for row in rows] == ["legal", "legal"]


@pytest.mark.parametrize(
    ("content", "flags"),
    [
        ("text\nI sue\n\nfine\n", ["sue", "", ""]),
        ("id,text\n1,I sue\n\n2,\n3\n4,I sue\n", ["sue", "", "", "sue"]),
        ('id,text\n1,"I\nsue",too,many\n2,I sue\n', ["sue", "sue"]),
        ('id,text\n1,"I sue\n2,fine\n3,he "said" I sue\n', ["sue", "", "sue"]),
        ("id,Text \n1,I sue\n", ["sue"]),
        ("id,text\n1,I \0sue\n2,سأقاضيكم I sue 😀\n", ["sue", "sue"]),
    ],
)
def test_every_row_has_its_line_and_what_can_be_read_of_it_is_judged(table, content, flags):
    rows, _said = flag(table(content), shipped=True)
    assert [row["row"] for row in rows] == list(range(1, len(flags) + 1))
    assert [" ".join(hit["words"] for hit in row["hits"]) for row in rows] == flags


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("id,story\n1,x\n", "no column “text”. It has: id, story."),
        (b"\xff\xfea\x00", "no column “text”. It has: a."),
        (b"PK\x03\x04", "zip"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(table, content, says):
    with pytest.raises(CommandError, match=says):
        flag(table(content), shipped=True)


def test_a_row_in_another_encoding_says_so_and_the_others_are_read(table):
    rows, _said = flag(table(b"text\ncaf\xe9\nI sue\n"), shipped=True)
    assert "0xE9" in rows[0]["error"]
    assert rows[1]["hits"]


@pytest.mark.django_db
def test_the_published_set_is_applied_where_none_is_named_and_nothing_is_written(table, in_force):
    in_force(legal=worded("legal", "solicitor~"))
    path = table("text\nMy solicitors and the ombudsman\n")
    rows, _said = flag(path)
    assert [hit["words"] for hit in rows[0]["hits"]] == ["solicitors"]


@pytest.mark.django_db
def test_where_nothing_is_published_the_shipped_set_is_applied_and_that_is_said(table):
    rows, said = flag(table("text\nThe ombudsman\n"))
    assert rows[0]["hits"]
    assert "the shipped ones are applied" in said
