import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from routing.engine import compile_ruleset, decide, decide_many, failed, published
from routing.facts import Facts, FreeText, SearchedText
from routing.models import Choice, Condition, Field, Rule, Ruleset, Team


@pytest.fixture
def add_rule(draft, lending):
    def add(name, *conditions, skills=(), **values):
        position = draft.rules.count() + 1
        if not values.get("go_on"):
            values.setdefault("team", lending)
        rule = Rule.objects.create(ruleset=draft, position=position, name=name, **values)
        rule.skills.set(skills)
        for fact, operator, value in conditions:
            Condition.objects.create(rule=rule, fact=fact, operator=operator, value=value)
        return rule

    return add


def test_the_first_rule_whose_conditions_all_hold_decides(draft, add_rule, facts):
    add_rule("critical mortgage", ("product", "is", "mortgage"), ("severity", "at_least", "4"))
    expected = add_rule("mortgage", ("product", "is", "mortgage"))
    add_rule("anything")
    match = decide(compile_ruleset(draft), facts)
    assert match.rule.pk == expected.pk
    assert [rule.name for rule in match.matched] == ["mortgage"]
    assert "mortgage" in match.why


def test_rules_that_only_add_requirements_let_later_rules_go_on(draft, add_rule, mortgages, lending, facts):
    add_rule("language", ("language", "is_not", "en"), go_on=True, language_from_case=True)
    add_rule("came before", ("prior_escalations", "at_least", "1"), go_on=True, authority_up=1, priority_up=1)
    add_rule("vulnerable", ("vulnerabilities", "is_not_empty", ""), go_on=True, minimum_authority=1, tier=2)
    add_rule("mortgage", ("product", "is", "mortgage"), minimum_authority=2, skills=[mortgages])
    case = replace(facts, language="pt", prior_escalations=1)
    outcome = decide(compile_ruleset(draft), case).outcome
    assert (outcome.team, outcome.skills) == (lending.pk, ("mortgages",))
    assert (outcome.minimum_authority, outcome.languages, outcome.priority) == (3, ("pt",), 1)


def test_the_tier_never_goes_down_and_authority_never_above_the_highest(draft, add_rule, facts):
    add_rule("up", go_on=True, authority_up=4)
    add_rule("all", minimum_authority=3, tier=2)
    outcome = decide(compile_ruleset(draft), replace(facts, tier=3)).outcome
    assert (outcome.tier, outcome.minimum_authority) == (3, 5)


def test_a_disabled_rule_is_not_tried(draft, add_rule, facts):
    add_rule("off", is_enabled=False)
    assert decide(compile_ruleset(draft), facts).rule is None


def test_requirements_without_a_team_decide_nothing(draft, add_rule, facts):
    add_rule("language", go_on=True, language="pt")
    match = decide(compile_ruleset(draft), facts)
    assert match.rule is None and match.outcome.team is None
    assert "none names a team" in match.why


def test_words_in_the_text_are_found_and_stored_without_the_text(draft, add_rule, facts):
    add_rule("press", ("text", "contains_any_word", "journalist, go to the papers"))
    add_rule("law", ("text", "contains_any_word", "solicit*"))
    case = replace(facts, text="My solicitor Jane Roe and the journalist will call")
    match = decide(compile_ruleset(draft), case)
    assert match.rule.name == "press"
    stored = case.stored(match.found)
    assert stored["found_words"] == ["journalist", "solicit*"]
    assert "Roe" not in str(stored) and "text" not in stored


def test_stored_facts_decide_as_the_facts_did(draft, add_rule, facts):
    add_rule("law", ("text", "contains_any_word", "solicit*"), ("amount", "is_empty", ""))
    add_rule("rest")
    compiled = compile_ruleset(draft)
    case = replace(facts, text="my solicitor", excluded_users=frozenset({7}))
    match = decide(compiled, case)
    again = Facts.from_stored(case.stored(match.found))
    assert decide(compiled, again).rule == match.rule
    assert replace(again, text=case.text, found_words=frozenset(), text_digest="") == case


OWN = {
    "incident": "outage",
    "marks": frozenset({"gold", "old"}),
    "score": Decimal("2.50"),
    "loss": (Decimal("70.00"), "GBP"),
    "since": date(2026, 1, 31),
    "insured": True,
    "notes": FreeText("Jane Roe saw the solicitors"),
    "gone": SearchedText("digest", frozenset({"word"})),
}


def test_own_facts_are_stored_as_plain_json_without_any_text_and_read_back(facts):
    stored = replace(facts, fields=OWN).stored({"field:notes": frozenset({"solicitor*"})})
    assert "Roe" not in json.dumps(stored)
    assert stored["fields"]["notes"]["found"] == ["solicitor*"]
    again = Facts.from_stored(json.loads(json.dumps(stored))).fields
    assert {**again, "notes": OWN["notes"]} == OWN
    assert again["notes"].found == {"solicitor*"}


def test_a_text_that_nobody_marked_as_one_is_not_stored_either(facts):
    assert "Roe" not in str(replace(facts, fields={"notes": "Jane Roe"}).stored())


