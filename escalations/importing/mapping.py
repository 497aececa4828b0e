"""A mapping: how a file that some other system wrote is read, told in JSON. Checked strictly before anything is read.

docs/import.md describes each key. The public CFPB format is a mapping as well: cfpb.json in this folder.
"""

import codecs
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from time import strptime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from escalations.importing.columns import BY_NAME, DATES, REQUIRED
from escalations.importing.own import is_own

ANY = "*"
"""In a value table: every value that the table does not name."""
SIZE_LIMIT = 1024 * 1024
A_DAY = datetime(2026, 3, 4, tzinfo=UTC)
"""Written and read again, it shows whether a format is one."""
ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z")


class MappingError(Exception):
    """What is wrong with a mapping; `errors` has one sentence each, and each names the key."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class FileMapping:
    """How to read one kind of file. `columns` is None for the generic format: the file uses our names itself."""

    system: str = "import"
    separator: str = ","
    encoding: str = "utf-8-sig"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))
    decimal: str = "."
    dates: tuple[str, ...] = ISO
    columns: Mapping[str, tuple[str, ...]] | None = None
    replace: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    pieces: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


def load(path: Path) -> FileMapping:
    """The mapping in that file. Raises MappingError with everything that is wrong with it."""
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise MappingError([_("The mapping is larger than 1 MB.")])
        given = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        raise MappingError([_("The mapping cannot be read: %s") % (error.strerror or error)]) from error
    except RecursionError as error:
        raise MappingError([_("The mapping is not JSON that can be read: it is nested too deeply.")]) from error
    except ValueError as error:
        raise MappingError([_("The mapping is not JSON that can be read: %s") % error]) from error
    return parsed(given)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON allows a key twice and keeps the last; here it is an error."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("the key “%s” stands there twice") % twice)
    return found


def parsed(given: Any) -> FileMapping:
    """A mapping out of parsed JSON. Raises MappingError with everything that is wrong with it."""
    if not isinstance(given, dict):
        raise MappingError([_("A mapping is a JSON object: {…}.")])
    errors = [_unknown(name, "", KEYS) for name in given if name not in KEYS]
    read: dict[str, Any] = {}
    for name, value in given.items():
        if name in KEYS and (check := KEYS[name]):
            try:
                read[name] = check(value)
            except ValueError as error:
                errors += [f"{name}: {sentence}" for sentence in error.args]
    if not errors:
        errors = list(_contradictions(read))
    if errors:
        raise MappingError(errors)
    return FileMapping(**read)


def _unknown(name: str, where: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, n=1)
    says = _("%(where)s“%(name)s” is not known.") % {"where": where, "name": name[:60]}
    hint = _("Did you mean “%s”?") % near[0] if near else _("Known are: %s.") % ", ".join(known)
    return f"{says} {hint}"


# --- the keys ----------------------------------------------------------------------------------------------------


def _text(value: Any, limit: int = 200) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise ValueError(_("a text of at most %d letters is wanted.") % limit)
    return value


def _separator(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n\x00 ':
        raise ValueError(_("one letter is wanted, such as ; or , or \\t."))
    return value


def _encoding(value: Any) -> str:
    try:
        name = codecs.lookup(_text(value, 40)).name
        "é".encode(name, "replace")
    except (LookupError, UnicodeError) as error:
        raise ValueError(_("“%s” is no known encoding of text. Usual are utf-8, cp1252, latin-1.") % value) from error
    return "utf-8-sig" if name == "utf-8" else name


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value, 60))
    except (OSError, LookupError, ValueError) as error:
        raise ValueError(_("a time zone is wanted, such as Europe/Lisbon.")) from error


def _decimal(value: Any) -> str:
    if value not in (".", ","):
        raise ValueError(_("“.” or “,” is wanted: what stands before the decimals."))
    return str(value)


def _dates(value: Any) -> tuple[str, ...]:
    formats = tuple(_text(item, 60) for item in _list(value, _("a list of formats is wanted, tried in order.")))
    for wanted in formats:
        if any(part not in wanted for part in ("%d", "%m")) or not ("%Y" in wanted or "%y" in wanted):
            raise ValueError(_("“%s” lacks the day %%d, the month %%m or the year %%Y.") % wanted)
        try:
            strptime(A_DAY.strftime(wanted), wanted)
        except ValueError as error:
            raise ValueError(
                _("“%(format)s” is no date format: %(error)s") % {"format": wanted, "error": error}
            ) from error
    return formats


def _list(value: Any, says: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError(says)
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(_("an object is wanted: {…}."))
    return value


def _columns(value: Any) -> dict[str, tuple[str, ...]]:
    """Column of the file to ours: one name, a list of names, or null for a column dropped on purpose."""
    columns: dict[str, tuple[str, ...]] = {}
    errors = []
    for source, ours in _object(value).items():
        names = [] if ours is None else [ours] if isinstance(ours, str) else ours
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            errors.append(_("“%s” needs one of our columns, a list of them, or null to drop it.") % source)
            continue
        errors += [_unknown(name, f"“{source}”: ", BY_NAME) for name in names if not _is_ours(name)]
        columns[source.strip()] = tuple(names)
    if errors:
        raise ValueError(*errors)
    return columns


def _is_ours(name: str) -> bool:
    """A documented column, or one of the organisation's own fields: whether that exists is known with the file."""
    return name in BY_NAME or is_own(name)


