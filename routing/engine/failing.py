"""Why the other rules do not apply: worked out again from facts and version when somebody asks, never stored."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from routing.conditions import predicate
from routing.engine.compiled import Compiled, CompiledRule
from routing.engine.deciding import decide
from routing.facts import Facts, Found
from routing.plain import PlainCondition
from routing.vocabulary import Vocabulary
from routing.wording import of_requirement


@dataclass(frozen=True)
class Failed:
    """A rule that does not apply, and the first of its conditions that does not hold, in words.

    When all of them hold the rule came too late: another had decided, and `condition` is empty.
    """

    rule: CompiledRule
    condition: str


def failed(compiled: Compiled, facts: Facts) -> list[Failed]:
    """Each rule that did not apply to these facts, in their order."""
    match = decide(compiled, facts)
    applied = set(map(id, match.matched))
    others = [rule for rule in compiled.rules if id(rule) not in applied]
    return [Failed(rule, _first_failing(rule, facts, match.found, compiled.vocabulary)) for rule in others]


def _first_failing(rule: CompiledRule, facts: Facts, found: Found, vocabulary: Vocabulary) -> str:
    for conditions in rule.plain.requirements():
        if not any(_holds(condition, facts, found, vocabulary) for condition in conditions):
            return of_requirement(conditions, vocabulary)
    return ""


def _holds(condition: PlainCondition, facts: Facts, found: Found, vocabulary: Vocabulary) -> bool:
    try:
        test = predicate(condition.fact, condition.operator, condition.value, vocabulary.facts)
    except ValidationError:
        return False  # as `compile_plain` has it
    return test(facts, found)
