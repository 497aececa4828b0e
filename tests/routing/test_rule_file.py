import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import rule_file
from routing.models import Choice, Condition, Field, Rule, Ruleset, Team
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.rule_file import RuleFileError
from tests.routing.random_rules import VOCABULARY, rules

letters = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
notes = letters | st.sampled_from(["=1+1", "'=1", "''@x", "a\nb", "\r\n", '"quoted", twice', "; and ,", "  "])


@st.composite
def rulesets(draw):
    some = []
    for rule in draw(rules()):
        changed = {
            "name": (draw(notes).strip() or "rule")[:100],
            "note": draw(notes),
            "skills": tuple(sorted(draw(st.sets(st.sampled_from(["scams", "mortgages"]))))),
            "minimum_authority": draw(st.integers(0, 5)),
            "tier": draw(st.none() | st.integers(1, 3)),
            "mode": draw(st.sampled_from(["push", "pull"])),
            "language_from_case": draw(st.booleans()),
            "key": draw(st.just("") | st.uuids(version=4).map(str)),
        }
        some.append(replace(rule, **changed))
    return PlainRuleset(tuple(some), note=draw(notes))


@settings(max_examples=60)
@given(rulesets())
def test_a_file_that_was_written_reads_as_what_it_was_written_from(ruleset):
    assert rule_file.read(rule_file.dump_json(ruleset, VOCABULARY)).ruleset == ruleset
    assert rule_file.read(rule_file.dump_csv(ruleset)).ruleset == ruleset


def test_what_a_spreadsheet_would_run_is_not_run():
    ruleset = PlainRuleset((PlainRule("=HYPERLINK(1)", team="a", note="@x"),), note="+1")
    cells = rule_file.dump_csv(ruleset).replace("\r\n", ",").split(",")
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]


@pytest.fixture
def version(draft, lending, mortgages, products):
    incident = Field.objects.create(code="incident", label="Incident", kind=Field.Kind.CHOICE)
    Choice.objects.create(field=incident, code="outage", label="Outage")
    adding = Rule.objects.create(ruleset=draft, position=1, name="Vulnerable", go_on=True, priority_up=1, note="so")
    adding.conditions.create(fact="vulnerabilities", operator="is_not_empty", value="")
    rule = Rule.objects.create(ruleset=draft, position=2, name="Mortgage", team=lending, tier=2, mode="pull")
    rule.skills.add(mortgages)
    for fact, operator, value, group in (
        ("product", "is_one_of", "mortgage, card", None),
        ("severity", "at_least", "3", 1),
        ("amount", "at_least", "5000 GBP", 1),
        ("field:incident", "is", "outage", None),
    ):
        rule.conditions.create(fact=fact, operator=operator, value=value, group=group)
    Rule.objects.create(ruleset=draft, position=3, name="Rest", team=lending, is_enabled=False)
    return draft


@pytest.mark.parametrize("dump", [rule_file.dump_json, rule_file.dump_csv])
def test_a_version_that_is_taken_in_again_is_the_same_version(version, publisher, dump):
    written = dump(version)
    again = rule_file.load(publisher, written)
    assert (again.is_draft, again.author, again.pk != version.pk) == (True, publisher, True)
    assert PlainRuleset.of(again) == PlainRuleset.of(version)
    assert dump(again) == written


def test_names_in_a_file_become_codes(version, author):
    text = rule_file.dump_json(version).replace('"mortgage, card"', '["Mortgage", "Credit card, or prepaid"]')
    rule = rule_file.load(author, text.replace('"3"', '"High"')).rules.get(name="Mortgage")
    assert [row.value for row in rule.conditions.all()][:2] == ["mortgage, card", "3"]


def whole(*some, **more):
    return json.dumps({"format": "redress-rules", "version": 1, "rules": list(some)} | more, indent=1)


def one(*conditions, **more):
    return {"name": "Odd", "team": "lending", "conditions": list(conditions)} | more


