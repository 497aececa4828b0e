"""A learned model, asked: how likely is the outcome for these facts and texts, and what moved it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from escalations.detection.risk.columns import Column, Kind, PairRates
from escalations.detection.risk.forest import Forest
from escalations.detection.risk.table import known
from escalations.detection.risk.wording import Wording
from escalations.plain_words import words_as_written

Array = np.ndarray[Any, np.dtype[Any]]
MOST_WORDS = 5
"""Words of a text that are named among the reasons, for and against."""
WEAKEST = 0.05
"""A fact or word that moved the log odds by less is not worth a word."""


@dataclass(frozen=True)
class Reason:
    """One thing that moved a probability: `moved` is by how much it would differ without it (0.06 is six points), and
    `strength` the same in log odds: near 0 and 1 a probability hardly moves, however much speaks for it. A fact has a
    name; of a word it is empty."""

    name: str
    value: str
    moved: float
    strength: float


@dataclass(frozen=True)
class Judgement:
    """A probability from 0 to 1, and what moved it, the strongest first."""

    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Model:
    """Columns with the rates of their values, pairs of columns, words, trees on top; `slope` and `offset` turn the
    trees' log odds into probabilities that mean what they say."""

    columns: Sequence[Column]
    rates: Sequence[Array]
    pairs: Sequence[PairRates]
    wording: Wording | None
    forest: Forest
    slope: float = 1.0
    offset: float = 0.0
    manifest: dict[str, Any] = field(default_factory=dict, compare=False)

    def set_straight(self, slope: float, offset: float) -> "Model":
        return replace(self, slope=slope, offset=offset)

    def probabilities(self, facts: Mapping[str, Sequence[str]], texts: Sequence[str] | None, rows: int) -> Array:
        """One for each row, in order. A column or text that is absent is not known."""
        return self._probable(self._features(facts, texts, rows))

    def judge(self, facts: Mapping[str, str], text: str) -> Judgement:
        """One case, with what moved it: each fact is taken away in turn, then the words that speak for it, then
        those against."""
        cells = {column.name: facts.get(column.name, "") for column in self.columns}
        filled = [at for at, column in enumerate(self.columns) if known(cells[column.name])]
        written = list(words_as_written(text)) if self.wording else []
        said, told = self.wording.told(word for word, _ in written) if self.wording and text.strip() else (np.nan, {})
        whole = self._one(cells, said)
        sides = [{w: by for w, by in told.items() if by > 0}, {w: by for w, by in told.items() if by < 0}]
        without_words = [_saying(whole, said - sum(side.values())) for side in sides]
        variants = [whole, *self._without_each(whole, cells, filled), *without_words]
        full, *others = (float(one) for one in self._log_odds(np.array(variants)))
        facts_left = [(self.columns[at].name, cells[self.columns[at].name]) for at in filled]
        reasons = [Reason(*fact, *_difference(full, other)) for fact, other in zip(facts_left, others, strict=False)]
        for side, other in zip(sides, others[len(filled) :], strict=True):
            reasons += _shared(_difference(full, other), side, written)
        strong = [one for one in reasons if abs(one.strength) >= WEAKEST]
        return Judgement(float(_probability(full)), tuple(sorted(strong, key=lambda one: -abs(one.strength))))

    # --- as plain values, to be stored ---------------------------------------------------------------------------

    @property
    def plain(self) -> dict[str, Any]:
        """Dictionaries, lists, texts, numbers and arrays: nothing that could do anything when it is read."""
        return {
            "columns": [column.plain for column in self.columns],
            "rates": list(self.rates),
            "pairs": [pair.plain for pair in self.pairs],
            "wording": self.wording.plain if self.wording else None,
            "forest": self.forest.plain,
            "slope": self.slope,
            "offset": self.offset,
        }

    @classmethod
    def read(cls, plain: Mapping[str, Any], manifest: dict[str, Any]) -> "Model":
        """From what `plain` returned. Raises ValueError, KeyError or TypeError when the parts do not fit."""
        columns = [Column.read(one) for one in plain["columns"]]
        pairs = [PairRates.read(one) for one in plain["pairs"]]
        wording = Wording.read(plain["wording"]) if plain["wording"] else None
        forest = Forest.read(plain["forest"])
        model = cls(columns, plain["rates"], pairs, wording, forest, plain["slope"], plain["offset"], manifest)
        sizes = [column.size for column in columns]
        paired = {place for pair in pairs for place in (pair.first, pair.second)}
        if [len(one) for one in model.rates] != sizes or not paired <= set(range(len(columns))):
            raise ValueError("columns and rates do not belong together")
        if forest.feature.max() >= model.width:
            raise ValueError("the trees ask for what the columns do not give")
        return model

    @property
    def width(self) -> int:
        """How many features the trees are asked with."""
        numbers = sum(column.kind == Kind.NUMBER for column in self.columns)
        return len(self.columns) + len(self.pairs) + numbers + (self.wording is not None)

    # --- features: rates of each column, of each pair, numbers, words ----------------------------------------------

    def rated(self, codes: Sequence[Array]) -> Array:
        """What the rates say of rows with these codes: a feature for each column, then for each pair."""
        single = [rates[code] for rates, code in zip(self.rates, codes, strict=True)]
        return np.column_stack([*single, *(pair.of(codes[pair.first], codes[pair.second]) for pair in self.pairs)])

    def _features(self, facts: Mapping[str, Sequence[str]], texts: Sequence[str] | None, rows: int) -> Array:
        nothing = [""] * rows
        cells = [facts.get(column.name, nothing) for column in self.columns]
        codes = [column.codes(found) for column, found in zip(self.columns, cells, strict=True)]
        parts = [self.rated(codes)] if self.columns else []
        parts += [c.numbers(found) for c, found in zip(self.columns, cells, strict=True) if c.kind == Kind.NUMBER]
        if self.wording is not None:
            parts.append(self.wording.log_odds(texts or nothing))
        return np.column_stack(parts)

    def _one(self, cells: Mapping[str, str], said: float) -> Array:
        """The features of a single case, whose words have been heard already."""
        codes = [column.codes([cells[column.name]]) for column in self.columns]
        parts = [self.rated(codes)[0]] if self.columns else []
        parts += [c.numbers([cells[c.name]]) for c in self.columns if c.kind == Kind.NUMBER]
        return np.concatenate([*parts, [said]] if self.wording is not None else parts)

    def _without_each(self, whole: Array, cells: Mapping[str, str], filled: Sequence[int]) -> list[Array]:
        """The features of the same case with one fact after the other not known."""
        if not filled:
            return []
        codes = []
        for at, column in enumerate(self.columns):
            own = int(column.codes([cells[column.name]])[0])
            codes.append(np.array([column.unseen if gone == at else own for gone in filled]))
        changed = np.repeat(whole[None, :], len(filled), axis=0)
        rated = self.rated(codes)
        changed[:, : rated.shape[1]] = rated
        numbers = [at for at, column in enumerate(self.columns) if column.kind == Kind.NUMBER]
        for row, gone in enumerate(filled):
            if gone in numbers:
                changed[row, rated.shape[1] + numbers.index(gone)] = np.nan
        return list(changed)

    def _log_odds(self, features: Array) -> Array:
        return (self.slope * self.forest.log_odds(features) + self.offset).clip(-30, 30)

    def _probable(self, features: Array) -> Array:
        return _probability(self._log_odds(features))


def _probability(log_odds: Any) -> Array:
    found: Array = 1 / (1 + np.exp(-log_odds))
    return found


def _difference(full: float, other: float) -> tuple[float, float]:
    """What was moved, as a probability and in log odds."""
    return float(_probability(full) - _probability(other)), full - other


def _saying(whole: Array, log_odds: float) -> Array:
    """The features of the same case if its words said something else. What words say is the last feature."""
    changed = whole.copy()
    if not np.isnan(log_odds):
        changed[-1] = log_odds
    return changed


def _shared(moved: tuple[float, float], side: Mapping[str, float], written: Sequence[tuple[str, str]]) -> list[Reason]:
    """What all words of one side moved together, told of the strongest of them by what each weighs."""
    strongest = sorted(side, key=lambda word: -abs(side[word]))[:MOST_WORDS]
    first: dict[str, str] = {}
    for word, as_written in written:
        if word in strongest:
            first.setdefault(word, as_written)
    whole = sum(side.values())
    shares = {word: side[word] / whole for word in strongest}
    return [Reason("", first.get(word, word), moved[0] * by, moved[1] * by) for word, by in shares.items()]
