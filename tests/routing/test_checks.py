from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import checks
from routing.engine import compile_plain, decide
from routing.facts import Facts
from routing.models import Choice, Clearance, Condition, Field, Rule, Skill
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.vocabulary import Vocabulary
from tests.routing import reference
from tests.routing.random_rules import CATALOGUE, KINDS, cases, rules

KNOWN = Vocabulary({}, {"mortgages": "Mortgages"}, {"lending": "Lending"}, facts=CATALOGUE)
NEVER = ("It never applies", "Its conditions contradict")


def rule(name, *conditions, **values):
    values.setdefault("team", "" if values.get("go_on") else "lending")
    return PlainRule(name, tuple(PlainCondition(*one) for one in conditions), **values)


def found(*some):
    """By rule what was found, and what was found of the whole under None; a last rule takes the rest."""
    everything = checks.of_plain(PlainRuleset(some), KNOWN)
    return {one.rule.name if one.rule else None: (one.level.value, one.message) for one in everything}


REST = rule("rest")


@pytest.mark.parametrize(
    ("earlier", "late", "says"),
    [
        ([[("product", "is_one_of", "a, b")]], [("product", "is", "a"), ("severity", "is", "4")], "rule “0” before it"),
        ([[("severity", "at_least", "2")]], [("severity", "between", "3, 4")], "rule “0” before it"),
        ([[("severity", "at_least", "3")], [("severity", "at_most", "2")]], [("product", "is", "a")], "together"),
        ([[("amount", "at_least", "5 GBP")]], [("amount", "between", "6, 7 GBP")], "rule “0” before it"),
        ([[("amount", "is_empty", "")], [("amount", "is_not_empty", "")]], [("tier", "is", "1")], "together"),
        ([[("trigger_kinds", "has_any_of", "a, b")]], [("trigger_kinds", "has_all_of", "a, c")], "rule “0” before it"),
        ([[("trigger_kinds", "has_none_of", "a, b")]], [("trigger_kinds", "has_only", "c")], "rule “0” before it"),
        ([[("text", "contains_any_word", "a")], [("text", "contains_no_word", "a")]], [("tier", "is", "1")],
         "together"),
        ([[("field:insured", "is", "yes")], [("field:insured", "is_not", "yes")]], [("tier", "is", "1")], "together"),
        ([[("field:since", "on_or_after", "2026-01-02")], [("field:since", "on_or_before", "2026-01-01")]],
         [("field:since", "is_not_empty", "")], "together"),
        ([[("product", "is", "a", 1), ("severity", "is", "4", 1)]], [("severity", "is", "4")], "rule “0” before it"),
        ([[("product", "is", "a")], [("severity", "is", "4")]],
         [("product", "is", "a", 1), ("severity", "is", "4", 1)], "together"),
    ],
)  # fmt: skip
def test_a_rule_whose_cases_earlier_ones_catch_is_told(earlier, late, says):
    some = [rule(str(place), *conditions) for place, conditions in enumerate(earlier)]
    level, message = found(*some, rule("late", *late), REST)["late"]
    assert level == "warning" and message.startswith("It never applies") and says in message


@pytest.mark.parametrize(
    ("earlier", "late"),
    [
        ([("product", "is", "a")], [("product", "is_not", "b")]),
        ([("severity", "at_least", "3"), ("product", "is", "a")], [("severity", "is", "4")]),
        ([("amount", "at_least", "5 GBP")], [("amount", "at_least", "6 EUR")]),
        ([("amount", "at_least", "5 GBP", 1), ("amount", "at_most", "5 GBP", 1)], [("tier", "is", "1")]),
        ([("trigger_kinds", "has_all_of", "a, b")], [("trigger_kinds", "has_any_of", "a, b")]),
        ([("trigger_kinds", "has_any_of", "a")], [("trigger_kinds", "is_not_empty", "")]),
        ([("text", "contains_any_word", "refus*")], [("text", "contains_any_word", "refused")]),
    ],
)
def test_a_rule_that_some_case_gets_to_is_not(earlier, late):
    assert "late" not in found(rule("early", *earlier), rule("late", *late), REST)


def test_a_rule_that_only_adds_catches_nothing_and_can_come_too_late_itself():
    added = rule("add", ("product", "is", "a"), go_on=True)
    told = found(added, rule("a", ("product", "is", "a")), rule("more", ("product", "is", "a"), go_on=True), REST)
    assert "add" not in told and "same conditions as rule “add”" in told["more"][1]
    assert "never applies" in found(REST, rule("late", ("tier", "is", "1"), go_on=True))["late"][1]


