"""Sets of values of one fact: what a condition lets pass, as sets that can be joined, cut and turned round.

The engine makes its tables from them, the checks reason with them. Three kinds are enough: single values (`Codes`),
what has an order (`Ranges`), and amounts, which have an order in each currency (`Amounts`).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from routing.facts import Fact, Kind

Cut = tuple[Any, int]
"""A place between values: just before the value (0) or just after it (1)."""
Both = Callable[[bool, bool], bool]
EMPTY = ""
"""The code of what is not known."""


def _and(one: bool, other: bool) -> bool:
    return one and other


def _or(one: bool, other: bool) -> bool:
    return one or other


@dataclass(frozen=True)
class Codes:
    """These values; or, inverted, all but these. What is not known is the value EMPTY."""

    values: frozenset[Any]
    inverted: bool = False

    def __and__(self, other: "Codes") -> "Codes":
        if self.inverted and other.inverted:
            return Codes(self.values | other.values, True)
        if self.inverted or other.inverted:
            listed, but = (other, self) if self.inverted else (self, other)
            return Codes(listed.values - but.values)
        return Codes(self.values & other.values)

    def __or__(self, other: "Codes") -> "Codes":
        return ~(~self & ~other)

    def __invert__(self) -> "Codes":
        return Codes(self.values, not self.inverted)

    def __bool__(self) -> bool:
        return self.inverted or bool(self.values)


@dataclass(frozen=True)
class Ranges:
    """Stretches of an order. Membership changes at each cut; `below` says how it begins; `missing`: the unknown too."""

    cuts: tuple[Cut, ...] = ()
    below: bool = False
    missing: bool = False

    def __contains__(self, value: Any) -> bool:
        return self.below ^ bool(bisect_right(self.cuts, (value, 0)) % 2)

    def __and__(self, other: "Ranges") -> "Ranges":
        return self._with(other, _and)

    def __or__(self, other: "Ranges") -> "Ranges":
        return self._with(other, _or)

    def __invert__(self) -> "Ranges":
        return Ranges(self.cuts, not self.below, not self.missing)

    def __bool__(self) -> bool:
        return self.below or self.missing or bool(self.cuts)

    def _with(self, other: "Ranges", both: Both) -> "Ranges":
        mine, theirs = set(self.cuts), set(other.cuts)
        here, there = self.below, other.below
        now = below = both(here, there)
        cuts = []
        for cut in sorted(mine | theirs):
            here, there = here ^ (cut in mine), there ^ (cut in theirs)
            if both(here, there) != now:
                now = not now
                cuts.append(cut)
        return Ranges(tuple(cuts), below, both(self.missing, other.missing))


NO_RANGE, EVERY_RANGE = Ranges(), Ranges(below=True)


@dataclass(frozen=True)
class Amounts:
    """Stretches by currency; `rest`: all amounts in any other currency; `missing`: the unknown amount too."""

    stretches: frozenset[tuple[str, Ranges]] = frozenset()
    rest: bool = False
    missing: bool = False

    def of(self, currency: str) -> Ranges:
        return dict(self.stretches).get(currency, EVERY_RANGE if self.rest else NO_RANGE)

    @property
    def currencies(self) -> set[str]:
        return {currency for currency, _ranges in self.stretches}

    def __and__(self, other: "Amounts") -> "Amounts":
        return self._with(other, _and)

    def __or__(self, other: "Amounts") -> "Amounts":
        return self._with(other, _or)

    def __invert__(self) -> "Amounts":
        turned = ((currency, Ranges(found.cuts, not found.below)) for currency, found in self.stretches)
        return Amounts(frozenset(turned), not self.rest, not self.missing)

    def __bool__(self) -> bool:
        return self.rest or self.missing or any(found for _currency, found in self.stretches)

    def _with(self, other: "Amounts", both: Both) -> "Amounts":
        rest = both(self.rest, other.rest)
        usual = EVERY_RANGE if rest else NO_RANGE
        joined = ((code, self.of(code)._with(other.of(code), both)) for code in self.currencies | other.currencies)
        different = frozenset((code, found) for code, found in joined if found != usual)
        return Amounts(different, rest, both(self.missing, other.missing))


ValueSet = Codes | Ranges | Amounts
BOOLEANS = Codes(frozenset({True, False, None}))
YES, NO = Codes(frozenset({True})), Codes(frozenset({False}))
BY_KIND: dict[Kind, type[Any]] = {
    Kind.CODE: Codes, Kind.BOOLEAN: Codes, Kind.NUMBER: Ranges, Kind.DECIMAL: Ranges, Kind.DATE: Ranges,
    Kind.AMOUNT: Amounts,
}  # fmt: skip
"""The kinds of fact that hold one value; of the others each element is a question of yes or no."""


def whole(fact: Fact) -> Any:
    """All values that the fact can have, for who reasons about rules. A code can be any: choices may be added."""
    if fact.kind is Kind.CODE:
        return Codes(frozenset(), True)
    if fact.kind is Kind.BOOLEAN:
        return BOOLEANS
    if fact.kind is Kind.NUMBER:
        numbers = fact.levels or {0: ""}
        return Ranges(((min(numbers), 0), (max(numbers) + 1, 0)) if fact.levels else ((0, 0),))
    if fact.kind is Kind.AMOUNT:
        return Amounts(rest=True, missing=True)
    return Ranges(below=True, missing=True)


def passing(fact: Fact, operator: str, wanted: Any) -> Any:
    """What a condition lets pass of a fact that holds one value. `wanted` as `routing.conditions.parse` gives it."""
    if operator in NEGATED:
        return ~passing(fact, NEGATED[operator], wanted)
    if fact.kind is Kind.AMOUNT:
        return _amounts(operator, wanted)
    if fact.kind in (Kind.CODE, Kind.BOOLEAN):
        empty = None if fact.kind is Kind.BOOLEAN else EMPTY
        found = [empty] if operator == "is_empty" else wanted if operator == "is_one_of" else [wanted]
        return Codes(frozenset(found))
    return _ranges(operator, wanted, discrete=fact.kind is not Kind.DECIMAL)


NEGATED = {"is_not": "is", "is_not_one_of": "is_one_of", "is_not_empty": "is_empty"}


def _ranges(operator: str, wanted: Any, *, discrete: bool) -> Ranges:
    if operator == "is_empty":
        return Ranges(missing=True)
    if operator in ("is", "is_one_of"):
        values = wanted if operator == "is_one_of" else [wanted]
        return reduce(Ranges.__or__, (_stretch(value, value, discrete=discrete) for value in values))
    low, high = _ends(operator, wanted)
    found = _stretch(low, high, discrete=discrete)
    return Ranges(found.cuts, not found.below) if operator == "not_between" else found


def _ends(operator: str, wanted: Any) -> tuple[Any, Any]:
    if operator in ("between", "not_between"):
        low, high = wanted
        return low, high
    return (wanted, None) if operator in ("at_least", "on_or_after") else (None, wanted)


def _stretch(low: Any, high: Any, *, discrete: bool) -> Ranges:
    """From low to high, both included; None is without end. Of whole numbers and days, “up to 2” ends before 3."""
    cuts: list[Cut] = [] if low is None else [(ordinal(low), 0)]
    if high is not None:
        cuts.append((ordinal(high) + 1, 0) if discrete else (high, 1))
    return Ranges(tuple(cuts), below=low is None)


def ordinal(value: Any) -> Any:
    """A day as the number that it is counted by; other values as they are."""
    return value.toordinal() if isinstance(value, date) else value


def _amounts(operator: str, wanted: Any) -> Amounts:
    if operator == "is_empty":
        return Amounts(missing=True)
    limits, currency = wanted
    return Amounts(frozenset({(currency, _ranges(operator, limits, discrete=False))}))


def covers(larger: Any, smaller: Any) -> bool:
    return not smaller & ~larger


def joined(sets: Iterable[Any]) -> Any:
    return reduce(lambda one, other: one | other, sets)
