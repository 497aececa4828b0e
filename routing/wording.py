"""Rules in plain language: "If product is Mortgage, send to Lending, authority 2 or above"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from routing.conditions import EMPTINESS, OPERATORS, parse, values_of
from routing.facts import TIERS, Fact, Kind
from routing.models.rules import Condition, Rule
from routing.plain import PlainCondition, PlainRule
from routing.vocabulary import Vocabulary

ALL_OF = ("has_all_of", "lacks_any_of", "between", "not_between")
YES_NO = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
AND, OR = gettext_lazy("and"), gettext_lazy("or")


@dataclass(frozen=True)
class Voice:
    """How a sentence sets what a rule names (`word`), and what joins its conditions (`joint`)."""

    word: Callable[[Any], str] = str
    joint: Callable[[Any], str] = str


PLAIN = Voice()
MARKS = {"\ue000": '<span class="rd-word">', "\ue001": "</span>", "\ue002": "<b>", "\ue003": "</b>"}
"""Letters that no language has, for the tags that they become once everything else is escaped."""
MARKED = Voice(lambda word: f"\ue000{_unmarked(word)}\ue001", lambda word: f"\ue002{word}\ue003")


def _unmarked(word: Any) -> str:
    return str(word).translate(dict.fromkeys(map(ord, MARKS)))


def marked(rule: "Rule | PlainRule", vocabulary: Vocabulary) -> SafeString:
    """The sentence for a page: each value, team and skill in a chip, and the “and” between conditions in bold."""
    return with_marks(sentence(rule, vocabulary, MARKED))


def with_marks(said: str) -> SafeString:
    return SafeString(str(escape(said)).translate({ord(mark): tag for mark, tag in MARKS.items()}))


def listed(words: Iterable[Any], joiner: Any = AND) -> str:
    """`a, b and c`."""
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} {joiner} {last}" if first else last


def sentence(rule: Rule | PlainRule, vocabulary: Vocabulary, voice: Voice = PLAIN) -> str:
    """The whole rule. Of a row, conditions and skills should be prefetched, the team selected."""
    plain = rule if isinstance(rule, PlainRule) else PlainRule.of(rule)
    outcome = listed_outcome(plain, vocabulary, voice)
    if not plain.conditions:
        return _("Always %(outcome)s") % {"outcome": outcome}
    conditions = of_conditions(plain, vocabulary, voice)
    return _("If %(conditions)s, %(outcome)s") % {"conditions": conditions, "outcome": outcome}


def of_conditions(rule: PlainRule, vocabulary: Vocabulary, voice: Voice = PLAIN) -> str:
    """All of them, groups last because they read best there; empty when there are none."""
    needed = sorted(rule.requirements(), key=lambda conditions: len(conditions) > 1)
    return f" {voice.joint(AND)} ".join(of_requirement(one, vocabulary, voice) for one in needed)


def of_requirement(conditions: Iterable[PlainCondition], vocabulary: Vocabulary, voice: Voice = PLAIN) -> str:
    """One condition, or the alternatives of a group: `either severity is High, or amount in dispute is empty`."""
    words = [of_condition(condition, vocabulary, voice) for condition in conditions]
    if len(words) == 1:
        return words[0]
    return _("either %(alternatives)s") % {"alternatives": f", {voice.joint(OR)} ".join(words)}


def of_condition(condition: Condition | PlainCondition, vocabulary: Vocabulary, voice: Voice = PLAIN) -> str:
    """`severity is at least High`. What cannot be understood is shown as it was written."""
    fact = vocabulary.facts.get(condition.fact)
    operator = str(OPERATORS.get(condition.operator, condition.operator))
    if not fact:
        return f"{condition.fact} {condition.operator} {condition.value}".strip()
    if condition.operator in EMPTINESS:
        return f"{fact.label} {operator}"
    values = values_of(condition.value)
    if fact.kind is Kind.AMOUNT:
        return f"{fact.label} {operator} {voice.word(_amounts(fact, condition))}"
    names = map(voice.word, _names(fact, values, vocabulary))
    return f"{fact.label} {operator} {listed(names, AND if condition.operator in ALL_OF else OR)}"


def _names(fact: Fact, values: list[str], vocabulary: Vocabulary) -> list[str]:
    if fact.kind is Kind.TEXT:
        return [f"“{word}”" for word in values]
    if fact.levels:
        return [
            str(fact.levels[int(word)]) if word.isdecimal() and int(word) in fact.levels else word for word in values
        ]
    if fact.kind is Kind.BOOLEAN:
        return [str(YES_NO.get(word, word)) for word in values]
    if fact.name == "language":
        return [language_name(code) for code in values]
    return vocabulary.names(fact.name, values)


def language_name(code: str) -> str:
    """Of a code such as pt-BR; the code itself where it is none that is known."""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code


def _amounts(fact: Fact, condition: Condition | PlainCondition) -> str:
    try:
        wanted, currency = parse(fact, condition.operator, condition.value)
    except ValidationError:
        return condition.value
    numbers = wanted if isinstance(wanted, tuple) else (wanted,)
    return f"{listed(f'{number:,.2f}'.removesuffix('.00') for number in numbers)} {currency}"


def listed_outcome(rule: PlainRule, vocabulary: Vocabulary, voice: Voice = PLAIN) -> str:
    """`send to Lending, authority 2 or above`."""
    return ", ".join([_destination(rule, vocabulary, voice), *_requirements(rule, vocabulary, voice)])


def _destination(rule: PlainRule, vocabulary: Vocabulary, voice: Voice) -> str:
    if rule.go_on:
        return _("add requirements and go on")
    team = voice.word(vocabulary.teams.get(rule.team, rule.team))
    if rule.mode == Rule.Mode.PULL:
        return _("put on the list of %(team)s") % {"team": team}
    return _("send to %(team)s") % {"team": team}


def _requirements(rule: PlainRule, vocabulary: Vocabulary, voice: Voice) -> Iterable[str]:
    if rule.skills:
        names = (voice.word(vocabulary.skills.get(code, code)) for code in rule.skills)
        yield _("skilled in %(skills)s") % {"skills": listed(names)}
    if rule.minimum_authority:
        yield _("authority %(level)d or above") % {"level": rule.minimum_authority}
    if rule.authority_up:
        yield _("authority up by %(steps)d") % {"steps": rule.authority_up}
    if rule.language:
        yield _("speaking %(language)s") % {"language": voice.word(language_name(rule.language))}
    if rule.language_from_case:
        yield _("speaking the customer's language")
    if rule.priority_up:
        yield _("priority up by %(steps)d") % {"steps": rule.priority_up}
    if rule.tier:
        yield _("tier at least %(tier)s") % {"tier": voice.word(TIERS.get(rule.tier, rule.tier))}
