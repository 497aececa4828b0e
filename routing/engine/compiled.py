"""A ruleset, ready to decide: its rules as bits, a table for each fact that they test, and what follows from each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from routing.engine.reading import Key, Reader, TextReader
from routing.facts import NOTHING, NOTHING_FOUND, Found
from routing.models.authority import HIGHEST_LEVEL
from routing.models.rules import Rule
from routing.plain import PlainRule
from routing.vocabulary import Vocabulary
from routing.wording import sentence

MOST_RESULTS = 20_000


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its sentence, which is made when it is first asked for, in the language of the house."""

    plain: PlainRule
    vocabulary: Vocabulary = field(compare=False, repr=False)

    @property
    def pk(self) -> int:
        return self.plain.pk

    @property
    def name(self) -> str:
        return self.plain.name

    @property
    def go_on(self) -> bool:
        return self.plain.go_on

    @cached_property
    def sentence(self) -> str:
        with translation.override(settings.LANGUAGE_CODE):
            return sentence(self.plain, self.vocabulary)

    def stored(self) -> dict[str, Any]:
        return {"rule": self.pk, "name": self.name, "sentence": self.sentence}


@dataclass(frozen=True)
class Outcome:
    """What is required of the handler, and where the case goes: `team` is an id, or None; `team_code` its code."""

    team: int | None = None
    team_code: str = ""
    skills: tuple[str, ...] = ()
    minimum_authority: int = 0
    languages: tuple[str, ...] = ()
    priority: int = 0
    tier: int = 1
    mode: str = Rule.Mode.PUSH.value

    def stored(self) -> dict[str, Any]:
        return {**vars(self), "skills": list(self.skills), "languages": list(self.languages)}

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "Outcome":
        sequences = {name: tuple(stored.get(name, ())) for name in ("skills", "languages")}
        return cls(**{**stored, **sequences})


class Match(NamedTuple):
    """The rule that decided (None: none did), all that matched, what follows, and why in one sentence.

    `known` is False where a text is gone and a word that was not looked for in it could have changed the result.
    """

    rule: CompiledRule | None
    matched: tuple[CompiledRule, ...]
    outcome: Outcome
    why: str
    found: Found = NOTHING_FOUND
    known: bool = True


class Slot(NamedTuple):
    """One group of each rule that has so many: `free` has none, the others need one of the tables to let them pass."""

    free: int
    tables: Sequence[tuple[int, Mapping[Key, int]]]


Applying = tuple[int, int]
"""How many rules there are from the one that decides on (0: none does), and those before it that add, as bits."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """Holds no database rows, so a process can keep it. The tables stand in the order in which `reader` gives keys."""

    ruleset_id: int
    number: int
    rules: tuple[CompiledRule, ...]
    vocabulary: Vocabulary
    alive: int
    adding: int
    reader: Reader
    tables: list[Mapping[Key, int]]
    texts: list[TextReader]
    text_tables: list[Mapping[Key, int]]
    slots: list[Slot]
    about_text: int
    results: dict[tuple[Applying, int, str], Match] = field(default_factory=dict)

    @cached_property
    def no_texts(self) -> list[Key]:
        """The keys of a case without any text."""
        return [(NOTHING, NOTHING, True)] * len(self.texts)

    @property
    def words(self) -> Found:
        """By fact, the words that this version looks for."""
        return {text.fact.name: text.words.all for text in self.texts}

    def values_pass(self, keys: list[Key]) -> int:
        """The rules that the facts which hold values let pass, groups not counted."""
        mask = self.alive
        for table, key in zip(self.tables, keys, strict=False):
            mask &= table[key]
        return mask

    def all_pass(self, mask: int, keys: list[Key]) -> int:
        """Of these rules, those that texts and groups let pass as well. `keys` has those of the texts at its end."""
        for table, key in zip(self.text_tables, keys[len(self.tables) :], strict=False):
            mask &= table[key]
        for slot in self.slots:
            passing = slot.free
            for place, alternative in slot.tables:
                passing |= alternative[keys[place]]
            mask &= passing
        return mask

    def applying(self, mask: int) -> Applying:
        """The first rule that decides, and those before it that only add."""
        if not self.adding:
            return mask.bit_length(), 0
        left = (mask & ~self.adding).bit_length()
        return left, (mask & self.adding) >> left

    def match(self, applying: Applying, tier: int, language: str) -> Match:
        """What follows. It is the same object for all cases to which the same applies."""
        key = (applying, tier, language)
        try:
            return self.results[key]
        except KeyError:
            if len(self.results) >= MOST_RESULTS:
                self.results.clear()
            found = self.results[key] = self._match(*applying, tier, language)
            return found

    def _match(self, left: int, added: int, tier: int, language: str) -> Match:
        decides = self._rule(left) if left else None
        matched = [] if decides is None else [decides]
        while added:  # the lowest bit is the last of them
            matched.insert(0, self._rule(left + (added & -added).bit_length()))
            added &= added - 1
        with translation.override(settings.LANGUAGE_CODE):
            why = _why(decides, matched)
        return Match(decides, tuple(matched), _outcome([rule.plain for rule in matched], tier, language), why)

    def _rule(self, left: int) -> CompiledRule:
        return self.rules[len(self.rules) - left]


def _why(decides: CompiledRule | None, matched: Sequence[CompiledRule]) -> str:
    if decides:
        return _("Rule “%(rule)s” applies: %(sentence)s.") % {"rule": decides.name, "sentence": decides.sentence}
    if matched:
        return _("Rules add requirements to this case, but none names a team for it.")
    return _("No routing rule fits this case.")


def _outcome(rules: Sequence[PlainRule], tier: int, language: str) -> Outcome:
    if not rules:
        return Outcome(tier=tier)
    last = rules[-1]
    languages = {rule.language for rule in rules} | {language for rule in rules if rule.language_from_case}
    lowest = max(rule.minimum_authority for rule in rules)
    return Outcome(
        team=None if last.go_on else last.team_id,
        team_code="" if last.go_on else last.team,
        skills=tuple(sorted({skill for rule in rules for skill in rule.skills})),
        minimum_authority=min(HIGHEST_LEVEL, lowest + sum(rule.authority_up for rule in rules)),
        languages=tuple(sorted(languages - {""})),
        priority=sum(rule.priority_up for rule in rules),
        tier=max(tier, *(rule.tier or 1 for rule in rules)),
        mode=last.mode,
    )
