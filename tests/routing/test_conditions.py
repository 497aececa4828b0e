from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from routing.conditions import OF_KIND, OPERATORS, check, predicate
from routing.facts import FACTS, HELD_AS, Facts, Kind
from routing.models import Condition, Field
from routing.vocabulary import Vocabulary, own_fact
from routing.wording import of_condition
from routing.words import WordList

FACTS_OF_A_CASE = Facts(
    product="mortgage",
    severity=3,
    tier=1,
    trigger_kinds=frozenset({"safety", "regulator"}),
    amount=Decimal("5000.00"),
    currency="GBP",
    attempts=2,
    text="I will go to the Ombudsman",
    fields={
        "score": Decimal("2.5"),
        "loss": (Decimal("70"), "GBP"),
        "since": date(2026, 1, 31),
        "insured": True,
        "marks": frozenset({"gold"}),
        "changed": "a text in a field that has become a number",
    },
)
KINDS = {"score": "number", "loss": "amount", "since": "date", "insured": "boolean", "marks": "choices",
         "gone": "number", "late": "date", "asked": "boolean", "none": "choices", "changed": "number"}  # fmt: skip
CATALOGUE = {**FACTS, **{f"field:{code}": own_fact(code, code, kind) for code, kind in KINDS.items()}}


def holds(fact, operator, value="", facts=FACTS_OF_A_CASE):
    found = {"text": WordList(value.split(", ")).found(facts.text)} if fact == "text" else {}
    return predicate(fact, operator, value, CATALOGUE)(facts, found)


@pytest.mark.parametrize(
    ("fact", "operator", "value", "expected"),
    [
        ("product", "is", "mortgage", True),
        ("product", "is", "card", False),
        ("product", "is_not", "card", True),
        ("product", "is_one_of", "card, mortgage", True),
        ("product", "is_not_one_of", "card, loan", True),
        ("issue", "is_empty", "", True),
        ("product", "is_not_empty", "", True),
        ("severity", "at_least", "High", True),
        ("severity", "at_least", "critical", False),
        ("severity", "at_most", "3", True),
        ("attempts", "between", "1, 2", True),
        ("attempts", "not_between", "1, 2", False),
        ("attempts", "is_one_of", "2, 7", True),
        ("amount", "at_least", "5000 GBP", True),
        ("amount", "at_least", "5000.01 GBP", False),
        ("amount", "between", "100.50, 5000 GBP", True),
        ("amount", "is_empty", "", False),
        ("trigger_kinds", "has_any_of", "safety, fraud", True),
        ("trigger_kinds", "has_all_of", "safety, fraud", False),
        ("trigger_kinds", "has_all_of", "safety, regulator", True),
        ("trigger_kinds", "has_none_of", "fraud", True),
        ("trigger_kinds", "lacks_any_of", "safety, fraud", True),
        ("vulnerabilities", "is_empty", "", True),
        ("text", "contains_any_word", "ombudsman, mp", True),
        ("text", "contains_no_word", "mp", True),
        ("text", "is_empty", "", False),
        ("trigger_kinds", "has_only", "safety, regulator, fraud", True),
        ("trigger_kinds", "has_only", "safety", False),
        ("trigger_kinds", "has_others_than", "safety", True),
        ("vulnerabilities", "has_only", "illness", True),
        ("field:score", "between", "2, 2.50", True),
        ("field:score", "is", "2.50", True),
        ("field:score", "at_most", "-1", False),
        ("field:gone", "at_most", "3", False),
        ("field:gone", "not_between", "1, 3", False),
        ("field:gone", "is_not", "3", True),
        ("field:gone", "is_empty", "", True),
        ("field:loss", "at_least", "70 GBP", True),
        ("field:loss", "at_least", "70 EUR", False),
        ("field:since", "on_or_after", "2026-01-31", True),
        ("field:since", "between", "2026-02-01, 2026-03-01", False),
        ("field:late", "on_or_before", "2026-02-01", False),
        ("field:insured", "is", "yes", True),
        ("field:insured", "is_not", "no", True),
        ("field:asked", "is_not", "yes", True),
        ("field:marks", "has_any_of", "gold, old", True),
        ("field:none", "has_none_of", "gold", True),
        ("field:none", "has_any_of", "gold", False),
        ("field:changed", "is_empty", "", True),
    ],
)
def test_a_condition_holds_as_its_words_say(fact, operator, value, expected):
    assert holds(fact, operator, value) is expected


