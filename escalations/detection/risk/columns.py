"""What a column of facts holds, and how often the outcome came with each of its values.

Values are counted, never guessed at: one that was never seen stands for the average of all.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from escalations.detection.risk.table import known

Array = np.ndarray[Any, np.dtype[Any]]
SMOOTHING = 10
"""Imagined rows of average outcome beside those of each value: few rows prove little."""
FEWEST = 2
"""Rows that two values must have had together to count."""
MOSTLY = 0.98
BANDS = 8
_NUMBER = re.compile(
    r"(?:[A-Z]{3}|R?[^\w\s.,+-]{1,2})?\s*([-+]?\d[\d.,\s]*)(?:[A-Z]{3}|[^\w\s.,+-]{1,2})?"  # a currency on either side
)
_DATE = re.compile(r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})([T ]\d{1,2}:\d{2}.*)?")


class Kind(StrEnum):
    VALUES = "values"
    NUMBER = "number"
    DATE = "date"
    EACH_ITS_OWN = "each its own"


UNUSABLE = (Kind.DATE, Kind.EACH_ITS_OWN)
"""Of a date the model would learn a past that does not come back; of numbers of cases, nothing."""


def kind_of(cells: Sequence[str]) -> Kind:
    """What a column holds, by nearly all of its cells that are not empty."""
    filled = [cell for cell in map(known, cells) if cell]
    distinct = set(filled)
    enough = MOSTLY * len(filled)
    if not filled:
        return Kind.VALUES
    if sum(map(bool, map(_DATE.fullmatch, filled))) >= enough:
        return Kind.DATE
    if sum(number(cell) is not None for cell in filled) >= enough and len(distinct) > BANDS and not _are_codes(filled):
        return Kind.NUMBER
    return Kind.EACH_ITS_OWN if len(filled) >= 100 and len(distinct) >= enough else Kind.VALUES


def _are_codes(filled: Sequence[str]) -> bool:
    """Postcodes and the like: digits with leading zeros, or always as many of them."""
    digits = [cell for cell in filled if cell.isdigit()]
    lengths = Counter(map(len, digits))
    same = lengths and lengths.most_common(1)[0][0] >= 4 and max(lengths.values()) >= MOSTLY * len(filled)
    return bool(same) or any(len(cell) > 1 and cell[0] == "0" for cell in digits)


def number(cell: str) -> float | None:
    """The number in a cell such as 1,234.50, 1.234,50 or £ 12; None where there is none."""
    found = _NUMBER.fullmatch(cell) if len(cell) < 40 else None
    if found is None:
        return None
    bare = "".join(found[1].split())
    last = max(bare.rfind("."), bare.rfind(","))
    whole, rest = (bare[:last], bare[last + 1 :]) if last >= 0 else (bare, "")
    mark = bare[last] if last >= 0 else ""
    if mark and (bare.count(mark) > 1 or (mark == "," and len(rest) == 3 and "." not in bare)):
        whole, rest = bare, ""
    try:
        return float(f"{re.sub('[.,]', '', whole)}.{rest or 0}")
    except ValueError:
        return None


@dataclass
class Column:
    """One column that the model reads. `levels` are its values (in small letters) as they are counted; of a number,
    `edges` are the borders of its bands. The code after the last level stands for what was never seen."""

    name: str
    kind: str
    levels: dict[str, int] = field(default_factory=dict)
    edges: list[float] = field(default_factory=list)

    @classmethod
    def learn(cls, name: str, cells: Sequence[str], kind: Kind | None = None) -> "Column":
        kind = kind or kind_of(cells)
        if kind is Kind.NUMBER:
            numbers = [value for cell in cells if (value := number(known(cell))) is not None]
            inner = np.linspace(0, 1, BANDS + 1)[1:-1]
            edges = np.unique(np.quantile(numbers, inner)).tolist() if numbers else []
            return cls(name, kind, edges=edges)
        found = sorted({known(cell).casefold() for cell in cells})
        return cls(name, kind, {value: code for code, value in enumerate(found)})

    @property
    def size(self) -> int:
        """How many codes there are, that of the unseen included."""
        return len(self.edges) + 3 if self.kind == Kind.NUMBER else len(self.levels) + 1

    @property
    def unseen(self) -> int:
        return self.size - 1

    def codes(self, cells: Sequence[str]) -> Array:
        if self.kind == Kind.NUMBER:
            numbers = self.numbers(cells)
            bands = np.searchsorted(self.edges, numbers, side="right")
            return np.where(np.isnan(numbers), len(self.edges) + 1, bands)
        if len(cells) == 1:
            return np.array([self.levels.get(known(cells[0]).casefold(), self.unseen)])
        codes = {cell: self.levels.get(known(cell).casefold(), self.unseen) for cell in set(cells)}
        return np.fromiter((codes[cell] for cell in cells), np.int64, len(cells))

    def numbers(self, cells: Sequence[str]) -> Array:
        found = (number(known(cell)) for cell in cells)
        return np.array([np.nan if value is None else value for value in found])

    @property
    def plain(self) -> dict[str, Any]:
        return {"name": self.name, "kind": str(self.kind), "levels": "\n".join(self.levels), "edges": self.edges}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Column":
        named = [] if plain["kind"] == Kind.NUMBER else plain["levels"].split("\n")
        return cls(plain["name"], plain["kind"], {value: code for code, value in enumerate(named)}, plain["edges"])


# --- rates -------------------------------------------------------------------------------------------------------


def rates(codes: Array, outcome: Array, size: int) -> Array:
    """The share of outcomes with each code, drawn towards the average of all where there are few rows."""
    average = outcome.mean()
    rows, hits = np.bincount(codes, minlength=size), np.bincount(codes, outcome, size)
    return (hits + SMOOTHING * average) / (rows + SMOOTHING)


@dataclass(frozen=True)
class PairRates:
    """The same for two columns together: `keys` (sorted) are code × size of the second + code of the second."""

    first: int
    second: int
    size: int
    keys: Array
    rates: Array
    average: float

    @classmethod
    def learn(cls, first: int, second: int, codes: Sequence[Array], size: int, outcome: Array) -> "PairRates":
        keys, inverse = np.unique(codes[first] * size + codes[second], return_inverse=True)
        rows = np.bincount(inverse, minlength=len(keys))
        found = rates(inverse, outcome, len(keys))
        often = rows >= FEWEST
        return cls(first, second, size, keys[often], found[often].astype(np.float32), float(outcome.mean()))

    def of(self, first: Array, second: Array) -> Array:
        wanted = first * self.size + second
        if not len(self.keys):
            return np.full(len(wanted), self.average)
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[place] == wanted, self.rates[place], self.average)

    @property
    def plain(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "PairRates":
        if len(plain["keys"]) != len(plain["rates"]):
            raise ValueError("pairs and rates do not belong together")
        return cls(**plain)
