import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from routing import editing
from routing.models import Condition, Rule


@pytest.fixture
def rules(draft, lending):
    """A, B, C and D, numbered with gaps as an older version may have them."""
    return {
        name: Rule.objects.create(ruleset=draft, position=10 * place, name=name, team=lending)
        for place, name in enumerate("ABCD", start=1)
    }


def order(draft):
    return [f"{rule.position}{rule.name}" for rule in draft.rules.order_by("position", "pk")]


@pytest.mark.parametrize(
    ("name", "to", "expected"),
    [
        ("C", 1, ["1C", "2A", "3B", "4D"]),
        ("A", 3, ["1B", "2C", "3A", "4D"]),
        ("B", 99, ["1A", "2C", "3D", "4B"]),
        ("B", 0, ["1B", "2A", "3C", "4D"]),
    ],
)
def test_a_rule_is_put_at_a_number_and_the_rules_are_numbered_without_gaps(draft, author, rules, name, to, expected):
    editing.move(draft, rules[name].pk, to, by=author)
    assert order(draft) == expected


def test_a_duplicate_stands_right_behind_and_is_not_at_work_yet(draft, author, rules, mortgages):
    Condition.objects.create(rule=rules["B"], fact="severity", operator="is", value="4", group=1)
    rules["B"].skills.add(mortgages)
    twin = editing.duplicate(draft, rules["B"].pk, by=author)
    assert order(draft) == ["1A", "2B", "3B (copy)", "4C", "5D"]
    assert not twin.is_enabled and twin.key != rules["B"].key
    assert [(row.fact, row.group) for row in twin.conditions.all()] == [("severity", 1)]
    assert list(twin.skills.all()) == [mortgages]


def test_a_rule_is_switched_and_taken_out(draft, author, rules):
    assert not editing.switch(draft, rules["A"].pk, on=False, by=author).is_enabled
    editing.remove(draft, rules["B"].pk, by=author)
    assert order(draft) == ["1A", "2C", "3D"]


def test_only_the_author_edits_and_only_a_draft(draft, author, publisher, rules):
    with pytest.raises(PermissionDenied):
        editing.move(draft, rules["C"].pk, 1, by=publisher)
    draft.publish(publisher)
    for step in (editing.duplicate, editing.remove):
        with pytest.raises(ValidationError, match="cannot change"):
            step(draft, rules["C"].pk, by=author)
    assert order(draft) == ["10A", "20B", "30C", "40D"]


def test_a_rule_of_another_draft_or_that_is_gone_is_not_touched(draft, author, rules):
    other = draft.copy(author)
    with pytest.raises(ValidationError, match="not in this draft any more"):
        editing.move(other, rules["C"].pk, 1, by=author)


def test_a_new_rule_stands_before_the_one_that_catches_everything(draft, rules):
    listed = list(draft.rules.all())
    assert editing.place_for_new(listed) == 4
    Condition.objects.create(rule=rules["D"], fact="severity", operator="is", value="4")
    assert editing.place_for_new(listed) == 5
    assert editing.place_for_new([]) == 1
