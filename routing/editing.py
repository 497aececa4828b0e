"""Editing a draft: its rules are moved, copied, switched and taken out. Its author does that, and nobody else.

The rules of a draft are numbered 1, 2, 3 … without gaps, so that a rule's position is the number people call it by.
"""

import uuid
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from routing.locking import lock
from routing.models import Condition, Rule, Ruleset
from routing.plain import PlainCondition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from routing.models import Skill, User


@contextmanager
def editing(ruleset: Ruleset, by: "User") -> "Iterator[list[Rule]]":
    """The rules of the draft in their order, locked until the block ends. Refused unless it is still theirs to edit."""
    with transaction.atomic():
        (now,) = lock(Ruleset.objects.filter(pk=ruleset.pk))
        now.refuse_unless_draft()
        if not now.may_be_edited_by(by):
            raise PermissionDenied(_("Only the author edits a draft. Copy it to a draft of your own."))
        yield list(now.rules.order_by("position", "pk"))


def number(rules: Sequence[Rule]) -> None:
    """Give the rules of a draft the numbers 1, 2, 3 … in the order given. Call it inside `editing`."""
    moved = [rule for place, rule in enumerate(rules, start=1) if rule.position != place]
    for place, rule in enumerate(rules, start=1):
        rule.position = place
    Rule.objects.bulk_update(moved, ["position"], batch_size=500)


def move(ruleset: Ruleset, rule: int, to: int, *, by: "User") -> int:
    """Put a rule at that number; those behind it move on. Returns its number now, which lies within the list."""
    with editing(ruleset, by) as rules:
        moved = _one(rules, rule)
        rules.remove(moved)
        place = min(max(to, 1), len(rules) + 1)
        rules.insert(place - 1, moved)
        number(rules)
    return place


def duplicate(ruleset: Ruleset, rule: int, *, by: "User") -> Rule:
    """The same rule once more, right behind, and not enabled: two equal rules at work would be one too many."""
    with editing(ruleset, by) as rules:
        original = _one(rules, rule)
        name = _("%(name)s (copy)") % {"name": original.name}
        twin = original.copy_to(ruleset, key=uuid.uuid4(), name=name[:120], is_enabled=False)
        rules.insert(rules.index(original) + 1, twin)
        number(rules)
    return twin


def switch(ruleset: Ruleset, rule: int, *, on: bool, by: "User") -> Rule:
    with editing(ruleset, by) as rules:
        switched = _one(rules, rule)
        switched.is_enabled = on
        switched.save(update_fields=["is_enabled"])
    return switched


def remove(ruleset: Ruleset, rule: int, *, by: "User") -> Rule:
    """Take a rule out of the draft. Returns it as it was."""
    with editing(ruleset, by) as rules:
        removed = _one(rules, rule)
        rules.remove(removed)
        Rule.objects.filter(pk=removed.pk).delete()
        number(rules)
    return removed


def write(
    ruleset: Ruleset,
    rule: Rule,
    skills: "Iterable[Skill]",
    conditions: Sequence[PlainCondition],
    *,
    by: "User",
    place: int | None = None,
) -> Rule:
    """Store a rule as it was edited, checked before, with exactly these conditions; a new one at that number."""
    with editing(ruleset, by) as rules:
        if rule.pk:
            rule.position = _one(rules, rule.pk).position
        rule.ruleset = ruleset
        rule.save()
        rule.skills.set(skills)
        rule.conditions.all().delete()
        Condition.objects.bulk_create(
            Condition(rule=rule, fact=one.fact, operator=one.operator, value=one.value, group=one.group)
            for one in conditions
        )
        if place is not None:
            rules.insert(place - 1, rule)
            number(rules)
    return rule


def _one(rules: Sequence[Rule], pk: int) -> Rule:
    for rule in rules:
        if rule.pk == pk:
            return rule
    raise ValidationError(_("That rule is not in this draft any more. Look again."), code="gone")


def place_for_new(rules: Sequence[Rule]) -> int:
    """The number for one more rule: at the end, but before a last one that catches everything."""
    last = rules[-1] if rules else None
    if last and last.is_enabled and not last.go_on and not last.conditions.exists():
        return len(rules)
    return len(rules) + 1
