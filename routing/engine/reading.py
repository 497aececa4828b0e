"""From a case to keys: what it holds of each fact that some rule tests, hashable, in the order of the tables.

A case is `Facts`, or a mapping as a Decision stored it. Such a mapping may also have `text`, where the text still
exists, and `words_looked_for`: by fact, the words that the version which stored it looked for. Without that the version
is taken to be this one. A word that was not looked for in a text that is gone is neither there nor not there.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from routing.facts import FACTS, NOTHING, NOTHING_FOUND, OWN, Fact, Facts, Found, Kind
from routing.words import WordList

Case = Facts | Mapping[str, Any]
Key = Any
BLANK = Facts()
SIMPLE = (Kind.CODE, Kind.NUMBER)


def _part(name: str, *more: str) -> Callable[[Any], Key]:
    def read(raw: Any) -> Key:
        if not isinstance(raw, dict) or name not in raw:
            return None
        return (raw[name], *(raw[other] for other in more)) if more else raw[name]

    return read


OWN_KEYS: dict[Kind, Callable[[Any], Key]] = {
    Kind.CODE: lambda raw: raw if isinstance(raw, str) else None,
    Kind.CODES: lambda raw: tuple(raw) if isinstance(raw, list) else None,
    Kind.BOOLEAN: lambda raw: raw if isinstance(raw, bool) else None,
    Kind.DECIMAL: _part("number"),
    Kind.AMOUNT: _part("amount", "currency"),
    Kind.DATE: _part("date"),
}
"""How an own fact is read from what a decision stored; what is of another kind is not known."""


class Reader:
    """Reads the facts that hold values; `facts` puts them in the order of the keys."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        simple = [fact for fact in facts if not fact.name.startswith(OWN) and fact.kind in SIMPLE]
        self.sets = [fact.name for fact in facts if not fact.name.startswith(OWN) and fact.kind is Kind.CODES]
        amounts = [fact for fact in facts if not fact.name.startswith(OWN) and fact.kind is Kind.AMOUNT]
        self.own = [fact for fact in facts if fact.name.startswith(OWN)]
        self.facts = [*simple, *(FACTS[name] for name in self.sets), *amounts, *self.own]
        names = [*(fact.name for fact in simple), *self.sets]
        # Two names more than it needs, because of one name alone they would give no tuple.
        self.live, self.stored = attrgetter("amount", "currency", *names), itemgetter("amount", "currency", *names)
        self.blank = {name: getattr(BLANK, name) for name in ("amount", "currency", *names)}
        self.amounts, self.places_of_sets = len(amounts), range(len(simple), len(names))
        self.plain = [(fact.name.removeprefix(OWN), OWN_KEYS[fact.kind]) for fact in self.own]

    def keys(self, facts: Facts) -> list[Key]:
        amount, currency, *keys = self.live(facts)
        if self.amounts:
            keys.append((amount, currency))
        if self.own:
            keys += [facts.value(fact) for fact in self.own]
        return keys

    def stored_keys(self, stored: Mapping[str, Any]) -> list[Key]:
        try:
            amount, currency, *keys = self.stored(stored)
        except KeyError:  # stored when there were fewer facts
            amount, currency, *keys = self.stored({**self.blank, **stored})
        for place in self.places_of_sets:
            keys[place] = tuple(keys[place] or ())
        if self.amounts:
            keys.append((amount, currency))
        if self.own:
            own = stored.get("fields") or NOTHING_FOUND
            keys += [read(own.get(code)) for code, read in self.plain]
        return keys


class TextReader:
    """Reads one fact that is text. A key: the words surely there, those that count against it, whether it is empty."""

    def __init__(self, fact: Fact, words: WordList) -> None:
        self.fact, self.words = fact, words
        self.own = fact.name.removeprefix(OWN) if fact.name.startswith(OWN) else ""

    def key(self, facts: Facts) -> Key:
        text = facts.value(self.fact)
        if text:
            return self._live(text)
        left = facts.searched(self.fact.name)
        return self._gone(left.digest, left.found, facts.words_looked_for)

    def stored_key(self, stored: Mapping[str, Any]) -> Key:
        if not self.own:
            if text := stored.get("text"):
                return self._live(text)
            digest, found = stored.get("text_digest", ""), stored.get("found_words", ())
        else:
            left = (stored.get("fields") or {}).get(self.own)
            if isinstance(left, str) and left:
                return self._live(left)
            digest, found = (left.get("digest", ""), left.get("found", ())) if isinstance(left, dict) else ("", ())
        return self._gone(digest, found, stored.get("words_looked_for"))

    def _live(self, text: str) -> Key:
        found = self.words.found(text)
        return found, found, False

    def _gone(self, digest: str, found: Any, looked_for: Found | None) -> Key:
        there = frozenset(found)
        if not digest or looked_for is None:
            return there, there, not digest
        return there, there | (self.words.all - looked_for.get(self.fact.name, NOTHING)), False