TEST = {"fact": "severity", "operator": "is", "value": "1"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (whole(one({"fact": "colour", "operator": "is", "value": "red"})),
         "Line 9, rule “Odd”: There is no fact “colour”"),
        (whole(one(TEST, {**TEST, "value": "huge"})), "Line 14, rule “Odd”: Fact “severity”: “huge” is not understood"),
        (whole(one({**TEST, "operator": "matches"})), "“matches” does not fit the fact “severity”"),
        (whole(one({"fact": "product", "operator": "is", "value": "boat"})), "there is no “boat”"),
        (whole(one({**TEST, "value": {"a": 1}})), "Line 9, rule “Odd”: “value”: a text is wanted."),
        (whole(one({**TEST, "group": "a"})), "“group”: a whole number from 1 to 99 is wanted."),
        (whole(one({**TEST, "group": 7})), "Line 5, rule “Odd”: Group 7 has one condition only."),
        (whole(one({"any": [TEST]})), "there is no “any” here. There are: fact, operator, value, group."),
        (whole(one({"fact": "text", "operator": "contains_any_word", "value": [f"w{n}" for n in range(2001)]})),
         "more than 2000 values"),
        (whole(one({"fact": "text", "operator": "contains_any_word", "value": "a*b*c*d"})), "more than two wildcards"),
        (whole(one(team="nowhere")), "Line 5, rule “Odd”: There is no team “nowhere”."),
        (whole(one(skills=["flying"])), "There is no skill “flying”."),
        (whole(one(skills="flying")), "“skills”: a list of codes is wanted."),
        (whole(one(minimum_authority=9)), "“minimum_authority”: a whole number from 0 to 5 is wanted."),
        (whole(one(minimum_authority=True)), "a whole number from 0 to 5"),
        (whole(one(enabled="no")), "“enabled”: true or false is wanted"),
        (whole(one(name=" ")), "give the rule a name."),
        (whole(one(name="x\ud800")), "characters that are none"),
        (whole(one(key="7")), "a key is a UUID"),
        (whole(one(go_on=True)), "names no team"),
        (whole(one(colour="red")), "there is no “colour” here"),
        (whole({"name": "Odd"}), "Name the team"),
        (whole(version=2), "has version 2 of the format; this Redress knows up to 1. Update it first."),
        (whole(version="1"), "must be a number such as 1"),
        (whole(format="other"), "this is no file of rules"),
        (whole(rules={"a": 1}), "“rules” must be a list of objects."),
        (whole(fields=[{"code": "incident", "kind": "number"}]), "“incident” is of another kind here"),
        ('{"format": "redress-rules",\n "format": 1}', "Line 2: “format” comes twice."),
        ('{"format": "redress-rules",\n "rules": [}', "Line 2: this is not JSON"),
        ('{"format": NaN}', "this is not JSON: NaN"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "must begin with {"),
        ("", "this is no file of rules"),
        ("redress-rules,1,\nname,fact\n", "Line 2: the second line must name the columns: rule,name"),
        ('redress-rules,1,"', "this is not CSV"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_line_and_rule_and_nothing_of_it_is_taken(version, author, text, says):
    with pytest.raises(RuleFileError) as refused:
        rule_file.load(author, text)
    assert says in "\n".join(refused.value.messages)
    assert (Ruleset.objects.count(), Rule.objects.count(), Condition.objects.count()) == (1, 3, 5)


HEADER = rule_file.dump_csv(PlainRuleset(())).splitlines()[1]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["1,Odd,,,,lending,,,,,,,,,,colour,is,red,"], "Line 3, rule “Odd”: There is no fact “colour”"),
        (["1,Odd,,,,lending,,,,,,,,,,severity,is,1,x"], "Line 3, rule “Odd”: “group”: a whole number"),
        (['1,Odd,,,,lending,,,,,,,,,"a', 'b",severity,is,1,', "1,Odd,,,,,,,,,,,,,,tier,is,1,"],
         "Line 5, rule “Odd”: the columns of a rule are filled in its first line only."),
        (["1,Odd,,,,lending", "2,Two,,,,lending", "1,Odd,,,,lending"], "rule “Odd”: the first column must number"),
        (["1,Odd,,maybe,,lending"], "“enabled”: true or false is wanted; in a cell yes or no."),
        (["1,Odd,,,,lending,,9"], "“tier”: a whole number from 1 to 3 is wanted."),
    ],
)  # fmt: skip
def test_a_bad_line_of_csv_is_named(version, author, lines, says):
    with pytest.raises(RuleFileError) as refused:
        rule_file.load(author, "\n".join(["redress-rules,1,", HEADER, *lines]))
    assert says in "\n".join(refused.value.messages)


def test_a_file_from_a_spreadsheet_of_another_country_is_read(version, author):
    rows = ["redress-rules;1;", HEADER.replace(",", ";"), "1;High;;;;lending;;;;;;;;;;severity;at_least;High;", ";;"]
    again = rule_file.load(author, "\ufeff" + "\r\n".join(rows))
    assert [str(row) for row in again.rules.get().conditions.all()] == ["severity at_least 3"]


def test_all_that_is_wrong_is_told_at_once(version, author):
    with pytest.raises(RuleFileError) as refused:
        rule_file.load(author, whole(*[one(team="nowhere")] * 60))
    assert len(refused.value.problems) == 60 and refused.value.messages[-1] == "… and 10 more."


def test_a_large_file_is_taken_in_few_queries(version, author, django_assert_max_num_queries):
    many = [PlainRule(str(n), (PlainCondition("attempts", "is", str(n)),), team="lending") for n in range(500)]
    written = rule_file.dump_csv(PlainRuleset(tuple(many)))
    with django_assert_max_num_queries(40):
        draft = rule_file.load(author, written)
    assert draft.rules.count() == 500
    assert Team.objects.get().rules.count() == 502
