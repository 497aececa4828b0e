"""How good probabilities are, by rows that the model had not seen: ranking, the working point, honesty, groups."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

Array = np.ndarray[Any, np.dtype[Any]]
BINS = 10
FEWEST_IN_GROUP = 50
FEWEST_OF_EACH = 10
"""A group with fewer outcomes of either kind has no AUC worth printing."""


@dataclass(frozen=True)
class Measures:
    """`auc`: how often a row with the outcome stands above one without (0.5 is chance). At the working point, the share
    `flagged` of all rows with the highest probabilities: `precision` is how many of them had the outcome, `caught` the
    share of all outcomes among them. `calibration_error`: by how much, on average, the probabilities of ten equally
    large groups are off (expected calibration error). `brier`: mean square of what they are off by.
    """

    rows: int
    positives: int
    base_rate: float
    auc: float | None
    flagged: float
    threshold: float
    precision: float
    caught: float
    calibration_error: float
    brier: float

    @property
    def plain(self) -> dict[str, Any]:
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def measure(probable: Array, outcome: Array, share: float) -> Measures:
    """Of probabilities and what came (0 or 1), in the same order; `share` is what part of all rows is flagged."""
    top = np.argsort(-probable, kind="stable")[: max(1, round(len(probable) * share))]
    positives = int(outcome.sum())
    return Measures(
        rows=len(outcome),
        positives=positives,
        base_rate=float(outcome.mean()),
        auc=float(roc_auc_score(outcome, probable)) if 0 < positives < len(outcome) else None,
        flagged=share,
        threshold=float(probable[top[-1]]),
        precision=float(outcome[top].mean()),
        caught=float(outcome[top].sum() / positives) if positives else 0.0,
        calibration_error=float(sum(abs(one.told - one.came) * one.rows for one in reliability(probable, outcome)))
        / len(outcome),
        brier=float(np.mean((probable - outcome) ** 2)),
    )


@dataclass(frozen=True)
class Bin:
    """A tenth of the rows: what was foretold for them on average, and what came."""

    rows: int
    told: float
    came: float


def reliability(probable: Array, outcome: Array) -> list[Bin]:
    """Tenths of the rows by their probability, the lowest first."""
    parts = np.array_split(np.argsort(probable, kind="stable"), min(BINS, len(probable)))
    return [Bin(len(part), float(probable[part].mean()), float(outcome[part].mean())) for part in parts]


def by_group(
    probable: Array, outcome: Array, threshold: float, groups: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """The same for each value of each grouping that enough rows have: whether some are judged worse than others.
    `missed` is the share of outcomes below the working point."""
    found = []
    for name, values in groups.items():
        array = np.array(values, dtype=object)
        for value in sorted(set(values)):
            mine = array == value
            if mine.sum() >= FEWEST_IN_GROUP:
                found.append({"group": name, "value": value, **_group(probable[mine], outcome[mine], threshold)})
    return found


def _group(probable: Array, outcome: Array, threshold: float) -> dict[str, Any]:
    flagged, positives = probable >= threshold, int(outcome.sum())
    both = min(positives, len(outcome) - positives) >= FEWEST_OF_EACH
    return {
        "rows": len(outcome),
        "came": round(float(outcome.mean()), 4),
        "told": round(float(probable.mean()), 4),
        "flagged": round(float(flagged.mean()), 4),
        "precision": round(float(outcome[flagged].mean()), 4) if flagged.any() else None,
        "missed": round(float((outcome[~flagged]).sum() / positives), 4) if positives else None,
        "auc": round(float(roc_auc_score(outcome, probable)), 4) if both else None,
    }
