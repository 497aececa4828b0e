"""From rules to tables. A ruleset that is published is compiled once a process, because it can never change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from routing.conditions import OF_KIND, parse
from routing.engine.compiled import Compiled, CompiledRule, Slot
from routing.engine.reading import Key, Reader, TextReader
from routing.engine.tables import AmountTable, CodeTable, DateTable, DecimalTable, RangeTable, SetTable, TextTable, bits
from routing.facts import NOTHING, Fact, Kind
from routing.models.rules import Ruleset
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.value_sets import BY_KIND, EMPTY, joined, passing
from routing.vocabulary import Vocabulary
from routing.words import WordList

TABLES: dict[Kind, Any] = {
    Kind.CODE: CodeTable, Kind.NUMBER: RangeTable, Kind.DECIMAL: DecimalTable, Kind.DATE: DateTable,
    Kind.AMOUNT: AmountTable, Kind.CODES: SetTable, Kind.TEXT: TextTable,
}  # fmt: skip
Wanted = dict[str, dict[int, Any]]
"""By fact and rule: the set of values that it lets pass, or the tests on what is a set itself."""


def compile_ruleset(ruleset: Ruleset) -> Compiled:
    """The ruleset, compiled. One that can still change is compiled each time, the others once a process."""
    return _compile(ruleset) if ruleset.is_draft else compiled_once(ruleset.pk, ruleset.published_at)


def published() -> Compiled | None:
    """The ruleset in force, asked of the database each time: publishing needs no restart."""
    row = Ruleset.objects.filter(state=Ruleset.State.PUBLISHED).values_list("pk", "published_at").first()
    return compiled_once(*row) if row else None


@lru_cache(maxsize=16)
def compiled_once(ruleset_id: int, published_at: datetime | None) -> Compiled:
    """The rules of a published version, which never change."""
    # The time is part of the key because an id can come again after a publication that was rolled back.
    return _compile(Ruleset.objects.get(pk=ruleset_id))


def _compile(ruleset: Ruleset) -> Compiled:
    return compile_plain(PlainRuleset.of(ruleset), Vocabulary.load())


def compile_plain(ruleset: PlainRuleset, vocabulary: Vocabulary) -> Compiled:
    """The rules that are on, compiled without asking the database.

    A condition that makes no sense any more, because its fact has gone, holds for no case.
    """
    rules = [rule for rule in ruleset.rules if rule.is_enabled]
    building = _Building(len(rules), vocabulary)
    for bit, rule in zip(reversed(range(len(rules))), rules, strict=True):
        building.add(bit, rule)
    return building.compiled(ruleset, tuple(CompiledRule(rule, vocabulary) for rule in rules))


class _Building:
    """Collects what the rules want of each fact, then makes the tables."""

    def __init__(self, count: int, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.alive = (1 << count) - 1
        self.adding = 0
        self.alone: Wanted = defaultdict(dict)
        self.groups: list[list[Wanted]] = []
        self.words: dict[str, set[str]] = defaultdict(set)
        self.understood: dict[tuple[str, str, str], Any] = {}
        self.tested: dict[str, Fact] = {}

    def add(self, bit: int, rule: PlainRule) -> None:
        self.adding |= rule.go_on << bit
        taken = 0
        for conditions in rule.requirements():
            known_ones = [(one.fact, self._understand(one)) for one in conditions]
            alternatives = [(name, wanted) for name, wanted in known_ones if wanted is not None]
            names = {name for name, _wanted in alternatives}
            if not alternatives:
                self.alive &= ~(1 << bit)
            elif len(alternatives) == 1 or (len(names) == 1 and self.tested[names.pop()].kind in BY_KIND):
                self._alone(bit, alternatives)
            else:
                self._group(bit, alternatives, taken)
                taken += 1

    def _understand(self, condition: PlainCondition) -> Any:
        """The values that pass; for what is a set itself, the operator and its elements. None: it never holds."""
        written = (condition.fact, condition.operator, condition.value)
        if written not in self.understood:
            self.understood[written] = self._parsed(*written)
        return self.understood[written]

    def _parsed(self, name: str, operator: str, value: str) -> Any:
        fact = self.vocabulary.facts.get(name)
        if fact is None or operator not in OF_KIND[fact.kind]:
            return None
        try:
            wanted = parse(fact, operator, value)
        except ValidationError:
            return None
        self.tested[name] = fact
        if fact.kind in BY_KIND:
            return passing(fact, operator, wanted)
        if fact.kind is Kind.TEXT:
            self.words[name] |= wanted or NOTHING
        return operator, wanted

    def _alone(self, bit: int, alternatives: list[tuple[str, Any]]) -> None:
        name = alternatives[0][0]
        wanted = self.alone[name]
        if self.tested[name].kind not in BY_KIND:
            wanted.setdefault(bit, []).append(alternatives[0][1])
            return
        found = joined(one for _name, one in alternatives)
        wanted[bit] = wanted[bit] & found if bit in wanted else found

    def _group(self, bit: int, alternatives: list[tuple[str, Any]], number: int) -> None:
        """Each alternative into a layer in which the rule says nothing of that fact yet."""
        if number == len(self.groups):
            self.groups.append([])
        layers = self.groups[number]
        for name, wanted in alternatives:
            layer = next((one for one in layers if bit not in one.get(name, ())), None)
            if layer is None:
                layers.append(layer := {})
            layer.setdefault(name, {})[bit] = wanted if self.tested[name].kind in BY_KIND else [wanted]

    def compiled(self, ruleset: PlainRuleset, rules: tuple[CompiledRule, ...]) -> Compiled:
        every = (1 << len(rules)) - 1
        reader = Reader([fact for fact in self.tested.values() if fact.kind is not Kind.TEXT])
        texts = [
            TextReader(fact, WordList(self.words[fact.name])) for fact in self.tested.values() if fact.kind is Kind.TEXT
        ]
        facts = [*reader.facts, *(text.fact for text in texts)]
        tables = [_table(fact, every, self.alone[fact.name]) for fact in facts]
        places = {fact.name: place for place, fact in enumerate(facts)}
        return Compiled(
            ruleset_id=ruleset.pk,
            number=ruleset.number,
            rules=rules,
            vocabulary=self.vocabulary,
            alive=self.alive,
            adding=self.adding,
            reader=reader,
            tables=tables[: len(reader.facts)],
            texts=texts,
            text_tables=tables[len(reader.facts) :],
            slots=[self._slot(every, layers, places) for layers in self.groups],
            about_text=bits(self._about([text.fact.name for text in texts])),
        )

    def _slot(self, every: int, layers: Sequence[Wanted], places: Mapping[str, int]) -> Slot:
        grouped = bits({bit for layer in layers for wanted in layer.values() for bit in wanted})
        tables = [
            (places[name], _table(self.tested[name], 0, wanted)) for layer in layers for name, wanted in layer.items()
        ]
        return Slot(every & ~grouped, tables)

    def _about(self, names: Sequence[str]) -> set[int]:
        """The rules that test these facts, alone or in a group."""
        wanted = [self.alone[name] for name in names]
        wanted += [layer[name] for layers in self.groups for layer in layers for name in names if name in layer]
        return {bit for rules in wanted for bit in rules}


def _table(fact: Fact, usual: int, wanted: Mapping[int, Any]) -> Mapping[Key, int]:
    """`usual`: the rules that pass when they say nothing about the fact."""
    if fact.kind is Kind.BOOLEAN:
        return CodeTable(usual, wanted, empty=None)
    if fact.kind is Kind.CODE:
        return CodeTable(usual, wanted, empty=EMPTY)
    made: Mapping[Key, int] = TABLES[fact.kind](usual or bits(wanted), wanted)
    return made
