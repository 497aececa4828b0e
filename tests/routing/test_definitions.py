"""What a value of an organisation's own field may be; how a field is kept from changing under its values."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from routing.definitions import Definition, Definitions, kept
from routing.models import Choice, Condition, Field, Rule, Ruleset, User


def definition(kind, **given):
    values = {
        "pk": 1, "code": "it", "label": "It", "help_text": "", "needed": "", "personal": False, "minimum": None,
        "maximum": None, "unit": "", "is_active": True, "complaint_types": frozenset(),
    }  # fmt: skip
    return Definition(kind=kind, **{**values, **given})


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("choice", " leeds ", "leeds"),
        ("choices", ["a", "b", "a"], frozenset({"a", "b"})),
        ("choices", "a", frozenset({"a"})),
        ("number", 3, Decimal(3)),
        ("number", 0.1, Decimal("0.1")),
        ("number", "-12.3400", Decimal("-12.34")),
        ("amount", "184.20 GBP", (Decimal("184.20"), "GBP")),
        ("amount", {"amount": "1140", "currency": "GBP"}, (Decimal(1140), "GBP")),
        ("amount", (Decimal("0.30"), "EUR"), (Decimal("0.30"), "EUR")),
        ("date", "2028-02-29", date(2028, 2, 29)),
        ("date", date(2026, 3, 2), date(2026, 3, 2)),
        ("boolean", False, False),
        ("text", " Ask for Ann.\n", "Ask for Ann."),
    ],
)
def test_each_kind_takes_its_values_and_makes_them_typed(kind, given, value):
    found = definition(kind).read(given)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("choice", 7, "code of one choice"),
        ("choice", ["a"], "code of one choice"),
        ("choice", "a\x00b", "code of one choice"),
        ("choices", {"a": 1}, "list of codes"),
        ("choices", [["a"]], "code of one choice"),
        ("choices", [f"c{n}" for n in range(101)], "At most 100"),
        ("number", "abc", "no number"),
        ("number", True, "no number"),
        ("number", "NaN", "no number"),
        ("number", float("inf"), "no number"),
        ("number", "1e400", "too large"),
        ("number", "9" * 5000, "too large"),
        ("number", "0.00001", "At most 4 decimals"),
        ("number", "1e-999999", "At most 4 decimals"),
        ("amount", "184.20", "needs its currency"),
        ("amount", 184, "needs its currency"),
        ("amount", {"amount": "5"}, "needs its currency"),
        ("amount", {"amount": "5", "currency": "GBP", "tax": 1}, "has no “tax”"),
        ("amount", "5 pounds", "needs its currency"),
        ("amount", "1.005 GBP", "At most 2 decimals"),
        ("amount", "-1 GBP", "not below 0"),
        ("amount", ["1", "GBP", "x"], "are wanted"),
        ("amount", True, "needs its currency"),
        ("date", "2026-02-29", "no date that exists"),
        ("date", "29.2.2028", "no date that exists"),
        ("date", 20260302, "no date that exists"),
        ("date", "0026-03-02", "slip of the pen"),
        ("boolean", "yes", "true or false"),
        ("boolean", 1, "true or false"),
        ("text", 5, "text is wanted"),
        ("text", "x" * 2001, "2001 letters"),
        ("text", "a\x00", "null characters"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_words(kind, given, says):
    with pytest.raises(ValueError, match=says):
        definition(kind).read(given)


@pytest.mark.parametrize(("given", "says"), [(-1, "At least 0"), (31, "At most 30")])
def test_a_number_keeps_its_bounds(given, says):
    with pytest.raises(ValueError, match=says):
        definition("number", minimum=Decimal(0), maximum=Decimal(30)).read(given)


def test_what_is_needed_for_a_step_is_needed_for_the_later_ones_too_where_it_is_asked():
    field = definition("number", needed="trigger", complaint_types=frozenset({7}))
    steps = ("register", "trigger", "communicate")
    assert [field.is_needed_for(step, 7) for step in steps] == [False, True, True]
    assert not any(field.is_needed_for(step, other) for step in steps for other in (None, 8))
    assert not definition("number", needed="register", is_active=False).is_needed_for("register", None)


# --- the table ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_definitions_are_read_in_one_query_with_their_types(django_assert_num_queries):
    kind = Field.objects.built_in("complaint_type")
    types = [Choice.objects.create(field=kind, code=code, label=code) for code in ("service", "fraud")]
    for number in range(3):
        Field.objects.create(code=f"f{number}", label="F", kind="date", position=3 - number).complaint_types.set(types)
    with django_assert_num_queries(1):
        found = Definitions.load()
    assert [one.code for one in found] == ["f2", "f1", "f0"], "by position; built-in fields are not among them"
    assert found.by_code["f1"].complaint_types == {one.pk for one in types}


@pytest.mark.django_db
def test_kept_definitions_cost_nothing_until_this_process_changes_one(django_assert_num_queries):
    assert not [*kept()]
    with django_assert_num_queries(0):
        kept()
    field = Field.objects.create(code="branch", label="Branch", kind="text")
    assert [one.code for one in kept()] == ["branch"]
    field.delete()
    assert not [*kept()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"kind": "text", "minimum": 1}, "minimum"),
        ({"kind": "number", "minimum": 3, "maximum": 2}, "maximum"),
        ({"kind": "date", "unit": "days"}, "unit"),
        ({"code": "no spaces"}, "code"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_by_the_form(given, name):
    with pytest.raises(ValidationError) as refused:
        Field(**{"code": "it", "label": "It", "kind": "number", **given}).full_clean()
    assert [*refused.value.message_dict] == [name]


@pytest.mark.django_db
def test_code_and_kind_are_for_good_once_a_rule_names_the_field():
    field = Field.objects.create(code="visits", label="Visits", kind="number")
    field.kind = "date"
    field.full_clean()
    ruleset = Ruleset.objects.create(author=User.objects.create_user("sue"))
    rule = Rule.objects.create(ruleset=ruleset, position=1, name="Often")
    Condition.objects.create(rule=rule, fact="field:visits", operator="at_least", value="3")
    with pytest.raises(ValidationError, match="A rule tests this field"):
        field.full_clean()


@pytest.mark.django_db
def test_a_field_with_choices_does_not_become_one_without():
    field = Field.objects.create(code="branch", label="Branch", kind="choice")
    Choice.objects.create(field=field, code="leeds", label="Leeds")
    field.kind = "choices"
    field.full_clean()
    field.kind = "number"
    with pytest.raises(ValidationError, match="delete them first"):
        field.full_clean()
