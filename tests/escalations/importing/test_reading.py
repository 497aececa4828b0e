"""Broken lines cost themselves and nothing else."""

import gzip
import io

import pytest

from escalations.importing import reading
from escalations.importing.reading import Lines, UnreadableFile, opened, records


def read(text, width=3, separator=","):
    return list(records(Lines(io.StringIO(text, newline="")), separator, width))


def cells(found):
    return [record.cells for record in found if not record.fault]


def test_cells_keep_their_line_breaks_and_quotes():
    (record,) = read('1,"two\nlines, and ""quotes""",3\n')
    assert record.cells == ["1", 'two\nlines, and "quotes"', "3"]


def test_a_record_knows_the_line_it_begins_on():
    found = read('1,"a\nb",3\n\n2,b,c\n')
    assert [record.line for record in found] == [1, 4]


def test_half_a_line_is_refused_with_its_text_and_the_others_stay():
    found = read("1,a,b\n2,hal\n3,c,d\n")
    assert cells(found) == [["1", "a", "b"], ["3", "c", "d"]]
    (broken,) = [record for record in found if record.fault]
    assert (broken.line, broken.text) == (2, "2,hal")
    assert "2 cells, the header 3" in broken.fault


def test_a_quote_never_closed_costs_one_line_only():
    found = read('1,a,b\n2,"never closed,b\n3,c,d\n4,"e",f\n5,g,h\n')
    assert cells(found) == [["1", "a", "b"], ["3", "c", "d"], ["4", "e", "f"], ["5", "g", "h"]]
    (broken,) = [record for record in found if record.fault]
    assert (broken.line, broken.text) == (2, '2,"never closed,b')
    assert "never closed" in broken.fault


def test_lines_after_an_unclosed_quote_keep_their_numbers():
    found = read('1,"a,b\n2,c,d\n3,e,f\n')
    assert [(record.line, bool(record.fault)) for record in found] == [(1, True), (2, False), (3, False)]


def test_a_quote_closed_too_early_is_refused():
    (broken,) = read('1,"he said "no" to me",3\n')
    assert broken.fault and broken.text.startswith('1,"he said')


def test_null_characters_are_refused_with_the_cells_kept():
    (broken,) = read("1,a\x00b,3\n")
    assert "null characters" in broken.fault
    assert broken.cells == ["1", "a\x00b", "3"]


def test_an_endless_record_is_refused_unread_and_reading_goes_on(monkeypatch):
    monkeypatch.setattr(reading, "RECORD_LIMIT", 1000)
    found = read(f"1,{'x' * 5000},3\n2,b,c\n")
    assert cells(found) == [["2", "b", "c"]]
    (broken,) = [record for record in found if record.fault]
    assert len(broken.text) <= 1000


def test_what_an_unclosed_quote_swallows_is_bounded_and_read_again(monkeypatch):
    monkeypatch.setattr(reading, "RECORD_LIMIT", 1000)
    found = read('1,"a,b\n' + "2,c,d\n" * 500)
    assert cells(found) == [["2", "c", "d"]] * 500


# --- files -------------------------------------------------------------------------------------------------------


def read_file(path, encoding="utf-8-sig"):
    with opened(path, encoding) as (lines, _fraction):
        return list(records(lines, ","))


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv"])
def test_packed_files_are_known_by_what_they_hold_not_by_their_name(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress("a,b\n1,é\n".encode()))
    assert [record.cells for record in read_file(path)] == [["a", "b"], ["1", "é"]]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\n")
    assert read_file(path)[0].cells == ["a", "b"]


def test_bytes_of_another_encoding_are_refused_by_the_line_and_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,fine\n2,caf" + b"\xe9\n3,fine\n")
    found = read_file(path)
    assert [record.line for record in found if record.fault] == [3]
    assert "0xE9" in found[2].fault


def test_a_utf_16_file_is_refused_as_a_whole_unless_it_is_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,é\n".encode("utf-16"))
    with pytest.raises(UnreadableFile, match="UTF-16"):
        read_file(path)
    assert [record.cells for record in read_file(path, "utf-16")] == [["a", "b"], ["1", "é"]]


@pytest.mark.parametrize(
    "content", [b"\x1f\x8bnot really packed", gzip.compress(b"a,b\n" * 9)[:12]], ids=["not packed", "cut off"]
)
def test_a_damaged_packed_file_is_said_to_be_damaged(tmp_path, content):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        read_file(path)


def test_an_absent_file_and_a_folder_are_no_files(tmp_path):
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(UnreadableFile):
            read_file(path)


def test_progress_goes_from_nothing_to_all(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 50_000)
    with opened(path, "utf-8") as (lines, fraction):
        assert fraction() < 0.5
        for _line in lines:
            pass
        assert fraction() == 1.0
