"""A line of facts: one case as JSON, as people write it by hand or as a Decision stored it."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from routing.facts import FACTS, OWN, READ, Fact, Facts, FreeText, Kind
from routing.rule_file.columns import Wrong

STORED_ONLY = frozenset(READ) - frozenset(FACTS)
"""What a stored decision has besides the facts that rules test by name."""


def facts_of(line: Mapping[str, Any], catalogue: Mapping[str, Fact]) -> Facts:
    """The facts that a line says; Wrong names the fact that there is not, or whose value is of the wrong type."""
    found: dict[str, Any] = {}
    for name, value in line.items():
        if name in FACTS:
            found[name] = _read(FACTS[name], value)
        elif name == "fields":
            found["fields"] = _own(value, catalogue)
        elif name in STORED_ONLY:
            found[name] = _stored(name, value)
        else:
            raise Wrong(_("there is no fact “%(name)s”.") % {"name": name[:60]})
    amount = found.get("amount")
    if isinstance(amount, tuple):
        found["amount"], found["currency"] = amount
    if found.get("amount") is not None and not found.get("currency"):
        raise Wrong(_("an amount needs its currency."))
    return Facts(**{name: value for name, value in found.items() if value is not None})


def _own(values: Any, catalogue: Mapping[str, Fact]) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise Wrong(_("“fields” must have values by code."))
    found = {}
    for code, value in values.items():
        if OWN + code not in catalogue:
            raise Wrong(_("the rules declare no field “%(code)s”.") % {"code": code[:60]})
        found[code] = _read(catalogue[OWN + code], value)
    return {code: value for code, value in found.items() if value is not None}


def _read(fact: Fact, value: Any) -> Any:
    if value is None:
        return None
    try:
        return BY_KIND[fact.kind](fact, value)
    except (Wrong, ValueError, InvalidOperation, TypeError, KeyError) as error:
        message = _("“%(fact)s” holds %(kind)s; %(value)s is none.")
        shown = str(value)[:60]
        raise Wrong(message % {"fact": fact.name, "kind": fact.kind.value, "value": f"“{shown}”"}) from error


def _stored(name: str, value: Any) -> Any:
    wanted = str if name in ("currency", "text_digest") else list
    if not isinstance(value, wanted):
        raise Wrong(_("the value of “%(name)s” is of the wrong type.") % {"name": name})
    return READ[name](value)


def _code(fact: Fact, value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong
    return value


def _codes(fact: Fact, value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise Wrong
    return frozenset(_code(fact, one) for one in value)


def _number(fact: Fact, value: Any) -> int:
    """A whole number; of a level also its name."""
    for number, name in (fact.levels or {}).items():
        if isinstance(value, str) and value.casefold() == str(name).casefold():
            return number
    if isinstance(value, bool) or not isinstance(value, int) or (fact.levels and value not in fact.levels):
        raise Wrong
    return value


def _decimal(fact: Fact, value: Any) -> Decimal:
    value = value["number"] if isinstance(value, Mapping) else value
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Wrong
    number = Decimal(value)
    if not number.is_finite():
        raise Wrong
    return number


def _amount(fact: Fact, value: Any) -> Any:
    """`12.50` beside a currency, `12.50 GBP`, or an object with both."""
    if isinstance(value, Mapping):
        return _decimal(fact, value["amount"]), _code(fact, value["currency"])
    if isinstance(value, str) and " " in value.strip():
        number, currency = value.split()
        return _decimal(fact, number), currency
    if fact.name.startswith(OWN):
        raise Wrong
    return _decimal(fact, value)


def _date(fact: Fact, value: Any) -> date:
    return date.fromisoformat(_code(fact, value["date"] if isinstance(value, Mapping) else value))


def _boolean(fact: Fact, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong
    return value


def _text(fact: Fact, value: Any) -> Any:
    if isinstance(value, Mapping):  # as stored: a digest, and the words found
        return READ["fields"]({"text": value})["text"]
    return FreeText(_code(fact, value))


BY_KIND: dict[Kind, Callable[[Fact, Any], Any]] = {
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.NUMBER: _number,
    Kind.DECIMAL: _decimal,
    Kind.AMOUNT: _amount,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
    Kind.TEXT: _text,
}
