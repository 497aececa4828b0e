"""What a single rule says: facts, values, teams and skills that exist, and parts that go together."""

from collections import Counter
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from routing.checks.finding import Finding, error, warning
from routing.conditions import EMPTINESS, check, values_of
from routing.plain import PlainCondition, PlainRule
from routing.vocabulary import Vocabulary


def of_rule(rule: PlainRule, vocabulary: Vocabulary) -> Iterator[Finding]:
    """What is wrong with it by itself, whatever the others are."""
    yield from (error(rule, message) for message in parts(rule, vocabulary))
    for condition in rule.conditions:
        try:
            check(condition.fact, condition.operator, condition.value, vocabulary)
        except ValidationError as refused:
            yield from (error(rule, message) for message in refused.messages)
        else:
            yield from (warning(rule, message) for message in _retired(condition, vocabulary))


def parts(rule: PlainRule, vocabulary: Vocabulary) -> Iterator[str]:
    """What does not exist or go together, the conditions' own values not counted."""
    if rule.go_on and rule.team:
        yield _("A rule that only adds requirements names no team: a later rule does.")
    if not rule.go_on and not rule.team:
        yield _("Name the team, or let the rule only add requirements.")
    if rule.language and rule.language_from_case:
        yield _("Require this language or the case's own, not both.")
    if rule.team and rule.team not in vocabulary.teams:
        yield _("There is no team “%(team)s”. Add it first, or choose another.") % {"team": rule.team}
    if rule.team in vocabulary.inactive_teams:
        yield _("The team %(team)s is not active.") % {"team": vocabulary.teams[rule.team]}
    for skill in rule.skills:
        if skill not in vocabulary.skills:
            yield _("There is no skill “%(skill)s”. Add it first, or choose another.") % {"skill": skill}
    for group, count in Counter(one.group for one in rule.conditions if one.group is not None).items():
        if count == 1:
            message = _("Group %(group)d has one condition only. Give it an alternative, or take it out of the group.")
            yield message % {"group": group}


def _retired(condition: PlainCondition, vocabulary: Vocabulary) -> Iterator[str]:
    fact = vocabulary.facts[condition.fact]
    if condition.fact in vocabulary.retired_facts:
        yield _("The field %(fact)s is retired: only older cases still have a value.") % {"fact": fact.label}
    codes = set() if condition.operator in EMPTINESS else set(values_of(condition.value))
    for code in sorted(codes & vocabulary.retired.get(condition.fact, set())):
        yield _("%(fact)s “%(name)s” is retired: only older cases still have it.") % {
            "fact": fact.label, "name": vocabulary.codes[condition.fact][code],
        }  # fmt: skip
