"""Live routing, the editor's test and the simulation give one answer; and a stored decision gives it years later."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from routing import rule_file
from routing.assignment import place
from routing.engine import compile_ruleset, compiling, decide, failed, published
from routing.explaining import considered
from routing.facts import Facts, FreeText
from routing.models import Choice, Decision, Field, Ruleset, Team
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.simulation.past import Past
from routing.simulation.replay import Replay
from routing.trying import try_on

OWN = {"incident": "choice", "score": "number", "since": "date", "notes": "text"}
TESTS = [
    [("product", "is", "mortgage", None), ("severity", "at_least", "3", 1), ("amount", "at_least", "5000 GBP", 1)],
    [("text", "contains_any_word", "solicit*, small claims", None)],
    [("field:incident", "is", "outage", None), ("field:since", "on_or_after", "2026-01-02", None)],
    [("field:notes", "contains_no_word", "gold", None), ("field:notes", "is_not_empty", "", None)],
    [("trigger_kinds", "has_only", "fraud, safety", None), ("trigger_kinds", "is_not_empty", "", None)],
    [("field:score", "between", "2, 3", 1), ("attempts", "at_least", "4", 1)],
    [],
]


@pytest.fixture
def in_force(author, publisher, lending, products):
    for code, kind in OWN.items():
        field = Field.objects.create(code=code, label=code.title(), kind=kind)
        if kind == "choice":
            Choice.objects.create(field=field, code="outage", label="Outage")
    some = [PlainRule("first", (PlainCondition("vulnerabilities", "is_not_empty"),), go_on=True, priority_up=1)]
    some += [PlainRule(f"rule {n}", tuple(PlainCondition(*one) for one in tests), team="lending", tier=n % 3 + 1)
             for n, tests in enumerate(TESTS)]  # fmt: skip
    draft = rule_file.load(author, rule_file.dump_json(PlainRuleset(tuple(some))))
    draft.publish(publisher)
    return draft


def some_case(chance):
    own = {"incident": "outage", "score": Decimal(chance.randint(1, 5)), "since": date(2026, 1, chance.randint(1, 4)),
           "notes": FreeText(chance.choice(["a gold customer", "nothing"]))}  # fmt: skip
    return Facts(
        product=chance.choice(["mortgage", "card", ""]),
        severity=chance.randint(1, 4),
        amount=chance.choice([None, Decimal(100), Decimal(6000)]),
        currency="GBP",
        attempts=chance.randint(0, 5),
        trigger_kinds=frozenset(chance.sample(["fraud", "safety", "media"], chance.randint(0, 2))),
        vulnerabilities=frozenset(chance.sample(["health"], chance.randint(0, 1))),
        text=chance.choice(["", "my solicitor", "a claim", "small claims court"]),
        fields={code: own[code] for code in chance.sample(list(own), chance.randint(0, 3))},
    )


@pytest.fixture
def cases():
    chance = random.Random(11)
    return [some_case(chance) for _number in range(60)]


def told(match):
    return [rule.name for rule in match.matched], replace(match.outcome, team=0)


def test_live_routing_the_editors_test_and_the_simulation_are_one_function(in_force, author, cases):
    decisions = [place(f"R-{number}", case, at=timezone.now()) for number, case in enumerate(cases)]
    live = [([row["name"] for row in one.matched], one.outcome["tier"]) for one in decisions]
    assert len({tuple(names) for names, _tier in live}) > 8, "the cases meet most rules"
    draft = in_force.copy(author)
    compiled, before = compile_ruleset(draft), published()
    tried = [try_on(compiled, case).match for case in cases]
    keys = {rule.pk: str(rule.plain.key) for rule in (*compiled.rules, *before.rules)}
    past = [Past(one.pk, one.reference, one.decided_at, one.ruleset_id, one.facts) for one in decisions]
    pairs = [pair for _past, pair in Replay(before, compiled, keys, lambda batch: [{} for _one in batch]).of(past)]
    for matches in (tried, [pair.before for pair in pairs], [pair.after for pair in pairs]):
        assert [([rule.name for rule in match.matched], match.outcome.tier) for match in matches] == live


def test_a_stored_decision_decides_the_same_years_later(in_force, author, publisher, cases):
    stored = [place(f"R-{number}", case, at=timezone.now()) for number, case in enumerate(cases)]
    compiled = published()
    first = [(told(decide(compiled, case)), [one.condition for one in failed(compiled, case)]) for case in cases]

    Choice.objects.update(label="Renamed", retired_at=timezone.now())
    Field.objects.filter(built_in=False).update(label="Renamed", is_active=False)
    Team.objects.update(name="Renamed", is_active=True)
    later = in_force.copy(author)
    later.rules.filter(name="rule 6").update(name="changed")
    later.publish(publisher)
    compiling.compiled_once.cache_clear()

    for row, (said, conditions) in zip(Decision.objects.order_by("pk"), first, strict=True):
        version, facts = compile_ruleset(Ruleset.objects.get(pk=row.ruleset_id)), Facts.from_stored(row.facts)
        assert told(decide(version, facts)) == said
        assert row.matched[-1]["name"] == said[0][-1]
        assert len([one for one in failed(version, facts) if one.condition]) == len([one for one in conditions if one])
    assert len(stored) == len(first)
    assert considered(version, facts, [one["rule"] for one in row.matched]).decider.rule.pk == row.rule_id
