"""The engine: a ruleset is compiled once, then says for any facts which rule applies, what follows, and why.

Rules are tried in order. One that only adds requirements is remembered and the next is tried; the first
other one whose conditions all hold decides.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from routing.conditions import Test, predicate, values_of
from routing.facts import FACTS, Facts, Kind
from routing.models.authority import HIGHEST_LEVEL
from routing.models.rules import Condition, Rule, Ruleset
from routing.vocabulary import Vocabulary
from routing.wording import sentence
from routing.words import WordList


@dataclass(frozen=True)
class CompiledRule:
    """A rule, ready to be tried."""

    pk: int
    name: str
    sentence: str
    tests: tuple[Test, ...]
    go_on: bool
    team_id: int | None
    skills: frozenset[str]
    minimum_authority: int
    authority_up: int
    language: str
    language_from_case: bool
    priority_up: int
    tier: int
    mode: str

    def holds(self, facts: Facts, found: frozenset[str]) -> bool:
        return all(test(facts, found) for test in self.tests)

    def stored(self) -> dict[str, Any]:
        return {"rule": self.pk, "name": self.name, "sentence": self.sentence}


@dataclass(frozen=True)
class Compiled:
    """A ruleset, ready to decide. It holds no database rows, so a process can keep it."""

    ruleset_id: int
    number: int
    rules: tuple[CompiledRule, ...]
    words: WordList


@dataclass(frozen=True)
class Outcome:
    """What is required of the handler, and where the case goes: `team` is an id, or None."""

    team: int | None = None
    skills: tuple[str, ...] = ()
    minimum_authority: int = 0
    languages: tuple[str, ...] = ()
    priority: int = 0
    tier: int = 1
    mode: str = Rule.Mode.PUSH.value

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "skills": list(self.skills), "languages": list(self.languages)}

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "Outcome":
        sequences = {name: tuple(stored.get(name, ())) for name in ("skills", "languages")}
        return cls(**{**stored, **sequences})


@dataclass(frozen=True)
class Match:
    """The rule that decided (None: none did), all that matched, what follows, and why in one sentence."""

    rule: CompiledRule | None
    matched: tuple[CompiledRule, ...]
    outcome: Outcome
    why: str
    found: frozenset[str] = field(default_factory=frozenset)


def compile_ruleset(ruleset: Ruleset) -> Compiled:
    """The ruleset, compiled. One that can still change is compiled each time, the others once a process."""
    return _compile(ruleset) if ruleset.is_draft else _compile_once(ruleset.pk, ruleset.published_at)


def published() -> Compiled | None:
    """The ruleset in force, asked of the database each time: publishing needs no restart."""
    row = Ruleset.objects.filter(state=Ruleset.State.PUBLISHED).values_list("pk", "published_at").first()
    return _compile_once(*row) if row else None


@lru_cache(maxsize=32)
def _compile_once(ruleset_id: int, published_at: datetime | None) -> Compiled:
    # The time is part of the key because an id can come again after a publication that was rolled back.
    return _compile(Ruleset.objects.get(pk=ruleset_id))


def _compile(ruleset: Ruleset) -> Compiled:
    rows = ruleset.rules.filter(is_enabled=True).select_related("team").order_by("position", "pk")
    rules = list(rows.prefetch_related("conditions", "skills"))
    vocabulary = Vocabulary.load()
    with translation.override(settings.LANGUAGE_CODE):
        compiled = tuple(_compile_rule(rule, vocabulary) for rule in rules)
    conditions = [condition for rule in rules for condition in rule.conditions.all()]
    return Compiled(ruleset.pk, ruleset.number, compiled, WordList(_words(conditions)))


def _words(conditions: Iterable[Condition]) -> set[str]:
    texts = (condition for condition in conditions if FACTS[condition.fact].kind is Kind.TEXT)
    return {word for condition in texts for word in values_of(condition.value)}


def _compile_rule(rule: Rule, vocabulary: Vocabulary) -> CompiledRule:
    return CompiledRule(
        pk=rule.pk,
        name=rule.name,
        sentence=sentence(rule, vocabulary),
        tests=tuple(predicate(row.fact, row.operator, row.value) for row in rule.conditions.all()),
        go_on=rule.go_on,
        team_id=rule.team_id,
        skills=frozenset(skill.code for skill in rule.skills.all()),
        minimum_authority=rule.minimum_authority,
        authority_up=rule.authority_up,
        language=rule.language,
        language_from_case=rule.language_from_case,
        priority_up=rule.priority_up,
        tier=rule.tier or 1,
        mode=rule.mode,
    )


def decide(compiled: Compiled, facts: Facts) -> Match:
    """Which rule of the ruleset decides about these facts. Reads nothing but its arguments."""
    found = compiled.words.found(facts.text) if facts.text else facts.found_words
    matched = []
    for rule in compiled.rules:
        if rule.holds(facts, found):
            matched.append(rule)
            if not rule.go_on:
                why = _("Rule “%(rule)s” applies: %(sentence)s.") % {
                    "rule": rule.name,
                    "sentence": rule.sentence,
                }
                return Match(rule, tuple(matched), _outcome(matched, facts), why, found)
    return Match(None, tuple(matched), _outcome(matched, facts), _nothing(matched), found)


def _nothing(matched: list[CompiledRule]) -> str:
    if matched:
        return _("Rules add requirements to this case, but none names a team for it.")
    return _("No routing rule fits this case.")


def _outcome(matched: list[CompiledRule], facts: Facts) -> Outcome:
    if not matched:
        return Outcome(tier=facts.tier)
    last = matched[-1]
    languages = {rule.language for rule in matched} | {facts.language for rule in matched if rule.language_from_case}
    lowest = max(rule.minimum_authority for rule in matched)
    return Outcome(
        team=None if last.go_on else last.team_id,
        skills=tuple(sorted({skill for rule in matched for skill in rule.skills})),
        minimum_authority=min(HIGHEST_LEVEL, lowest + sum(rule.authority_up for rule in matched)),
        languages=tuple(sorted(languages - {""})),
        priority=sum(rule.priority_up for rule in matched),
        tier=max(facts.tier, *(rule.tier for rule in matched)),
        mode=last.mode,
    )
