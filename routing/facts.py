"""Facts: the typed, flat description of a case that routing rules may test.

Adding a fact is adding one field to `Facts`. A rule tests it by name; a stored decision keeps its value.
"""

from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise


class Kind(Enum):
    """What a fact holds. The operators follow from it (`routing/conditions.py`)."""

    CODE = "one code"
    CODES = "a set of codes"
    NUMBER = "a whole number"
    AMOUNT = "an amount of money with its currency"
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


@dataclass(frozen=True)
class Facts:
    """One case as rules see it. `text` is what was said; it is searched, never stored."""

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
    language: str = _fact(
        _("language"), Kind.CODE, _("The customer's, as a code such as en."), "", pattern="[a-z]{2,3}"
    )
    segment: str = _fact(_("segment"), Kind.CODE, _("The customer's."), "")
    vulnerabilities: frozenset[str] = _fact(
        _("vulnerability"), Kind.CODES, _("What the customer needs care for."), NOTHING
    )
    amount: Decimal | None = _fact(_("amount in dispute"), Kind.AMOUNT, _("Compared in one currency."), None)  # noqa: RUF009
    attempts: int = _fact(_("earlier attempts"), Kind.NUMBER, _("Tries by the frontline so far."), 0)
    age_days: int = _fact(_("age in days"), Kind.NUMBER, _("Whole days since receipt."), 0)
    prior_escalations: int = _fact(_("prior escalations"), Kind.NUMBER, _("Of this customer, before this case."), 0)
    restricted_kind: str = _fact(_("restricted kind"), Kind.CODE, _("Needs a clearance to be seen."), "")
    text: str = _fact(_("text"), Kind.TEXT, _("All that the customer said."), "")
    currency: str = ""
    excluded_users: frozenset[int] = frozenset()
    found_words: frozenset[str] = NOTHING
    text_digest: str = ""

    def stored(self, found: frozenset[str] = NOTHING) -> dict[str, Any]:
        """The facts for JSON: of the text only a keyed digest and the ruleset's words found in it."""
        values = {item.name: _plain(getattr(self, item.name)) for item in fields(self) if item.name != "text"}
        values["found_words"] = sorted(found or self.found_words)
        values["text_digest"] = digest(self.text) or self.text_digest
        return values

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "Facts":
        """The facts that a decision saw. The text itself is gone; its found words stand for it."""
        known = {item.name: item for item in fields(cls)}
        return cls(
            **{name: _typed(known[name].default, name, value) for name, value in stored.items() if name in known}
        )


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value) if isinstance(value, Decimal) else value


def _typed(default: Any, name: str, value: Any) -> Any:
    if isinstance(default, frozenset):
        return frozenset(value)
    return Decimal(value) if name == "amount" and value is not None else value


def digest(text: str) -> str:
    """A keyed digest that tells whether a text is still the same, and tells nothing about it."""
    return salted_hmac("routing.facts.text", text, algorithm="sha256").hexdigest() if text else ""


FACTS: dict[str, Fact] = {
    item.name: Fact(item.name, **item.metadata["fact"]) for item in fields(Facts) if "fact" in item.metadata
}

# Codes that an upper floor's own tables give a fact, such as channels: see `declare`.
DECLARED: dict[str, dict[str, Label]] = {}


def declare(fact: str, codes: dict[str, Label]) -> None:
    """Say which codes a fact can have: a rule with any other is refused, and its sentence has names."""
    DECLARED[FACTS[fact].name] = dict(codes)
