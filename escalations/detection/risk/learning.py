"""Learning: from rows whose outcome is known to a model of how likely it is.

Three steps, each on top of the one before. Words: a logistic regression on those of the text. Facts: how often the
outcome came with each value, and with each two values together. Trees: boosted on both. Whatever a row contributes to a
step is left out when that step speaks of the row itself (five parts, each judged by the others), so no step believes
what it has only learned by heart. The same rows in the same order make the same model.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from escalations.detection.risk.columns import UNUSABLE, Column, Kind, PairRates, kind_of, rates
from escalations.detection.risk.forest import Forest
from escalations.detection.risk.hearing import IN_TEXTS, enough, fitted, vocabulary_of
from escalations.detection.risk.model import Model
from escalations.detection.risk.wording import Vocabulary, Wording

Array = np.ndarray[Any, np.dtype[Any]]
MOST_PAIRED = 9
"""Columns whose values are also counted two by two: those that tell most."""
SEED = 20_260_101
SAME = "always the same"


@dataclass(frozen=True)
class Recipe:
    """How the trees are grown: so many, by what step, leaves each, rows a leaf, restraint, and how often over."""

    trees: int
    step: float
    leaves: int
    rows_a_leaf: int
    restraint: float
    times: int = 1

    def grow(self, features: Array, outcome: Array, seed: int) -> HistGradientBoostingClassifier:
        return HistGradientBoostingClassifier(
            max_iter=self.trees, learning_rate=self.step, max_leaf_nodes=self.leaves,
            min_samples_leaf=self.rows_a_leaf, l2_regularization=self.restraint, early_stopping=False,
            random_state=seed,
        ).fit(features, outcome)  # fmt: skip


RECIPES = (
    (1_000, Recipe(50, 0.05, 4, 20, 10.0)),
    (15_000, Recipe(100, 0.03, 6, 30, 10.0, times=3)),
    (50_000, Recipe(150, 0.05, 10, 30, 10.0)),
    (10**12, Recipe(150, 0.06, 15, 40, 1.0)),
)
"""By the number of rows that each is good for: the fewer rows, the smaller the trees (docs/risk.md)."""


@dataclass
class Examples:
    """Rows with a known outcome (0 or 1): facts by column, and what was said (empty where nothing was)."""

    facts: Mapping[str, Sequence[str]]
    outcome: Array
    texts: Sequence[str] | None = None
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    in_texts: int = IN_TEXTS


class Learner:
    """The examples in numbers, and the three steps on any part of them."""

    def __init__(self, examples: Examples) -> None:
        self.outcome = examples.outcome.astype(float)
        self.left_out: dict[str, str] = {}
        self.columns = list(self._columns(examples))
        self.codes = [column.codes(examples.facts[column.name]) for column in self.columns]
        self.numbers = [c.numbers(examples.facts[c.name]) for c in self.columns if c.kind == Kind.NUMBER]
        self.vocabulary: Vocabulary | None = None
        self.weighed: csr_matrix | None = None
        self.has_text = np.array([bool(text.strip()) for text in examples.texts or ()], dtype=bool)
        self.place = np.cumsum(self.has_text) - 1
        said = [text for text in examples.texts or () if text.strip()]
        if said and (learned := vocabulary_of(said, examples.in_texts)):
            self.vocabulary, self.weighed = learned

    def _columns(self, examples: Examples) -> Iterator[Column]:
        for name, cells in examples.facts.items():
            kind = examples.kinds.get(name) or kind_of(cells)
            column = Column.learn(name, cells, kind)
            if kind in UNUSABLE:
                self.left_out[name] = kind
            elif column.size <= 2 and kind is Kind.VALUES:
                self.left_out[name] = SAME
            else:
                yield column

    def learn(self, rows: Array) -> Model:
        """A model from these rows, its probabilities not yet set straight."""
        recipe = next(recipe for most, recipe in RECIPES if len(rows) < most)
        pairs = self._paired(rows)
        wording, told = self._words(rows)
        with threadpool_limits(1):  # one thread: on a busy machine several wait for each other, and sums stay equal
            grown = [
                recipe.grow(self._features(rows, pairs, told, SEED + time), self.outcome[rows], SEED + time)
                for time in range(recipe.times)
            ]
        return Model(
            columns=self.columns,
            rates=[self.rated(index, rows) for index in range(len(self.columns))],
            pairs=[self._pair(first, second, rows) for first, second in pairs],
            wording=wording,
            forest=Forest.of(grown),
        )

    def judged_by_others(self, parts: "Sequence[tuple[Array, Array]]") -> Array:
        """The log odds of each row by a model that was learned without it; not a number where no part judges it.
        Each part is the rows to learn from and the rows to judge."""
        judged = np.full(len(self.outcome), np.nan)
        for others, rows in parts:
            model = self.learn(others)
            judged[rows] = model.forest.log_odds(self._features_of(model, rows))
        return judged

    # --- words -------------------------------------------------------------------------------------------------

    def _words(self, rows: Array) -> tuple[Wording | None, Array | None]:
        """What words tell, and what they told of each of these rows by those of the others."""
        if self.vocabulary is None or self.weighed is None:
            return None, None
        speaking = np.flatnonzero(self.has_text[rows])
        said = rows[speaking]
        if not enough(self.outcome[said]):
            return None, None
        told, weighed = np.full(len(rows), np.nan), self.weighed[self.place[said]]
        with threadpool_limits(1):
            for others, part in _folds(self.outcome[said], 5 if len(said) < 20_000 else 3, SEED):
                model = fitted(weighed[others], self.outcome[said[others]])
                told[speaking[part]] = model.decision_function(weighed[part])
            whole = fitted(weighed, self.outcome[said])
        tells = whole.coef_[0].astype(np.float32)
        return Wording(self.vocabulary, tells, float(whole.intercept_[0])), told

    # --- facts -------------------------------------------------------------------------------------------------

    def rated(self, index: int, rows: Array) -> Array:
        return rates(self.codes[index][rows], self.outcome[rows], self.columns[index].size)

    def _pair(self, first: int, second: int, rows: Array) -> PairRates:
        codes = [column[rows] for column in self.codes]
        return PairRates.learn(first, second, codes, self.columns[second].size, self.outcome[rows])

    def _paired(self, rows: Array) -> list[tuple[int, int]]:
        chosen = list(range(len(self.columns)))
        if len(self.columns) > MOST_PAIRED:
            chosen = sorted(sorted(chosen, key=lambda index: self._surprise(index, rows))[:MOST_PAIRED])
        return list(itertools.combinations(chosen, 2))

    def _surprise(self, index: int, rows: Array) -> float:
        """How badly a column alone foretells the outcome: the mean log loss of rates that other rows gave."""
        loss = np.zeros(len(rows))
        for others, part in _folds(self.outcome[rows], 5, SEED):
            rate = self.rated(index, rows[others])[self.codes[index][rows[part]]]
            happened = self.outcome[rows[part]]
            loss[part] = -np.log(np.where(happened == 1, rate, 1 - rate).clip(1e-9))
        return float(loss.mean())

    # --- features ----------------------------------------------------------------------------------------------

    def _features(self, rows: Array, pairs: Sequence[tuple[int, int]], told: Array | None, seed: int) -> Array:
        """What the trees learn from: of each row what the others say of its values."""
        features = np.empty((len(rows), len(self.columns) + len(pairs)))
        for others, part in _folds(self.outcome[rows], 5, seed):
            learned, asked = rows[others], rows[part]
            for index in range(len(self.columns)):
                features[part, index] = self.rated(index, learned)[self.codes[index][asked]]
            for at, (first, second) in enumerate(pairs, start=len(self.columns)):
                pair = self._pair(first, second, learned)
                features[part, at] = pair.of(self.codes[first][asked], self.codes[second][asked])
        return self._joined(rows, features, told)

    def _features_of(self, model: Model, rows: Array) -> Array:
        told = None
        if model.wording is not None and self.weighed is not None:
            told, speaking = np.full(len(rows), np.nan), self.has_text[rows]
            said = self.weighed[self.place[rows[speaking]]]
            told[speaking] = said @ model.wording.tells + model.wording.base
        codes = [column[rows] for column in self.codes]
        return self._joined(rows, model.rated(codes) if codes else np.empty((len(rows), 0)), told)

    def _joined(self, rows: Array, rated: Array, told: Array | None) -> Array:
        numbers = [column[rows] for column in self.numbers]
        return np.column_stack([rated, *numbers, *([told] if told is not None else [])])


def _folds(outcome: Array, parts: int, seed: int) -> list[tuple[Array, Array]]:
    parts = int(max(2, min(parts, outcome.sum(), len(outcome) - outcome.sum())))
    return list(StratifiedKFold(parts, shuffle=True, random_state=seed).split(outcome, outcome))


def random_parts(outcome: Array) -> list[tuple[Array, Array]]:
    """Each row is judged once by a model of the others: five parts, three of very many rows."""
    return _folds(outcome, 5 if len(outcome) < 200_000 else 3, SEED + 100)


def future_parts(dates: Sequence[Any]) -> list[tuple[Array, Array]]:
    """Fifths by date: each of the last three is judged by a model of all that came before it."""
    order = np.argsort(np.array(dates), kind="stable")
    blocks = np.array_split(order, 5)
    return [(np.sort(np.concatenate(blocks[:at])), np.sort(blocks[at])) for at in (2, 3, 4)]


def straightened(judged: Array, outcome: Array) -> tuple[float, float]:
    """Slope and offset that turn log odds into honest ones: Platt's sigmoid, fitted on rows judged by others.

    J. Platt, Probabilistic outputs for support vector machines, 1999. It keeps the order of the rows.
    """
    known = ~np.isnan(judged)
    told, came = judged[known, None], outcome[known]
    hits = float(came.sum())
    # His targets: few rows never prove that something is certain. Each row counts as both, by how sure it makes us.
    sure = np.where(came == 1, (hits + 1) / (hits + 2), 1 / (len(came) - hits + 2))
    twice, both = np.concatenate([told, told]), np.repeat([1, 0], len(came))
    straight = LogisticRegression(C=100.0).fit(twice, both, sample_weight=np.concatenate([sure, 1 - sure]))
    slope = float(straight.coef_[0][0])
    if slope <= 0:  # nothing was learned: everybody has the average
        share = float(came.mean())
        return 0.0, float(np.log(share / (1 - share)))
    return slope, float(straight.intercept_[0])