def test_of_a_group_one_condition_is_enough_and_all_groups_are_needed(draft, add_rule, facts):
    rule = add_rule("grouped", ("product", "is", "mortgage"))
    for fact, operator, value, group in (
        ("severity", "at_least", "4", 1),
        ("amount", "at_least", "5000 GBP", 1),
        ("tier", "at_least", "2", 2),
        ("attempts", "at_least", "3", 2),
    ):
        rule.conditions.create(fact=fact, operator=operator, value=value, group=group)
    compiled = compile_ruleset(draft)
    assert decide(compiled, replace(facts, severity=4, attempts=3)).rule
    assert decide(compiled, replace(facts, amount=Decimal(5000), currency="GBP", tier=2)).rule
    assert not decide(compiled, replace(facts, severity=4)).rule
    assert not decide(compiled, replace(facts, severity=4, attempts=3, product="card")).rule
    assert compiled.rules[0].sentence == (
        "If product is mortgage and either severity is at least Critical, or amount in dispute is at least 5,000 GBP "
        "and either tier is at least Management, or earlier attempts is at least 3, send to Lending"
    )


def test_each_other_rule_says_its_first_condition_that_failed(draft, add_rule, facts):
    add_rule("critical", ("product", "is", "mortgage"), ("severity", "at_least", "4"), ("tier", "is", "3"))
    grouped = add_rule("grouped")
    for value in ("card", "loan"):
        grouped.conditions.create(fact="product", operator="is", value=value, group=1)
    add_rule("decides")
    add_rule("too late")
    assert [(one.rule.name, one.condition) for one in failed(compile_ruleset(draft), facts)] == [
        ("critical", "severity is at least Critical"),
        ("grouped", "either product is card, or product is loan"),
        ("too late", ""),
    ]


def test_many_are_decided_as_one_by_one_whether_stored_or_not(draft, add_rule, facts):
    add_rule("law", ("text", "contains_any_word", "solicit*"))
    add_rule("rest")
    compiled = compile_ruleset(draft)
    cases = [replace(facts, text="my solicitor"), facts]
    stored = [case.stored(decide(compiled, case).found) for case in cases]
    names = [[match.rule.name for match in decide_many(compiled, many)] for many in (cases, stored)]
    assert names == [["law", "rest"], ["law", "rest"]]


def test_an_own_fact_is_tested_by_its_code(draft, add_rule, facts):
    field = Field.objects.create(code="incident", label="Incident", kind=Field.Kind.CHOICE)
    Choice.objects.create(field=field, code="outage", label="Outage of the app")
    add_rule("incident", ("field:incident", "is", "outage"))
    compiled = compile_ruleset(draft)
    assert decide(compiled, replace(facts, fields={"incident": "outage"})).rule
    assert not decide(compiled, facts).rule
    assert compiled.rules[0].sentence == "If Incident is Outage of the app, send to Lending"


def test_facts_stored_when_there_were_fewer_are_decided_as_if_the_others_were_empty(draft, add_rule, facts):
    add_rule(
        "few attempts", ("attempts", "at_most", "1"), ("trigger_kinds", "is_empty", ""), ("amount", "is_empty", "")
    )
    compiled, stored = compile_ruleset(draft), facts.stored()
    (before,) = decide_many(compiled, [stored])
    del stored["attempts"], stored["trigger_kinds"], stored["amount"], stored["tier"], stored["language"]
    (after,) = decide_many(compiled, [stored])
    assert before.rule and after.rule == before.rule


def test_a_condition_whose_fact_has_gone_holds_for_no_case(draft, add_rule, facts):
    add_rule("gone", ("field:gone", "is_empty", ""))
    assert not decide(compile_ruleset(draft), facts).rule


def test_a_publication_counts_from_the_next_decision(rules_in_force, author, publisher, facts):
    assert published().ruleset_id == rules_in_force.pk
    draft = rules_in_force.copy(author)
    draft.rules.update(name="Lending, second version")
    assert decide(published(), facts).rule.name == "Lending"
    draft.publish(publisher)
    assert decide(published(), facts).rule.name == "Lending, second version"


def test_without_publication_there_are_no_rules(draft):
    assert published() is None


def test_a_published_ruleset_is_compiled_once(rules_in_force, django_assert_num_queries):
    first = published()
    with django_assert_num_queries(1):
        assert published() is first


def test_compiling_takes_as_many_queries_for_many_rules(draft, add_rule, django_assert_num_queries, mortgages):
    for number in range(30):
        add_rule(f"rule {number}", ("severity", "is", "1"), ("product", "is", "a"), skills=[mortgages])
    with django_assert_num_queries(8):
        compile_ruleset(draft)


def test_a_rule_reads_as_one_sentence(products, draft, add_rule):
    rule = add_rule("mortgage", ("product", "is", "mortgage"), ("severity", "at_least", "3"), minimum_authority=2)
    assert compile_ruleset(draft).rules[0].sentence == (
        "If product is Mortgage and severity is at least High, send to Lending, authority 2 or above"
    )
    assert rule.name == "mortgage"


def test_two_rulesets_at_once_keep_their_own_rules(draft, add_rule, author, facts):
    add_rule("here")
    other = Ruleset.objects.create(author=author)
    team = Team.objects.create(code="other", name="Other")
    Rule.objects.create(ruleset=other, position=1, name="there", team=team)
    assert decide(compile_ruleset(draft), facts).rule.name == "here"
    assert decide(compile_ruleset(other), facts).rule.name == "there"
