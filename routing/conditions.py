"""Conditions: which operators a fact has, how a value is written, and whether the condition holds."""

import csv
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.facts import FACTS, NOTHING, Fact, Facts, Found, Kind, known
from routing.vocabulary import Vocabulary
from routing.words import check_words

# The name of an operator, how it reads, and what a missing value says for it.
OPERATORS: dict[str, str | Promise] = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "is_one_of": gettext_lazy("is one of"),
    "is_not_one_of": gettext_lazy("is not one of"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "on_or_after": gettext_lazy("is on or after"),
    "on_or_before": gettext_lazy("is on or before"),
    "between": gettext_lazy("is between"),
    "not_between": gettext_lazy("is not between"),
    "contains_any_word": gettext_lazy("contains any of the words"),
    "contains_no_word": gettext_lazy("contains none of the words"),
    "has_any_of": gettext_lazy("has any of"),
    "has_all_of": gettext_lazy("has all of"),
    "has_none_of": gettext_lazy("has none of"),
    "lacks_any_of": gettext_lazy("has not all of"),
    "has_only": gettext_lazy("has only"),
    "has_others_than": gettext_lazy("has others than"),
    "is_empty": gettext_lazy("is empty"),
    "is_not_empty": gettext_lazy("is not empty"),
}
EMPTINESS = ("is_empty", "is_not_empty")
EQUALITY = ("is", "is_not", "is_one_of", "is_not_one_of")
RANGES = ("between", "not_between")
OF_KIND: dict[Kind, tuple[str, ...]] = {
    Kind.CODE: (*EQUALITY, *EMPTINESS),
    Kind.CODES: (
        "has_any_of", "has_all_of", "has_none_of", "lacks_any_of", "has_only", "has_others_than", *EMPTINESS,
    ),
    Kind.NUMBER: (*EQUALITY, "at_least", "at_most", *RANGES),
    Kind.DECIMAL: (*EQUALITY, "at_least", "at_most", *RANGES, *EMPTINESS),
    Kind.AMOUNT: ("at_least", "at_most", *RANGES, *EMPTINESS),
    Kind.DATE: ("is", "is_not", "on_or_after", "on_or_before", *RANGES, *EMPTINESS),
    Kind.BOOLEAN: ("is", "is_not", *EMPTINESS),
    Kind.TEXT: ("contains_any_word", "contains_no_word", *EMPTINESS),
}  # fmt: skip
SINGLE = ("is", "is_not", "at_least", "at_most", "on_or_after", "on_or_before")
MOST_VALUES = 2000
DECIMALS = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
AMOUNTS = re.compile(r"(?P<numbers>[\d.,\s]+?)\s*(?P<currency>[A-Z]{3})")
Test = Callable[[Facts, Found], bool]


def check(name: str, operator: str, value: str, vocabulary: Vocabulary | None = None) -> str:
    """Return the value as it is to be stored; a ValidationError names the fact and says what to do."""
    vocabulary = vocabulary or Vocabulary.load()
    fact = known(name, vocabulary.facts)
    if operator not in OF_KIND[fact.kind]:
        offered = ", ".join(str(OPERATORS[name]) for name in OF_KIND[fact.kind])
        message = _("“%(operator)s” does not fit the fact “%(fact)s”. Choose one of: %(offered)s.")
        shown = OPERATORS.get(operator, operator)
        raise ValidationError(message % {"operator": shown, "fact": fact.label, "offered": offered})
    if operator in EMPTINESS:
        return ""
    try:
        return _written(fact, operator, value, vocabulary)
    except ValidationError as error:
        message = _("Fact “%(fact)s”: %(problem)s")
        problem = " ".join(error.messages)
        raise ValidationError(message % {"fact": fact.label, "problem": problem}) from error


def _written(fact: Fact, operator: str, value: str, vocabulary: Vocabulary) -> str:
    if fact.kind in (Kind.CODE, Kind.CODES) and vocabulary.is_closed(fact.name):
        whole = vocabulary.code(fact.name, value.strip())
        words = [whole] if whole else values_of(value)
        return _joined([_code(fact, word, vocabulary) for word in _counted(operator, words)])
    if fact.kind is Kind.TEXT:
        check_words(_counted(operator, values_of(value)))
    if strange := [word for word in values_of(value) if fact.pattern and not re.fullmatch(fact.pattern, word)]:
        raise ValidationError(_("“%(word)s” is not written as: %(help)s") % {"word": strange[0], "help": fact.help})
    parse(fact, operator, value)
    if fact.kind is Kind.NUMBER:  # a level has another name in another language
        return ", ".join(str(_number(fact, word)) for word in values_of(value))
    return value.strip()


def _code(fact: Fact, word: str, vocabulary: Vocabulary) -> str:
    if (code := vocabulary.code(fact.name, word)) is None:
        raise ValidationError(_("there is no “%(word)s”. Add it first, or choose another.") % {"word": word})
    return code


def values_of(value: str) -> list[str]:
    """The values between the commas; one that has a comma itself stands in double quotes."""
    rows = csv.reader([" ".join(value.split())], skipinitialspace=True)
    return [word.strip() for row in rows for word in row if word.strip()]


def _joined(words: list[str]) -> str:
    return ", ".join(f'"{word}"' if "," in word else word for word in words)


def _counted(operator: str, words: list[str]) -> list[str]:
    if not words:
        raise ValidationError(_("write a value."))
    if operator in SINGLE and len(words) > 1:
        raise ValidationError(_("write one value, without a comma."))
    if operator in RANGES and len(words) != 2:
        raise ValidationError(_("write two values with a comma between them, the smaller one first."))
    if len(words) > MOST_VALUES:
        raise ValidationError(_("that is more than %(most)d values.") % {"most": MOST_VALUES})
    return words


