"""Facts: the typed, flat description of a case that routing rules may test.

Adding a built-in fact is adding one field to `Facts`. An organisation's own Field is the fact `field:<code>`; which
there are is in `Vocabulary.facts`, the catalogue that `known` looks in. A stored decision keeps the values.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Label = str | Promise


class Kind(Enum):
    """What a fact holds. The operators follow from it (`routing/conditions.py`)."""

    CODE = "one code"
    CODES = "a set of codes"
    NUMBER = "a whole number"
    DECIMAL = "a number"
    AMOUNT = "an amount of money with its currency"
    DATE = "a date"
    BOOLEAN = "yes or no"
    TEXT = "text"


@dataclass(frozen=True)
class Fact:
    """What there is to know about one fact: `levels` names a number's values, `field` gives codes."""

    name: str
    label: Label
    kind: Kind
    help: Label
    field: str = ""
    levels: dict[int, Label] | None = None
    pattern: str = ""


def _fact(label: Label, kind: Kind, help: Label, default: Any, **more: Any) -> Any:
    return field(default=default, metadata={"fact": {"label": label, "kind": kind, "help": help, **more}})


SEVERITIES: dict[int, Label] = {1: _("Low"), 2: _("Medium"), 3: _("High"), 4: _("Critical")}
TIERS: dict[int, Label] = {1: _("Specialist"), 2: _("Management"), 3: _("Executive")}
NOTHING: frozenset[str] = frozenset()
OWN = "field:"
"""What the name of an organisation's own fact begins with, so that it never meets a built-in one."""
SLUG = re.compile(r"[-\w]*", re.ASCII)
Found = Mapping[str, frozenset[str]]
"""By the name of a fact that is text: the words of a ruleset that stand in it."""
NOTHING_FOUND: Found = MappingProxyType({})


class FreeText(str):
    """The value of an own field of kind text: searched, never stored."""

    __slots__ = ()


@dataclass(frozen=True)
class SearchedText:
    """What a decision keeps of a text: a digest, and the words of its ruleset that were found in it."""

    digest: str
    found: frozenset[str] = NOTHING


@dataclass(frozen=True)
class Facts:
    """One case as rules see it. `text` is what was said; it is searched, never stored.

    `fields` holds the organisation's own, by code and by the kind of Field: choice str, choices frozenset of str,
    number Decimal, amount (Decimal, currency), date date, yes or no bool, text FreeText. What is absent is empty.
    `words_looked_for` is of use where texts have gone: what the version looked for that found `found_words`; None: the
    same words as whoever decides now.
    """

    product: str = _fact(_("product"), Kind.CODE, _("Of the first point."), "", field="product")
    sub_product: str = _fact(_("sub-product"), Kind.CODE, _("Of the first point."), "", field="sub_product")
    issue: str = _fact(_("issue"), Kind.CODE, _("Of the first point."), "", field="issue")
    sub_issue: str = _fact(_("sub-issue"), Kind.CODE, _("Of the first point."), "", field="sub_issue")
    complaint_type: str = _fact(_("complaint type"), Kind.CODE, _("As registered."), "", field="complaint_type")
    channel: str = _fact(_("channel"), Kind.CODE, _("How the complaint came in."), "")
    severity: int = _fact(_("severity"), Kind.NUMBER, _("1 low to 4 critical."), 1, levels=SEVERITIES)
    tier: int = _fact(_("tier"), Kind.NUMBER, _("How high the case has gone."), 1, levels=TIERS)
    trigger_kinds: frozenset[str] = _fact(_("trigger"), Kind.CODES, _("The kinds of its accepted triggers."), NOTHING)
    region: str = _fact(_("region"), Kind.CODE, _("Where the customer lives."), "")
    jurisdiction: str = _fact(_("jurisdiction"), Kind.CODE, _("Whose law and regulator apply, such as UK."), "")
    language: str = _fact(
        _("language"), Kind.CODE, _("The customer's, as a code such as en."), "", pattern="[a-z]{2,3}"
    )
    segment: str = _fact(_("segment"), Kind.CODE, _("The customer's."), "")
    vulnerabilities: frozenset[str] = _fact(
        _("vulnerability"), Kind.CODES, _("What the customer needs care for."), NOTHING
    )
    amount: Decimal | None = _fact(_("amount in dispute"), Kind.AMOUNT, _("Compared in one currency."), None)
    attempts: int = _fact(_("earlier attempts"), Kind.NUMBER, _("Tries by the frontline so far."), 0)
    age_days: int = _fact(_("age in days"), Kind.NUMBER, _("Whole days since receipt."), 0)
    prior_escalations: int = _fact(_("prior escalations"), Kind.NUMBER, _("Of this customer, before this case."), 0)
    restricted_kind: str = _fact(_("restricted kind"), Kind.CODE, _("Needs a clearance to be seen."), "")
    incident: str = _fact(
        _("incident"), Kind.CODE, _("The number of the one it belongs to, such as I-00007."), "", pattern=r"I-\d{5,}"
    )
    text: str = _fact(_("text"), Kind.TEXT, _("All that the customer said."), "")
    fields: Mapping[str, Any] = field(default_factory=dict)
    currency: str = ""
    excluded_users: frozenset[int] = frozenset()
    conflicts: frozenset[str] = NOTHING
    found_words: frozenset[str] = NOTHING
    text_digest: str = ""
    words_looked_for: Found | None = None

    def value(self, fact: Fact) -> Any:
        """The value that rules compare, None where it is not known; an amount with its currency."""
        if fact.name.startswith(OWN):
            value = self.fields.get(fact.name.removeprefix(OWN))
        elif fact.kind is Kind.AMOUNT:
            value = None if self.amount is None else (self.amount, self.currency)
        else:
            value = getattr(self, fact.name)
        return value if isinstance(value, HELD_AS[fact.kind]) else None

    def searched(self, name: str) -> SearchedText:
        """What is left of the text that this fact is, once the text itself is gone."""
        if not name.startswith(OWN):
            return SearchedText(self.text_digest, self.found_words)
        value = self.fields.get(name.removeprefix(OWN))
        return value if isinstance(value, SearchedText) else SearchedText("")

    def stored(self, found: Found = NOTHING_FOUND) -> dict[str, Any]:
        """The facts for JSON: of each text only a keyed digest and the ruleset's words found in it."""
        values = {name: _plain(getattr(self, name)) for name in STORED_NAMES}
        values["found_words"] = sorted(found.get("text") or self.found_words)
        values["text_digest"] = digest(self.text) or self.text_digest
        values["fields"] = {code: _plain_own(value, found.get(OWN + code)) for code, value in self.fields.items()}
        return values

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> "Facts":
        """The facts that a decision saw. The texts themselves are gone; their found words stand for them."""
        return cls(**{name: READ[name](value) for name, value in stored.items() if name in READ})


