"""One figure, and how two sides are compared fairly."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

ROUNDS = 7


@dataclass
class Figure:
    """One line of JSON. `value` is None when the figure could not be taken; then `why` says the reason."""

    figure: str
    value: float | None
    unit: str
    database: str = ""
    ratio: float | None = None
    against: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        fields = asdict(self)
        more = fields.pop("more")
        return json.dumps({**fields, **more})


@dataclass(frozen=True)
class Comparison:
    """What each side took, round by round, in seconds."""

    ours: list[float]
    theirs: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.ours)

    @property
    def ratios(self) -> list[float]:
        """Ours over theirs in time, round by round: 2.0 is twice as slow."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    def spread(self, *, of_rates: bool = False) -> dict[str, Any]:
        """For the line: rounds, and the smallest and largest ratio."""
        ratios = sorted(1 / ratio if of_rates else ratio for ratio in self.ratios)
        return {"rounds": len(ratios), "ratio_min": round(ratios[0], 3), "ratio_max": round(ratios[-1], 3)}

    def ratio(self, *, of_rates: bool = False) -> float:
        middle = statistics.median(self.ratios)
        return round(1 / middle if of_rates else middle, 3)


def timed(work: Callable[[], Any]) -> float:
    """Seconds that the work took on the wall clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_ms(work: Callable[[], Any], turns: int) -> float:
    """Milliseconds of the median of so many turns, after one that is not counted."""
    work()
    return round(statistics.median(timed(work) for _turn in range(turns)) * 1000, 2)


def alternate(ours: Callable[[int], float], theirs: Callable[[int], float], rounds: int = ROUNDS) -> Comparison:
    """Ours and theirs in turn, with the number of the round; each says how long it took in seconds.

    One round before them is not counted: caches fill in it.
    """
    mine, other = [], []
    for number in range(rounds + 1):
        mine.append(ours(number))
        other.append(theirs(number))
    return Comparison(mine[1:], other[1:])
