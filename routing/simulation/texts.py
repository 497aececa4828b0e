"""Texts in a replay. A decision keeps the words that its own version looked for; other words need the text itself.

Where that was erased, or is not what it was, the engine is told which words were looked for then: what hangs on another
word is not known, neither yes nor no.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from routing.engine import Compiled
from routing.facts import NOTHING, OWN, Found, digest
from routing.simulation.past import Past

Texts = Callable[[Sequence[Past]], Sequence[Mapping[str, str]]]
"""Given by the floor that has the cases: of each decision the texts that still exist, as they were then, by the name
of the fact."""


class Reader:
    """The facts of past cases as some versions need them: with the texts, where their stored words do not tell enough.

    `looked_for` gives the words that a version looked for, by its id.
    """

    def __init__(self, versions: Sequence[Compiled], texts: Texts, looked_for: Callable[[int], Found]) -> None:
        self.wanted = merged([version.words for version in versions])
        self.texts, self.looked_for = texts, cache(looked_for)

    def read(self, batch: Sequence[Past]) -> list[Mapping[str, Any]]:
        needy = [(past, names) for past in batch if (names := self._lacking(past))] if self.wanted else []
        if not needy:
            return [past.facts for past in batch]
        given = self.texts([past for past, _names in needy])
        filled = {past.pk: self._filled(past, names, found) for (past, names), found in zip(needy, given, strict=True)}
        return [filled.get(past.pk, past.facts) for past in batch]

    def _lacking(self, past: Past) -> list[str]:
        """The texts that there were, and whose stored words do not tell all that is asked of them."""
        known = self.looked_for(past.ruleset)
        asked = [name for name, words in self.wanted.items() if words - known.get(name, NOTHING)]
        return [name for name in asked if stored_digest(past.facts, name)]

    def _filled(self, past: Past, names: Sequence[str], texts: Mapping[str, str]) -> dict[str, Any]:
        """The facts with those texts that are still what they were."""
        facts = {**past.facts, "words_looked_for": self.looked_for(past.ruleset)}
        for name in names:
            text = texts.get(name, "")
            if digest(text) != stored_digest(past.facts, name):
                continue
            if name.startswith(OWN):
                facts["fields"] = {**facts["fields"], name.removeprefix(OWN): text}
            else:
                facts["text"] = text
        return facts


def merged(versions: Sequence[Found]) -> Found:
    names = {name for words in versions for name in words}
    return {name: NOTHING.union(*(words.get(name, NOTHING) for words in versions)) for name in names}


def stored_digest(facts: Mapping[str, Any], name: str) -> str:
    """What is left of a text; empty when there was none."""
    if not name.startswith(OWN):
        return facts.get("text_digest", "")
    value = facts.get("fields", {}).get(name.removeprefix(OWN))
    return value.get("digest", "") if isinstance(value, dict) else ""
