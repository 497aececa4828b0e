"""What rules mean, for reasoning: each is a list of needs, each need a list of alternatives, and each alternative says
of one question which answers will do.

A fact that holds one value is one question. Of a fact that is a set, or a text, each element or word is a question of
its own, answered by yes or no. So the space is larger than what cases can be (a text in which “refused” stands has
`refus*` too, and here need not): whatever holds for all of it holds for all cases.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.core.exceptions import ValidationError

from routing.conditions import OF_KIND, parse
from routing.facts import Fact, Kind
from routing.plain import PlainCondition, PlainRule
from routing.value_sets import BY_KIND, NO, YES, Codes, covers, passing, whole
from routing.vocabulary import Vocabulary

Question = tuple[str, str | None]
"""A fact, and of a set or a text the element; None where the fact holds one value."""
OTHERS = "\x00others"
"""The element that stands for all that no rule names."""
SOME = "\x00some"
"""The element that says that a text is not empty."""
EITHER = Codes(frozenset({True, False}))
MOST_NEEDS = 300
"""A rule with more, because its groups multiply, is not reasoned about."""


@dataclass(frozen=True)
class Answer:
    """One alternative: this question has one of these answers."""

    question: Question
    values: Any


Need = tuple[Answer, ...]
Rival = Sequence[Need]
"""A rule that must not be met: one of its needs fails."""
Box = Mapping[Question, Any]
"""Which answers are possible; of a question that is not in it, all."""


class Space:
    """The questions that some rules ask."""

    def __init__(self, rules: Iterable[PlainRule], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.elements: dict[str, set[str]] = defaultdict(set)
        for rule in rules:
            for condition in rule.conditions:
                self._learn(condition)

    def _learn(self, condition: PlainCondition) -> None:
        understood = self._understood(condition)
        if understood and understood[0].kind not in BY_KIND and understood[1]:
            self.elements[condition.fact] |= understood[1]

    def _understood(self, condition: PlainCondition) -> tuple[Fact, Any] | None:
        fact = self.vocabulary.facts.get(condition.fact)
        if fact is None or condition.operator not in OF_KIND[fact.kind]:
            return None
        try:
            return fact, parse(fact, condition.operator, condition.value)
        except ValidationError:
            return None

    def whole(self, question: Question) -> Any:
        """All answers that the question can have."""
        name, element = question
        return EITHER if element is not None else whole(self.vocabulary.facts[name])

    def needs(self, rule: PlainRule) -> list[Need] | None:
        """All that must hold; None when that is not understood or too much to reason about."""
        found: list[Need] = []
        for conditions in rule.requirements():
            meant = [self._of(condition) for condition in conditions]
            if None in meant:
                return None
            alternatives = [needs for needs in meant if needs is not None]
            size = 1
            for needs in alternatives:
                size *= len(needs)
            if size > MOST_NEEDS and len(alternatives) > 1:
                return None
            found += [tuple(answer for need in choice for answer in need) for choice in product(*alternatives)]
        return found

    def _of(self, condition: PlainCondition) -> list[Need] | None:
        understood = self._understood(condition)
        if understood is None:
            return None
        fact, wanted = understood
        if fact.kind in BY_KIND:
            values = passing(fact, condition.operator, wanted) & whole(fact)
            return [(Answer((fact.name, None), values),)]
        return list(self._of_elements(fact, condition.operator, wanted))

    def _of_elements(self, fact: Fact, operator: str, wanted: frozenset[str] | None) -> Iterator[Need]:
        """The needs that an operator on a set or a text is."""
        named = self.elements[fact.name] | ({SOME} if fact.kind is Kind.TEXT else {OTHERS})
        elements = sorted(named if wanted is None else wanted)
        outside = sorted(named - (wanted or frozenset()))
        if operator in ("has_any_of", "contains_any_word", "is_not_empty"):
            yield _answers(fact, elements, YES)
        elif operator == "lacks_any_of":
            yield _answers(fact, elements, NO)
        elif operator == "has_others_than":
            yield _answers(fact, outside, YES)
        else:
            asked = outside if operator == "has_only" else elements
            answer = YES if operator == "has_all_of" else NO
            for element in asked:
                yield _answers(fact, [element], answer)

    def box(self, needs: Sequence[Need]) -> tuple[dict[Question, Any], list[Need]]:
        """What those needs leave that have one alternative, and the others."""
        box: dict[Question, Any] = {}
        for need in needs:
            if len(need) == 1:
                question, values = need[0].question, need[0].values
                box[question] = box.get(question, self.whole(question)) & values
        return box, [need for need in needs if len(need) > 1]

    def meets(self, box: Box, answer: Answer) -> bool:
        return bool(box.get(answer.question, self.whole(answer.question)) & answer.values)

    def implies(self, box: Box, answer: Answer) -> bool:
        return covers(answer.values, box.get(answer.question, self.whole(answer.question)))

    def always(self, box: Box, needs: Iterable[Need]) -> bool:
        """Whether whatever is in the box meets all these needs."""
        return all(any(self.implies(box, answer) for answer in need) for need in needs)


def _answers(fact: Fact, elements: Iterable[str], values: Codes) -> Need:
    return tuple(Answer((fact.name, element), values) for element in elements)
