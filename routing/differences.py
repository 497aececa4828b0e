"""What differs between two versions of the rules, rule by rule and in words; and whether two versions are equal.

A rule is the same rule in every copy that has its key.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.facts import TIERS
from routing.models import Rule, Ruleset
from routing.plain import PlainRule, PlainRuleset
from routing.vocabulary import Vocabulary
from routing.wording import marked, of_conditions

PARTS = {
    "name": gettext_lazy("name"),
    "is_enabled": gettext_lazy("enabled"),
    "conditions": gettext_lazy("conditions"),
    "go_on": gettext_lazy("only adds requirements"),
    "team": gettext_lazy("team"),
    "mode": gettext_lazy("how it is given"),
    "tier": gettext_lazy("minimum tier"),
    "skills": gettext_lazy("skills"),
    "minimum_authority": gettext_lazy("minimum authority"),
    "authority_up": gettext_lazy("authority up by"),
    "language": gettext_lazy("language"),
    "language_from_case": gettext_lazy("the customer's language"),
    "priority_up": gettext_lazy("priority up by"),
    "note": gettext_lazy("note"),
}
"""The parts of a rule that are compared, in the order in which they are told."""


@dataclass(frozen=True)
class Part:
    """One part of a rule that is not what it was, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One rule that is not what it was. `was` and `now` are its numbers; None where it is not there."""

    key: str
    name: str
    was: int | None
    now: int | None
    sentence: SafeString
    parts: tuple[Part, ...] = ()
    has_moved: bool = False

    @property
    def kind(self) -> str:
        """added, removed, changed or moved: the weightiest of what happened to the rule."""
        if self.was is None:
            return "added"
        if self.now is None:
            return "removed"
        return "changed" if self.parts else "moved"


@dataclass
class Comparison:
    """All that differs, in the order of the newer version, then what it has no more."""

    differences: list[Difference] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.differences)

    @property
    def by_key(self) -> dict[str, Difference]:
        return {one.key: one for one in self.differences}


def rules_of(ruleset: Ruleset) -> list[Rule]:
    """The rules in order with all that is told of them, in a number of queries that does not depend on them."""
    rows = ruleset.rules.select_related("team").prefetch_related("conditions", "skills")
    return list(rows.order_by("position", "pk"))


def compare(old: Sequence[Rule], new: Sequence[Rule], vocabulary: Vocabulary) -> Comparison:
    """What the newer list of rules has that the older has not, and the other way round. Give what `rules_of` gives."""
    before = {str(rule.key): (place, rule) for place, rule in enumerate(old, start=1)}
    after = {str(rule.key): (place, rule) for place, rule in enumerate(new, start=1)}
    common = [key for key in after if key in before]
    moved = set(common) - set(staying([before[key][0] for key in common], common))
    found = Comparison()
    for key, (place, rule) in after.items():
        was = before.get(key)
        parts = _parts(PlainRule.of(was[1]), PlainRule.of(rule), vocabulary) if was else ()
        if was is None or parts or key in moved:
            said = marked(rule, vocabulary)
            found.differences.append(
                Difference(key, rule.name, was[0] if was else None, place, said, parts, key in moved)
            )
    for key, (place, rule) in before.items():
        if key not in after:
            found.differences.append(Difference(key, rule.name, place, None, marked(rule, vocabulary)))
    return found


def staying(places: Sequence[int], keys: Sequence[str]) -> list[str]:
    """Of keys in their new order, with their old places: as many as can be that kept their order. The others moved."""
    tails: list[int] = []
    chain: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        spot = bisect_left(tails, place)
        tails[spot : spot + 1], chain[spot : spot + 1] = [place], [index]
        before.append(chain[spot - 1] if spot else -1)
    kept = []
    index = chain[-1] if chain else -1
    while index >= 0:
        kept.append(keys[index])
        index = before[index]
    return kept[::-1]


def _parts(old: PlainRule, new: PlainRule, vocabulary: Vocabulary) -> tuple[Part, ...]:
    was, now = contents(old), contents(new)
    changed = [name for name in PARTS if was[name] != now[name]]
    return tuple(Part(str(PARTS[name]), _said(name, old, vocabulary), _said(name, new, vocabulary)) for name in changed)


def contents(rule: PlainRule) -> dict[str, Any]:
    """All that a rule says, in plain values: two rules are equal when these are, however their groups are numbered."""
    values = {name: getattr(rule, name) for name in PARTS}
    conditions = [[[row.fact, row.operator, row.value] for row in needed] for needed in rule.requirements()]
    return values | {"conditions": conditions}


def digest(rules: Iterable[PlainRule]) -> str:
    """A short name for exactly these rules in this order. Equal versions have equal ones, whoever wrote them when."""
    plain = json.dumps([contents(rule) for rule in rules], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def digest_of(ruleset: Ruleset) -> str:
    return digest(PlainRuleset.of(ruleset).rules)


def _said(name: str, rule: PlainRule, vocabulary: Vocabulary) -> str:
    """One part of a rule in words; what is not there is a dash."""
    if name == "conditions":
        return of_conditions(rule, vocabulary) or _("none: it always holds")
    if name == "skills":
        return ", ".join(vocabulary.skills.get(code, code) for code in rule.skills) or "–"
    value = getattr(rule, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in NAMED:
        value = NAMED[name](vocabulary).get(value, value)
    return str(value) if value not in (None, "", 0) else "–"


NAMED: dict[str, Callable[[Vocabulary], Mapping[Any, Any]]] = {
    "team": lambda vocabulary: vocabulary.teams,
    "mode": lambda vocabulary: dict(Rule.Mode.choices),
    "tier": lambda vocabulary: TIERS,
}
