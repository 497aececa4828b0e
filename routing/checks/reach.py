"""Rules that contradict themselves, repeat another, or come too late because earlier ones catch all their cases."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from routing.checks.finding import Finding, error, warning
from routing.checks.search import GaveUp, Search
from routing.checks.space import SOME, Box, Need, Question, Space
from routing.engine import Compiled, holding
from routing.facts import OWN, Facts, Kind, SearchedText
from routing.plain import PlainRule
from routing.value_sets import EMPTY, Amounts, Codes, Ranges
from routing.wording import of_requirement

TRIES = 12
"""Cases that are made up for a rule, to see whether one gets to it, before it is reasoned about."""
MOST_RIVALS = 400
"""More earlier rules than these are not weighed together, only one by one."""
MOST_COMPARISONS, MOST_STEPS = 500_000, 1_000_000
"""Of all rules of a ruleset: pairs that are compared, and steps of searches. What is left after them is not claimed."""
NEW = "\x00new"
"""A code that no rule names."""


@dataclass
class Meant:
    """A rule, and what it means: `box` is what its needs leave that have no alternative, `open` the other needs."""

    rule: PlainRule
    needs: list[Need]
    box: dict[Question, Any]
    open: list[Need]
    key: Any = field(init=False)

    def __post_init__(self) -> None:
        self.key = (frozenset(self.box.items()), frozenset(frozenset(need) for need in self.open))


def of_rules(rules: Sequence[PlainRule], space: Space, compiled: Compiled) -> Iterator[Finding]:
    """What is wrong with rules as a list. `rules` are those that are on; `compiled` has the same."""
    meant = {}
    for rule in rules:
        needs = space.needs(rule)
        if needs is not None:
            meant[id(rule)] = Meant(rule, needs, *space.box(needs))
    sound = []
    for one in meant.values():
        if (contradiction := _contradiction(one, space)) is not None:
            yield contradiction
        else:
            sound.append(one)
    yield from _Order(sound, space, compiled).findings()


def _contradiction(one: Meant, space: Space) -> Finding | None:
    names = {name for (name, _element), values in one.box.items() if not values}
    if not names and (not one.open or _is_possible(one, space)):
        return None
    of_them = [of for of in one.rule.requirements() if not names or {condition.fact for condition in of} & names]
    said = _(" and ").join(of_requirement(conditions, space.vocabulary) for conditions in of_them)
    return error(
        one.rule, _("Its conditions contradict each other, so that it holds for no case: %(said)s.") % {"said": said}
    )


def _is_possible(one: Meant, space: Space) -> bool:
    try:
        return Search(space).finds(one.box, one.open, [])
    except GaveUp:
        return True


class _Order:
    """Looks at each rule with those before it that decide."""

    def __init__(self, rules: Sequence[Meant], space: Space, compiled: Compiled) -> None:
        self.rules, self.space, self.compiled = rules, space, compiled
        count = len(compiled.rules)
        self.bits = {id(rule.plain): 1 << (count - 1 - place) for place, rule in enumerate(compiled.rules)}
        self.by_bit = {self.bits[id(one.rule)]: one for one in rules}
        self.random = random.Random(7)
        self.comparisons, self.steps = MOST_COMPARISONS, MOST_STEPS

    def findings(self) -> Iterator[Finding]:
        known: dict[Any, Meant] = {}
        for place, one in enumerate(self.rules):
            twin = known.setdefault(one.key, one)
            if twin is not one:
                yield _equal(one, twin)
                continue
            catching = self._catching(place)
            if catching is not None:
                yield _too_late(one, catching)

    def _catching(self, place: int) -> list[Meant] | None:
        """The rule that catches all cases of this one; empty when it takes several; None when some case gets to it."""
        one = self.rules[place]
        always = self._always_before(one)
        while always:  # the few that caught every case made up for it
            bit = always & -always
            always ^= bit
            if bit in self.by_bit and self.space.always(one.box, self.by_bit[bit].needs):
                return [self.by_bit[bit]]
        return None if always is None or self._escapes(place) else []

    def _always_before(self, one: Meant) -> int | None:
        """The deciding rules before it that hold in each of a few cases made up for it, as bits.

        None when one of these cases gets to it. The engine says so, which is quick.
        """
        bit = self.bits[id(one.rule)]
        before = ~(2 * bit - 1) & ~self.compiled.adding
        for turn in range(TRIES):
            caught = holding(self.compiled, self._case(one, usual=turn == 0))
            if caught & bit and not caught & ~(2 * bit - 1) & ~self.compiled.adding:
                return None
            if caught & bit:
                before &= caught
        return max(before, 0)

    def _escapes(self, place: int) -> bool:
        """Whether some case of it escapes all before it together; also when that is too much to find out."""
        one = self.rules[place]
        self.comparisons -= place
        if self.comparisons < 0 or self.steps < 0:
            return True
        rivals = [other.needs for other in self.rules[:place] if not other.rule.go_on and self._overlaps(one, other)]
        if len(rivals) > MOST_RIVALS:
            return True
        search = Search(self.space)
        try:
            return search.finds(one.box, one.open, rivals)
        except GaveUp:
            return True
        finally:
            self.steps -= search.taken

    def _overlaps(self, one: Meant, other: Meant) -> bool:
        return all(one.box.get(question, self.space.whole(question)) & values for question, values in other.box.items())

    def _case(self, one: Meant, *, usual: bool) -> Facts:
        box = dict(one.box)
        for need in one.open:
            answer = need[0] if usual else self.random.choice(need)
            whole = self.space.whole(answer.question)
            box[answer.question] = (box.get(answer.question, whole) & answer.values) or box.get(answer.question, whole)
        return facts_of(box, self.space, self.random)


def facts_of(box: Box, space: Space, chance: random.Random) -> Facts:
    """Some case of the box."""
    values: dict[str, Any] = {}
    elements: dict[str, set[str]] = {}
    for (name, element), possible in box.items():
        if element is None:
            values[name] = _some(possible, chance)
        else:
            elements.setdefault(name, set())
            if not possible & Codes(frozenset({False})):
                elements[name].add(element)
    return _facts(values, elements, space)


def _facts(values: dict[str, Any], elements: dict[str, set[str]], space: Space) -> Facts:
    built_in: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, value in values.items():
        if space.vocabulary.facts[name].kind is Kind.DATE and value is not None:
            value = date.fromordinal(min(max(value, 1), date.max.toordinal()))
        if name.startswith(OWN):
            own[name.removeprefix(OWN)] = value
        elif name == "amount":
            built_in |= {"amount": value[0], "currency": value[1]} if value else {}
        else:
            built_in[name] = value
    for name, there in elements.items():
        is_text = space.vocabulary.facts[name].kind is Kind.TEXT
        found = frozenset(there - {SOME})
        if name.startswith(OWN):
            own[name.removeprefix(OWN)] = SearchedText("digest" if there else "", found) if is_text else found
        elif is_text:
            built_in |= {"found_words": found, "text_digest": "digest" if there else ""}
        else:
            built_in[name] = found
    return Facts(**built_in, fields={code: value for code, value in own.items() if value not in (None, EMPTY)})


def _some(possible: Any, chance: random.Random) -> Any:
    """One of the values."""
    if isinstance(possible, Codes):
        named = sorted(possible.values, key=str)
        return NEW if possible.inverted else chance.choice(named) if named else None
    if isinstance(possible, Amounts):
        return _some_amount(possible, chance)
    return _some_number(possible, chance)


def _some_amount(possible: Amounts, chance: random.Random) -> Any:
    named = sorted(currency for currency, ranges in possible.stretches if ranges)
    if named:
        currency = chance.choice(named)
        return Decimal(_some_number(possible.of(currency), chance)), currency
    return (Decimal(1), NEW) if possible.rest else None


def _some_number(possible: Ranges, chance: random.Random) -> Any:
    """A number of one of the stretches: its beginning, or something beside its end."""
    cuts = list(possible.cuts)
    if not cuts:
        return 0 if possible.below else None
    if possible.below:
        value, _side = cuts[0]
        found = [value - 1]
        cuts = cuts[1:]
    else:
        found = []
    for low, high in zip(cuts[::2], [*cuts[1::2], None], strict=False):
        value, side = low
        if side:
            value = value + 1 if high is None else (value + high[0]) / 2
        found.append(value)
    return chance.choice(found)


def _equal(one: Meant, twin: Meant) -> Finding:
    values = {"other": twin.rule.name}
    if twin.rule.go_on:
        return warning(one.rule, _("It has the same conditions as rule “%(other)s” before it.") % values)
    message = _("It never applies: rule “%(other)s” before it has the same conditions and decides.")
    return warning(one.rule, message % values)


def _too_late(one: Meant, catching: list[Meant]) -> Finding:
    if catching:
        message = _("It never applies: rule “%(other)s” before it catches all its cases.")
        return warning(one.rule, message % {"other": catching[0].rule.name})
    return warning(one.rule, _("It never applies: the rules before it together catch all its cases."))
