"""Texts in a replay. A decision keeps the words that its own version looked for; other words need the text itself.

Where that was erased, or is not what it was, a condition about such words is not known: neither yes nor no.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from routing.engine import Compiled, Match, decide
from routing.facts import NOTHING, OWN, Facts, FreeText, digest
from routing.simulation.past import Past

Texts = Callable[[Sequence[Past]], Sequence[Mapping[str, str]]]
"""Given by the floor that has the cases: of each decision the texts that still exist, as they were then, by the name
of the fact."""


def words_of(compiled: Compiled) -> dict[str, frozenset[str]]:
    """The words that a version looks for, by the fact that is text."""
    return dict(compiled.words)


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


def decide_knowing(compiled: Compiled, facts: Facts, searched: Mapping[str, frozenset[str]]) -> Match | None:
    """What the rules say when texts are gone; None when it hangs on a word that nobody looked for then.

    `searched` are the words that the version of that time looked for.
    """
    match = decide(compiled, replace(facts, words_looked_for=searched))
    return match if match.known else None