HELD_AS: dict[Kind, type | tuple[type, ...]] = {
    Kind.CODE: str, Kind.CODES: frozenset, Kind.NUMBER: int, Kind.DECIMAL: Decimal, Kind.AMOUNT: tuple,
    Kind.DATE: date, Kind.BOOLEAN: bool, Kind.TEXT: str,
}  # fmt: skip
STORED_NAMES = [item.name for item in fields(Facts) if item.name not in ("text", "fields", "words_looked_for")]


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value) if isinstance(value, Decimal) else value


def _plain_own(value: Any, found: frozenset[str] | None) -> Any:
    """JSON that says itself what it is, so that it can be read when the Field is gone. A text is never in it."""
    if isinstance(value, SearchedText):
        return {"digest": value.digest, "found": sorted(value.found)}
    if isinstance(value, FreeText) or (isinstance(value, str) and not SLUG.fullmatch(value)):
        return {"digest": digest(value), "found": sorted(found or ())}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, tuple):
        return {"amount": str(value[0]), "currency": value[1]}
    return {"date": value.isoformat()} if isinstance(value, date) else _plain(value)


def _read_own(value: Any) -> Any:
    if isinstance(value, list):
        return frozenset(value)
    if not isinstance(value, dict):
        return value
    if "number" in value:
        return Decimal(value["number"])
    if "amount" in value:
        return Decimal(value["amount"]), value["currency"]
    if "date" in value:
        return date.fromisoformat(value["date"])
    return SearchedText(value["digest"], frozenset(value["found"]))


def _as_it_is(value: Any) -> Any:
    return value


READ: dict[str, Callable[[Any], Any]] = {
    **{item.name: frozenset if isinstance(item.default, frozenset) else _as_it_is for item in fields(Facts)},
    "amount": lambda value: None if value is None else Decimal(value),
    "fields": lambda values: {code: _read_own(value) for code, value in values.items()},
}


def digest(text: str) -> str:
    """A keyed digest that tells whether a text is still the same, and tells nothing about it."""
    return salted_hmac("routing.facts.text", text, algorithm="sha256").hexdigest() if text else ""


FACTS: dict[str, Fact] = {
    item.name: Fact(item.name, **item.metadata["fact"]) for item in fields(Facts) if "fact" in item.metadata
}


def known(name: str, catalogue: Mapping[str, Fact]) -> Fact:
    """The fact of that name; a ValidationError lists those that there are."""
    if name not in catalogue:
        message = gettext("There is no fact “%(fact)s”. Choose one of: %(offered)s.")
        raise ValidationError(message % {"fact": name, "offered": ", ".join(catalogue)})
    return catalogue[name]


# Codes that an upper floor's own tables give a fact, such as channels: see `declare`.
DECLARED: dict[str, dict[str, Label]] = {}


def declare(fact: str, codes: dict[str, Label]) -> None:
    """Say which codes a fact can have: a rule with any other is refused, and its sentence has names."""
    DECLARED[FACTS[fact].name] = dict(codes)
