"""Routing as the issue tells it, rule after rule and condition after condition, as plainly as can be: to compare with.

It shares nothing with the engine but the data classes and the folding of letters.
"""

import re
from datetime import date
from decimal import Decimal

from routing.facts import Facts
from routing.plain import PlainCondition, PlainRule
from routing.words import fold


def matched(rules: list[PlainRule], facts: Facts, kinds: dict[str, str]) -> list[PlainRule]:
    """Those that apply: all that only add requirements before the first other one, and that one."""
    found = []
    for rule in rules:
        if rule.is_enabled and applies(rule, facts, kinds):
            found.append(rule)
            if not rule.go_on:
                break
    return found


def applies(rule: PlainRule, facts: Facts, kinds: dict[str, str]) -> bool:
    return first_failing(rule, facts, kinds) is None


def first_failing(rule: PlainRule, facts: Facts, kinds: dict[str, str]) -> PlainCondition | None:
    """The first condition that does not hold, where none of its group does."""
    for condition in rule.conditions:
        others = [one for one in rule.conditions if one.group == condition.group and one.group is not None]
        if not any(holds(one, facts, kinds) for one in others or [condition]):
            return condition
    return None


def holds(condition: PlainCondition, facts: Facts, kinds: dict[str, str]) -> bool:
    value, operator = value_of(condition.fact, facts), condition.operator
    kind = kinds[condition.fact]
    words = [word.strip() for word in condition.value.split(",")]
    if operator in ("is_empty", "is_not_empty"):
        return (value is None or value in ("", frozenset())) == (operator == "is_empty")
    if kind == "text":
        there = any(stands(word, value or "") for word in words)
        return there == (operator == "contains_any_word")
    if kind == "set":
        return of_set(operator, set(value or ()), set(words))
    if kind == "amount":
        currency = words[-1][-3:]
        wanted = [Decimal(word.removesuffix(currency)) for word in words]
        return value is not None and value[1] == currency and of_order(operator, value[0], wanted)
    wanted = [READ[kind](word) for word in words]
    if operator in ("is", "is_one_of"):
        return value in wanted
    if operator in ("is_not", "is_not_one_of"):
        return value not in wanted
    return value is not None and of_order(operator, value, wanted)


READ = {
    "code": str,
    "number": int,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "boolean": lambda word: word == "yes",
}


def value_of(name, facts):
    if name.startswith("field:"):
        return facts.fields.get(name[6:])
    if name == "amount":
        return None if facts.amount is None else (facts.amount, facts.currency)
    return getattr(facts, name)


def of_order(operator, value, wanted):
    if operator in ("at_least", "on_or_after"):
        return value >= wanted[0]
    if operator in ("at_most", "on_or_before"):
        return value <= wanted[0]
    return (wanted[0] <= value <= wanted[1]) == (operator == "between")


def of_set(operator, value, wanted):
    return {
        "has_any_of": any(one in value for one in wanted),
        "has_none_of": not any(one in value for one in wanted),
        "has_all_of": all(one in value for one in wanted),
        "lacks_any_of": not all(one in value for one in wanted),
        "has_only": all(one in wanted for one in value),
        "has_others_than": not all(one in wanted for one in value),
    }[operator]


def stands(word, text):
    """Whether the word or phrase stands in the text; * is any ending or beginning."""
    pattern = r"\W+".join(re.escape(part).replace(r"\*", r"\w*") for part in re.findall(r"[\w*]+", fold(word)))
    return re.search(rf"(?<!\w){pattern}(?!\w)", fold(text)) is not None
