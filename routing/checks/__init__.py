"""What is wrong with a ruleset before it is published, and what may be.

Errors block: facts, values, teams and skills that do not exist, parts and conditions that contradict each other, and a
ruleset that sends nothing anywhere can never be right. Warnings inform, because they may be meant so: a rule that
never applies (somebody put a rule for this week on top), two with equal conditions, an outcome that nobody who works
here could take, a retired value, no rule that catches the rest.
"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from routing.checks import people, reach
from routing.checks.contents import of_rule
from routing.checks.finding import Finding, Level, error, warning
from routing.checks.search import GaveUp, Search
from routing.checks.space import Space
from routing.conditions import values_of
from routing.engine import compile_plain
from routing.models.rules import Ruleset
from routing.plain import PlainRule, PlainRuleset
from routing.vocabulary import Vocabulary

__all__ = ["Finding", "Level", "of", "of_plain", "of_rule"]

MOST_VALUES = 200_000
"""Values and words of all rules together."""


def of(ruleset: Ruleset) -> list[Finding]:
    """All findings in the order of the rules, the ruleset's own first. The number of queries is constant."""
    return of_plain(PlainRuleset.of(ruleset), Vocabulary.load(), people.working())


def of_plain(
    ruleset: PlainRuleset, vocabulary: Vocabulary, workers: dict[str, list[people.Worker]] | None = None
) -> list[Finding]:
    """The same without the database. Without `workers` nobody is looked for. Rules that are off are not looked at."""
    rules = [rule for rule in ruleset.rules if rule.is_enabled]
    found = list(_of_all(rules))
    found += [finding for rule in rules for finding in of_rule(rule, vocabulary)]
    if not any(finding.level is Level.ERROR and finding.rule is None for finding in found):
        space = Space(rules, vocabulary)
        found += reach.of_rules(rules, space, compile_plain(ruleset, vocabulary))
        found += _no_catch_all(rules, space)
        if workers is not None:
            found += people.of_rules(rules, space, workers)
    places = {id(rule): place for place, rule in enumerate(rules, start=1)}
    return sorted(found, key=lambda finding: (places.get(id(finding.rule), 0), finding.level is Level.WARNING))


def _of_all(rules: Sequence[PlainRule]) -> Iterator[Finding]:
    if all(rule.go_on for rule in rules):
        yield error(None, _("No rule sends a case to a team."))
    values = sum(len(values_of(condition.value)) for rule in rules for condition in rule.conditions)
    if values > MOST_VALUES:
        message = _("The rules name %(count)d values and words. At most %(most)d are allowed.")
        yield error(None, message % {"count": values, "most": MOST_VALUES})


def _no_catch_all(rules: Sequence[PlainRule], space: Space) -> Iterator[Finding]:
    """A case may be left over, unless one rule takes all, or some do together."""
    deciding = [rule for rule in rules if not rule.go_on]
    if not deciding or any(not rule.conditions for rule in deciding):
        return
    needs = [found for rule in deciding if (found := space.needs(rule)) is not None]
    try:
        left_over = len(needs) > reach.MOST_RIVALS or Search(space).finds({}, [], needs)
    except GaveUp:
        left_over = True
    if left_over:
        yield warning(None, _("No rule catches the rest: a case that no rule fits waits for a coordinator."))
