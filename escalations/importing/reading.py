"""A CSV file as records, one at a time in constant memory. What is wrong with a line is said of that line, and
reading goes on with the next one.
"""

import csv
import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from escalations.encoding import HEAD, encoding_of

RECORD_LIMIT = 8 * 1024 * 1024
"""Most letters of one record. A longer one is refused unread; so is what an unclosed quote swallows."""
KEPT_OF_TOO_LONG = 1000
GZIP = b"\x1f\x8b"
USUAL_ENCODING = "utf-8-sig"
ARCHIVE = b"PK\x03\x04"
UNDECODED = re.compile("[\udc80-\udcff]")
"""What surrogateescape makes of bytes that are not of the encoding."""


class UnreadableFile(Exception):
    """The file as a whole cannot be read, or breaks off. The message says why, in words."""


@dataclass(frozen=True)
class Record:
    """One record: the line it begins on (from 1), its cells, and what is wrong with it, if anything.

    `text` is the line as it stands in the file, where it could not be divided into the header's columns.
    """

    line: int
    cells: list[str]
    fault: str = ""
    text: str = ""


class TooLong(Exception):
    """A record grew beyond RECORD_LIMIT."""


class Lines:
    """The physical lines of a file, with a memory of those that the current record has used."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0
        self.used: list[str] = []
        self._again: deque[str] = deque()
        self._letters = 0

    def begin(self) -> None:
        """A new record begins."""
        self.used = []
        self._letters = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.used.append(line)
        self._letters += len(line)
        if self._letters >= RECORD_LIMIT:
            self._skip_to_end_of(line)
            raise TooLong
        return line

    def give_back(self) -> str:
        """Takes the first line of the record out and puts the others back, to be read again by themselves."""
        first, *others = self.used
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        return first

    def _skip_to_end_of(self, line: str) -> None:
        while len(line) >= RECORD_LIMIT and not line.endswith(("\n", "\r")):
            line = self._read()

    def _read(self) -> str:
        try:
            return self.stream.readline(RECORD_LIMIT)
        except (EOFError, zlib.error, OSError) as error:
            says = _("The file is damaged, or breaks off, after line %(line)d: %(error)s")
            raise UnreadableFile(says % {"line": self.number, "error": error}) from error
        except UnicodeError as error:
            says = _("From line %(line)d on, the file is not in the encoding “%(encoding)s”.")
            raise UnreadableFile(says % {"line": self.number + 1, "encoding": self.stream.encoding}) from error


def records(lines: Lines, separator: str, width: int | None = None, *, blank_is_row: bool = False) -> Iterator[Record]:
    """The records that follow. One that is broken (a quote never closed, cells missing) costs its first line only:
    the lines it swallowed are read again by themselves. `width` is how many cells a record must have. A blank line is
    no record, unless `blank_is_row`: in a file of one column it is an empty cell.
    """
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.begin()
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, TooLong) as error:
            reader = csv.reader(lines, delimiter=separator, strict=True)
            yield _broken(lines, start, [], _why(error))
            continue
        if not cells and not blank_is_row:
            continue
        if width is not None and len(cells) != width:
            yield _broken(lines, start, cells, cells_amiss(len(cells), width))
        else:
            yield Record(start, cells or [""], _fault(lines.used))


def cells_amiss(found: int, wanted: int) -> str:
    """That a line has more or fewer cells than the header, in words."""
    return _("This line has %(found)d cells, the header %(wanted)d.") % {"found": found, "wanted": wanted}


def _broken(lines: Lines, start: int, cells: list[str], fault: str) -> Record:
    alone = len(lines.used) == 1
    text = lines.give_back().rstrip("\r\n")
    if len(text) >= RECORD_LIMIT:
        text = text[:KEPT_OF_TOO_LONG]
    return Record(start, cells if alone else [], fault, text)


def _why(error: Exception) -> str:
    if isinstance(error, TooLong):
        return _("This record has more than %d million letters. Is a quote never closed?") % (RECORD_LIMIT // 1_000_000)
    return _("The quotes of this line do not match: one is opened and never closed, or closed too early.")


def _fault(used: list[str]) -> str:
    for line in used:
        if "\x00" in line:
            return _("This line holds null characters, which no person typed. Is the file UTF-16, or damaged?")
        if not line.isascii() and (bad := UNDECODED.search(line)):
            return _(
                "This line holds the byte %(byte)s, which the file's encoding does not know. "
                "Name the right encoding in the mapping, or mend the line."
            ) % {"byte": f"0x{ord(bad[0]) - 0xDC00:02X}"}  # fmt: skip
    return ""


# --- the file ----------------------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[tuple[Lines, Callable[[], float]]]:
    """The lines of a file, packed with gzip or not, and a function that says how much of it was read (0 to 1). Where no
    encoding is named, it is found out.

    Raises UnreadableFile, here or while it is read, when it is absent, damaged, breaks off, or is in another
    encoding altogether.
    """
    limit = csv.field_size_limit(RECORD_LIMIT)
    try:
        raw = path.open("rb")
        size = path.stat().st_size or 1
        lines = Lines(_text(raw, encoding))
    except (EOFError, zlib.error, OSError) as error:
        raise UnreadableFile(_("The file cannot be read: %s") % error) from error
    try:
        yield lines, lambda: min(raw.tell() / size, 1.0)
    finally:
        csv.field_size_limit(limit)
        raw.close()


def _text(raw: io.BufferedReader, encoding: str) -> TextIO:
    packed = raw.peek(2)[:2] == GZIP
    stream = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
    head = stream.peek(HEAD)
    if head[:4] == ARCHIVE:
        raise UnreadableFile(_("The file is a zip archive or a workbook. Unpack it, or save it as CSV."))
    found = encoding_of(head)
    if encoding.startswith("utf-8") and found:
        raise UnreadableFile(
            _("The file is %s, not UTF-8. Save it as UTF-8, or name its encoding (in the mapping, or by --encoding).")
            % found.upper()
        )
    return io.TextIOWrapper(stream, encoding=encoding or found or USUAL_ENCODING, errors="surrogateescape", newline="")
