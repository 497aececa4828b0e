"""What an organisation's own fields are, as code: read from their table, to check a value and to know who is asked.

A value is, by kind of its field: a code (one choice), a set of codes (many choices), a decimal (number), a decimal and
its currency (amount), a date, a bool, or a text. It is the same wherever a value travels: drafts, rules, pages.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from routing.models.fields import FACT, Field

Value = str | frozenset[str] | Decimal | tuple[Decimal, str] | date | bool
STEPS = (Field.Needed.REGISTER, Field.Needed.TRIGGER, Field.Needed.OUTCOME)
"""A field that is needed for one of these is needed for the later ones too: what came in without it is asked then."""

LONGEST_TEXT, MOST_CHOSEN = 2000, 100
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
CURRENCY = re.compile(r"[A-Z]{3}")
PLACES = {Field.Kind.NUMBER: 4, Field.Kind.AMOUNT: 2}
LARGEST = {Field.Kind.NUMBER: Decimal("1e11"), Field.Kind.AMOUNT: Decimal("1e10")}


@dataclass(frozen=True)
class Definition:
    """One field of the organisation's own."""

    pk: int
    code: str
    label: str
    kind: str
    help_text: str
    needed: str
    personal: bool
    minimum: Decimal | None
    maximum: Decimal | None
    unit: str
    is_active: bool
    complaint_types: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """How rules, columns of files, forms and addresses call it."""
        return f"{FACT}{self.code}"

    @cached_property
    def as_row(self) -> Field:
        """The row that this was read from, as far as a value needs it."""
        return Field(pk=self.pk, code=self.code, label=self.label, kind=self.kind, personal=self.personal)

    @property
    def unbounded(self) -> "Definition":
        """The same, for comparing: a number to compare with may lie beyond what a value may be."""
        return replace(self, minimum=None, maximum=None)

    @property
    def has_choices(self) -> bool:
        return self.kind in (Field.Kind.CHOICE, Field.Kind.CHOICES)

    @property
    def is_text(self) -> bool:
        return self.kind == Field.Kind.TEXT

    @property
    def is_private(self) -> bool:
        """Whether a value may say who somebody is, so that nothing which is kept for good may hold it."""
        return self.personal or self.is_text

    def is_asked_of(self, complaint_type: int | None) -> bool:
        """Whether complaints of this type (the key of the choice; None without a type) are asked for it."""
        return self.is_active and (not self.complaint_types or complaint_type in self.complaint_types)

    def is_needed_for(self, step: str, complaint_type: int | None) -> bool:
        """Whether a complaint of this type must have it by that step; `step` is one of STEPS."""
        by_then = self.needed in STEPS and STEPS.index(Field.Needed(self.needed)) <= STEPS.index(Field.Needed(step))
        return by_then and self.is_asked_of(complaint_type)

    def read(self, given: Any) -> Value:
        """The value that was given, checked but for whether its choices exist. Raises ValueError in words."""
        return READERS[self.kind](self, given)


FIELDS = (
    "pk", "code", "label", "kind", "help_text", "needed", "personal", "minimum", "maximum", "unit", "is_active",
)  # fmt: skip


@dataclass(frozen=True)
class Definitions:
    """All of them by code, in the order in which they are shown; retired ones too, for the values that cases have."""

    by_code: Mapping[str, Definition]

    @classmethod
    def load(cls) -> "Definitions":
        """Read them, in one query."""
        rows = Field.objects.filter(built_in=False).order_by("position", "label", "pk")
        found: dict[str, Definition] = {}
        for *columns, complaint_type in rows.values_list(*FIELDS, "complaint_types"):
            one: Definition = Definition(*columns)
            types = found[one.code].complaint_types if one.code in found else frozenset()
            found[one.code] = replace(one, complaint_types=types | ({complaint_type} - {None}))
        return cls(found)

    @classmethod
    def of(cls, rows: Iterable[Field], types: Iterable[tuple[int, int]]) -> "Definitions":
        """From rows that were read with something else, in their order; `types` are the keys of a field and of a type
        of complaint that it is asked of."""
        asked: dict[int, set[int]] = {}
        for field, complaint_type in types:
            asked.setdefault(field, set()).add(complaint_type)
        found: dict[str, Definition] = {}
        for row in rows:
            columns: list[Any] = [*(getattr(row, name) for name in FIELDS), frozenset(asked.get(row.pk, ()))]
            found[row.code] = Definition(*columns)
        return cls(found)

    def __iter__(self) -> Iterator[Definition]:
        return iter(self.by_code.values())

    def get(self, code: str) -> Definition | None:
        return self.by_code.get(code)

    @cached_property
    def active(self) -> list[Definition]:
        return [one for one in self if one.is_active]

    @cached_property
    def asks_at_registration(self) -> bool:
        """Whether some complaint cannot be registered without a value."""
        return any(one.needed == Field.Needed.REGISTER for one in self.active)

    def asked_of(self, complaint_type: int | None) -> list[Definition]:
        return [one for one in self if one.is_asked_of(complaint_type)]

    def needed_for(self, step: str, complaint_type: int | None) -> list[Definition]:
        return [one for one in self if one.is_needed_for(step, complaint_type)]


