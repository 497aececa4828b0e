"""From the text of a file to rules, without the database: its shape and types are checked, not what exists."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from routing.models.fields import Field
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.rule_file.cells import plain_cell
from routing.rule_file.columns import ATTRIBUTES, CONDITION, FORMAT, RULE, VERSION, Column, Wrong, code, text
from routing.rule_file.errors import Problem, RuleFileError
from routing.rule_file.located import Located, parse

LARGEST = 20_000_000
MOST_RULES, MOST_CONDITIONS = 20_000, 200
PARTS = ("format", "version", "note", "fields", "teams", "skills", "rules")
FIELD = ("code", "label", "kind", "choices")
HEADER = ("rule", *(column.name for column in RULE), *(column.name for column in CONDITION))


@dataclass(frozen=True)
class Declared:
    """A field as a file tells it: of the organisation's own, or a built-in one with names of its choices."""

    code: str
    label: str
    kind: str
    choices: Mapping[str, str]
    line: int


@dataclass
class RuleFile:
    """What a file says. `lines` has of each rule its own line and those of its conditions."""

    ruleset: PlainRuleset
    lines: list[tuple[int, list[int]]]
    fields: list[Declared] = field(default_factory=list)
    teams: dict[str, str] = field(default_factory=dict)
    skills: dict[str, str] = field(default_factory=dict)


def read(content: str) -> RuleFile:
    """The rules of a JSON or CSV file. RuleFileError has everything that is wrong with its shape, by line and rule."""
    if len(content) > LARGEST:
        raise RuleFileError([Problem(1, "", _("the file is larger than 20 MB."))])
    content = content.removeprefix("\ufeff")
    reading = _Reading()
    found = reading.json(content) if content.lstrip()[:1] in ("{", "[") else reading.csv(content)
    if reading.problems:
        raise RuleFileError(reading.problems)
    return found


