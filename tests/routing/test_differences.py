from hypothesis import given
from hypothesis import strategies as some

from routing import editing
from routing.differences import compare, digest_of, rules_of, staying
from routing.models import Condition, Rule, Ruleset
from routing.vocabulary import Vocabulary


def compared(old, new):
    return compare(rules_of(old), rules_of(new), Vocabulary.load()).differences


def test_a_copy_equals_its_original_and_says_where_it_comes_from(rules_in_force, to_lending, publisher):
    copy = rules_in_force.copy(publisher)
    assert compared(rules_in_force, copy) == []
    assert digest_of(copy) == digest_of(rules_in_force)
    assert copy.origin == rules_in_force


def test_added_removed_moved_and_changed_rules_are_told_apart(draft, author, publisher, lending, mortgages, products):
    for place, name in enumerate("ABCDE", start=1):
        Rule.objects.create(ruleset=draft, position=place, name=name, team=lending)
    draft.publish(publisher)
    copy = draft.copy(author)
    rules = {rule.name: rule for rule in copy.rules.all()}
    rules["B"].conditions.create(fact="product", operator="is", value="mortgage")
    Rule.objects.filter(pk=rules["B"].pk).update(minimum_authority=2)
    rules["B"].skills.add(mortgages)
    editing.remove(copy, rules["C"].pk, by=author)
    Rule.objects.create(ruleset=copy, position=9, name="F", team=lending)
    editing.move(copy, rules["E"].pk, 1, by=author)
    told = {one.name: one for one in compared(draft, copy)}
    assert {name: one.kind for name, one in told.items()} == {
        "E": "moved",
        "B": "changed",
        "F": "added",
        "C": "removed",
    }
    assert (told["E"].was, told["E"].now) == (5, 1)
    assert [(part.label, part.before, part.after) for part in told["B"].parts] == [
        ("conditions", "none: it always holds", "product is Mortgage"),
        ("skills", "–", "Mortgages"),
        ("minimum authority", "–", "2"),
    ]


def test_how_groups_are_numbered_makes_no_difference(draft, author, lending, products):
    rule = Rule.objects.create(ruleset=draft, position=1, name="A", team=lending)
    for fact, value in (("severity", "4"), ("tier", "3")):
        Condition.objects.create(rule=rule, fact=fact, operator="is", value=value, group=1)
    copy = draft.copy(author)
    Condition.objects.filter(rule__ruleset=copy).update(group=7)
    assert compared(draft, copy) == [] and digest_of(draft) == digest_of(copy)
    Condition.objects.filter(rule__ruleset=copy).update(group=None)
    assert digest_of(draft) != digest_of(copy)
    (changed,) = compared(draft, copy)
    assert changed.parts[0].after == "severity is Critical and tier is Executive"


def test_the_digest_changes_with_the_order_of_rules(draft, author, lending):
    for place, name in enumerate("AB", start=1):
        Rule.objects.create(ruleset=draft, position=place, name=name, team=lending)
    before = digest_of(draft)
    editing.move(draft, draft.rules.get(name="B").pk, 1, by=author)
    assert digest_of(Ruleset.objects.get(pk=draft.pk)) != before
    editing.move(draft, draft.rules.get(name="B").pk, 2, by=author)
    assert digest_of(draft) == before


@given(some.permutations(range(7)))
def test_as_many_as_can_be_kept_their_order(places):
    kept = [places[int(key)] for key in staying(places, [str(index) for index in range(7)])]
    assert kept == sorted(kept)
    longest = [1] * 7
    for index, place in enumerate(places):
        longest[index] = 1 + max((longest[before] for before in range(index) if places[before] < place), default=0)
    assert len(kept) == max(longest)
