"""Trying a case on a version: which rule catches it, and at which condition each other one failed.

It asks the engine as live routing does, so that a rule which passes its test behaves so in life.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from routing import value_input
from routing.conditions import parse
from routing.engine import Compiled, Match, decide
from routing.explaining import Considered, considered
from routing.facts import OWN, Fact, Facts, FreeText, Kind
from routing.value_input import ValueInput
from routing.vocabulary import Vocabulary

ASKED_AS = {
    Kind.CODE: "is", Kind.CODES: "has_any_of", Kind.NUMBER: "is", Kind.DECIMAL: "is", Kind.AMOUNT: "at_least",
    Kind.DATE: "is", Kind.BOOLEAN: "is", Kind.TEXT: "contains_any_word",
}  # fmt: skip
"""The operator whose value is written as the fact itself would be."""


@dataclass(frozen=True)
class Trial:
    """What the rules say of a case, and which of them were asked on the way."""

    match: Match
    considered: Considered


def try_on(compiled: Compiled, facts: Facts) -> Trial:
    match = decide(compiled, facts)
    return Trial(match, considered(compiled, facts, [rule.pk for rule in match.matched]))


# --- facts that somebody types ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """A fact that can be typed. `is_tested`: some rule of the version looks at it."""

    fact: Fact
    input: ValueInput
    is_tested: bool
    error: str = ""


def questions(compiled: Compiled, typed: Mapping[str, Any], vocabulary: Vocabulary) -> list[Question]:
    """The facts to be typed, those that the rules look at first."""
    tested = {condition.fact for rule in compiled.rules for condition in rule.plain.conditions}
    asked = []
    for name, fact in vocabulary.facts.items():
        operator = ASKED_AS[fact.kind]
        value = value_input.read(typed, f"fact-{name}", fact, operator, vocabulary)
        shown = value_input.ask(f"fact-{name}", fact, operator, value, vocabulary)
        asked.append(Question(fact, shown, name in tested, _problem(fact, operator, value)))
    return sorted(asked, key=lambda one: not one.is_tested)


def _problem(fact: Fact, operator: str, value: str) -> str:
    if not value or fact.kind is Kind.TEXT:
        return ""
    try:
        parse(fact, operator, value)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def typed_facts(typed: Mapping[str, Any], vocabulary: Vocabulary) -> Facts:
    """The facts as typed; what was not typed is empty, and what cannot be read is left out."""
    values: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, fact in vocabulary.facts.items():
        operator = ASKED_AS[fact.kind]
        if fact.kind is Kind.TEXT:
            value: Any = _raw(typed, f"fact-{name}")
        else:
            written = value_input.read(typed, f"fact-{name}", fact, operator, vocabulary)
            if not written or _problem(fact, operator, written):
                continue
            value = parse(fact, operator, written)
        if name.startswith(OWN):
            own[name.removeprefix(OWN)] = FreeText(value) if fact.kind is Kind.TEXT else value
        elif fact.kind is Kind.AMOUNT:
            values["amount"], values["currency"] = value
        else:
            values[name] = value
    return Facts(**values, fields=own)


def _raw(typed: Mapping[str, Any], name: str) -> str:
    return "\n".join(typed.getlist(name)) if isinstance(typed, QueryDict) else str(typed.get(name, ""))
