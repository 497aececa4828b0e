"""The command decides from files alone: these tests have no database, and any query would fail them."""

import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from routing.facts import Facts

RULES = {
    "format": "redress-rules",
    "version": 1,
    "fields": [
        {"code": "incident", "label": "Incident", "kind": "choice", "choices": [{"code": "outage", "label": "Outage"}]},
        {"code": "since", "kind": "date"},
        {"code": "loss", "kind": "amount"},
        {"code": "score", "kind": "number"},
        {"code": "notes", "kind": "text"},
        {"code": "marks", "kind": "choices"},
        {"code": "insured", "kind": "boolean"},
        {"code": "product", "choices": [{"code": "mortgage", "label": "Mortgage"}]},
    ],
    "teams": {"lending": "Lending and Mortgages"},
    "skills": {"mortgages": "Mortgages"},
    "rules": [
        {"name": "Vulnerable", "go_on": True, "priority_up": 1,
         "conditions": [{"fact": "vulnerabilities", "operator": "is_not_empty"}]},
        {"name": "Mortgage", "team": "lending", "skills": ["mortgages"], "minimum_authority": 2, "conditions": [
            {"fact": "product", "operator": "is", "value": "Mortgage"},
            {"fact": "severity", "operator": "at_least", "value": "High", "group": 1},
            {"fact": "amount", "operator": "at_least", "value": "5000 GBP", "group": 1}]},
        {"name": "Outage", "team": "digital", "conditions": [
            {"fact": "field:incident", "operator": "is", "value": "outage"},
            {"fact": "field:since", "operator": "on_or_after", "value": "2026-01-01"}]},
        {"name": "Own", "team": "own", "conditions": [
            {"fact": "field:loss", "operator": "at_least", "value": "70 GBP"},
            {"fact": "field:score", "operator": "between", "value": "2, 3"},
            {"fact": "field:marks", "operator": "has_only", "value": "a, b"},
            {"fact": "field:insured", "operator": "is", "value": "yes"},
            {"fact": "field:notes", "operator": "contains_any_word", "value": "sue"}]},
        {"name": "Law", "team": "law", "conditions": [
            {"fact": "text", "operator": "contains_any_word", "value": "solicit*"}]},
    ],
}  # fmt: skip


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(RULES))
    return str(path)


@pytest.fixture
def route(rules, tmp_path):
    def route(*lines):
        path, out = tmp_path / "facts.jsonl", io.StringIO()
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        failed = ""
        try:
            call_command("route_facts", rules, str(path), stdout=out)
        except CommandError as error:
            failed = str(error)
        return [json.loads(line) for line in out.getvalue().splitlines()], failed

    return route


def test_a_line_of_facts_is_a_line_of_rule_outcome_and_why(route):
    lines, failed = route({"product": "mortgage", "severity": 3, "vulnerabilities": ["health"]}, {"product": "card"})
    assert not failed
    assert lines == [
        {
            "line": 1,
            "rule": "Mortgage",
            "outcome": {
                "team": "lending", "skills": ["mortgages"], "minimum_authority": 2, "languages": [], "priority": 1,
                "tier": 1, "mode": "push",
            },
            "matched": ["Vulnerable", "Mortgage"],
            "why": "Rule “Mortgage” applies: If product is Mortgage and either severity is at least High, or amount in "
                   "dispute is at least 5,000 GBP, send to Lending and Mortgages, skilled in Mortgages, "
                   "authority 2 or above.",
        },
        {
            "line": 2, "rule": None, "matched": [], "why": "No routing rule fits this case.",
            "outcome": {
                "team": None, "skills": [], "minimum_authority": 0, "languages": [], "priority": 0, "tier": 1,
                "mode": "push",
            },
        },
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"product": "mortgage", "severity": "high"}, "Mortgage"),
        ({"product": "mortgage", "amount": "6000.00", "currency": "GBP"}, "Mortgage"),
        ({"product": "mortgage", "amount": 6000.5, "currency": "GBP"}, "Mortgage"),
        ({"product": "mortgage", "amount": "6000 EUR"}, None),
        ({"fields": {"incident": "outage", "since": "2026-01-01"}}, "Outage"),
        ({"fields": {"incident": "outage", "since": {"date": "2026-02-01"}}, "text_digest": "", "found_words": []},
         "Outage"),
        ({"fields": {"incident": "outage", "since": "2025-12-31"}}, None),
        ({"fields": {"loss": "70.00 GBP", "score": 2.5, "marks": ["a"], "insured": True, "notes": "I sue you"}}, "Own"),
        ({"fields": {"loss": {"amount": "70", "currency": "GBP"}, "score": {"number": "3"}, "marks": [],
                     "insured": True, "notes": {"digest": "d", "found": ["sue"]}}}, "Own"),
        ({"text": "my Solicitor", "amount": None}, "Law"),
        ({"found_words": ["solicit*"], "text_digest": "d", "excluded_users": [3]}, "Law"),
    ],
)  # fmt: skip
def test_facts_are_taken_as_people_write_them_and_as_decisions_store_them(route, facts, rule):
    lines, failed = route(facts)
    assert (lines[0].get("rule"), failed) == (rule, ""), lines


