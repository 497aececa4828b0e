"""Cells of files that people open in a spreadsheet: CSV and XLSX downloads, and the rejected lines of an import."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# What a spreadsheet takes for the beginning of a formula, also behind spaces (visible or not), and what makes it
# look at the next character instead. The wide forms are read as formulas in East Asian settings.
# Source: OWASP, CSV Injection.
FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]")


def escaped(value: Any) -> Any:
    """The value as it may stand in a cell: text that a spreadsheet would run gets an apostrophe in front.

    Numbers, dates and None stay what they are. Reading such a file again means taking one apostrophe off.
    """
    if isinstance(value, str) and FORMULA.match(value):
        return f"'{value}"
    return value


class _Echo:
    """What csv writes a line to: gives it back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a file, one at a time, as they are sent. The mark in front tells a spreadsheet that it is UTF-8."""
    writer = csv.writer(_Echo())
    mark = "\ufeff"
    for row in rows:
        yield mark + writer.writerow([escaped(cell) for cell in row])
        mark = ""
