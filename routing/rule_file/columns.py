"""What a rule has in a file: the same names in JSON and in CSV. docs/rule-files.md tells people the same."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from routing.facts import TIERS
from routing.models.authority import HIGHEST_LEVEL
from routing.models.rules import HIGHEST_GROUP, Rule

FORMAT, VERSION = "redress-rules", 1
LONGEST_NAME, LONGEST_TEXT = 120, 100_000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CODE = re.compile(r"[-\w]{1,60}", re.ASCII)


class Wrong(ValueError):
    """A value that a column does not take. The message is for people."""


@dataclass(frozen=True)
class Column:
    """One part of a rule: how it is read from JSON and from a cell, and what it is when it is left out."""

    name: str
    read: Callable[[Any], Any]
    from_cell: Callable[[str], Any]
    default: Any

    def cell(self, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, tuple):
            return ", ".join(value)
        return "" if value is None else str(value)


def text(value: Any, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise Wrong(_("a text is wanted."))
    if len(value) > longest:
        raise Wrong(_("at most %(most)d letters are allowed.") % {"most": longest})
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Wrong(_("it holds characters that are none. Check the encoding."))
    return value


def name(value: Any) -> str:
    found = text(value, LONGEST_NAME).strip()
    if not found:
        raise Wrong(_("give the rule a name."))
    return found


def code(value: Any) -> str:
    found = text(value).strip()
    if found and not CODE.fullmatch(found):
        raise Wrong(_("“%(word)s” is no code: letters, digits, - and _.") % {"word": found[:60]})
    return found


def codes(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong(_("a list of codes is wanted."))
    return tuple(sorted({found for one in value if (found := code(one))}))


def language(value: Any) -> str:
    found = text(value).strip()
    if found and (len(found) > 16 or not LANGUAGE.fullmatch(found)):
        raise Wrong(_("write a language as its code, such as pt."))
    return found


def yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(_("true or false is wanted; in a cell yes or no."))
    return value


def whole(least: int, most: int, *, optional: bool = False) -> Callable[[Any], int | None]:
    def read(value: Any) -> int | None:
        if optional and value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            message = _("a whole number from %(least)d to %(most)d is wanted.")
            raise Wrong(message % {"least": least, "most": most})
        return value

    return read


def mode(value: Any) -> str:
    if value not in Rule.Mode.values:
        raise Wrong(_("push or pull is wanted."))
    return str(value)


def key(value: Any) -> str:
    try:
        return str(uuid.UUID(text(value, 60))) if value else ""
    except ValueError as error:
        raise Wrong(_("a key is a UUID. Leave it out for a new rule.")) from error


def _as_text(cell: str) -> Any:
    return cell


def _as_list(cell: str) -> Any:
    return [part.strip() for part in cell.split(",") if part.strip()]


def _as_boolean(cell: str) -> Any:
    return {"yes": True, "no": False}.get(cell.strip().casefold(), cell)


def _as_number(cell: str) -> Any:
    return int(cell) if re.fullmatch(r"\d{1,9}", cell.strip(), re.ASCII) else cell


def written(value: Any) -> str:
    """A value as conditions keep it: text; in JSON also a number, true or false, or a list of these."""
    if isinstance(value, list):
        if any(isinstance(one, list | Mapping) for one in value):
            raise Wrong(_("within a list only texts and numbers mean something."))
        return ", ".join(_quoted(written(one)) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return str(value)
    return "" if value is None else text(value)


def _quoted(word: str) -> str:
    return f'"{word}"' if "," in word else word


RULE = (
    Column("name", name, _as_text, ""),
    Column("key", key, _as_text, ""),
    Column("enabled", yes_or_no, _as_boolean, True),
    Column("go_on", yes_or_no, _as_boolean, False),
    Column("team", code, _as_text, ""),
    Column("mode", mode, _as_text, Rule.Mode.PUSH.value),
    Column("tier", whole(min(TIERS), max(TIERS), optional=True), _as_number, None),
    Column("skills", codes, _as_list, ()),
    Column("minimum_authority", whole(0, HIGHEST_LEVEL), _as_number, 0),
    Column("authority_up", whole(0, HIGHEST_LEVEL), _as_number, 0),
    Column("language", language, _as_text, ""),
    Column("language_from_case", yes_or_no, _as_boolean, False),
    Column("priority_up", whole(0, 4), _as_number, 0),
    Column("note", text, _as_text, ""),
)
CONDITION = (
    Column("fact", text, _as_text, ""),
    Column("operator", text, _as_text, ""),
    Column("value", written, _as_text, ""),
    Column("group", whole(1, HIGHEST_GROUP, optional=True), _as_number, None),
)
ATTRIBUTES = {"enabled": "is_enabled"}
"""Columns whose name in a rule is another."""