@pytest.mark.parametrize("operator", ["at_least", "at_most", "between", "not_between"])
def test_an_amount_in_another_currency_matches_no_comparison(operator):
    value = "1, 9000 EUR" if "between" in operator else "5000 EUR"
    assert not holds("amount", operator, value)


@pytest.mark.parametrize("operator", ["at_least", "at_most", "not_between"])
def test_an_unknown_amount_matches_no_comparison(operator):
    value = "1, 2 GBP" if "between" in operator else "5000 GBP"
    assert not holds("amount", operator, value, Facts())


@pytest.mark.parametrize(
    ("fact", "operator", "value", "says"),
    [
        ("colour", "is", "red", "There is no fact “colour”. Choose one of: product"),
        ("product", "at_least", "mortgage", "does not fit the fact “product”. Choose one of: is, is not"),
        ("product", "is", "boat", "there is no “boat”"),
        ("product", "is", "mortgage, card", "write one value"),
        ("severity", "at_least", "huge", "Write Low, Medium, High, Critical"),
        ("attempts", "at_least", "three", "a whole number"),
        ("attempts", "at_least", "1,000", "write one value"),
        ("attempts", "between", "5, 2", "smaller value first"),
        ("attempts", "between", "5", "two values"),
        ("amount", "at_least", "5000", "with its currency"),
        ("amount", "at_least", "5e9 GBP", "with its currency"),
        ("amount", "at_least", "-5 GBP", "with its currency"),
        ("text", "contains_any_word", "a*b*c*d", "wildcards"),
        ("text", "contains_any_word", "", "write a value"),
        ("attempts", "is_one_of", ", ".join(str(number) for number in range(2001)), "more than 2000 values"),
        ("language", "is_not", "English", "not written as"),
        ("restricted_kind", "is", "nonsense", "there is no “nonsense”"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_with_what_to_do(products, fact, operator, value, says):
    with pytest.raises(ValidationError) as error:
        check(fact, operator, value)
    assert says in " ".join(error.value.messages)


@pytest.mark.parametrize(
    ("kind", "operator", "value", "says"),
    [
        ("number", "is", "1e3", "a number such as 3 or 2.5"),
        ("date", "on_or_after", "31/01/2026", "a date such as 2026-03-31"),
        ("date", "at_least", "2026-01-31", "Choose one of: is, is not, is on or after"),
        ("boolean", "is", "perhaps", "yes or no"),
        ("choice", "is", "boat", "there is no “boat”"),
    ],
)
def test_an_own_fact_takes_values_of_its_kind_only(db, kind, operator, value, says):
    Field.objects.create(code="own", label="Own", kind=kind)
    with pytest.raises(ValidationError) as error:
        check("field:own", operator, value)
    assert says in " ".join(error.value.messages)


def test_a_level_is_stored_as_its_number_whatever_the_language_calls_it(db):
    assert check("severity", "is_one_of", "High, critical") == "3, 4"


def test_a_name_is_stored_as_its_code(products):
    assert check("product", "is", " mortgage ") == "mortgage"
    assert check("product", "is", "MORTGAGE") == "mortgage"
    assert check("product", "is", "credit card, or prepaid") == "card"
    assert check("product", "is_one_of", 'Mortgage, "Credit card, or prepaid"') == "mortgage, card"


def test_every_operator_of_every_kind_has_words():
    assert {name for names in OF_KIND.values() for name in names} == set(OPERATORS)
    assert set(Kind) == set(OF_KIND) == set(HELD_AS)


@pytest.mark.parametrize(
    ("fact", "operator", "value", "words"),
    [
        ("product", "is_one_of", "mortgage, card", "product is one of Mortgage or Credit card, or prepaid"),
        ("severity", "at_least", "3", "severity is at least High"),
        ("amount", "between", "1000, 5000.50 GBP", "amount in dispute is between 1,000 and 5,000.50 GBP"),
        ("amount", "at_least", "rubbish", "amount in dispute is at least rubbish"),
        ("trigger_kinds", "has_all_of", "safety, fraud", "trigger has all of safety and fraud"),
        ("text", "contains_any_word", "ombudsman", "text contains any of the words “ombudsman”"),
        ("issue", "is_empty", "", "issue is empty"),
        ("colour", "is", "red", "colour is red"),
    ],
)
def test_a_condition_reads_as_plain_language(products, fact, operator, value, words):
    condition = Condition(fact=fact, operator=operator, value=value)
    assert of_condition(condition, Vocabulary.load()) == words