def test_two_rules_with_equal_conditions_are_told_however_they_are_written():
    one = rule("one", ("product", "is_one_of", "a, b"), ("severity", "at_least", "3"))
    two = rule("two", ("severity", "between", "3, 4"), ("product", "is_one_of", "b, a"))
    assert "has the same conditions and decides" in found(one, two, REST)["two"][1]


@pytest.mark.parametrize(
    "conditions",
    [
        [("severity", "at_least", "3"), ("severity", "is", "1")],
        [("product", "is", "a"), ("product", "is_not", "a")],
        [("product", "is", "a"), ("product", "is_empty", "")],
        [("amount", "at_least", "5 GBP"), ("amount", "at_least", "5 EUR")],
        [("trigger_kinds", "has_all_of", "a, b"), ("trigger_kinds", "has_none_of", "b, c")],
        [("trigger_kinds", "has_others_than", "a"), ("trigger_kinds", "has_only", "a")],
        [("text", "is_empty", ""), ("text", "contains_any_word", "sue")],
        [("product", "is", "a", 1), ("severity", "is", "4", 1), ("product", "is", "b"), ("severity", "is", "1")],
    ],
)
def test_conditions_that_contradict_each_other_block(conditions):
    level, message = found(rule("odd", *conditions), REST)["odd"]
    assert level == "error" and message.startswith("Its conditions contradict each other")


def test_only_the_conditions_that_clash_are_named():
    odd = rule("odd", ("tier", "is", "1"), ("severity", "at_least", "3"), ("severity", "is", "1"))
    assert found(odd, REST)["odd"][1].endswith("severity is at least High and severity is Low.")


def test_a_ruleset_that_leaves_cases_over_is_told_unless_its_rules_take_all_together():
    high, low = rule("high", ("severity", "at_least", "3")), rule("low", ("severity", "at_most", "2"))
    assert found(high)[None] == (
        "warning", "No rule catches the rest: a case that no rule fits waits for a coordinator.",
    )  # fmt: skip
    assert None not in found(high, low)
    assert found(rule("add", go_on=True))[None] == ("error", "No rule sends a case to a team.")
    assert None not in found(high, rule("off", is_enabled=False), REST)


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        (rule("odd", ("colour", "is", "red")), "There is no fact “colour”"),
        (rule("odd", ("severity", "is", "huge")), "Write Low, Medium"),
        (rule("odd", ("severity", "has_any_of", "1")), "does not fit the fact"),
        (rule("odd", team="nowhere"), "There is no team “nowhere”"),
        (rule("odd", skills=("flying",)), "There is no skill “flying”"),
        (rule("odd", ("tier", "is", "1", 3)), "Group 3 has one condition only"),
        (rule("odd", go_on=True, team="lending"), "names no team"),
        (rule("odd", team=""), "Name the team"),
        (rule("odd", language="pt", language_from_case=True), "not both"),
    ],
)
def test_what_does_not_exist_or_go_together_blocks(odd, says):
    level, message = found(odd, REST)["odd"]
    assert level == "error" and says in message


def test_so_many_values_that_nobody_could_read_them_block():
    words = ", ".join(f"word{number}" for number in range(1900))
    many = [rule(str(number), ("text", "contains_any_word", words)) for number in range(106)]
    assert "At most 200000" in found(*many)[None][1]


@settings(max_examples=80)
@given(rules(), st.lists(cases(), min_size=4, max_size=10))
def test_no_case_gets_to_a_rule_of_which_a_check_says_that_none_does(some, many):
    never = [
        one.rule
        for one in checks.of_plain(PlainRuleset(tuple(some)), KNOWN)
        if one.message.startswith(NEVER) and one.rule
    ]
    for case in many:
        matched = reference.matched(some, case, KINDS)
        assert not [one for one in never if any(one is other for other in matched)]


small = st.tuples(
    st.sampled_from(["product", "severity", "trigger_kinds"]), st.integers(0, 9), st.sets(st.integers(0, 3))
)
SMALL = {
    "product": ["is_one_of", "is_not_one_of", "is_empty"],
    "severity": ["is_one_of", "is_not_one_of", "at_least", "at_most"],
    "trigger_kinds": ["has_any_of", "has_all_of", "has_none_of", "lacks_any_of", "has_only", "has_others_than"],
}  # fmt: skip
small = st.tuples(st.sampled_from(list(SMALL)), st.integers(0, 9), st.sets(st.integers(0, 3)))


