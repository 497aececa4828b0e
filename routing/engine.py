"""The engine: a ruleset is compiled once, then says for any facts which rule applies, what follows, and why.

Rules are tried in order. One that only adds requirements is remembered and the next is tried; the first
other one whose conditions all hold decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from routing.conditions import EMPTINESS, Test, predicate, values_of
from routing.facts import Facts, Found, Kind
from routing.models.authority import HIGHEST_LEVEL
from routing.models.rules import Rule, Ruleset
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.vocabulary import Vocabulary
from routing.wording import of_requirement, sentence
from routing.words import WordList


@dataclass(frozen=True)
class CompiledRule:
    """A rule, ready to be tried: of each tuple of `needs` at least one test must hold."""

    plain: PlainRule
    sentence: str
    needs: tuple[tuple[Test, ...], ...]

    @property
    def pk(self) -> int:
        return self.plain.pk

    @property
    def name(self) -> str:
        return self.plain.name

    @property
    def go_on(self) -> bool:
        return self.plain.go_on

    def holds(self, facts: Facts, found: Found) -> bool:
        return all(any(test(facts, found) for test in tests) for tests in self.needs)

    def stored(self) -> dict[str, Any]:
        return {"rule": self.pk, "name": self.name, "sentence": self.sentence}


@dataclass(frozen=True)
class Compiled:
    """A ruleset, ready to decide. It holds no database rows, so a process can keep it."""

    ruleset_id: int
    number: int
    rules: tuple[CompiledRule, ...]
    words: Mapping[str, WordList]
    vocabulary: Vocabulary


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
    found: Found = field(default_factory=dict)


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
    return compile_plain(PlainRuleset.of(ruleset), Vocabulary.load())


def compile_plain(ruleset: PlainRuleset, vocabulary: Vocabulary) -> Compiled:
    """The rules that are on, compiled without asking the database."""
    rules = [rule for rule in ruleset.rules if rule.is_enabled]
    with translation.override(settings.LANGUAGE_CODE):
        compiled = tuple(_compile_rule(rule, vocabulary) for rule in rules)
    conditions = [condition for rule in rules for condition in rule.conditions]
    return Compiled(ruleset.pk, ruleset.number, compiled, _words(conditions, vocabulary), vocabulary)


def _words(conditions: Iterable[PlainCondition], vocabulary: Vocabulary) -> dict[str, WordList]:
    words: dict[str, set[str]] = {}
    for condition in conditions:
        fact = vocabulary.facts.get(condition.fact)
        if fact and fact.kind is Kind.TEXT and condition.operator not in EMPTINESS:
            words.setdefault(fact.name, set()).update(values_of(condition.value))
    return {name: WordList(wanted) for name, wanted in words.items()}


def _compile_rule(rule: PlainRule, vocabulary: Vocabulary) -> CompiledRule:
    needs = tuple(tuple(_test(condition, vocabulary) for condition in conditions) for conditions in rule.requirements())
    return CompiledRule(rule, sentence(rule, vocabulary), needs)


def _test(condition: PlainCondition, vocabulary: Vocabulary) -> Test:
    """A condition that makes no sense any more, because its fact has gone, holds for no case."""
    try:
        return predicate(condition.fact, condition.operator, condition.value, vocabulary.facts)
    except ValidationError:
        return _never


def _never(facts: Facts, found: Found) -> bool:
    return False


def decide(compiled: Compiled, facts: Facts) -> Match:
    """Which rule of the ruleset decides about these facts. Reads nothing but its arguments."""
    found = _found(compiled, facts)
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


def decide_many(compiled: Compiled, cases: Iterable[Facts | Mapping[str, Any]]) -> Iterator[Match]:
    """The same for many, each given as Facts or as a Decision stored them. What is returned may be shared."""
    for case in cases:
        yield decide(compiled, case if isinstance(case, Facts) else Facts.from_stored(case))


def _found(compiled: Compiled, facts: Facts) -> Found:
    """The words of the ruleset in each text; where the text has gone, those that its own version found."""
    found = {}
    for name, words in compiled.words.items():
        text = facts.value(compiled.vocabulary.facts[name])
        found[name] = words.found(text) if text else facts.searched(name).found
    return found


@dataclass(frozen=True)
class Failed:
    """A rule that does not apply, and the first of its conditions that does not hold, in words.

    When all of them hold the rule came too late: another had decided, and `condition` is empty.
    """

    rule: CompiledRule
    condition: str


def failed(compiled: Compiled, facts: Facts) -> list[Failed]:
    """Each rule that did not apply to these facts, in their order."""
    match = decide(compiled, facts)
    return [
        Failed(rule, _first_failing(rule, facts, match.found, compiled.vocabulary))
        for rule in compiled.rules
        if rule not in match.matched
    ]


def _first_failing(rule: CompiledRule, facts: Facts, found: Found, vocabulary: Vocabulary) -> str:
    for conditions, tests in zip(rule.plain.requirements(), rule.needs, strict=True):
        if not any(test(facts, found) for test in tests):
            return of_requirement(conditions, vocabulary)
    return ""


def _nothing(matched: list[CompiledRule]) -> str:
    if matched:
        return _("Rules add requirements to this case, but none names a team for it.")
    return _("No routing rule fits this case.")


def _outcome(matched: list[CompiledRule], facts: Facts) -> Outcome:
    if not matched:
        return Outcome(tier=facts.tier)
    rules = [rule.plain for rule in matched]
    last = rules[-1]
    languages = {rule.language for rule in rules} | {facts.language for rule in rules if rule.language_from_case}
    lowest = max(rule.minimum_authority for rule in rules)
    return Outcome(
        team=None if last.go_on else last.team_id,
        team_code="" if last.go_on else last.team,
        skills=tuple(sorted({skill for rule in rules for skill in rule.skills})),
        minimum_authority=min(HIGHEST_LEVEL, lowest + sum(rule.authority_up for rule in rules)),
        languages=tuple(sorted(languages - {""})),
        priority=sum(rule.priority_up for rule in rules),
        tier=max(facts.tier, *(rule.tier or 1 for rule in rules)),
        mode=last.mode,
    )
