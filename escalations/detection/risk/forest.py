"""Boosted trees as plain arrays: one row costs a fraction of a millisecond, and nothing in them can be run.

scikit-learn grows the trees; its own way to ask them is made for many rows and takes tens of milliseconds for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

Array = np.ndarray[Any, np.dtype[Any]]
ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Forest:
    """All nodes of all trees. A leaf leads to itself, so every row may take `depth` steps. Values add to log odds."""

    roots: Array
    feature: Array
    threshold: Array
    missing_left: Array
    left: Array
    right: Array
    value: Array
    base: float
    depth: int

    @classmethod
    def of(cls, grown: "Sequence[HistGradientBoostingClassifier]") -> "Forest":
        """The mean of some grown models."""
        trees = [one.nodes for model in grown for (one,) in model._predictors]
        starts = np.cumsum([0, *(len(nodes) for nodes in trees[:-1])])
        leaf = np.concatenate([nodes["is_leaf"] for nodes in trees]).astype(bool)
        itself = np.arange(len(leaf))
        moved = np.concatenate([np.full(len(nodes), start) for nodes, start in zip(trees, starts, strict=True)])

        def joined(name: str) -> Array:
            return np.concatenate([nodes[name] for nodes in trees])

        return cls(
            roots=starts.astype(np.int32),
            feature=np.where(leaf, 0, joined("feature_idx")).astype(np.int32),
            threshold=np.where(leaf, np.inf, joined("num_threshold")),
            missing_left=joined("missing_go_to_left").astype(bool),
            left=np.where(leaf, itself, joined("left") + moved).astype(np.int32),
            right=np.where(leaf, itself, joined("right") + moved).astype(np.int32),
            value=np.where(leaf, joined("value"), 0.0) / len(grown),
            base=float(np.mean([model._baseline_prediction for model in grown])),
            depth=int(max(nodes["depth"].max() for nodes in trees)),
        )

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Forest":
        """From what `plain` returned. Raises ValueError when the arrays do not belong together."""
        forest = cls(**plain)
        nodes = len(forest.value)
        lengths = {len(getattr(forest, name)) for name in ("feature", "threshold", "missing_left", "left", "right")}
        pointers = np.concatenate([forest.roots, forest.left, forest.right])
        if lengths != {nodes} or pointers.min() < 0 or pointers.max() >= nodes or forest.feature.min() < 0:
            raise ValueError("the trees do not hang together")
        return forest

    @property
    def plain(self) -> dict[str, Any]:
        return dict(vars(self))

    def log_odds(self, features: Array) -> Array:
        """One value for each row of features, in the order of the rows."""
        parts = range(0, len(features), ROWS_AT_ONCE)
        return np.concatenate([self._some(features[at : at + ROWS_AT_ONCE]) for at in parts] or [np.zeros(0)])

    def _some(self, features: Array) -> Array:
        node = np.broadcast_to(self.roots, (len(features), len(self.roots)))
        row = np.arange(len(features))[:, None]
        for _step in range(self.depth):
            seen = features[row, self.feature[node]]
            left = np.where(np.isnan(seen), self.missing_left[node], seen <= self.threshold[node])
            node = np.where(left, self.left[node], self.right[node])
        return self.base + self.value[node].sum(axis=1)
