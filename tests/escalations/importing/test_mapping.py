"""A mapping is checked before anything is read, and each error names the key."""

import json

import pytest

from escalations.importing.mapping import MappingError, load, parsed

COLUMNS = {"ID": "external_id", "When": "received_at", "Text": "what_happened"}


def errors_of(**given):
    with pytest.raises(MappingError) as caught:
        parsed({"columns": COLUMNS, **given})
    return caught.value.errors


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"seperator": ";"}, "“seperator” is not known. Did you mean “separator”?"),
        ({"separator": ";;"}, "separator: one letter"),
        ({"separator": '"'}, "separator: one letter"),
        ({"encoding": "utf-9"}, "encoding: “utf-9” is no known encoding"),
        ({"encoding": "base64"}, "encoding: “base64” is no known encoding"),
        ({"encoding": 8}, "encoding: a text"),
        ({"zone": "Mars/Olympus"}, "zone: a time zone is wanted"),
        ({"zone": "../../etc/passwd"}, "zone: a time zone is wanted"),
        ({"decimal": "'"}, "decimal:"),
        ({"system": "x" * 41}, "system: a text of at most 40"),
        ({"dates": "%Y-%m-%d"}, "dates: a list of formats"),
        ({"dates": []}, "dates: a list of formats"),
        ({"dates": ["%d.%m"]}, "“%d.%m” lacks"),
        ({"dates": ["%Y-%m-%d %Q"]}, "“%Y-%m-%d %Q” is no date format"),
        ({"columns": ["ID"]}, "columns: an object is wanted"),
        ({"columns": {**COLUMNS, "X": "recieved_at"}}, "“X”: “recieved_at” is not known. Did you mean “received_at”?"),
        ({"columns": {**COLUMNS, "X": 3}}, "columns: “X” needs one of our columns"),
        ({"columns": {**COLUMNS, "X": "external_id"}}, "more than one column is mapped to “external_id”"),
        ({"columns": {"ID": "external_id"}}, "nothing is mapped to “received_at”"),
        ({"replace": {"Text": "a"}}, "replace: “Text” needs a list of pairs"),
        ({"replace": {"Text": [["a", "b", "c"]]}}, "replace: “Text” needs a list of pairs"),
        ({"replace": {"Text": [["", "b"]]}}, "replace: “Text” needs a list of pairs"),
        ({"replace": {"Txt": [["a", "b"]]}}, "replace: “Txt” is no column"),
        ({"values": {"status": {"x": 1}}}, "values: “status”: a table of texts"),
        ({"values": {"state": {"x": "open"}}}, "values: “state” is not known"),
        ({"values": {"status": {"x": "open"}}}, "values: no column is mapped to “status”"),
        ({"pieces": {"what_happened": "<->"}}, "pieces: “what_happened” needs a table"),
        ({"constants": {"product": 3}}, "constants: “product”: a text"),
        ({"constants": {"prodct": "x"}}, "constants: “prodct” is not known. Did you mean “product”?"),
        ({"constants": {"external_id": "1"}}, "constants: “external_id” is mapped from a column already"),
        ({"constants": {"happened_on": "2026-01-01"}}, "constants: “happened_on” is a date"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(given, wanted):
    assert any(wanted in error for error in errors_of(**given)), errors_of(**given)


def test_all_errors_are_said_at_once():
    assert len(errors_of(separator="", zone="x", constants={"y": ""})) == 3


@pytest.mark.parametrize("given", [[], 3, "text", None])
def test_json_of_another_shape_is_no_mapping(given):
    with pytest.raises(MappingError, match="JSON object"):
        parsed(given)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b'{"system": "a", "system": "b"}', "twice"),
        (b"[" * 100_000, "not JSON"),
        (b" " * 1_100_000, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused_in_words(tmp_path, content, wanted):
    path = tmp_path / "m.json"
    path.write_bytes(content)
    with pytest.raises(MappingError, match=wanted):
        load(path)


def test_an_absent_mapping_is_said_to_be_absent(tmp_path):
    with pytest.raises(MappingError, match="cannot be read"):
        load(tmp_path / "absent.json")


def test_a_byte_order_mark_in_a_mapping_does_no_harm(tmp_path):
    path = tmp_path / "m.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"columns": COLUMNS}).encode())
    assert load(path).columns["ID"] == ("external_id",)