def _replacements(value: Any) -> dict[str, tuple[tuple[str, str], ...]]:
    says = _("“%s” needs a list of pairs: [[what stands there, what is meant], …].")
    found = {}
    for source, pairs in _object(value).items():
        fits = isinstance(pairs, list) and all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair) and pair[0]
            for pair in pairs
        )
        if not fits:
            raise ValueError(says % source)
        found[source.strip()] = tuple((old, new) for old, new in pairs)
    return found


def _by_column(value: Any, check: Callable[[Any], Any]) -> dict[str, Any]:
    """An object whose keys are columns of ours."""
    found, errors = {}, []
    for name, inner in _object(value).items():
        if not _is_ours(name):
            errors.append(_unknown(name, "", BY_NAME))
            continue
        try:
            found[name] = check(inner)
        except ValueError as error:
            errors += [f"“{name}”: {sentence}" for sentence in error.args]
    if errors:
        raise ValueError(*errors)
    return found


def _table(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value or not all(isinstance(to, str) for to in value.values()):
        raise ValueError(_("a table of texts is wanted: {“what stands there”: “what is meant”, …}."))
    return {" ".join(source.split()): meant for source, meant in value.items()}


def _piece(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(_("the text between two pieces is wanted, such as <->."))
    return value


KEYS: dict[str, Callable[[Any], Any] | None] = {
    "about": None,
    "system": partial(_text, limit=40),
    "separator": _separator,
    "encoding": _encoding,
    "zone": _zone,
    "decimal": _decimal,
    "dates": _dates,
    "columns": _columns,
    "replace": _replacements,
    "pieces": partial(_by_column, check=_piece),
    "values": partial(_by_column, check=_table),
    "constants": partial(_by_column, check=_text),
}


def _contradictions(read: dict[str, Any]) -> Iterator[str]:
    """What only shows when all keys are looked at together."""
    columns: dict[str, tuple[str, ...]] | None = read.get("columns")
    constants = read.get("constants", {})
    if columns is None:
        return
    fed = [name for names in columns.values() for name in names]
    for name in REQUIRED:
        if name not in fed and name not in constants:
            yield _("columns: nothing is mapped to “%s”, which is needed.") % name
    for name in sorted(set(fed)):
        if fed.count(name) > 1 and name in BY_NAME and not BY_NAME[name].joins:
            yield _("columns: more than one column is mapped to “%s”, which holds one value.") % name
        if name in constants:
            yield _("constants: “%s” is mapped from a column already.") % name
    for name in read.get("pieces", {}):
        if name not in read.get("values", {}):
            yield _("pieces: “%s” needs a table in “values”, whose first piece found decides.") % name
    for source in read.get("replace", {}):
        if source not in columns:
            yield _("replace: “%s” is no column that “columns” names.") % source
    for key in ("values", "pieces"):
        for name in read.get(key, {}):
            if name not in fed:
                yield _("%(key)s: no column is mapped to “%(name)s”.") % {"key": key, "name": name}
    for name in constants:
        if name in DATES:
            yield _("constants: “%s” is a date, which is not the same for all.") % name