class _Reading:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.keys: set[str] = set()

    def wrong(self, line: int, rule: str, message: str) -> None:
        self.problems.append(Problem(line, rule, message))

    # --- JSON ----------------------------------------------------------------------------------------------------

    def json(self, content: str) -> RuleFile:
        whole = parse(content)
        if not isinstance(whole, Located):
            raise RuleFileError([Problem(1, "", _("the file must begin with { and have “rules”."))])
        self._named(whole, PARTS, "")
        self._version(whole.line, whole.get("format"), whole.get("version"))
        note = self._read(Column("note", text, str, ""), whole.get("note", ""), whole.line, "")
        rules, lines = [], []
        for number, row in enumerate(self._list(whole, "rules", MOST_RULES), start=1):
            rule, places = self._rule(row, number)
            rules.append(rule)
            lines.append((row.line, places))
        fields = [self._field(row) for row in self._list(whole, "fields", MOST_RULES)]
        names = [self._names(whole, part) for part in ("teams", "skills")]
        return RuleFile(PlainRuleset(tuple(rules), note), lines, fields, *names)

    def _version(self, line: int, name: Any, version: Any) -> None:
        if name != FORMAT:
            raise RuleFileError([Problem(line, "", _("this is no file of rules: its format is not “redress-rules”."))])
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            raise RuleFileError([Problem(line, "", _("the version of the format must be a number such as 1."))])
        if version > VERSION:
            message = _(
                "the file has version %(version)d of the format; this Redress knows up to %(known)d. Update it first."
            )
            raise RuleFileError([Problem(line, "", message % {"version": version, "known": VERSION})])

    def _list(self, whole: Located, part: str, most: int, rule: str = "") -> list[Located]:
        rows = whole.get(part, [])
        if not isinstance(rows, list) or not all(isinstance(row, Located) for row in rows):
            self.wrong(whole.line, rule, _("“%(part)s” must be a list of objects.") % {"part": part})
            return []
        if len(rows) > most:
            self.wrong(whole.line, rule, _("“%(part)s” has more than %(most)d.") % {"part": part, "most": most})
            return []
        return rows

    def _named(self, row: Located, known: Sequence[str], rule: str) -> None:
        for name in row:
            if name not in known:
                message = _("there is no “%(name)s” here. There are: %(known)s.")
                self.wrong(row.line, rule, message % {"name": name[:60], "known": ", ".join(known)})

    def _names(self, whole: Located, part: str) -> dict[str, str]:
        names = whole.get(part, Located())
        if not isinstance(names, Located) or not all(isinstance(name, str) for name in names.values()):
            self.wrong(whole.line, "", _("“%(part)s” must have names by code.") % {"part": part})
            return {}
        return dict(names)

    def _rule(self, row: Located, number: int) -> tuple[PlainRule, list[int]]:
        name = row["name"].strip() if isinstance(row.get("name"), str) else f"{number}"
        self._named(row, (*(column.name for column in RULE), "conditions"), name)
        values = self._values(RULE, row, row.line, name)
        rows = self._list(row, "conditions", MOST_CONDITIONS, name)
        return self._made(values, [self._condition(one, name) for one in rows], number, row.line), [
            one.line for one in rows
        ]

    def _condition(self, row: Located, rule: str) -> PlainCondition:
        self._named(row, tuple(column.name for column in CONDITION), rule)
        return PlainCondition(**self._values(CONDITION, row, row.line, rule))

    def _field(self, row: Located) -> Declared:
        self._named(row, FIELD, "")
        found = self._read(Column("code", code, str, ""), row.get("code", ""), row.line, "")
        kind = row.get("kind", Field.Kind.CHOICE.value)
        if not found:
            self.wrong(row.line, "", _("a field needs its code."))
        if kind not in Field.Kind.values:
            self.wrong(row.line, "", _("“%(kind)s” is no kind of field.") % {"kind": str(kind)[:60]})
        label = self._read(Column("label", text, str, ""), row.get("label", ""), row.line, "")
        choices: dict[str, str] = {}
        for one in self._list(row, "choices", MOST_RULES):
            choice = self._read(Column("code", code, str, ""), one.get("code", ""), one.line, "")
            choices[choice] = self._read(Column("label", text, str, ""), one.get("label", ""), one.line, "") or choice
        return Declared(found, label or found, str(kind), choices, row.line)

    # --- CSV -----------------------------------------------------------------------------------------------------

    def csv(self, content: str) -> RuleFile:
        lines = self._lines(content)
        line, first = next(lines, (1, []))
        name, version, note = (*first, "", "", "")[:3]
        self._version(line, name.strip(), int(version) if version.strip().isdecimal() else version)
        line, header = next(lines, (line, []))
        if [cell.strip() for cell in header if cell.strip()] != list(HEADER):
            message = _("the second line must name the columns: %(columns)s.")
            raise RuleFileError([Problem(line, "", message % {"columns": ",".join(HEADER)})])
        rules, places = [], []
        for number, rows in enumerate(self._grouped(lines), start=1):
            rule, found = self._rule_of_rows(rows, number)
            rules.append(rule)
            places.append(found)
        return RuleFile(PlainRuleset(tuple(rules), note), places)

    def _lines(self, content: str) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not empty, each with the line on which it begins."""
        start = content[:40].partition("\n")[0]
        rows = csv.reader(
            io.StringIO(content, newline=""), delimiter=";" if f"{FORMAT};" in start else ",", strict=True
        )
        begin = 1
        try:
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield begin, [plain_cell(cell) for cell in row]
                begin = rows.line_num + 1
        except csv.Error as error:
            message = _("this is not CSV: %(why)s.") % {"why": error}
            raise RuleFileError([*self.problems, Problem(rows.line_num, "", message)]) from error

    def _grouped(self, lines: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[int, dict[str, str]]]]:
        """Rows that follow each other and have the same number of a rule."""
        group: list[tuple[int, dict[str, str]]] = []
        seen: set[str] = set()
        for line, cells in lines:
            row = dict(zip(HEADER, [*cells, *[""] * len(HEADER)], strict=False))
            if len(cells) > len(HEADER):
                self.wrong(line, row["name"], _("the line has more cells than there are columns."))
            if group and row["rule"].strip() != group[0][1]["rule"].strip():
                yield group
                group = []
            if not group:
                number = row["rule"].strip()
                if not number or number in seen:
                    self.wrong(
                        line, row["name"], _("the first column must number the rules, each with its own number.")
                    )
                seen.add(number)
            group.append((line, row))
        if group:
            yield group

    def _rule_of_rows(
        self, rows: list[tuple[int, dict[str, str]]], number: int
    ) -> tuple[PlainRule, tuple[int, list[int]]]:
        line, first = rows[0]
        rule = first["name"].strip() or f"{number}"
        values = self._values(RULE, _typed(RULE, first), line, rule)
        conditions, places = [], []
        for place, row in rows:
            if place != line and any(row[column.name].strip() for column in RULE):
                self.wrong(place, rule, _("the columns of a rule are filled in its first line only."))
            given = _typed(CONDITION, row)
            if given:
                conditions.append(PlainCondition(**self._values(CONDITION, given, place, rule)))
                places.append(place)
        if len(conditions) > MOST_CONDITIONS:
            self.wrong(
                line, rule, _("“%(part)s” has more than %(most)d.") % {"part": "conditions", "most": MOST_CONDITIONS}
            )
        return self._made(values, conditions, number, line), (line, places)

    # --- both ----------------------------------------------------------------------------------------------------

    def _values(self, columns: Sequence[Column], row: Mapping[str, Any], line: int, rule: str) -> dict[str, Any]:
        found = {}
        for column in columns:
            given = row.get(column.name, column.default)
            if column.name == "name" and "name" not in row:
                self.wrong(line, rule, _("give the rule a name."))
            is_default = given == column.default and type(given) is type(column.default)
            found[column.name] = given if is_default else self._read(column, given, line, rule)
        return found

    def _read(self, column: Column, given: Any, line: int, rule: str) -> Any:
        try:
            return column.read(given)
        except Wrong as refused:
            message = _("“%(column)s”: %(why)s") % {"column": column.name, "why": refused}
            self.wrong(line, rule, message)
            return column.default

    def _made(self, values: dict[str, Any], conditions: list[PlainCondition], number: int, line: int) -> PlainRule:
        if values["key"] and values["key"] in self.keys:
            self.wrong(line, values["name"], _("another rule of the file has the same key."))
        self.keys.add(values["key"])
        named = {ATTRIBUTES.get(name, name): value for name, value in values.items()}
        return PlainRule(conditions=tuple(conditions), position=number, **named)


def _typed(columns: Sequence[Column], row: Mapping[str, str]) -> dict[str, Any]:
    """The cells that are not empty, as JSON would have them. Only a note can be nothing but spaces."""
    filled = (column for column in columns if row[column.name].strip() or (column.name == "note" and row["note"]))
    return {column.name: column.from_cell(row[column.name]) for column in filled}
