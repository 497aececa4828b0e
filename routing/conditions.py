"""Conditions: which operators a fact has, how a value is written, and whether the condition holds."""

import csv
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.facts import FACTS, Fact, Facts, Kind
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
    "between": gettext_lazy("is between"),
    "not_between": gettext_lazy("is not between"),
    "contains_any_word": gettext_lazy("contains any of the words"),
    "contains_no_word": gettext_lazy("contains none of the words"),
    "has_any_of": gettext_lazy("has any of"),
    "has_all_of": gettext_lazy("has all of"),
    "has_none_of": gettext_lazy("has none of"),
    "lacks_any_of": gettext_lazy("has not all of"),
    "is_empty": gettext_lazy("is empty"),
    "is_not_empty": gettext_lazy("is not empty"),
}
EMPTINESS = ("is_empty", "is_not_empty")
OF_KIND: dict[Kind, tuple[str, ...]] = {
    Kind.CODE: ("is", "is_not", "is_one_of", "is_not_one_of", *EMPTINESS),
    Kind.CODES: ("has_any_of", "has_all_of", "has_none_of", "lacks_any_of", *EMPTINESS),
    Kind.NUMBER: (
        "is",
        "is_not",
        "is_one_of",
        "is_not_one_of",
        "at_least",
        "at_most",
        "between",
        "not_between",
    ),
    Kind.AMOUNT: ("at_least", "at_most", "between", "not_between", *EMPTINESS),
    Kind.TEXT: ("contains_any_word", "contains_no_word", *EMPTINESS),
}
SINGLE = ("is", "is_not", "at_least", "at_most")
RANGES = ("between", "not_between")
MOST_VALUES = 2000
AMOUNTS = re.compile(r"(?P<numbers>[\d.,\s]+?)\s*(?P<currency>[A-Z]{3})")
Test = Callable[[Facts, frozenset[str]], bool]


def check(fact: str, operator: str, value: str, vocabulary: Vocabulary | None = None) -> str:
    """Return the value as it is to be stored; a ValidationError names the fact and says what to do."""
    known = _known(fact)
    if operator not in OF_KIND[known.kind]:
        offered = ", ".join(str(OPERATORS[name]) for name in OF_KIND[known.kind])
        message = _("“%(operator)s” does not fit the fact “%(fact)s”. Choose one of: %(offered)s.")
        shown = OPERATORS.get(operator, operator)
        raise ValidationError(message % {"operator": shown, "fact": known.label, "offered": offered})
    if operator in EMPTINESS:
        return ""
    try:
        return _written(known, operator, value, vocabulary or Vocabulary.load())
    except ValidationError as error:
        message = _("Fact “%(fact)s”: %(problem)s")
        problem = " ".join(error.messages)
        raise ValidationError(message % {"fact": known.label, "problem": problem}) from error


def _known(fact: str) -> Fact:
    if fact not in FACTS:
        offered = ", ".join(FACTS)
        message = _("There is no fact “%(fact)s”. Choose one of: %(offered)s.")
        raise ValidationError(message % {"fact": fact, "offered": offered})
    return FACTS[fact]


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
    """The value as Python compares it: str or int, a frozenset, a (low, high) pair, amounts with currency."""
    if operator in EMPTINESS:
        return None
    if fact.kind is Kind.AMOUNT:
        return _amounts(operator, value)
    words = _counted(operator, values_of(value))
    parsed = [_number(fact, word) for word in words] if fact.kind is Kind.NUMBER else words
    return _shaped(operator, parsed)


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


def _amounts(operator: str, value: str) -> tuple[Any, str]:
    match = AMOUNTS.fullmatch(value.strip())
    numbers = _counted(operator, values_of(match["numbers"])) if match else []
    if not match or not all(re.fullmatch(r"\d{1,10}(\.\d{1,2})?", number, re.ASCII) for number in numbers):
        raise ValidationError(_("write the amount with its currency, such as 5000 GBP or 100.50, 5000 GBP."))
    return _shaped(operator, [Decimal(number) for number in numbers]), match["currency"]


def predicate(fact_name: str, operator: str, value: str) -> Test:
    """A function that says whether the condition holds for given facts and the words found in their text.

    A missing number or amount is never at least, at most or between anything. An amount in another currency
    matches no comparison, not even a negated one: nothing converts.
    """
    fact = _known(fact_name)
    wanted = parse(fact, operator, value)
    if fact.kind is Kind.TEXT:
        return _text_test(operator, wanted)
    if fact.kind is Kind.AMOUNT and operator not in EMPTINESS:
        return _amount_test(operator, *wanted)
    compare = COMPARE[operator]
    return lambda facts, found: compare(getattr(facts, fact_name), wanted)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "is_not": lambda value, wanted: value != wanted,
    "is_one_of": lambda value, wanted: value in wanted,
    "is_not_one_of": lambda value, wanted: value not in wanted,
    "at_least": lambda value, wanted: value >= wanted,
    "at_most": lambda value, wanted: value <= wanted,
    "between": lambda value, wanted: wanted[0] <= value <= wanted[1],
    "not_between": lambda value, wanted: not wanted[0] <= value <= wanted[1],
    "has_any_of": lambda value, wanted: not wanted.isdisjoint(value),
    "has_all_of": lambda value, wanted: wanted <= value,
    "has_none_of": lambda value, wanted: wanted.isdisjoint(value),
    "lacks_any_of": lambda value, wanted: not wanted <= value,
    "is_empty": lambda value, wanted: value is None or value in ("", frozenset()),
    "is_not_empty": lambda value, wanted: not (value is None or value in ("", frozenset())),
}


def _amount_test(operator: str, wanted: Any, currency: str) -> Test:
    compare = COMPARE[operator]
    return lambda facts, found: (
        facts.amount is not None and facts.currency == currency and compare(facts.amount, wanted)
    )


def _text_test(operator: str, words: frozenset[str] | None) -> Test:
    if words is None:
        return lambda facts, found: (not (facts.text or facts.text_digest)) == (operator == "is_empty")
    if operator == "contains_any_word":
        return lambda facts, found: not words.isdisjoint(found)
    return lambda facts, found: words.isdisjoint(found)
