"""The engine against a plain reference, over random rules and cases."""

import json
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import compile_plain, decide, decide_many, failed, tables
from routing.engine import compiled as compiled_module
from routing.facts import NOTHING_FOUND, Facts, FreeText, SearchedText
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from tests.routing import reference
from tests.routing.random_rules import KINDS, VOCABULARY, WORDS, cases, rules, texts


def compiled_of(some):
    return compile_plain(PlainRuleset(tuple(some)), VOCABULARY)


def stored(case, found):
    return json.loads(json.dumps(case.stored(found)))


@settings(max_examples=300)
@given(rules(), st.lists(cases(), min_size=1, max_size=12))
def test_every_way_to_decide_is_the_plain_one(some, many):
    """Live, from what a decision stored, in bulk; and what failed in the other rules."""
    compiled = compiled_of(some)
    expected = [reference.matched(some, case, KINDS) for case in many]
    matches = [decide(compiled, case) for case in many]
    assert [[rule.plain for rule in match.matched] for match in matches] == expected
    rows = [stored(case, match.found) for case, match in zip(many, matches, strict=True)]
    for again in (
        [decide(compiled, Facts.from_stored(row)) for row in rows],
        list(decide_many(compiled, many)),
        list(decide_many(compiled, rows)),
    ):
        assert [match._replace(found=NOTHING_FOUND) for match in again] == [
            match._replace(found=NOTHING_FOUND) for match in matches
        ]
    for case, match in zip(many, matches, strict=True):
        assert match.rule is None or not match.rule.go_on
        _assert_failed(some, case, failed(compiled, case))


def _assert_failed(some, case, others):
    for one in others:
        condition = reference.first_failing(one.rule.plain, case, KINDS)
        assert bool(one.condition) == bool(condition)
        if condition and condition.fact not in ("trigger_kinds",):
            assert one.condition.removeprefix("either ").startswith(str(VOCABULARY.facts[condition.fact].label))


@settings(max_examples=150)
@given(rules(), cases(), texts, st.sets(st.sampled_from(WORDS)))
def test_a_text_that_is_gone_is_not_known_unless_it_cannot_matter(some, case, other, looked_for):
    """Of two texts in which the same of the words looked for stand, a decision that is called known holds for both."""
    compiled = compiled_of(some)
    case = replace(case, fields={}, text=case.text or "x")
    found = frozenset(word for word in looked_for if reference.stands(word, case.text))
    gone = replace(
        case, text="", text_digest="gone", found_words=found, words_looked_for={"text": frozenset(looked_for)}
    )
    match = decide(compiled, gone)
    row = stored(gone, NOTHING_FOUND) | {"words_looked_for": {"text": frozenset(looked_for)}}
    (again,) = decide_many(compiled, [row])
    assert (again.rule, again.known) == (match.rule, match.known)
    if match.known:
        for text in (case.text, other or "x"):
            if found == {word for word in looked_for if reference.stands(word, text)}:
                assert decide(compiled, replace(case, text=text)).matched == match.matched
    if looked_for == set(WORDS):
        assert match.known


def test_an_erased_text_is_neither_yes_nor_no():
    press = PlainRule("press", (PlainCondition("text", "contains_any_word", "journalist"),), team="press")
    quiet = PlainRule("quiet", (PlainCondition("text", "contains_no_word", "journalist"),), team="quiet")
    rest = PlainRule("rest", team="rest")
    gone = Facts(text_digest="d", found_words=frozenset({"sue"}), words_looked_for={"text": frozenset({"sue"})})
    match = decide(compiled_of([press, quiet, rest]), gone)
    assert (match.rule.name, match.known) == ("rest", False)
    assert decide(compiled_of([rest, press]), gone).known
    assert decide(compiled_of([press, rest]), replace(gone, text="a journalist")).known


def test_an_own_text_that_is_gone_is_not_known_either():
    rule = PlainRule("notes", (PlainCondition("field:notes", "contains_any_word", "sue"),), team="a")
    compiled = compiled_of([rule])
    left = Facts(fields={"notes": SearchedText("d")}, words_looked_for={})
    assert not decide(compiled, left).known
    assert not next(decide_many(compiled, [left.stored() | {"words_looked_for": {}}])).known
    assert decide(compiled, replace(left, fields={"notes": FreeText("they sue")})).rule
    joined = left.stored() | {"fields": {"notes": "they sue"}}
    assert next(decide_many(compiled, [joined])).rule


def many_limits():
    """Rules with so many limits that tables have marks, each on two facts."""
    for n in range(150):
        conditions = (
            PlainCondition("attempts", "between", f"{n}, {n + 7}"),
            PlainCondition("amount", "not_between", f"{n}.50, {n + 90} GBP", 1),
            PlainCondition("field:score", "at_least", f"{n % 13}.25", 1),
        )
        yield PlainRule(f"rule {n}", conditions, team="a", pk=n + 1, go_on=n % 5 == 0)


def some_cases():
    for n in range(160):
        amount = Decimal(n) + Decimal("0.50") * (n % 2)
        yield Facts(attempts=n, amount=amount, currency="GBP", fields={"score": Decimal(n % 29) / 2})


def test_rules_with_very_many_limits_are_decided_as_the_plain_way_does():
    some = list(many_limits())
    compiled = compiled_of(some)
    for case in some_cases():
        assert [rule.plain for rule in decide(compiled, case).matched] == reference.matched(some, case, KINDS)


def test_bit_sets_and_results_that_were_forgotten_are_made_again(monkeypatch):
    monkeypatch.setattr(tables, "MOST_KEPT", 0)
    monkeypatch.setattr(compiled_module, "MOST_RESULTS", 3)
    some = list(many_limits())
    compiled, many = compiled_of(some), list(some_cases())
    first = [decide(compiled, case).matched for case in many]
    assert [decide(compiled, case).matched for case in many] == first
    assert [match.matched for match in decide_many(compiled, (case.stored() for case in many))] == first
    assert max(map(len, (table for table in compiled.tables if isinstance(table, dict)))) <= 16
    assert len(compiled.results) <= 3
