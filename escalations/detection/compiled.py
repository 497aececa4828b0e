"""A set of criteria, compiled once a process and version: the words of all its criteria are one automaton."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from escalations.detection.definition import Definition
from escalations.models import CriteriaSet
from escalations.models import Criterion as Row
from escalations.phrases import Phrases, Place, Wordbook
from routing.conditions import predicate, values_of
from routing.facts import Facts, Kind
from routing.plain import PlainCondition
from routing.vocabulary import Vocabulary
from routing.words import WordList

Holds = Callable[[Facts], bool]


class Compiled:
    """Criteria that are in use, ready to be asked. Holds no database rows."""

    def __init__(self, definitions: Iterable[Definition], *, pk: int | None = None, number: int = 0) -> None:
        self.definitions = tuple(one for one in definitions if one.is_enabled)
        self.pk, self.number = pk, number
        self.by_code = {one.code: one for one in self.definitions}

    def having(self, *tests: str) -> list[Definition]:
        return [one for one in self.definitions if one.test in tests]

    @property
    def reads_words(self) -> bool:
        return any(one.reads_words for one in self.definitions)

    @property
    def conditional(self) -> list[Definition]:
        return [one for one in self.definitions if one.conditions]

    # --- words ---------------------------------------------------------------------------------------------------

    @cached_property
    def _lists(self) -> list[tuple[Definition, Phrases]]:
        return [(one, list_) for one in self.having(Row.Test.WORDS) for list_ in one.phrases()]

    @cached_property
    def wordbook(self) -> Wordbook:
        """Raises LineError for a line that cannot be read; a published set has none."""
        return _wordbook(tuple(list_ for _definition, list_ in self._lists))

    def find(self, text: str, language: str = "") -> dict[str, list[Place]]:
        """By code of the criterion: where its phrases stand in the text, in order."""
        found: dict[str, list[Place]] = {}
        for number, places in self.wordbook.find(text, language).items():
            code = self._lists[number][0].code
            found[code] = _without_overlaps([*found[code], *places]) if code in found else places
        return found

    # --- conditions ----------------------------------------------------------------------------------------------

    @cached_property
    def _conditions(self) -> Mapping[str, Holds]:
        if not self.conditional:
            return {}
        facts = Vocabulary.load().facts
        return {one.code: _all_hold(one.conditions, facts) for one in self.conditional}

    def conditions_hold(self, definition: Definition, facts: Facts | None) -> bool:
        """Whether the conditions of the criterion hold; it holds by itself where it has none."""
        holds = self._conditions.get(definition.code)
        return holds is None or (facts is not None and holds(facts))


@lru_cache(maxsize=8)
def _wordbook(lists: tuple[Phrases, ...]) -> Wordbook:
    """Versions that differ in other things only share their words."""
    return Wordbook(lists)


def _without_overlaps(places: list[Place]) -> list[Place]:
    kept: list[Place] = []
    for place in sorted(places):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def _all_hold(conditions: Sequence[PlainCondition], facts: Mapping[str, Any]) -> Holds:
    """The conditions as one test: all must hold, of those with the same group one."""
    groups: dict[object, list[Any]] = {}
    words: dict[str, set[str]] = {}
    for number, one in enumerate(conditions):
        if one.fact not in facts:
            return lambda told: False  # an own field that is gone: nothing can be known of it
        groups.setdefault(one.group if one.group is not None else f"alone {number}", []).append(
            predicate(one.fact, one.operator, one.value, facts)
        )
        if facts[one.fact].kind is Kind.TEXT:
            words.setdefault(one.fact, set()).update(values_of(one.value))
    lists = {name: WordList(wanted) for name, wanted in words.items()}

    def holds(told: Facts) -> bool:
        found = {name: words.found(told.value(facts[name]) or "") for name, words in lists.items()}
        return all(any(test(told, found) for test in tests) for tests in groups.values())

    return holds


def compile_set(row: CriteriaSet) -> Compiled:
    """A set, compiled. One that can still change is compiled each time, the others once a process."""
    return _compile(row.pk) if row.is_draft else _compile_once(row.pk, row.published_at)


def published() -> Compiled | None:
    """The criteria in force, asked of the database each time: publishing needs no restart."""
    row = CriteriaSet.objects.filter(state=CriteriaSet.State.PUBLISHED).values_list("pk", "published_at").first()
    return _compile_once(*row) if row else None


@lru_cache(maxsize=8)
def _compile_once(pk: int, published_at: datetime | None) -> Compiled:
    # The time is part of the key because an id can come again after a publication that was rolled back.
    return _compile(pk)


def _compile(pk: int) -> Compiled:
    row = CriteriaSet.objects.get(pk=pk)
    return Compiled((Definition.of(one) for one in row.whole()), pk=pk, number=row.number)
