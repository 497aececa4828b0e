"""Tables of bit sets: for one fact, which rules a value lets pass. Rules are bits, the first rule the highest one.

A bit set is computed when its value is first met and kept, within bounds; so memory follows what the rules say and what
cases have, never one times the other. Values are given as a fact's key: what `Facts` or a stored decision hold, made
hashable (`routing/engine/reading.py`).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from routing.conditions import COMPARE
from routing.facts import NOTHING
from routing.value_sets import EMPTY, Amounts, Codes, Ranges

Rules = list[int]
MOST_KEPT = 65_536
MOST_BYTES = 16_000_000
"""Bit sets that one table keeps at a time, and what they may take together."""
STRIDE = 64


def bits(rules: Iterable[int]) -> int:
    found = 0
    for rule in rules:
        found |= 1 << rule
    return found


class Table(dict[Any, int]):
    """By key, the rules that it lets pass. Those that say nothing of the fact always pass, or never (`usual`)."""

    def __init__(self, usual: int) -> None:
        super().__init__()
        self.usual = usual
        self.most = max(16, min(MOST_KEPT, MOST_BYTES // (usual.bit_length() // 8 + 64)))

    def __missing__(self, key: Any) -> int:
        if len(self) >= self.most:
            self.clear()
        self[key] = found = self.computed(key)
        return found

    def computed(self, key: Any) -> int:
        raise NotImplementedError


class CodeTable(Table):
    """Of a fact that holds one of many single values."""

    def __init__(self, usual: int, sets: Mapping[int, Codes], empty: Any = EMPTY) -> None:
        super().__init__(usual)
        self.empty = empty
        self.other = usual & ~bits(sets) | bits(rule for rule, codes in sets.items() if codes.inverted)
        self.named: dict[Any, Rules] = defaultdict(list)
        for rule, codes in sets.items():
            for code in codes.values:
                self.named[code].append(rule)

    def computed(self, key: Any) -> int:
        return self.other ^ bits(self.named.get(self.empty if key is None else key, ()))


class RangeTable(Table):
    """Of a fact whose values have an order: all values between two cuts of any rule pass the same rules."""

    def __init__(self, usual: int, sets: Mapping[int, Ranges]) -> None:
        super().__init__(usual)
        usual &= ~bits(sets)
        self.missing = usual | bits(rule for rule, ranges in sets.items() if ranges.missing)
        changes: dict[Any, Rules] = defaultdict(list)
        for rule, ranges in sets.items():
            for cut in ranges.cuts:
                changes[cut].append(rule)
        self.cuts = sorted(changes)
        self.changes = [changes[cut] for cut in self.cuts]
        now = usual | bits(rule for rule, ranges in sets.items() if ranges.below)
        self.marks = [now]
        for place, rules in enumerate(self.changes, start=1):
            now ^= bits(rules)
            if place % STRIDE == 0:
                self.marks.append(now)

    def computed(self, key: Any) -> int:
        value = self.value(key)
        if value is None:
            return self.missing
        return self.after(bisect_right(self.cuts, (value, 0)))

    def after(self, place: int) -> int:
        """The bit set behind so many cuts."""
        found = self.marks[place // STRIDE]
        for rules in self.changes[place // STRIDE * STRIDE : place]:
            found ^= bits(rules)
        return found

    def value(self, key: Any) -> Any:
        return key


class DateTable(RangeTable):
    """A day is a date, or its text as it was stored."""

    def value(self, key: Any) -> Any:
        return date.fromisoformat(key).toordinal() if isinstance(key, str) else key and key.toordinal()


class DecimalTable(RangeTable):
    """Numbers differ from case to case, so what is kept is the bit set of a stretch and not of a number."""

    def __init__(self, usual: int, sets: Mapping[int, Ranges]) -> None:
        super().__init__(usual, sets)
        self.points = sorted({value for value, _side in self.cuts})

    def __getitem__(self, key: Any) -> int:
        if key is None:
            return self.missing
        value = Decimal(key) if isinstance(key, str) else key
        place = bisect_left(self.points, value)
        exact = place < len(self.points) and self.points[place] == value
        return super().__getitem__((place, exact))

    def computed(self, key: Any) -> int:
        """Of the value that stands at that place, or of all between it and the one before."""
        place, exact = key
        if place == len(self.points):
            return self.after(len(self.cuts))
        here = (self.points[place], 0)
        return self.after(bisect_right(self.cuts, here) if exact else bisect_left(self.cuts, here))


class AmountTable(dict[Any, int]):
    """An order for each currency; a key is the amount and its currency, or None. Amounts come again, and the bit set
    kept for one is that of its stretch: so many take no more room than their keys."""

    def __init__(self, usual: int, sets: Mapping[int, Amounts]) -> None:
        super().__init__()
        self.missing = usual & ~bits(sets) | bits(rule for rule, amounts in sets.items() if amounts.missing)
        self.rest = usual & ~bits(sets) | bits(rule for rule, amounts in sets.items() if amounts.rest)
        currencies = {currency for amounts in sets.values() for currency in amounts.currencies}
        self.tables = {
            currency: DecimalTable(usual, {rule: amounts.of(currency) for rule, amounts in sets.items()})
            for currency in currencies
        }

    def __missing__(self, key: Any) -> int:
        if len(self) >= MOST_KEPT:
            self.clear()
        self[key] = found = self.computed(key)
        return found

    def computed(self, key: Any) -> int:
        if key is None or key[0] is None:
            return self.missing
        table = self.tables.get(key[1])
        return self.rest if table is None else table[key[0]]


Tests = list[tuple[str, frozenset[str] | None]]
ANY, NONE = ("has_any_of", "contains_any_word"), ("has_none_of", "contains_no_word")


class Elements:
    """Of a fact that is a set, or a text with the words found in it: the rules whose conditions on it hold.

    Some operators are looked up by element, the others are asked once each, however many rules use them.
    """

    def __init__(self, usual: int, conditions: Mapping[int, Tests]) -> None:
        self.usual = usual
        self.any: list[dict[str, Rules]] = []
        self.none: dict[str, Rules] = {}
        self.all: dict[str, Rules] = {}
        self.empty: Rules = []
        self.not_empty: Rules = []
        self.others: dict[tuple[str, frozenset[str]], Rules] = {}
        for rule, tests in conditions.items():
            self._take(rule, tests)
        self.layers = [
            (bits(rule for rules in layer.values() for rule in rules), Postings(layer)) for layer in self.any
        ]
        self.forbidden, self.required = Postings(self.none), Postings(self.all)
        self.need_empty, self.need_some = bits(self.empty), bits(self.not_empty)
        self.asked = [(COMPARE[operator], wanted, bits(rules)) for (operator, wanted), rules in self.others.items()]

    def _take(self, rule: int, tests: Tests) -> None:
        layer = 0
        for operator, wanted in tests:
            if wanted is None:
                (self.empty if operator == "is_empty" else self.not_empty).append(rule)
            elif operator in ANY:
                self.any += [{}] * (layer == len(self.any))
                _list(self.any[layer], wanted, rule)
                layer += 1
            elif operator in NONE:
                _list(self.none, wanted, rule)
            elif operator == "has_all_of":
                _list(self.all, wanted, rule)
            else:
                self.others.setdefault((operator, wanted), []).append(rule)

    def passing(self, there: frozenset[str], against: frozenset[str], *, empty: bool) -> int:
        """`there` is what surely is in it, `against` also what may be: only a text that is gone has the second."""
        failed = self.need_some if empty else self.need_empty
        for having, postings in self.layers:
            failed |= having & ~postings.of(there)
        failed |= self.forbidden.of(against) | self.required.of(self.all.keys() - there)
        for compare, wanted, rules in self.asked:
            if not compare(there, wanted):
                failed |= rules
        return self.usual & ~failed


def _list(into: dict[str, Rules], elements: Iterable[str], rule: int) -> None:
    for element in elements:
        into.setdefault(element, []).append(rule)


class Postings(Table):
    """By element, the rules that name it."""

    def __init__(self, named: Mapping[str, Rules]) -> None:
        super().__init__(0)
        self.named = named

    def computed(self, key: Any) -> int:
        return bits(self.named[key])

    def of(self, elements: Iterable[str]) -> int:
        found = 0
        for element in elements:
            if element in self.named:
                found |= self[element]
        return found


class SetTable(Table):
    """Of a fact that is a set: keys are its elements, in a frozenset or a tuple."""

    def __init__(self, usual: int, conditions: Mapping[int, Tests]) -> None:
        super().__init__(usual)
        self.elements = Elements(usual, conditions)

    def computed(self, key: Any) -> int:
        there = frozenset(key) if key else NOTHING
        return self.elements.passing(there, there, empty=not there)


class TextTable(SetTable):
    """Of a text: keys are the words found, the words that count against it, and whether it is empty."""

    def computed(self, key: Any) -> int:
        there, against, empty = key
        return self.elements.passing(there, against, empty=empty)
