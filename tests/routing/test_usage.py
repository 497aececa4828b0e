from datetime import timedelta

import pytest

from routing.engine import compile_ruleset, decide
from routing.facts import Facts
from routing.models import Decision, Rule
from routing.usage import usage


@pytest.fixture
def in_force(draft, lending, publisher, products):
    """Two rules that only add, then mortgages of high severity, then mortgages."""
    for place, (name, conditions, go_on) in enumerate(
        [
            ("language", [("language", "is_not", "en")], True),
            ("off", [], False),
            ("severe", [("product", "is", "mortgage"), ("severity", "at_least", "3")], False),
            ("mortgage", [("product", "is", "mortgage")], False),
        ],
        start=1,
    ):
        values = {"go_on": go_on, "team": None if go_on else lending, "is_enabled": name != "off"}
        rule = Rule.objects.create(ruleset=draft, position=place, name=name, **values)
        for fact, operator, value in conditions:
            rule.conditions.create(fact=fact, operator=operator, value=value)
    draft.publish(publisher)
    return draft


def decided(ruleset, at, **facts):
    match = decide(compile_ruleset(ruleset), Facts(**facts))
    return Decision.objects.create(
        reference="R-2026-000001", decided_at=at, ruleset=ruleset, rule_id=match.rule.pk if match.rule else None,
        matched=[rule.stored() for rule in match.matched], facts={}, reason="",
    )  # fmt: skip


def test_each_rule_says_how_often_it_was_considered_and_matched(in_force, noon, author, django_assert_max_num_queries):
    decided(in_force, noon - timedelta(days=40), product="mortgage", severity=1, language="pt")
    decided(in_force, noon - timedelta(days=2), product="mortgage", severity=3, language="pt")
    last = decided(in_force, noon - timedelta(days=1), product="mortgage", severity=1, language="en")
    nobody = decided(in_force, noon - timedelta(hours=1), product="card", language="pt")
    Decision.objects.create(reference="R-2026-000001", decided_at=noon, facts={}, reason="by hand")
    draft = in_force.copy(author)
    rules = list(draft.rules.order_by("position"))
    with django_assert_max_num_queries(3):
        told = usage(rules, at=noon)
    counts = {rule.name: (told[rule.key].considered, told[rule.key].matched, told[rule.key].last) for rule in rules}
    assert counts == {
        "language": (3, 2, nobody.decided_at),
        "off": (0, 0, None),
        "severe": (3, 1, noon - timedelta(days=2)),
        "mortgage": (2, 1, last.decided_at),
    }


def test_what_lies_before_the_window_is_only_the_last_match(in_force, noon):
    long_ago = decided(in_force, noon - timedelta(days=400), product="mortgage", severity=3)
    told = usage(list(in_force.rules.all()), at=noon)
    severe = told[in_force.rules.get(name="severe").key]
    assert (severe.considered, severe.matched, severe.last) == (0, 0, long_ago.decided_at)
