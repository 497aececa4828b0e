"""How often the rules were at work: how many decisions considered each, how many it matched, and when it last did.

A decision considers every enabled rule of its version down to the one that decided; all of them when none did.
A rule is counted under its key, so that a draft shows what its rules did in the versions before it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Subquery
from django.utils import timezone

from routing.models import Decision, Rule

WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Usage:
    """Of one rule, in the window. `last` is when it last matched."""

    considered: int = 0
    matched: int = 0
    last: datetime | None = None


NEVER = Usage()


def usage(rules: Sequence[Rule], *, at: datetime | None = None) -> dict[UUID, Usage]:
    """Of these rules, by key. The number of queries does not depend on the rules, nor on the decisions."""
    since = (at or timezone.now()) - WINDOW
    tally = _Tally()
    rows = Decision.objects.filter(decided_at__gte=since, ruleset__isnull=False).order_by()
    for ruleset, rule, matched, count, last in rows.values_list("ruleset", "rule", "matched").annotate(
        Count("pk"), Max("decided_at")
    ):
        tally.add(ruleset, rule, [row["rule"] for row in matched], count, last)
    found = tally.by_key()
    silent = [rule.key for rule in rules if not found.get(rule.key, NEVER).last]
    for key, last in _last_match(silent):
        known = found.get(key, NEVER)
        found[key] = Usage(known.considered, known.matched, last)
    return {rule.key: found.get(rule.key, NEVER) for rule in rules}


class _Tally:
    """Counts by rule, of as many versions as were in force."""

    def __init__(self) -> None:
        self.decided: dict[int, Counter[int | None]] = defaultdict(Counter)
        self.matched: Counter[int] = Counter()
        self.last: dict[int, datetime] = {}

    def add(self, ruleset: int, rule: int | None, matched: Iterable[int], count: int, last: datetime) -> None:
        self.decided[ruleset][rule] += count
        for pk in matched:
            self.matched[pk] += count
            self.last[pk] = max(last, self.last.get(pk, last))

    def by_key(self) -> dict[UUID, Usage]:
        found: dict[UUID, Usage] = {}
        rows = Rule.objects.filter(ruleset__in=list(self.decided), is_enabled=True).order_by(
            "ruleset", "position", "pk"
        )
        left: dict[int, int] = {ruleset: counts.total() for ruleset, counts in self.decided.items()}
        for pk, key, ruleset in rows.values_list("pk", "key", "ruleset"):
            known = found.get(key, NEVER)
            moments = [moment for moment in (known.last, self.last.get(pk)) if moment]
            found[key] = Usage(
                known.considered + left[ruleset], known.matched + self.matched[pk], max(moments, default=None)
            )
            left[ruleset] -= self.decided[ruleset][pk]
        return found


def _last_match(keys: Sequence[UUID]) -> Iterable[tuple[UUID, datetime]]:
    """When rules that decided nothing in the window last decided. One that only adds requirements decides nothing."""
    latest = Decision.objects.filter(rule=OuterRef("pk")).order_by("-pk").values("decided_at")[:1]
    rows = Rule.objects.filter(key__in=keys).exclude(ruleset__state="draft").annotate(last=Subquery(latest))
    found: dict[UUID, datetime] = {}
    for key, last in rows.order_by().values_list("key", "last"):
        if last:
            found[key] = max(last, found.get(key, last))
    return found.items()
