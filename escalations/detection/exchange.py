"""A set of criteria as JSON, out and in. The format is versioned and described in docs/criteria.md.

Reading it asks no database, so that an exported set can be applied anywhere; making a draft of it checks it as the
form of a criterion does.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations.detection.definition import Definition, WordList
from escalations.models import CriteriaSet, Criterion, CriterionCondition, PhraseList
from escalations.phrases import LineError, check_lines, language
from escalations.states import TriggerKind
from routing.plain import PlainCondition

FORMAT, VERSION = "redress-criteria", 1
MOST_CRITERIA, LARGEST_FILE = 500, 32 * 2**20
CHOICES: dict[str, Any] = {
    "kind": TriggerKind, "test": Criterion.Test, "policy": Criterion.Policy, "negation": Criterion.Negation,
    "quoted": Criterion.Quoted,
}  # fmt: skip
FIELDS = {*CHOICES, "code", "name", "threshold", "currency", "period", "enabled", "note", "lists", "conditions"}


class FileError(ValueError):
    """What is wrong with a file of criteria, in words, with the criterion named."""


def exported(definitions: Iterable[Definition]) -> dict[str, Any]:
    """The set as JSON holds it; what stands at its default is left out."""
    return {"format": FORMAT, "version": VERSION, "criteria": [_exported(one) for one in definitions]}


def _exported(one: Definition) -> dict[str, Any]:
    told: dict[str, Any] = {"code": one.code, "name": one.name, "kind": one.kind, "test": one.test}
    optional = {
        "policy": one.policy, "threshold": None if one.threshold is None else f"{one.threshold.normalize():f}",
        "currency": one.currency, "period": one.period, "enabled": one.is_enabled, "note": one.note,
        "negation": one.negation, "quoted": one.quoted,
        "lists": [{"language": w.language, "phrases": list(w.phrases), "silent": list(w.silent)} for w in one.lists],
        "conditions": [
            {"fact": c.fact, "operator": c.operator, "value": c.value, **({"group": c.group} if c.group else {})}
            for c in one.conditions
        ],
    }  # fmt: skip
    plain = {"policy": "triage", "enabled": True, "negation": "any", "quoted": "skip"}
    return told | {key: value for key, value in optional.items() if value not in (None, "", [], plain.get(key))}


def loaded(path: Path) -> tuple[Definition, ...]:
    """The criteria of a file. Raises FileError, also where it is absent, too large, or no JSON."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileError(_("%(path)s is larger than %(most)d MB.") % {"path": path, "most": LARGEST_FILE // 2**20})
        return parsed(path.read_bytes())
    except OSError as error:
        raise FileError(_("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}) from error


def parsed(content: bytes) -> tuple[Definition, ...]:
    """The criteria of a file's content, all of them. Raises FileError."""
    return read(_json_of(content))


def criteria_in(content: bytes) -> list[Any]:
    """The rows of a file's content, whatever they hold. Raises FileError when it is no file of criteria."""
    return criteria_of(_json_of(content))


def _json_of(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileError(_("The file is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise FileError(_("The file is no JSON: %s") % error) from error


def read(told: Any) -> tuple[Definition, ...]:
    """The criteria of a file that was parsed as JSON. Raises FileError."""
    found = []
    for number, row in enumerate(criteria_of(told), start=1):
        try:
            found.append(definition_of(row))
        except FileError as error:
            raise FileError(
                _("Criterion %(number)d (%(code)s): %(problem)s")
                % {"number": number, "code": _code_of(row), "problem": error}
            ) from error
    codes = [one.code for one in found]
    if twice := next((code for code in codes if codes.count(code) > 1), ""):
        raise FileError(_("Two criteria have the code “%s”.") % twice)
    return tuple(found)


def _code_of(row: Any) -> str:
    return str((row.get("code") if isinstance(row, Mapping) else None) or "?")[:60]


def criteria_of(told: Any) -> list[Any]:
    """The rows of a file, whatever they hold. Raises FileError when it is no file of criteria."""
    if not isinstance(told, Mapping) or told.get("format") != FORMAT:
        raise FileError(_("This is no exported set of criteria: its “format” is not “%s”.") % FORMAT)
    if told.get("version") != VERSION:
        raise FileError(
            _("This set has the format's version %(theirs)s; version %(ours)d is read here.")
            % {"theirs": str(told.get("version"))[:20], "ours": VERSION}
        )
    rows = told.get("criteria")
    if not isinstance(rows, list) or not rows or len(rows) > MOST_CRITERIA:
        raise FileError(_("“criteria” is a list of 1 to %d criteria.") % MOST_CRITERIA)
    return rows


def definition_of(row: Any) -> Definition:
    """One criterion. Raises FileError."""
    if not isinstance(row, Mapping):
        raise FileError(_("A criterion is an object with fields."))
    if unknown := sorted(set(row) - FIELDS):
        raise FileError(_("There is no field “%(name)s”. There are: %(known)s.") % {
            "name": str(unknown[0])[:40], "known": ", ".join(sorted(FIELDS)),
        })  # fmt: skip
    for name, choices in CHOICES.items():
        if name in row and row[name] not in choices.values:
            raise FileError(
                _("“%(value)s” is no %(name)s. There are: %(known)s.")
                % {"value": str(row[name])[:40], "name": name, "known": ", ".join(choices.values)}
            )
    if missing := next((name for name in ("code", "name", "kind", "test") if not row.get(name)), ""):
        raise FileError(_("The field “%s” is missing.") % missing)
    return Definition(
        code=_text(row, "code"), name=_text(row, "name"), kind=row["kind"], test=row["test"],
        policy=row.get("policy", Criterion.Policy.TRIAGE.value), threshold=_decimal(row.get("threshold")),
        currency=_text(row, "currency"), period=_whole(row, "period"),
        negation=row.get("negation", Criterion.Negation.ANY.value),
        quoted=row.get("quoted", Criterion.Quoted.SKIP.value),
        lists=tuple(_list(one) for one in _rows(row, "lists")),
        conditions=tuple(_condition(one) for one in _rows(row, "conditions")),
        is_enabled=row.get("enabled", True) is True, note=_text(row, "note"),
    )  # fmt: skip


def _text(row: Mapping[str, Any], name: str) -> str:
    if not isinstance(value := row.get(name, ""), str) or "\x00" in value:
        raise FileError(_("“%s” is a text.") % name)
    return value


def _whole(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise FileError(_("“%s” is a whole number.") % name)
    return value


def _decimal(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise FileError(_("“%s” is no number.") % str(value)[:40]) from error
    if not found.is_finite():
        raise FileError(_("“%s” is no number.") % str(value)[:40])
    return found


def _rows(row: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise FileError(_("“%s” is a list of objects.") % name)
    return value


def _lines(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(line, str) and "\x00" not in line for line in value):
        raise FileError(_("“%s” is a list of lines.") % name)
    return tuple(line for text in value for line in text.splitlines() or [""])


def _list(row: Mapping[str, Any]) -> WordList:
    code = _text(row, "language")
    if code and language(code) is None:
        raise FileError(_("There is no language “%s” here.") % code[:20])
    found = WordList(code, _lines(row, "phrases"), _lines(row, "silent"))
    for lines in (found.phrases, found.silent):
        try:
            check_lines(lines, language(code))
        except LineError as error:
            raise FileError(str(error)) from error
    return found


def _condition(row: Mapping[str, Any]) -> PlainCondition:
    return PlainCondition(_text(row, "fact"), _text(row, "operator"), _text(row, "value"), _whole(row, "group"))


# --- into the database --------------------------------------------------------------------------------------------


@transaction.atomic
def draft(definitions: Iterable[Definition], author: Any, note: str = "") -> CriteriaSet:
    """A new draft by that author. Raises ValidationError with what is wrong; then nothing is kept."""
    version = CriteriaSet.objects.create(author=author, note=note)
    problems: list[str] = []
    for position, one in enumerate(definitions, start=1):
        problems += added(version, one, position)
    if problems:
        raise ValidationError(problems)
    return version


def added(version: CriteriaSet, one: Definition, position: int) -> list[str]:
    """Writes one criterion into a draft. Returns what is wrong with it."""
    row = Criterion(
        criteria_set=version, code=one.code, position=position, name=one.name, kind=one.kind, test=one.test,
        threshold=one.threshold, currency=one.currency, period=one.period, negation=one.negation,
        quoted=one.quoted, policy=one.policy, is_enabled=one.is_enabled, note=one.note,
    )  # fmt: skip
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return [_("“%(criterion)s”: %(problem)s") % {"criterion": one.name, "problem": m} for m in error.messages]
    row.save()
    for words in one.lists:
        lines = {"phrases": "\n".join(words.phrases), "silent": "\n".join(words.silent)}
        PhraseList.objects.create(criterion=row, language=words.language, **lines)
    for condition in one.conditions:
        told = {"fact": condition.fact, "operator": condition.operator, "value": condition.value}
        CriterionCondition.objects.create(criterion=row, group=condition.group, **told)
    return row.problems()
