"""What every placing looks at before any case: the rules in force, and what cases weigh."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, QuerySet, Value

from routing.composed import Composed
from routing.engine import Compiled, compiled_once
from routing.models import Ruleset
from routing.models.weights import CaseWeight, Weights


@dataclass(frozen=True)
class House:
    """`rules` is None while none are published."""

    rules: Compiled | None
    weights: Weights

    @classmethod
    def now(cls) -> "House":
        """Asked of the database each time, in one statement: a change counts from the next decision on, without
        restart and in every process."""
        rules, weights = None, {}
        for what, first, second, third, published_at in SETTLED():
            if what == "rules":
                rules = compiled_once(first, published_at)
            else:
                weights[first, second] = third
        return cls(rules, weights)


def _settled() -> "QuerySet[Any, tuple[Any, ...]]":
    """Rows of: what it is, three numbers, a moment."""
    nothing, never = Value(0), Value(None, output_field=DateTimeField())
    rules = Ruleset.objects.filter(state=Ruleset.State.PUBLISHED).order_by()
    weights = CaseWeight.objects.order_by()
    return rules.values_list(Value("rules"), "pk", nothing, nothing, "published_at").union(
        weights.values_list(Value("weight"), "severity", "tier", "weight", never), all=True
    )


SETTLED = Composed(_settled)
