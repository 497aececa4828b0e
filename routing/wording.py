"""Rules in plain language: "If product is Mortgage, send to Lending, authority 2 or above"."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.conditions import EMPTINESS, OPERATORS, parse, values_of
from routing.facts import FACTS, TIERS, Fact, Kind
from routing.models.rules import Condition, Rule
from routing.vocabulary import Vocabulary

ALL_OF = ("has_all_of", "lacks_any_of", "between", "not_between")
AND, OR = gettext_lazy("and"), gettext_lazy("or")


def listed(words: Iterable[Any], joiner: Any = AND) -> str:
    """`a, b and c`."""
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} {joiner} {last}" if first else last


def sentence(rule: Rule, vocabulary: Vocabulary) -> str:
    """The whole rule. Its conditions and skills should be prefetched, its team selected."""
    conditions = [of_condition(condition, vocabulary) for condition in rule.conditions.all()]
    outcome = listed_outcome(rule)
    if conditions:
        return _("If %(conditions)s, %(outcome)s") % {
            "conditions": f" {AND} ".join(conditions),
            "outcome": outcome,
        }
    return _("Always %(outcome)s") % {"outcome": outcome}


def of_condition(condition: Condition, vocabulary: Vocabulary) -> str:
    """`severity is at least High`. What cannot be understood is shown as it was written."""
    fact = FACTS.get(condition.fact)
    operator = str(OPERATORS.get(condition.operator, condition.operator))
    if not fact:
        return str(condition)
    if condition.operator in EMPTINESS:
        return f"{fact.label} {operator}"
    values = values_of(condition.value)
    if fact.kind is Kind.AMOUNT:
        return f"{fact.label} {operator} {_amounts(fact, condition)}"
    names = _names(fact, values, vocabulary)
    return f"{fact.label} {operator} {listed(names, AND if condition.operator in ALL_OF else OR)}"


def _names(fact: Fact, values: list[str], vocabulary: Vocabulary) -> list[str]:
    if fact.kind is Kind.TEXT:
        return [f"“{word}”" for word in values]
    if fact.levels:
        return [
            str(fact.levels[int(word)]) if word.isdecimal() and int(word) in fact.levels else word for word in values
        ]
    return vocabulary.names(fact.name, values)


def _amounts(fact: Fact, condition: Condition) -> str:
    try:
        wanted, currency = parse(fact, condition.operator, condition.value)
    except ValidationError:
        return condition.value
    numbers = wanted if isinstance(wanted, tuple) else (wanted,)
    return f"{listed(f'{number:,.2f}'.removesuffix('.00') for number in numbers)} {currency}"


def listed_outcome(rule: Rule) -> str:
    """`send to Lending, authority 2 or above`."""
    return ", ".join([_destination(rule), *_requirements(rule)])


def _destination(rule: Rule) -> str:
    if rule.go_on:
        return _("add requirements and go on")
    if rule.mode == Rule.Mode.PULL:
        return _("put on the list of %(team)s") % {"team": rule.team}
    return _("send to %(team)s") % {"team": rule.team}


def _requirements(rule: Rule) -> Iterable[str]:
    if skills := [skill.name for skill in rule.skills.all()]:
        yield _("skilled in %(skills)s") % {"skills": listed(skills)}
    if rule.minimum_authority:
        yield _("authority %(level)d or above") % {"level": rule.minimum_authority}
    if rule.authority_up:
        yield _("authority up by %(steps)d") % {"steps": rule.authority_up}
    if rule.language:
        yield _("speaking %(language)s") % {"language": rule.language}
    if rule.language_from_case:
        yield _("speaking the customer's language")
    if rule.priority_up:
        yield _("priority up by %(steps)d") % {"steps": rule.priority_up}
    if rule.tier:
        yield _("tier at least %(tier)s") % {"tier": TIERS.get(rule.tier, rule.tier)}
