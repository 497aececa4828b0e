import pytest
from django.contrib import admin
from django.urls import reverse

from routing.models import Condition, Rule, Ruleset
from tests.routing.conftest import role


@pytest.fixture
def as_(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def url(name, *args):
    return reverse(f"admin:routing_{name}", args=args)


def rule_form(rule, *conditions, **values):
    fields = {
        "ruleset": rule.ruleset_id,
        "position": rule.position,
        "name": rule.name,
        "team": rule.team_id or "",
        "mode": "push",
        "minimum_authority": 0,
        "authority_up": 0,
        "priority_up": 0,
        "is_enabled": "on",
        "conditions-TOTAL_FORMS": len(conditions),
        "conditions-INITIAL_FORMS": 0,
        "conditions-MIN_NUM_FORMS": 0,
        "conditions-MAX_NUM_FORMS": 1000,
    }
    for number, (fact, operator, value) in enumerate(conditions):
        prefix = f"conditions-{number}-"
        fields |= {f"{prefix}fact": fact, f"{prefix}operator": operator, f"{prefix}value": value}
    return fields | values


def test_the_list_shows_each_rule_in_plain_language(as_, author, to_lending, products):
    Rule.objects.update(minimum_authority=2)
    Condition.objects.create(rule=to_lending, fact="product", operator="is", value="mortgage")
    Condition.objects.create(rule=to_lending, fact="severity", operator="at_least", value="3")
    page = as_(author).get(url("rule_changelist"))
    said = "If product is Mortgage and severity is at least High, send to Lending, authority 2 or above"
    assert said in page.content.decode()


def test_the_list_of_rules_takes_as_many_queries_for_many(
    as_, author, draft, lending, django_assert_max_num_queries, products
):
    for number in range(30):
        rule = Rule.objects.create(ruleset=draft, position=number, name=str(number), team=lending)
        Condition.objects.create(rule=rule, fact="product", operator="is", value="mortgage")
    client = as_(author)
    with django_assert_max_num_queries(18):
        assert client.get(url("rule_changelist")).status_code == 200


def test_an_author_edits_a_rule_and_its_conditions(as_, author, to_lending, products, mortgages):
    form = rule_form(to_lending, ("product", "is", "Mortgage"), name="Home loans", skills=[mortgages.pk])
    answer = as_(author).post(url("rule_change", to_lending.pk), form)
    assert answer.status_code == 302
    to_lending.refresh_from_db()
    assert to_lending.name == "Home loans"
    assert str(to_lending.conditions.get()) == "product is mortgage"
    assert list(to_lending.skills.all()) == [mortgages]


def test_a_condition_that_makes_no_sense_comes_back_with_the_reason(as_, author, to_lending, products):
    form = rule_form(to_lending, ("product", "at_least", "mortgage"))
    answer = as_(author).post(url("rule_change", to_lending.pk), form)
    assert "does not fit the fact “product”" in answer.content.decode()
    assert not Condition.objects.exists()


def test_a_rule_that_names_no_team_comes_back_with_the_reason(as_, author, to_lending):
    answer = as_(author).post(url("rule_change", to_lending.pk), rule_form(to_lending, team=""))
    assert "Name the team" in answer.content.decode()


def test_someone_elses_draft_is_read_only(as_, publisher, to_lending):
    client = as_(publisher)
    assert client.get(url("rule_change", to_lending.pk)).status_code == 200
    assert client.post(url("rule_change", to_lending.pk), rule_form(to_lending, name="Mine")).status_code == 403
    assert client.post(url("rule_delete", to_lending.pk), {"post": "yes"}).status_code == 403
    form = rule_form(to_lending, name="Smuggled in")
    assert "Select a valid choice" in client.post(url("rule_add"), form).content.decode()
    assert [rule.name for rule in Rule.objects.all()] == ["Lending"]


def test_a_published_ruleset_and_its_rules_are_read_only(as_, author, rules_in_force, to_lending):
    client = as_(author)
    forged = rule_form(to_lending, ("severity", "is", "4"), name="Changed")
    assert client.get(url("rule_change", to_lending.pk)).status_code == 200
    assert client.post(url("rule_change", to_lending.pk), forged).status_code == 403
    assert client.post(url("ruleset_change", rules_in_force.pk), {"note": "x", "state": "draft"}).status_code == 403
    for name, row in (("rule", to_lending), ("ruleset", rules_in_force)):
        assert client.post(url(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403
        bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(url(f"{name}_changelist"), bulk)
    to_lending.refresh_from_db()
    rules_in_force.refresh_from_db()
    assert (to_lending.name, rules_in_force.state, rules_in_force.note) == ("Lending", "published", "Tuesday")
    assert not Condition.objects.exists()


def test_a_draft_published_meanwhile_is_told_and_not_changed(as_, author, publisher, draft, to_lending, monkeypatch):
    monkeypatch.setattr("routing.admin.rules.drafts.may_edit", lambda user, ruleset: True)
    client = as_(author)
    draft.publish(publisher)
    answer = client.post(url("rule_change", to_lending.pk), rule_form(to_lending, name="Late"), follow=True)
    assert "cannot change. Copy it to a new draft" in answer.content.decode()
    to_lending.refresh_from_db()
    assert to_lending.name == "Lending"


def test_a_state_in_the_form_does_not_publish(as_, author, draft, publisher):
    form = {"note": "new", "state": "published", "published_by": publisher.pk, "number": 99}
    assert as_(author).post(url("ruleset_change", draft.pk), form).status_code == 302
    draft.refresh_from_db()
    assert (draft.note, draft.state, draft.number, draft.published_by) == ("new", "draft", 1, None)


def test_whoever_begins_a_draft_is_its_author(as_, publisher, author):
    as_(publisher).post(url("ruleset_add"), {"note": "fresh", "author": author.pk})
    assert Ruleset.objects.get().author == publisher


def test_publishing_asks_first_and_happens_by_post(as_, publisher, draft, to_lending):
    client = as_(publisher)
    page = client.get(url("ruleset_publish", draft.pk))
    assert "Always send to Lending" in page.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft
    assert client.post(url("ruleset_publish", draft.pk)).status_code == 303
    draft.refresh_from_db()
    assert (draft.state, draft.published_by) == ("published", publisher)


def test_publishing_own_work_or_without_the_right_is_refused(as_, author, draft, to_lending, make_supervisor):
    assert as_(author).post(url("ruleset_publish", draft.pk)).status_code == 403
    reader = make_supervisor("Ron")
    reader.groups.set([role("Administrator")])
    assert as_(reader).post(url("ruleset_publish", draft.pk)).status_code == 403
    assert as_(reader).post(url("ruleset_copy", draft.pk)).status_code == 403
    draft.refresh_from_db()
    assert draft.is_draft and Ruleset.objects.count() == 1


def test_what_keeps_a_draft_from_being_published_is_shown(as_, publisher, draft):
    answer = as_(publisher).post(url("ruleset_publish", draft.pk), follow=True)
    assert "No rule sends a case to a team." in answer.content.decode()


def test_the_publish_button_stands_on_the_drafts_of_others_only(as_, author, publisher, draft, to_lending):
    address = url("ruleset_publish", draft.pk)
    assert address not in as_(author).get(url("ruleset_change", draft.pk)).content.decode()
    assert address in as_(publisher).get(url("ruleset_change", draft.pk)).content.decode()
    draft.publish(publisher)
    assert address not in as_(publisher).get(url("ruleset_change", draft.pk)).content.decode()


def test_only_the_author_of_a_draft_is_offered_to_add_a_rule(as_, author, publisher, draft):
    address = f"{url('rule_add')}?ruleset={draft.pk}"
    assert address in as_(author).get(url("ruleset_change", draft.pk)).content.decode()
    assert address not in as_(publisher).get(url("ruleset_change", draft.pk)).content.decode()


def test_a_published_ruleset_is_copied_to_a_draft_of_ones_own_by_post(as_, publisher, rules_in_force):
    client = as_(publisher)
    assert client.get(url("ruleset_copy", rules_in_force.pk)).status_code == 200
    assert Ruleset.objects.count() == 1
    client.post(url("ruleset_copy", rules_in_force.pk))
    copy = Ruleset.objects.get(state="draft")
    assert (copy.author, copy.rules.get().name) == (publisher, "Lending")


def test_an_unknown_ruleset_is_not_found(as_, publisher):
    assert as_(publisher).post(url("ruleset_publish", 999)).status_code == 404


def test_decisions_and_assignments_are_not_edited_on_this_floor():
    from routing.models import Assignment, Decision

    for model in (Decision, Assignment):
        assert type(admin.site._registry.get(model)).__module__.split(".")[0] != "routing"
