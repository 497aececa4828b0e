"""How the value of a condition is asked for: by what the fact holds and what the operator compares.

Whatever is asked, one text comes out of it, as `routing/conditions.py` writes values; there it is checked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from routing.conditions import AMOUNTS, EMPTINESS, OF_KIND, RANGES, SINGLE, values_of
from routing.facts import Fact, Kind
from routing.models import AuthorityLimit
from routing.vocabulary import Vocabulary
from routing.wording import YES_NO

TYPES = {Kind.NUMBER: "number", Kind.DECIMAL: "number", Kind.AMOUNT: "number", Kind.DATE: "date"}
STEPS = {Kind.NUMBER: "1", Kind.DECIMAL: "any", Kind.AMOUNT: "0.01"}
EMPTY: list[str] = []


@dataclass(frozen=True)
class Option:
    """One value that is offered by its name."""

    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class ValueInput:
    """What the form shows for one value. `shape` names the part of the template."""

    shape: str
    name: str
    values: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    type: str = "text"
    step: str = ""
    currency: str = ""
    currencies: list[str] = field(default_factory=list)
    help: str = ""

    @property
    def first(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""

    @property
    def lines(self) -> str:
        return "\n".join(self.values)


def shape_of(fact: Fact, operator: str, vocabulary: Vocabulary) -> str:
    """none, one or many (of those offered), between (two of those), range, words, list (with commas) or single."""
    if operator in EMPTINESS or operator not in OF_KIND[fact.kind]:
        return "none"
    if fact.kind is Kind.TEXT:
        return "words"
    if offered(fact, vocabulary):
        return "between" if operator in RANGES else "one" if operator in SINGLE else "many"
    if operator in RANGES:
        return "range"
    return "single" if operator in SINGLE else "list"


def offered(fact: Fact, vocabulary: Vocabulary) -> dict[str, str]:
    """The values that a fact can have, with their names; none where it can have any."""
    if fact.levels:
        return {str(number): str(label) for number, label in fact.levels.items()}
    if fact.kind is Kind.BOOLEAN:
        return {code: str(label) for code, label in YES_NO.items()}
    return vocabulary.codes.get(fact.name, {})


def ask(name: str, fact: Fact, operator: str, value: str, vocabulary: Vocabulary) -> ValueInput:
    """The input for a value as it is written."""
    shape = shape_of(fact, operator, vocabulary)
    values, currency = apart(fact, value)
    if shape in ("one", "many", "between"):
        return ValueInput(shape, name, values, options(fact, values, vocabulary))
    typed = TYPES.get(fact.kind, "text") if shape != "list" else "text"
    asked = ValueInput(shape, name, values, type=typed, step=STEPS.get(fact.kind, ""), help=str(fact.help))
    return replace(asked, currency=currency, currencies=currencies()) if fact.kind is Kind.AMOUNT else asked


def options(fact: Fact, values: list[str], vocabulary: Vocabulary) -> list[Option]:
    """What can be chosen, and what is chosen first, for a long list shows its beginning. Of what was retired or is not
    known only what the rule has already."""
    names, retired = offered(fact, vocabulary), vocabulary.retired.get(fact.name, set())
    found = [Option(code, name, code in values) for code, name in names.items() if code not in retired]
    found += [
        Option(code, _("%(name)s (retired)") % {"name": names[code]}, True)
        for code in values
        if code in names and code in retired
    ]
    found += [Option(code, _("%(name)s (not known)") % {"name": code}, True) for code in values if code not in names]
    return sorted(found, key=lambda option: not option.is_chosen)


def apart(fact: Fact, value: str) -> tuple[list[str], str]:
    """The single values, and the currency of an amount."""
    if fact.kind is Kind.AMOUNT and (match := AMOUNTS.fullmatch(value.strip())):
        return values_of(match["numbers"]), match["currency"]
    return values_of(value), ""


def currencies() -> list[str]:
    """Those that somebody has an authority in: offered, not imposed."""
    return sorted(set(AuthorityLimit.objects.order_by().values_list("currency", flat=True)) - {""})


def read(data: Mapping[str, Any], name: str, fact: Fact, operator: str, vocabulary: Vocabulary) -> str:
    """The value that a form brings, as it is written."""
    shape = shape_of(fact, operator, vocabulary)
    given = data.getlist(name) if isinstance(data, QueryDict) else list(data.get(name, EMPTY))
    given = [one.strip() for one in given if one.strip()]
    if shape == "none":
        return ""
    if shape == "words":
        given = [word for one in given for line in re.split(r"[\r\n]+", one) for word in values_of(line)]
    elif shape == "list":
        given = [word for one in given for word in values_of(one)]
    if shape in ("one", "single"):
        given = given[:1]
    written = ", ".join(f'"{one}"' if "," in one else one for one in given)
    currency = str(data.get(f"{name}_currency", "")).strip().upper()
    return f"{written} {currency}".strip() if fact.kind is Kind.AMOUNT else written