def test_every_fact_that_a_decision_stores_is_taken(route):
    conflicts = {"excluded_users": frozenset({3}), "conflicts": frozenset({"named:3"})}
    saw = Facts(product="mortgage", severity=4, amount=Decimal(7), currency="GBP", text="my solicitor", **conflicts)
    lines, failed = route(saw.stored())
    assert (lines[0].get("rule"), failed) == ("Mortgage", ""), lines


def test_a_bad_line_is_told_and_the_rest_goes_on(route):
    bad = [
        ("nonsense", "this is not JSON"),
        ("[1]", "an object with facts is wanted"),
        ({"colour": "red"}, "there is no fact “colour”"),
        ({"severity": 9}, "“severity” holds a whole number; “9” is none."),
        ({"severity": True}, "“severity” holds a whole number"),
        ({"product": 1}, "“product” holds one code"),
        ({"trigger_kinds": "fraud"}, "“trigger_kinds” holds a set of codes"),
        ({"amount": "5000"}, "an amount needs its currency"),
        ({"amount": "NaN", "currency": "GBP"}, "“amount” holds an amount"),
        ('{"attempts": Infinity}', "this is not JSON"),
        ({"fields": {"colour": "red"}}, "the rules declare no field “colour”"),
        ({"fields": {"since": "31/01/2026"}}, "“field:since” holds a date"),
        ({"fields": {"insured": "yes"}}, "“field:insured” holds yes or no"),
        ({"fields": 3}, "“fields” must have values by code"),
        ({"found_words": "x"}, "“found_words” is of the wrong type"),
        ("", "this is not JSON"),
        ('{"text": "\udcff"}', "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ('{"text": "' + "x" * 2_100_000 + '"}', "longer than 2 MB"),
    ]
    lines, failed = route(*(line for line, _says in bad), {"product": "mortgage", "severity": 4})
    assert [line["line"] for line in lines] == list(range(1, len(bad) + 2))
    assert not [(line, says) for line, (_given, says) in zip(lines, bad, strict=False) if says not in line["error"]]
    assert lines[-1]["rule"] == "Mortgage"
    assert failed == "19 lines could not be decided; each says why."


def test_bad_rules_decide_nothing_and_every_line_is_told(tmp_path):
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({**RULES, "rules": [{"name": "A"}, {"name": "B", "team": "b", "conditions": [{}]}]}))
    with pytest.raises(CommandError) as refused:
        call_command("route_facts", str(path), "-")
    assert str(refused.value) == (
        "Line 1, rule “A”: Name the team, or let the rule only add requirements.\n"
        "Line 1, rule “B”: There is no fact “”. Choose one of: " + str(refused.value).partition("Choose one of: ")[2]
    )
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("route_facts", str(tmp_path / "none.json"), "-")


@pytest.mark.slow
def test_it_streams_from_a_fresh_checkout_that_nothing_is_configured_for(rules, tmp_path):
    unset = {name: "" for name in os.environ if name.startswith("REDRESS_")}
    environment = {**os.environ, **unset, "REDRESS_DATA_DIR": str(tmp_path / "none"), "DATABASE_URL": "",
                   "DJANGO_SETTINGS_MODULE": "config.settings"}  # fmt: skip
    manage = Path(__file__).parents[2] / "manage.py"
    command = [sys.executable, str(manage), "route_facts", rules, "-"]
    done = subprocess.run(command, input=b'{"text": "a solicitor"}\n{', capture_output=True, env=environment)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, [line.get("rule") for line in lines]) == (1, ["Law", None]), done.stderr
    assert not (tmp_path / "none" / "local.env").exists()