_kept: tuple[float, int, Definitions] | None = None


def kept() -> Definitions:
    """As they were a few seconds ago at the earliest (FIELDS_KEPT_SECONDS), mostly without a query.

    For the one busy way on which another process's change may be noticed that much later: whether registering needs a
    field. Whatever stores or shows a value reads them itself.
    """
    global _kept
    now = monotonic()
    if _kept is None or now - _kept[0] >= settings.FIELDS_KEPT_SECONDS or _kept[1] != Field.changes:
        _kept = (now, Field.changes, Definitions.load())
    return _kept[2]


# --- values ------------------------------------------------------------------------------------------------------


def _code(field: Definition, given: Any) -> str:
    if not isinstance(given, str) or not given.strip() or "\x00" in given:
        raise ValueError(_("The code of one choice is wanted."))
    return given.strip()


def _codes(field: Definition, given: Any) -> frozenset[str]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list | tuple | set | frozenset) or not listed:
        raise ValueError(_("A list of codes is wanted."))
    if len(listed) > MOST_CHOSEN:
        raise ValueError(_("At most %d choices can be chosen at once.") % MOST_CHOSEN)
    return frozenset(_code(field, one) for one in listed)


def _number(field: Definition, given: Any) -> Decimal:
    try:
        # A JSON number arrives as a float: its shortest text is what was sent.
        number = Decimal(str(given).strip()) if isinstance(given, str | int | float | Decimal) else None
    except InvalidOperation:
        number = None
    if number is None or isinstance(given, bool) or not number.is_finite():
        raise ValueError(_("“%s” is no number.") % str(given)[:40])
    if abs(number) >= LARGEST[Field.Kind(field.kind)]:
        raise ValueError(_("“%s” is too large a number.") % str(given)[:40])
    places = PLACES[Field.Kind(field.kind)]
    exact = number.quantize(Decimal(1).scaleb(-places))
    if exact != number:
        raise ValueError(_("At most %d decimals.") % places)
    return _bounded(field, exact)


def _bounded(field: Definition, number: Decimal) -> Decimal:
    if field.minimum is not None and number < field.minimum:
        raise ValueError(_("At least %s.") % _plain(field.minimum))
    if field.maximum is not None and number > field.maximum:
        raise ValueError(_("At most %s.") % _plain(field.maximum))
    return number


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _amount(field: Definition, given: Any) -> tuple[Decimal, str]:
    """A pair, an object with `amount` and `currency`, or a text such as 184.20 GBP."""
    parts: Any = given
    if isinstance(given, str):
        parts = given.split()
    elif isinstance(given, Mapping):
        if unknown := sorted(str(name) for name in given if name not in ("amount", "currency")):
            raise ValueError(_("An amount has no “%s”, only “amount” and “currency”.") % unknown[0][:40])
        parts = [given[name] for name in ("amount", "currency") if given.get(name) not in (None, "")]
    elif isinstance(given, int | float | Decimal):
        parts = [given]
    if not isinstance(parts, list | tuple) or len(parts) not in (1, 2):
        raise ValueError(_("An amount and its currency are wanted, such as 184.20 GBP."))
    amount, currency = parts if len(parts) == 2 else (parts[0], None)
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        raise ValueError(_("An amount needs its currency, three capital letters such as GBP."))
    number = _number(field, amount)
    if number < 0:
        raise ValueError(_("An amount is not below 0."))
    return number, currency


def _date(field: Definition, given: Any) -> date:
    found = given if isinstance(given, date) and not isinstance(given, datetime) else None
    if isinstance(given, str):
        try:
            found = date.fromisoformat(given.strip()) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", given.strip()) else None
        except ValueError:
            found = None
    if found is None:
        raise ValueError(_("“%s” is no date that exists, written like 2026-03-02.") % str(given)[:40])
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValueError(_("The year %d is a slip of the pen.") % found.year)
    return found


def _truth(field: Definition, given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError(_("Yes or no is wanted: true or false."))
    return given


def _text(field: Definition, given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError(_("A text is wanted."))
    if len(given) > LONGEST_TEXT:
        raise ValueError(
            _("The text has %(letters)d letters; %(limit)d are allowed.")
            % {"letters": len(given), "limit": LONGEST_TEXT}
        )
    if "\x00" in given:
        raise ValueError(_("The text holds null characters, which no person typed."))
    return given.strip().replace("\r\n", "\n")


READERS: dict[str, Callable[[Definition, Any], Value]] = {
    Field.Kind.CHOICE: _code,
    Field.Kind.CHOICES: _codes,
    Field.Kind.NUMBER: _number,
    Field.Kind.AMOUNT: _amount,
    Field.Kind.DATE: _date,
    Field.Kind.BOOLEAN: _truth,
    Field.Kind.TEXT: _text,
}
