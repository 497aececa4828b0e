"""Replaying stored cases on two versions of the rules: read from the database, decided, summed up into the matrix."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from config.bench.measure import Figure
from routing.engine import compile_ruleset, decide_many
from routing.models import Choice, Condition, Decision, Field, Rule, Ruleset, Team, User
from routing.simulation.past import chosen, read
from routing.simulation.replay import Replay, undisturbed

RULES, CASES, CHOICES, TEAMS = 1_000, 100_000, 40, 20
ROUNDS = 3
FACTS = {"product": "product", "issue": "issue", "complaint_type": "type"}


def figures() -> Iterator[Figure]:
    """Rates of this process's own time on the processor, so that a machine that is shared does not count."""
    draft, published = _versions()
    _cases(published)
    whole = max(_rate(lambda: _replay(draft, published)) for _round in range(ROUNDS))
    yield Figure("routing.simulation", round(whole), "cases/s", more={"rules": RULES, "cases": CASES, "versions": 2})
    stored = [past.facts for batch in read(_keys()) for past in batch]
    compiled = compile_ruleset(published)
    alone = max(_rate(lambda: _decide(compiled, stored)) for _round in range(ROUNDS))
    yield Figure("routing.simulation", round(alone), "decisions/s", more={"what": "deciding alone"})


def _rate(work: Callable[[], int]) -> float:
    with undisturbed():
        started = time.process_time()
        return work() / (time.process_time() - started)


def _keys() -> list[int]:
    now = timezone.now()
    return chosen(now - timedelta(days=60), now, CASES)


def _replay(draft: Ruleset, published: Ruleset) -> int:
    rules = Rule.objects.filter(ruleset__in=[draft, published]).order_by()
    named = {pk: str(key) for pk, key in rules.values_list("pk", "key")}
    replay = Replay(compile_ruleset(published), compile_ruleset(draft), named, lambda batch: [{} for _past in batch])
    for batch in read(_keys()):
        for _told in replay.of(batch):
            pass
    replay.sums.matrix()
    return replay.sums.counts.total()


def _decide(compiled: Any, stored: list[dict[str, Any]]) -> int:
    return sum(1 for _match in decide_many(compiled, stored))


def _versions() -> tuple[Ruleset, Ruleset]:
    """A published version of a thousand rules of five conditions each, and a draft in which every tenth differs."""
    author, publisher = User.objects.create_user("author"), User.objects.create_superuser("publisher")
    teams = [Team.objects.create(code=f"team-{number}", name=f"Team {number}") for number in range(TEAMS)]
    for code, word in FACTS.items():
        field = Field.objects.built_in(code)
        Choice.objects.bulk_create(
            Choice(field=field, code=f"{word}-{number}", label=f"{word} {number}") for number in range(CHOICES)
        )
    published = Ruleset.objects.create(author=author)
    dice = random.Random(4)
    rules = [
        Rule(
            ruleset=published,
            position=place,
            name=f"Rule {place}",
            team=dice.choice(teams),
            minimum_authority=place % 4,
        )
        for place in range(1, RULES)
    ]
    rules.append(Rule(ruleset=published, position=RULES, name="Everything else", team=teams[0]))
    made = Rule.objects.bulk_create(rules)
    Condition.objects.bulk_create(row for rule in made[:-1] for row in _conditions(rule, dice))
    published.publish(publisher)
    draft = published.copy(author)
    for rule in draft.rules.filter(position__in=range(1, RULES, 10)):
        Rule.objects.filter(pk=rule.pk).update(team=dice.choice(teams))
    return draft, published


def _conditions(rule: Rule, dice: random.Random) -> Iterator[Condition]:
    some = sorted(dice.sample(range(CHOICES), 5))
    yield Condition(rule=rule, fact="product", operator="is", value=f"product-{dice.randrange(CHOICES)}")
    yield Condition(rule=rule, fact="issue", operator="is_one_of", value=", ".join(f"issue-{one}" for one in some))
    yield Condition(rule=rule, fact="severity", operator="at_least", value=str(dice.randint(1, 3)))
    yield Condition(rule=rule, fact="attempts", operator="at_least", value=str(dice.randint(0, 2)))
    yield Condition(rule=rule, fact="amount", operator="at_least", value=f"{dice.randrange(0, 500, 50)} GBP")


def _cases(published: Ruleset) -> None:
    """As many decisions as they are stored in life, with facts of every kind."""
    dice, now = random.Random(5), timezone.now()
    rule = published.rules.order_by("-position").first()
    for start in range(0, CASES, 5_000):
        Decision.objects.bulk_create(
            Decision(
                reference=f"R-2026-{number:06}", decided_at=now - timedelta(seconds=30 * (CASES - number)),
                ruleset=published, rule=rule, facts=_facts(dice), reason="Goes to Ann.", placed=True,
            )
            for number in range(start, start + 5_000)
        )  # fmt: skip


def _facts(dice: random.Random) -> dict[str, Any]:
    return {
        "product": f"product-{dice.randrange(CHOICES)}", "sub_product": "", "issue": f"issue-{dice.randrange(CHOICES)}",
        "sub_issue": "", "complaint_type": f"type-{dice.randrange(CHOICES)}", "channel": "phone",
        "severity": dice.randint(1, 4), "tier": 1, "trigger_kinds": ["failed_attempts"], "region": "Wales",
        "jurisdiction": "UK", "language": "en", "segment": "retail", "vulnerabilities": [],
        "amount": f"{dice.randrange(1000)}.00", "currency": "GBP", "attempts": dice.randint(0, 3), "age_days": 4,
        "prior_escalations": 0, "restricted_kind": "", "excluded_users": [], "conflicts": [], "found_words": [],
        "text_digest": "0" * 64, "fields": {},
    }  # fmt: skip
