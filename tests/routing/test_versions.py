import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from routing.models import Condition, Rule, Ruleset, Skill, Team, User


def test_a_second_supervisor_publishes(draft, to_lending, publisher):
    draft.publish(publisher)
    assert (draft.state, draft.published_by) == ("published", publisher)
    assert draft.published_at


def test_an_author_cannot_publish_their_own_draft(draft, to_lending, author):
    with pytest.raises(PermissionDenied, match="A second person"):
        draft.publish(author)
    draft.refresh_from_db()
    assert draft.is_draft


def test_the_database_itself_refuses_an_author_as_publisher(draft, author):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruleset.objects.filter(pk=draft.pk).update(published_by=author)


def test_publishing_needs_the_permission(draft, to_lending):
    with pytest.raises(PermissionDenied, match="may not publish"):
        draft.publish(User.objects.create_user("nobody"))


def test_publishing_retires_the_former_version(rules_in_force, author, publisher):
    second = rules_in_force.copy(author)
    second.publish(publisher)
    rules_in_force.refresh_from_db()
    assert (rules_in_force.state, second.state) == ("retired", "published")
    assert Ruleset.objects.published() == second


def test_at_most_one_version_is_published(rules_in_force, author):
    other = Ruleset.objects.create(author=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruleset.objects.filter(pk=other.pk).update(state="published")


def test_a_published_version_is_not_published_again(rules_in_force, publisher):
    with pytest.raises(ValidationError, match="cannot change"):
        rules_in_force.publish(publisher)


def test_a_published_ruleset_its_rules_and_conditions_cannot_change(draft, to_lending, publisher, lending, mortgages):
    other = Skill.objects.create(code="cards", name="Cards")
    to_lending.skills.add(mortgages)
    condition = Condition.objects.create(rule=to_lending, fact="severity", operator="at_least", value="1")
    draft.publish(publisher)
    forbidden = [
        draft.save,
        draft.delete,
        Ruleset.objects.filter(pk=draft.pk).delete,
        to_lending.save,
        to_lending.delete,
        condition.save,
        condition.delete,
        lambda: Rule.objects.create(ruleset=draft, name="late", team=lending),
        lambda: Rule.objects.bulk_create([Rule(ruleset=draft, name="late", team=lending)]),
        lambda: Condition.objects.create(rule=to_lending, fact="severity", operator="is", value="1"),
        lambda: Condition.objects.bulk_create([Condition(rule=to_lending, fact="severity", operator="is", value="1")]),
        lambda: to_lending.skills.add(other),
        lambda: to_lending.skills.remove(mortgages),
        lambda: to_lending.skills.set([other]),
        to_lending.skills.clear,
        lambda: other.rules.add(to_lending),
        lambda: mortgages.rules.clear(),
    ]
    for change in forbidden:
        with pytest.raises(ValidationError, match="Copy it to a new draft"), transaction.atomic():
            change()
    rule = Rule.objects.get()
    assert (rule.conditions.get(), rule.skills.get()) == (condition, mortgages)


def test_a_stale_draft_in_memory_cannot_overwrite_the_published_version(draft, to_lending, publisher):
    stale = Ruleset.objects.get(pk=draft.pk)
    draft.publish(publisher)
    stale.note = "too late"
    with pytest.raises(ValidationError):
        stale.save()


def test_a_copy_has_the_same_rules_skills_and_conditions(rules_in_force, to_lending, publisher, mortgages):
    source = rules_in_force.copy(publisher)
    rule = source.rules.get()
    rule.skills.add(mortgages)
    Condition.objects.create(rule=rule, fact="severity", operator="at_least", value="3", group=2)
    twin = source.copy(publisher).rules.get()
    assert (twin.name, twin.team, list(twin.skills.all())) == (rule.name, rule.team, [mortgages])
    assert (str(twin.conditions.get()), twin.conditions.get().group) == ("severity at_least 3", 2)
    assert twin.pk != rule.pk and rule.conditions.count() == 1


def test_versions_are_numbered_one_after_another(author):
    numbers = [Ruleset.objects.create(author=author).number for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_a_draft_with_a_bad_rule_is_not_published_and_the_rule_is_named(draft, to_lending, publisher):
    Condition.objects.create(rule=to_lending, fact="colour", operator="is", value="red")
    Team.objects.update(is_active=False)
    with pytest.raises(ValidationError) as error:
        draft.publish(publisher)
    said = " ".join(error.value.messages)
    assert "Rule “100. Lending”: There is no fact “colour”" in said
    assert "Rule “100. Lending”: The team Lending is not active" in said
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_draft_that_sends_nothing_anywhere_is_not_published(draft, publisher):
    with pytest.raises(ValidationError, match="No rule sends a case"):
        draft.publish(publisher)


def test_checking_many_rules_takes_as_many_queries_as_few(draft, lending, django_assert_num_queries):
    for number in range(20):
        rule = Rule.objects.create(ruleset=draft, position=number, name=str(number), team=lending)
        Condition.objects.create(rule=rule, fact="severity", operator="is", value="1")
    with django_assert_num_queries(9):
        assert draft.problems() == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"go_on": True, "with_team": True}, "team"),
        ({"go_on": False}, "team"),
        ({"with_team": True, "language": "pt", "language_from_case": True}, "language"),
        ({"with_team": True, "tier": 4}, "tier"),
        ({"with_team": True, "minimum_authority": 6}, "minimum_authority"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(draft, lending, values, field):
    team = lending if values.pop("with_team", False) else None
    with pytest.raises(ValidationError) as error:
        Rule(ruleset=draft, name="odd", team=team, **values).full_clean()
    assert field in error.value.message_dict


def test_what_is_edited_after_somebody_looked_is_not_published(draft, to_lending, publisher, mortgages):
    seen = Ruleset.objects.get(pk=draft.pk).edits
    to_lending.skills.add(mortgages)
    with pytest.raises(ValidationError, match="edited since you looked") as refused:
        draft.publish(publisher, seen=seen)
    assert refused.value.code == "edited"
    draft.publish(publisher, seen=Ruleset.objects.get(pk=draft.pk).edits)


def test_the_checks_run_before_the_lock_and_an_edit_meanwhile_is_noticed_under_it(
    draft, to_lending, publisher, monkeypatch
):
    """So nobody waits seconds for the lock when a large draft is published."""
    outside, edits = len(connection.savepoint_ids), []

    def problems(version):
        edits.append(len(connection.savepoint_ids) - outside)
        if len(edits) == 1:
            Rule.objects.filter(pk=to_lending.pk).update(note="Edited while it was checked.")
        return []

    monkeypatch.setattr(Ruleset, "problems", problems)
    with pytest.raises(ValidationError, match="edited since you looked"):
        draft.publish(publisher)
    assert Ruleset.objects.get(pk=draft.pk).is_draft
    draft.publish(publisher)
    assert edits == [0, 0], "no transaction was open for the checks"
