"""Texts of a file, flagged by a set of criteria: every row gives what was found in it. Writes nothing anywhere."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from escalations.detection.compiled import Compiled
from escalations.detection.definition import Definition
from escalations.importing import UnreadableFile
from escalations.importing.reading import Lines, Record, cells_amiss, opened, records

SEPARATORS = (",", ";", "\t", "|")


class NoColumn(ValueError):
    """The file has no column of that name; the message lists those that it has."""


@dataclass(frozen=True)
class Source:
    """Which file, and how it is read. An empty separator is found out from the header; the encoding, too."""

    path: Path
    text: str
    separator: str = ""
    encoding: str = ""
    language: str = ""
    language_column: str = ""


def not_applied(compiled: Compiled) -> list[Definition]:
    """The criteria that a text alone cannot meet: they count, or have conditions on facts."""
    return [one for one in compiled.definitions if not one.reads_words or one.conditions]


def only_texts(definitions: Sequence[Definition]) -> Compiled:
    return Compiled(one for one in definitions if one.reads_words and not one.conditions)


def flagged(source: Source, compiled: Compiled) -> Iterator[dict[str, Any]]:
    """A line for each row, from 1, the header not counted: `hits` in the order of the text, and `error` where the row
    is damaged; what can be read of it is judged all the same. Raises UnreadableFile, or NoColumn."""
    with opened(source.path, source.encoding) as (lines, _how_far):
        header = _header(lines, source)
        text, language = (_place(header, name) for name in (source.text, source.language_column))
        width = len(header.names)
        for number, row in enumerate(records(lines, header.separator, blank_is_row=width == 1), start=1):
            cells = row.cells or _as_it_stands(row, header.separator)
            spoken = cells[language] if language is not None and len(cells) > language else source.language
            said = cells[text] if text is not None and len(cells) > text else ""
            told = {"row": number, "hits": _hits(said, spoken, compiled)}
            fault = row.fault or (cells_amiss(len(cells), width) if len(cells) != width else "")
            yield {**told, "error": fault} if fault else told


def _as_it_stands(row: Record, separator: str) -> list[str]:
    """The cells of a line whose quotes do not match, as far as they can be told apart."""
    line = row.text.replace("\n", " ").replace("\r", " ")
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _hits(text: str, language: str, compiled: Compiled) -> list[dict[str, Any]]:
    found = [
        {
            "criterion": code, "name": compiled.by_code[code].name, "kind": str(compiled.by_code[code].kind),
            "words": text[place.start : place.end], "start": place.start, "end": place.end,
        }
        for code, places in compiled.find(text, language.strip()).items()
        for place in places
    ]  # fmt: skip
    return sorted(found, key=lambda hit: (hit["start"], hit["end"], hit["criterion"]))


@dataclass(frozen=True)
class _Header:
    names: list[str]
    separator: str


def _header(lines: Lines, source: Source) -> _Header:
    """The first record, divided by the separator that gives the wanted column, and the most columns."""
    line = next(iter(lines), "")
    if not line.strip():
        raise UnreadableFile(_("The file is empty."))
    wanted = [name for name in (source.text, source.language_column) if name]
    ways = [_divided(line, separator) for separator in ([source.separator] if source.separator else SEPARATORS)]
    fitting = [way for way in ways if all(_place(way, name) is not None for name in wanted)]
    if fitting:
        return max(fitting, key=lambda way: len(way.names))
    likely = max(ways, key=lambda way: len(way.names))
    missing = next(name for name in wanted if _place(likely, name) is None)
    raise NoColumn(
        _("The file has no column “%(name)s”. It has: %(columns)s.")
        % {"name": missing, "columns": ", ".join(likely.names[:60])}
    )


def _divided(line: str, separator: str) -> _Header:
    names = next(csv.reader(io.StringIO(line), delimiter=separator), [])
    return _Header([name.strip() for name in names], separator)


def _place(header: _Header, name: str) -> int | None:
    """Of the column that is called so, or else so but for capitals and spaces; None when there is none."""
    if not name or name in header.names:
        return header.names.index(name) if name else None
    plain = [_plain(one) for one in header.names]
    return plain.index(_plain(name)) if _plain(name) in plain else None


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
