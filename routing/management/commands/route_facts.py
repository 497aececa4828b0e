"""`manage.py route_facts RULES FACTS`: decides cases from a file by rules from a file, without the database."""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from routing import rule_file
from routing.engine import Compiled, Match, compile_plain, decide
from routing.rule_file.cases import facts_of
from routing.rule_file.columns import Wrong

LONGEST_LINE = 2_000_000


class Command(BaseCommand):
    help = "Decide a file of facts with a file of rules. One line of JSON in, one out; the database is not asked."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rules", help="rules as JSON or CSV, see docs/rule-files.md; own facts are declared in it")
        parser.add_argument("facts", help="facts, one JSON object a line; - reads the standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        compiled = compiled_from(Path(options["rules"]))
        if options["facts"] == "-":
            bad = self.decide_all(compiled, sys.stdin.buffer)
        else:
            with opened(Path(options["facts"])) as lines:
                bad = self.decide_all(compiled, lines)
        if bad:
            raise CommandError(_("%(count)d lines could not be decided; each says why.") % {"count": bad})

    def decide_all(self, compiled: Compiled, lines: IO[bytes]) -> int:
        """Writes a line for each; returns how many of them are errors."""
        bad = 0
        for number, line in enumerate(lines_of(lines), start=1):
            told = {"line": number} | decided(compiled, line)
            bad += "error" in told
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        return bad


def compiled_from(path: Path) -> Compiled:
    """The rules of the file, ready to decide; a CommandError has every line that is wrong."""
    try:
        with opened(path) as file:
            found = rule_file.read(file.read().decode())
        known = rule_file.declared(found)
        return compile_plain(rule_file.checked(found, known), known)
    except UnicodeDecodeError as error:
        raise CommandError(_("%(path)s is not UTF-8.") % {"path": path}) from error
    except rule_file.RuleFileError as error:
        raise CommandError("\n".join(error.messages)) from error


def opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(_("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}) from error


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """Line by line, so that a file may be larger than memory. Of a line without end only the beginning is kept."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n") and line:
            line = file.readline(LONGEST_LINE + 1)


def decided(compiled: Compiled, line: bytes) -> dict[str, Any]:
    """The answer to one line, or what is wrong with it under “error”."""
    try:
        return _answer(decide(compiled, facts_of(_parsed(line), compiled.vocabulary.facts)))
    except Wrong as wrong:
        return {"error": str(wrong)}


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise Wrong(_("the line is longer than 2 MB."))
    try:
        value = json.loads(line.decode(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Wrong(_("this is not JSON: %(why)s.") % {"why": error}) from error
    if not isinstance(value, dict):
        raise Wrong(_("an object with facts is wanted."))
    return value


def _no_number(word: str) -> None:
    raise ValueError(word)


def _answer(match: Match) -> dict[str, Any]:
    outcome = match.outcome.stored()
    outcome["team"] = outcome.pop("team_code") or None
    return {
        "rule": match.rule.name if match.rule else None,
        "outcome": outcome,
        "matched": [rule.name for rule in match.matched],
        "why": match.why,
    }