@settings(max_examples=250)
@given(st.lists(st.lists(small, max_size=3), min_size=2, max_size=6))
def test_where_every_case_can_be_tried_the_checks_find_exactly_the_rules_that_none_gets_to(written):
    some = [rule(str(place), *map(_condition, conditions)) for place, conditions in enumerate(written)]
    compiled = compile_plain(PlainRuleset(tuple(some)), KNOWN)
    kinds = ["a", "b", "other"]
    sets = chain.from_iterable(combinations(kinds, size) for size in range(4))
    reached = {
        match.rule.name
        for code, severity, there in product(["", "a", "b", "other"], (1, 2, 3, 4), [frozenset(one) for one in sets])
        if (match := decide(compiled, Facts(product=code, severity=severity, trigger_kinds=there))).rule
    }
    never = {
        one.rule.name for one in checks.of_plain(PlainRuleset(tuple(some)), KNOWN) if one.message.startswith(NEVER)
    }
    assert never == {one.name for one in some} - reached


def _condition(drawn):
    fact, operator, chosen = drawn
    operator = SMALL[fact][operator % len(SMALL[fact])]
    if fact == "severity":
        values = sorted(number + 1 for number in chosen) or [1]
        return fact, operator, ", ".join(map(str, values[:1] if operator.startswith("at_") else values))
    return (
        fact,
        operator,
        "" if operator == "is_empty" else ", ".join(sorted("ab"[number % 2] for number in chosen) or "a"),
    )


# --- with the database: who works here ---------------------------------------------------------------------------


def messages(draft):
    return [str(one) for one in checks.of(draft)]


@pytest.fixture
def add(draft, lending):
    def add(name, *conditions, skills=(), **values):
        values.setdefault("team", None if values.get("go_on") else lending)
        row = Rule.objects.create(ruleset=draft, position=draft.rules.count() + 1, name=name, **values)
        row.skills.set(skills)
        for fact, operator, value in conditions:
            Condition.objects.create(rule=row, fact=fact, operator=operator, value=value)
        return row

    return add


def test_an_outcome_that_nobody_who_works_here_could_take_is_told(draft, add, make_handler, mortgages):
    add("vulnerable", ("vulnerabilities", "is_not_empty", ""), go_on=True, authority_up=1)
    add("portuguese", ("language", "is", "pt"), language_from_case=True)
    add("secret", ("restricted_kind", "is", "conduct"))
    add("high", ("severity", "at_least", "3"), minimum_authority=3, skills=[mortgages])
    add("ill", ("vulnerabilities", "has_any_of", "health"), minimum_authority=2)
    add("rest", minimum_authority=2)
    Clearance.objects.create(kind="conduct", name="Conduct")
    assert [one.split(":")[-1] for one in messages(draft)] == [" every case of this rule would wait."] * 5
    make_handler("Ana", level=2, skills=[mortgages])
    make_handler("Away", level=5, is_active=False)
    tail = "Every case of it would wait."
    start = "No active handler of Lending has all that it requires:"
    assert messages(draft) == [
        f"Rule “2. portuguese”: {start} speaking pt. {tail}",
        f"Rule “3. secret”: {start} cleared for conduct. {tail}",
        f"Rule “4. high”: {start} skilled in Mortgages and authority 3 or above. {tail}",
        f"Rule “5. ill”: {start} authority 3 or above. {tail}",
    ]
    bea = make_handler("Bea", level=3, skills=[mortgages], languages="en pt")
    bea.user.clearances.add(Clearance.objects.get())
    assert messages(draft) == []


def test_a_retired_choice_or_field_informs(draft, add, products, make_handler, noon):
    own = Field.objects.create(code="old", label="Old field", kind=Field.Kind.BOOLEAN, is_active=False)
    Choice.objects.filter(code="card").update(retired_at=noon)
    add("old", ("product", "is_one_of", "card, mortgage"), (f"field:{own.code}", "is", "yes"))
    add("rest")
    make_handler("Ana")
    assert messages(draft) == [
        "Rule “1. old”: product “Credit card, or prepaid” is retired: only older cases still have it.",
        "Rule “1. old”: The field Old field is retired: only older cases still have a value.",
    ]
    assert draft.problems() == []


def test_checking_takes_as_many_queries_for_many_rules_and_handlers(
    draft, add, make_handler, mortgages, django_assert_num_queries
):
    for number in range(20):
        add(str(number), ("severity", "is", str(1 + number % 4)), ("attempts", "is", str(number)), skills=[mortgages])
        make_handler(f"H{number}", skills=[mortgages])
    with django_assert_num_queries(11):
        checks.of(draft)


def test_a_skill_that_a_rule_requires_is_not_deleted(draft, add, mortgages):
    add("mortgage", skills=[mortgages])
    for delete in (mortgages.delete, Skill.objects.all().delete):
        with pytest.raises(Exception, match="Rules require Mortgages"):
            delete()
    assert list(draft.rules.get().skills.all()) == [mortgages]
