"""Stretches of a text, asked in logarithmic time whether one of them touches another."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


class Spans:
    """Any number of stretches (start, end), in any order."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _end in ordered]
        self._ends = [end for _start, end in ordered]
        self._furthest = list(accumulate((end for _start, end in ordered), max))

    def silence(self, start: int, end: int, inner: tuple[int, int]) -> bool:
        """Whether one of them holds this stretch or cuts into it. One that lies inside `inner`, the longest run
        of words of the stretch, says less than it does."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        if first and self._furthest[first - 1] > start:
            return True
        spans = ((self._starts[at], self._ends[at]) for at in range(first, last))
        return any(span == inner or span[0] < inner[0] or span[1] > inner[1] for span in spans)

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them has a letter in common with this stretch."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._furthest[before - 1] > start