def parse(fact: Fact, operator: str, value: str) -> Any:
    """The value as Python compares it: of the fact's kind, a frozenset, a (low, high) pair, amounts with currency."""
    if operator in EMPTINESS:
        return None
    if fact.kind is Kind.AMOUNT:
        return _amounts(operator, value)
    read = READ.get(fact.kind)
    words = _counted(operator, values_of(value))
    return _shaped(operator, [read(fact, word) for word in words] if read else words)


def _shaped(operator: str, parsed: list[Any]) -> Any:
    if operator in SINGLE:
        return parsed[0]
    if operator not in RANGES:
        return frozenset(parsed)
    if parsed[0] > parsed[1]:
        raise ValidationError(_("write the smaller value first."))
    return parsed[0], parsed[1]


def _number(fact: Fact, word: str) -> int:
    for number, name in (fact.levels or {}).items():
        if word.casefold() in (str(number), str(name).casefold()):
            return number
    if fact.levels or not re.fullmatch(r"\d{1,9}", word, re.ASCII):
        offered = ", ".join(str(name) for name in (fact.levels or {}).values()) or _("a whole number such as 3")
        message = _("“%(word)s” is not understood. Write %(offered)s.")
        raise ValidationError(message % {"word": word, "offered": offered})
    return int(word)


def _decimal(fact: Fact, word: str) -> Decimal:
    if not DECIMALS.fullmatch(word):
        raise ValidationError(_("“%(word)s” is not understood. Write a number such as 3 or 2.5.") % {"word": word})
    return Decimal(word)


def _date(fact: Fact, word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        message = _("“%(word)s” is not understood. Write a date such as 2026-03-31.")
        raise ValidationError(message % {"word": word}) from error


def _boolean(fact: Fact, word: str) -> bool:
    if word.casefold() not in BOOLEANS:
        raise ValidationError(_("“%(word)s” is not understood. Write yes or no.") % {"word": word})
    return BOOLEANS[word.casefold()]


BOOLEANS = {"yes": True, "no": False}
READ: dict[Kind, Callable[[Fact, str], Any]] = {
    Kind.NUMBER: _number,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
}


def _amounts(operator: str, value: str) -> tuple[Any, str]:
    match = AMOUNTS.fullmatch(value.strip())
    numbers = _counted(operator, values_of(match["numbers"])) if match else []
    if not match or not all(re.fullmatch(r"\d{1,10}(\.\d{1,2})?", number, re.ASCII) for number in numbers):
        raise ValidationError(_("write the amount with its currency, such as 5000 GBP or 100.50, 5000 GBP."))
    return _shaped(operator, [Decimal(number) for number in numbers]), match["currency"]


def predicate(name: str, operator: str, value: str, catalogue: Mapping[str, Fact] = FACTS) -> Test:
    """A function that says whether the condition holds for given facts and the words found in their texts.

    What is missing is never at least, at most, between or not between anything; it is not any value either, so
    “is not” holds. An amount in another currency matches no comparison, not even a negated one: nothing converts.
    """
    fact = known(name, catalogue)
    wanted = parse(fact, operator, value)
    if fact.kind is Kind.TEXT:
        return _text_test(fact, operator, wanted)
    compare = COMPARE[operator]
    if fact.kind is Kind.AMOUNT and operator not in EMPTINESS:
        limit, currency = wanted
        return lambda facts, found: _amount_holds(facts.value(fact), compare, limit, currency)
    if fact.kind is Kind.CODES:
        return lambda facts, found: compare(facts.value(fact) or NOTHING, wanted)
    if operator in ORDER:
        return lambda facts, found: (value := facts.value(fact)) is not None and compare(value, wanted)
    return lambda facts, found: compare(facts.value(fact), wanted)


def _amount_holds(
    value: tuple[Decimal, str] | None, compare: Callable[[Any, Any], bool], limit: Any, currency: str
) -> bool:
    return value is not None and value[1] == currency and compare(value[0], limit)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "is_not": lambda value, wanted: value != wanted,
    "is_one_of": lambda value, wanted: value in wanted,
    "is_not_one_of": lambda value, wanted: value not in wanted,
    "at_least": lambda value, wanted: value >= wanted,
    "at_most": lambda value, wanted: value <= wanted,
    "on_or_after": lambda value, wanted: value >= wanted,
    "on_or_before": lambda value, wanted: value <= wanted,
    "between": lambda value, wanted: wanted[0] <= value <= wanted[1],
    "not_between": lambda value, wanted: not wanted[0] <= value <= wanted[1],
    "has_any_of": lambda value, wanted: not wanted.isdisjoint(value),
    "has_all_of": lambda value, wanted: wanted <= value,
    "has_none_of": lambda value, wanted: wanted.isdisjoint(value),
    "lacks_any_of": lambda value, wanted: not wanted <= value,
    "has_only": lambda value, wanted: value <= wanted,
    "has_others_than": lambda value, wanted: not value <= wanted,
    "is_empty": lambda value, wanted: value is None or value in ("", frozenset()),
    "is_not_empty": lambda value, wanted: not (value is None or value in ("", frozenset())),
}


ORDER = ("at_least", "at_most", "on_or_after", "on_or_before", *RANGES)


def _text_test(fact: Fact, operator: str, words: frozenset[str] | None) -> Test:
    if words is None:
        empty = operator == "is_empty"
        return lambda facts, found: (not (facts.value(fact) or facts.searched(fact.name).digest)) == empty
    if operator == "contains_any_word":
        return lambda facts, found: not words.isdisjoint(found.get(fact.name, NOTHING))
    return lambda facts, found: words.isdisjoint(found.get(fact.name, NOTHING))
