"""A table from a CSV file, whatever its separator, encoding and packing, as columns of text."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from escalations.encoding import HEAD, encoding_of

SEPARATORS = ",;\t|"
CELL_LIMIT = 16 * 1024 * 1024
"""Most letters of one cell."""
BLANK = frozenset({"", "blank", "(blank)", "n/a", "na", "nan", "null", "none", "-"})
"""How tables write that nothing is known."""
Columns = Mapping[str, Sequence[str]]


class TableError(Exception):
    """The table cannot be used; the message says why, in words."""


def known(value: str) -> str:
    """The value without what surrounds it; empty where nothing is known."""
    value = " ".join(value.split())
    return "" if value.casefold() in BLANK else value


@dataclass
class Table:
    """Columns by name, all of the same length. `notes` say what was odd about the file."""

    columns: dict[str, list[str]]
    rows: int
    notes: list[str] = field(default_factory=list)

    def name_of(self, wanted: str) -> str:
        """The column's name as the file has it. Raises TableError, which lists those that there are."""
        names = {_plain(name): name for name in reversed(self.columns)}
        if wanted in self.columns:
            return wanted
        if _plain(wanted) in names:
            return names[_plain(wanted)]
        there = ", ".join(f"“{name}”" for name in self.columns)
        raise TableError(
            _("There is no column “%(wanted)s”. There are: %(there)s.") % {"wanted": wanted, "there": there}
        )

    def find(self, wanted: str) -> list[str] | None:
        """The cells of a column; None where the file does not have it."""
        try:
            return self.columns[self.name_of(wanted)]
        except TableError:
            return None


def read(path: Path) -> Table:
    """The whole file. Raises TableError when it is absent, damaged, empty, or no table."""
    notes: list[str] = []
    text = _decoded(_bytes(path), notes)
    limit = csv.field_size_limit(CELL_LIMIT)
    try:
        records = list(_records(text))
    except csv.Error as error:
        raise TableError(_("The file cannot be read as a table (%s). Is a quote never closed?") % error) from error
    finally:
        csv.field_size_limit(limit)
    if not records:
        raise TableError(_("The file is empty: its first line must name the columns."))
    return _table(records, notes)


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (OSError, EOFError, zlib.error) as error:
        raise TableError(_("The file cannot be read: %s") % error) from error
    if content[:4] == b"PK\x03\x04":
        raise TableError(_("The file is a zip archive or a workbook. Unpack it, or save it as CSV."))
    return content


def _decoded(content: bytes, notes: list[str]) -> str:
    if encoding := encoding_of(content[:HEAD]):
        return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(_("The file is not UTF-8; it was read as Windows-1252."))
        return content.decode("cp1252", errors="replace")


def _records(text: str) -> Iterator[list[str]]:
    head = text[:65536].splitlines()
    first = next((line for line in head if line.strip()), "")
    separator = max(SEPARATORS, key=lambda one: (first.count(one), -SEPARATORS.index(one)))
    return (cells for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if cells)


def _table(records: list[list[str]], notes: list[str]) -> Table:
    names = [name.strip() for name in records[0]]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        notes.append(_("Two columns are called “%s”: the first is used.") % twice)
    width, lines = len(names), records[1:]
    if odd := sum(len(cells) != width for cells in lines):
        says = _("%d lines have more or fewer cells than the header: what is missing counts as not known.")
        notes.append(says % odd)
        lines = [cells[:width] + [""] * (width - len(cells)) for cells in lines]
    columns: dict[str, list[str]] = {}
    for index, name in enumerate(names):
        columns.setdefault(name, [cells[index] for cells in lines])
    return Table(columns, len(lines), notes)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
