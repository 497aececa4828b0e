"""Whether some case meets a rule and no rule before it: a search that may give up, and never claims what is not so."""

from collections.abc import Sequence

from routing.checks.space import Answer, Box, Need, Rival, Space

MOST_STEPS = 20_000
"""Comparisons of one search. A search that needs more gives up."""


class GaveUp(Exception):
    """The question is too hard to be answered in time."""


class Search:
    """Looks for an answer to every question that meets all needs, and of each rival rule fails at least one need.

    Each step leaves of the possible answers what a need or a rival leaves no choice about; where there is a choice, the
    alternatives are tried one after another (after Davis, Logemann and Loveland, 1962).
    """

    def __init__(self, space: Space, most: int = MOST_STEPS) -> None:
        self.space, self.most, self.taken = space, most, 0

    def finds(self, box: Box, needs: Sequence[Need], rivals: Sequence[Rival]) -> bool:
        """Whether there is such a case. Raises GaveUp when that would take too long."""
        narrowed = self._narrowed(box, needs, rivals) if all(box.values()) else None
        if narrowed is None:
            return False
        box, needs, rivals = narrowed
        if needs:
            first, *later = sorted(needs, key=len)
            return any(self.finds(self._with(box, [answer]), later, rivals) for answer in first)
        if rivals:
            ways, rival = min(((self._ways(box, rival) or [], rival) for rival in rivals), key=lambda one: len(one[0]))
            others = [other for other in rivals if other is not rival]
            return any(self.finds(way, needs, others) for way in ways)
        return True

    def _narrowed(
        self, box: Box, needs: Sequence[Need], rivals: Sequence[Rival]
    ) -> tuple[Box, Sequence[Need], Sequence[Rival]] | None:
        """What follows without any choice; None when nothing is left."""
        before: Box | None = None
        while box is not before:
            before = box
            open_needs: list[Need] = []
            for need in needs:
                self._count(len(need))
                if any(self.space.implies(box, answer) for answer in need):
                    continue
                possible = tuple(answer for answer in need if self.space.meets(box, answer))
                if not possible:
                    return None
                if len(possible) == 1:
                    box = self._with(box, possible)
                else:
                    open_needs.append(possible)
            open_rivals: list[Rival] = []
            for rival in rivals:
                ways = self._ways(box, rival)
                if ways is None:
                    continue
                if not ways:
                    return None
                if len(ways) == 1:
                    box = ways[0]
                else:
                    open_rivals.append(rival)
            needs, rivals = open_needs, open_rivals
        return box, needs, rivals

    def _ways(self, box: Box, rival: Rival) -> list[Box] | None:
        """What is left of the box when the rival fails one of its needs, for each that it can fail; None: it fails."""
        ways = []
        for need in rival:
            self._count(len(need))
            live = [answer for answer in need if self.space.meets(box, answer)]
            if not live:
                return None
            failing = self._with(box, [Answer(answer.question, ~answer.values) for answer in live])
            if all(failing[answer.question] for answer in live):
                ways.append(failing)
        return ways

    def _with(self, box: Box, answers: Sequence[Answer]) -> Box:
        narrowed = dict(box)
        for answer in answers:
            question = answer.question
            narrowed[question] = narrowed.get(question, self.space.whole(question)) & answer.values
        return narrowed

    def _count(self, steps: int) -> None:
        self.taken += steps
        if self.taken > self.most:
            raise GaveUp
