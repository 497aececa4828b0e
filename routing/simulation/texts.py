"""Texts in a replay. A decision keeps the words that its own version looked for; other words need the text itself.

Where that was erased, or is not what it was, a condition about such words is not known: neither yes nor no.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from routing.conditions import EMPTINESS, values_of
from routing.engine import Compiled, CompiledRule, Match, decide
from routing.facts import OWN, Facts, FreeText, Kind, SearchedText, digest
from routing.models import Condition
from routing.simulation.past import Past

Texts = Callable[[Sequence[Past]], Sequence[Mapping[str, str]]]
"""Given by the floor that has the cases: of each decision the texts that still exist, as they were then, by the name
of the fact."""


def words_of(compiled: Compiled) -> dict[str, frozenset[str]]:
    """The words that a version looks for, by the fact that is text."""
    wanted: dict[str, set[str]] = {}
    for rule in compiled.rules:
        for condition in rule.plain.conditions:
            fact = compiled.vocabulary.facts.get(condition.fact)
            if fact and fact.kind is Kind.TEXT and condition.operator not in EMPTINESS:
                wanted.setdefault(fact.name, set()).update(values_of(condition.value))
    return {name: frozenset(words) for name, words in wanted.items()}
