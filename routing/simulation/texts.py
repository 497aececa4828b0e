"""Texts in a replay. A decision keeps the words that its own version looked for; other words need the text itself.

Where that was erased, or is not what it was, a condition about such words is not known: neither yes nor no.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from routing.conditions import EMPTINESS, Test, values_of
from routing.engine import Compiled, CompiledRule, Match, decide
from routing.facts import NOTHING, OWN, Facts, Found, FreeText, Kind, digest
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


class Reader:
    """The facts of past cases as a version needs them: with the texts, where their stored words do not tell enough."""

    def __init__(self, versions: Sequence[Compiled], texts: Texts, words: Callable[[int], dict[str, frozenset[str]]]):
        self.wanted = merged([words_of(version) for version in versions])
        self.texts, self.words = texts, cache(words)

    def lacking(self, past: Past) -> list[str]:
        """The texts that there were, and whose stored words do not tell all that is asked of them."""
        if not self.wanted:
            return []
        searched = self.words(past.ruleset)
        asked = [name for name, words in self.wanted.items() if words - searched.get(name, NOTHING)]
        return [name for name in asked if stored_digest(past.facts, name)] if asked else []

    def read(self, batch: Sequence[Past]) -> "list[tuple[Facts | dict[str, Any], list[str]]]":
        """Of each the facts, and the names of the texts of which not all is known."""
        needy = [(past, names) for past in batch if (names := self.lacking(past))]
        if not needy:
            return [(past.facts, []) for past in batch]
        given = self.texts([past for past, _names in needy])
        filled = {
            past.pk: with_texts(past.facts, names, texts) for (past, names), texts in zip(needy, given, strict=True)
        }
        return [filled.get(past.pk, (past.facts, [])) for past in batch]


def merged(versions: Sequence[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    names = {name for words in versions for name in words}
    return {name: frozenset().union(*(words.get(name, frozenset()) for words in versions)) for name in names}


def stored_digest(facts: Mapping[str, Any], name: str) -> str:
    if not name.startswith(OWN):
        return facts.get("text_digest", "")
    value = facts.get("fields", {}).get(name.removeprefix(OWN))
    return value.get("digest", "") if isinstance(value, dict) else ""


def with_texts(stored: dict[str, Any], names: Sequence[str], texts: Mapping[str, str]) -> tuple[Facts, list[str]]:
    """The facts with those texts that are still what they were, and the names of the others."""
    facts = Facts.from_stored(stored)
    missing = []
    for name in names:
        text = texts.get(name, "")
        if digest(text) != stored_digest(stored, name):
            missing.append(name)
        elif name.startswith(OWN):
            facts = replace(facts, fields={**facts.fields, name.removeprefix(OWN): FreeText(text)})
        else:
            facts = replace(facts, text=text)
    return facts, missing


def decide_knowing(
    compiled: Compiled, facts: Facts, missing: Sequence[str], searched: Mapping[str, frozenset[str]]
) -> Match | None:
    """What the rules say when those texts are gone; None when it hangs on a word that nobody looked for then.

    `searched` are the words that the version of that time looked for. A condition hangs on the others when it is one
    thing with none of them and another with all of them: more words turn a condition one way only.
    """
    wanted = words_of(compiled)
    least = {name: facts.searched(name).found for name in missing}
    most = {name: least[name] | (wanted.get(name, NOTHING) - searched.get(name, NOTHING)) for name in missing}
    match = decide(compiled, facts)
    low, high = {**match.found, **least}, {**match.found, **most}
    for rule in compiled.rules:
        holds = _holds(rule, facts, low, high)
        if holds is None:
            return None
        if holds and not rule.go_on:
            break
    return match


def _holds(rule: CompiledRule, facts: Facts, low: Found, high: Found) -> bool | None:
    """Whether all that the rule needs holds; None when that is not known."""
    found = [_any_holds([_test_holds(test, facts, low, high) for test in tests]) for tests in rule.needs]
    if False in found:
        return False
    return None if None in found else True


def _any_holds(found: Sequence[bool | None]) -> bool | None:
    if True in found:
        return True
    return None if None in found else False


def _test_holds(test: Test, facts: Facts, low: Found, high: Found) -> bool | None:
    without, with_all = test(facts, low), test(facts, high)
    return without if without == with_all else None
