"""Negation: whether a word before (or behind) a hit takes it back, inside its clause and a few words away.

"I do not want to sue" takes it back; "if you do not answer I will sue" and "I will not hesitate to sue" do not, and
"I do not want to sue, but I will" brings it forth again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from escalations.phrases.language import Language
from escalations.phrases.spans import Spans

REACH = {"wish": 6, "plain": 3, "after": 2}
"""How many words may stand between a negator and what it takes back."""
REACH_BYTES = 90
LOOK_AHEAD, WORDS_AHEAD = 90, 4
"""How far behind a hit, and after how many words, a "but I will" brings it forth again."""
LOOK_BACK = 70
"""How far before a negator an "if" makes the whole a condition."""


class Negating:
    """The negators of one text, by language and kind."""

    def __init__(self, clauses: bytes, speaks: Sequence[Language]) -> None:
        self._clauses, self._speaks = clauses, speaks
        self._found: dict[tuple[int, str], tuple[list[int], list[int]]] = {}
        self._false: dict[int, Spans] = {}
        self._after: dict[int, list[int]] = {}

    def add(self, number: int, kind: str, start: int, end: int) -> None:
        """In the order of their ends, as the automaton gives them."""
        starts, ends = self._found.setdefault((number, kind), ([], []))
        starts.append(start)
        ends.append(end)

    def reaches(self, start: int, end: int, *, code: str, wish_only: bool) -> bool:
        """Whether clauses[start:end] is taken back, by the negators of the language (of all when it is empty)."""
        kinds = ("wish",) if wish_only else ("wish", "plain")
        return any(
            (
                any(self._before(number, kind, start) or self._into(number, kind, start, end) for kind in kinds)
                or self._behind(number, end)
            )
            and not self._returns(number, end)
            for number, spoken in enumerate(self._speaks)
            if code in ("", spoken.code)
        )

    def _returns(self, number: int, end: int) -> bool:
        """ "..., but I will": what was not wanted comes all the same."""
        found = self._speaks[number].returns.search(self._clauses, end, end + LOOK_AHEAD)
        if found is None:
            return False
        between = self._clauses[end : found.start()]
        return b"." not in between and len(between.replace(b",", b" ").split()) <= WORDS_AHEAD

    def _before(self, number: int, kind: str, start: int) -> bool:
        starts, ends = self._found.get((number, kind), ((), ()))
        last = bisect_right(ends, start) - 1
        if last < 0 or start - ends[last] > REACH_BYTES:
            return False
        between = self._clauses[ends[last] - 1 : start]
        if b"." in between or len(between.split()) > REACH[kind]:
            return False
        spoken = self._speaks[number]
        if spoken.breakers.search(between) or _pauses(between, spoken):
            return False
        return not self._is_void(number, starts[last], ends[last])

    def _into(self, number: int, kind: str, start: int, end: int) -> bool:
        """A negator that begins before the hit and ends in it: "do not want" before "want a manager"."""
        starts, ends = self._found.get((number, kind), ((), ()))
        for at in range(bisect_right(ends, start + 1), bisect_right(ends, end + 1)):
            if starts[at] + 1 < start and not self._is_void(number, starts[at], ends[at]):
                return True
        return False

    def _is_void(self, number: int, start: int, end: int) -> bool:
        return self._is_false(number, start, end) or self._is_condition(self._speaks[number], start)

    def _is_false(self, number: int, start: int, end: int) -> bool:
        if number not in self._false:
            starts, ends = self._found.get((number, "false"), ([], []))
            self._false[number] = Spans(list(zip(starts, ends, strict=True)))
        return self._false[number].touch(start + 1, end - 1)

    def _is_condition(self, spoken: Language, start: int) -> bool:
        before = self._clauses[max(0, start - LOOK_BACK) : start + 1]
        clause = before[max(before.rfind(b"."), before.rfind(b",")) + 1 :]
        return spoken.conditions.search(b" " + clause) is not None

    def _behind(self, number: int, end: int) -> bool:
        if number not in self._after:
            self._after[number] = sorted(self._found.get((number, "after"), ((), ()))[0])
        starts = self._after[number]
        following = bisect_left(starts, end)
        if following >= len(starts) or starts[following] - end > REACH_BYTES:
            return False
        between = self._clauses[end : starts[following] + 1]
        return b"." not in between and b"," not in between and len(between.split()) <= REACH["after"]


def _pauses(between: bytes, spoken: Language) -> bool:
    """Whether a comma ends the reach: not before an "or" or "nor"."""
    pieces = between.split(b",")
    return any(not spoken.continuers.match(b" " + piece.lstrip()) for piece in pieces[1:])
