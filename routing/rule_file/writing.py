"""From a version of the rules to a file."""

import csv
import io
import json
from typing import Any

from routing.conditions import EMPTINESS, values_of
from routing.facts import FACTS, Kind
from routing.models.fields import Field
from routing.models.rules import Ruleset
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.rule_file.cells import safe_cell
from routing.rule_file.columns import ATTRIBUTES, CONDITION, FORMAT, RULE, VERSION
from routing.rule_file.reading import HEADER
from routing.vocabulary import KINDS, Vocabulary

Version = Ruleset | PlainRuleset
NAMED = {kind: name for name, kind in KINDS.items()}
BUILT_IN = {fact.name for fact in FACTS.values() if fact.field}


def dump_json(version: Version, vocabulary: Vocabulary | None = None) -> str:
    """The version as one JSON file, with what is needed to decide by it elsewhere: own fields, and names of codes."""
    ruleset, known = _plain(version), vocabulary or Vocabulary.load()
    used_teams = sorted({rule.team for rule in ruleset.rules} - {""})
    used_skills = sorted({skill for rule in ruleset.rules for skill in rule.skills})
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "note": ruleset.note,
        "fields": _fields(ruleset, known),
        "teams": {team: known.teams.get(team, team) for team in used_teams},
        "skills": {skill: known.skills.get(skill, skill) for skill in used_skills},
        "rules": [_rule(rule) for rule in ruleset.rules],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def dump_csv(version: Version) -> str:
    """The version as one CSV file, a line for each condition; of a rule without any, one line."""
    ruleset = _plain(version)
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow([FORMAT, VERSION, safe_cell(ruleset.note)])
    write.writerow(HEADER)
    for number, rule in enumerate(ruleset.rules, start=1):
        cells = [safe_cell(column.cell(_of(rule, column.name))) for column in RULE]
        for condition in rule.conditions or [None]:
            write.writerow([number, *cells, *_condition_cells(condition)])
            cells = [""] * len(RULE)
    return out.getvalue()


def _plain(version: Version) -> PlainRuleset:
    return version if isinstance(version, PlainRuleset) else PlainRuleset.of(version)


def _of(row: PlainRule | PlainCondition, column: str) -> Any:
    return getattr(row, ATTRIBUTES.get(column, column))


def _rule(rule: PlainRule) -> dict[str, Any]:
    """What differs from the usual, and the conditions."""
    said = {column.name: _of(rule, column.name) for column in RULE if _of(rule, column.name) != column.default}
    said["conditions"] = [
        {column.name: _of(row, column.name) for column in CONDITION if _of(row, column.name) != column.default}
        for row in rule.conditions
    ]
    return said


def _condition_cells(condition: PlainCondition | None) -> list[str]:
    if condition is None:
        return [""] * len(CONDITION)
    return [safe_cell(column.cell(_of(condition, column.name))) for column in CONDITION]


def _fields(ruleset: PlainRuleset, known: Vocabulary) -> list[dict[str, Any]]:
    """The organisation's own fields, so that the facts of its cases are understood wherever the file is, and the
    built-in ones that rules test; of both the choices that rules name."""
    named: dict[str, set[str]] = {}
    for rule in ruleset.rules:
        for condition in rule.conditions:
            codes = [] if condition.operator in EMPTINESS else values_of(condition.value)
            named.setdefault(condition.fact, set()).update(codes)
    found = []
    for name, fact in known.facts.items():
        if not fact.field or (name in BUILT_IN and name not in named):
            continue
        kind = Field.Kind.CHOICE if name in BUILT_IN else NAMED[fact.kind]
        row: dict[str, Any] = {"code": fact.field, "label": str(fact.label), "kind": kind.value}
        if fact.kind in (Kind.CODE, Kind.CODES):
            codes = sorted(named.get(name, ()))
            choices = zip(codes, known.names(name, codes), strict=True)
            row["choices"] = [{"code": code, "label": label} for code, label in choices]
        found.append(row)
    return found
