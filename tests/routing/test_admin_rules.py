import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from routing import editing
from routing.differences import digest_of
from routing.models import Condition, Field, Rule, Ruleset
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
    """What the form of a rule posts; a condition is (fact, operator, values…) or has a group as its last part."""
    fields = {
        "way": "send", "name": rule.name, "team": rule.team_id or "", "minimum_authority": 0, "authority_up": 0,
        "priority_up": 0, "is_enabled": "on", "conditions": len(conditions),
    }  # fmt: skip
    for number, (fact, operator, value, *group) in enumerate(conditions):
        fields |= {f"c{number}-fact": fact, f"c{number}-was": fact, f"c{number}-operator": operator}
        fields |= {f"c{number}-value": value, f"c{number}-group": group[0] if group else ""}
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
    with django_assert_max_num_queries(19):
        assert client.get(url("rule_changelist")).status_code == 200


def test_an_author_edits_a_rule_and_its_conditions(as_, author, to_lending, products, mortgages):
    form = rule_form(to_lending, ("product", "is", "mortgage"), name="Home loans", skills=[mortgages.pk])
    answer = as_(author).post(url("rule_change", to_lending.pk), form)
    assert answer.status_code == 303
    to_lending.refresh_from_db()
    assert to_lending.name == "Home loans"
    assert str(to_lending.conditions.get()) == "product is mortgage"
    assert list(to_lending.skills.all()) == [mortgages]


def test_a_condition_that_makes_no_sense_comes_back_with_the_reason(as_, author, to_lending, products):
    form = rule_form(to_lending, ("attempts", "between", ["5", "2"]), ("product", "is", "boat"), note="Why not.")
    page = as_(author).post(url("rule_change", to_lending.pk), form).content.decode()
    assert "write the smaller value first" in page and "there is no “boat”" in page
    assert "Why not." in page and 'value="5"' in page and "boat (not known)" in page
    assert not Condition.objects.exists()


def test_what_can_be_chosen_follows_the_fact_and_nothing_is_stored_meanwhile(as_, author, to_lending, products):
    client = as_(author)
    form = rule_form(to_lending, ("severity", "", ""), do="refresh", name="Half typed") | {"c0-was": ""}
    page = client.post(url("rule_change", to_lending.pk), form).content.decode()
    assert "Critical" in page and "Half typed" in page and "is at least" in page
    assert "contains any of the words" not in page
    form = rule_form(to_lending, ("product", "at_least", "3"), do="refresh") | {"c0-was": "severity"}
    page = client.post(url("rule_change", to_lending.pk), form).content.decode()
    assert "Credit card, or prepaid" in page and "3 (not known)" not in page
    to_lending.refresh_from_db()
    assert to_lending.name == "Lending" and not Condition.objects.exists()


def test_the_rule_is_read_aloud_while_it_is_edited(as_, author, to_lending, products):
    form = rule_form(
        to_lending, ("product", "is_one_of", ["mortgage", "card"]), ("severity", "at_least", "3", 1),
        ("amount", "at_least", "", 1), do="read", minimum_authority=2,
    )  # fmt: skip
    page = as_(author).post(url("rule_change", to_lending.pk), form, headers={"HX-Request": "true"}).content.decode()
    said = (
        "If product is one of Mortgage or Credit card, or prepaid and either severity is at least High, or "
        "amount in dispute is at least …, send to Lending, authority 2 or above"
    )
    assert said in strip_tags(page) and "<html" not in page
    assert (
        '<span class="rd-word">Mortgage</span> or <span class="rd-word">Credit card, or prepaid</span> <b>and</b>'
        in page
    )


def test_buttons_add_and_take_away_lines_and_keep_what_was_typed(as_, author, to_lending, products):
    client, address = as_(author), url("rule_change", to_lending.pk)

    def lines(do, *conditions):
        page = client.post(address, rule_form(to_lending, *conditions, do=do))
        return [(line.fact, line.value, line.group) for line in page.context["conditions"].lines]

    typed = [("severity", "is", "4"), ("attempts", "at_least", "2")]
    assert lines("add", *typed) == [("severity", "4", None), ("attempts", "2", None), ("", "", None)]
    assert lines("alternatives", *typed)[2:] == [("", "", 1), ("", "", 1)]
    assert lines("add:1", ("severity", "is", "4", 1)) == [("severity", "4", 1), ("", "", 1)]
    assert lines("remove:0", *typed) == [("attempts", "2", None)]


@pytest.mark.parametrize(
    ("fact", "operator", "typed", "stored"),
    [
        ("amount", "at_least", {"c0-value": "5000", "c0-value_currency": "gbp"}, "5000 GBP"),
        ("amount", "between", {"c0-value": ["100.50", "5000"], "c0-value_currency": "GBP"}, "100.50, 5000 GBP"),
        ("text", "contains_any_word", {"c0-value": "go to the papers\r\nrefus*\r\n"}, "go to the papers, refus*"),
        ("product", "is_one_of", {"c0-value": ["mortgage", "card"]}, "mortgage, card"),
        ("severity", "between", {"c0-value": ["2", "3"]}, "2, 3"),
        ("region", "is_one_of", {"c0-value": "Wales, Kent"}, "Wales, Kent"),
        ("vulnerabilities", "is_not_empty", {}, ""),
        ("field:opened", "on_or_after", {"c0-value": "2026-03-31"}, "2026-03-31"),
        ("field:loyal", "is", {"c0-value": "yes"}, "yes"),
    ],
)
def test_each_kind_of_value_is_typed_its_own_way(as_, author, to_lending, products, fact, operator, typed, stored):
    Field.objects.create(code="opened", label="Opened", kind="date")
    Field.objects.create(code="loyal", label="Loyal", kind="boolean")
    client, address = as_(author), url("rule_change", to_lending.pk)
    answer = client.post(address, rule_form(to_lending, (fact, operator, "")) | {"c0-value": ""} | typed)
    assert answer.status_code == 303
    row = Condition.objects.get()
    assert (row.fact, row.operator, row.value) == (fact, operator, stored)
    shown = client.get(address).context["conditions"]
    assert [line.value for line in shown.lines] == [stored]


def test_a_new_rule_stands_where_its_author_wants_it(as_, author, draft, to_lending):
    client, address = as_(author), f"{url('rule_add')}?ruleset={draft.pk}"
    assert client.get(address).context["form"]["place"].value() == 1
    assert client.post(address, rule_form(to_lending, name="Second", place=2)).status_code == 303
    assert client.post(address, rule_form(to_lending, name="First", place=1)).status_code == 303
    assert [str(rule) for rule in draft.rules.order_by("position")] == ["1. First", "2. Lending", "3. Second"]


def test_taking_a_rule_out_asks_first(as_, author, draft, to_lending):
    client = as_(author)
    assert "Take rule" in client.get(url("rule_delete", to_lending.pk)).content.decode()
    assert draft.rules.count() == 1
    assert client.post(url("rule_delete", to_lending.pk)).status_code == 303
    assert draft.rules.count() == 0


def test_buttons_of_the_page_move_duplicate_and_switch_rules(as_, author, publisher, draft, to_lending):
    client, address = as_(author), url("ruleset_do", draft.pk)
    assert client.post(address, {"step": f"duplicate:{to_lending.pk}"}).status_code == 303
    twin = draft.rules.get(name="Lending (copy)")
    client.post(address, {"step": f"move:{twin.pk}:1"})
    client.post(address, {"step": f"enable:{twin.pk}"})
    client.post(address, {"step": f"disable:{to_lending.pk}"})
    state = draft.rules.order_by("position").values_list("position", "name", "is_enabled")
    assert list(state) == [(1, "Lending (copy)", True), (2, "Lending", False)]
    page = client.post(address, {"step": "move:1"}, follow=True).content.decode()
    assert "not known here" in page
    assert as_(publisher).post(address, {"step": f"enable:{to_lending.pk}"}).status_code == 403


def test_a_rule_that_names_no_team_comes_back_with_the_reason(as_, author, to_lending):
    answer = as_(author).post(url("rule_change", to_lending.pk), rule_form(to_lending, team=""))
    assert "Name the team" in answer.content.decode()


def test_someone_elses_draft_is_read_only(as_, publisher, to_lending):
    client = as_(publisher)
    assert client.get(url("rule_change", to_lending.pk)).status_code == 200
    assert client.post(url("rule_change", to_lending.pk), rule_form(to_lending, name="Mine")).status_code == 403
    assert client.post(url("rule_delete", to_lending.pk), {"post": "yes"}).status_code == 403
    form = rule_form(to_lending, name="Smuggled in", place=1)
    assert client.post(f"{url('rule_add')}?ruleset={to_lending.ruleset_id}", form).status_code == 302
    assert [rule.name for rule in Rule.objects.all()] == ["Lending"]


def test_a_published_ruleset_and_its_rules_are_read_only(as_, author, rules_in_force, to_lending):
    client = as_(author)
    forged = rule_form(to_lending, ("severity", "is", "4"), name="Changed")
    assert client.get(url("rule_change", to_lending.pk)).status_code == 200
    assert client.post(url("rule_change", to_lending.pk), forged).status_code == 200
    assert client.post(url("ruleset_change", rules_in_force.pk), {"note": "x", "state": "draft"}).status_code == 403
    for name, row in (("rule", to_lending), ("ruleset", rules_in_force)):
        assert client.post(url(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403
        bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(url(f"{name}_changelist"), bulk)
    to_lending.refresh_from_db()
    rules_in_force.refresh_from_db()
    assert (to_lending.name, rules_in_force.state, rules_in_force.note) == ("Lending", "published", "Tuesday")
    assert not Condition.objects.exists()


def test_an_author_whose_draft_was_published_meanwhile_is_told_and_keeps_what_was_typed(
    as_, author, publisher, draft, to_lending
):
    client = as_(author)
    draft.publish(publisher)
    answer = client.post(url("rule_change", to_lending.pk), rule_form(to_lending, name="Late"))
    assert "cannot change. Copy it to a new draft" in answer.content.decode()
    assert 'value="Late"' in answer.content.decode()
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
    assert "Always send to Lending" in strip_tags(page.content.decode())
    assert "not simulated yet" in page.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft
    assert client.post(url("ruleset_publish", draft.pk), {"seen": page.context["ruleset"].edits}).status_code == 303
    draft.refresh_from_db()
    assert (draft.state, draft.published_by) == ("published", publisher)


def test_what_was_edited_since_somebody_looked_is_not_published(as_, author, publisher, draft, to_lending):
    client, address = as_(publisher), url("ruleset_publish", draft.pk)
    seen = client.get(address).context["ruleset"].edits
    editing.switch(draft, to_lending.pk, on=False, by=author)
    editing.duplicate(draft, to_lending.pk, by=author)
    editing.switch(draft, draft.rules.get(name="Lending (copy)").pk, on=True, by=author)
    answer = client.post(address, {"seen": seen}, follow=True)
    assert "was edited since you looked at it" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_going_back_is_a_new_version_equal_to_the_old_one(as_, author, publisher, rules_in_force):
    newer = rules_in_force.copy(author)
    newer.rules.update(minimum_authority=3)
    newer.publish(publisher)
    client = as_(author)
    page = client.get(url("ruleset_change", rules_in_force.pk)).content.decode()
    assert "Go back to this version" in page
    client.post(url("ruleset_copy", rules_in_force.pk))
    back = Ruleset.objects.get(state="draft")
    assert (back.note, back.origin) == ("Back to version 1.", rules_in_force)
    assert "equals version 1" in client.get(url("ruleset_change", back.pk)).content.decode()
    assert "equals version 1" in client.get(url("ruleset_differences", back.pk), {"with": 1}).content.decode()
    back.publish(publisher)
    assert [row.state for row in Ruleset.objects.order_by("number")] == ["retired", "retired", "published"]


def test_two_versions_are_compared_rule_by_rule(as_, author, publisher, rules_in_force, products):
    newer = rules_in_force.copy(author)
    newer.rules.get().conditions.create(fact="product", operator="is", value="mortgage")
    page = as_(publisher).get(url("ruleset_differences", newer.pk)).content.decode()
    assert "differs from version 1 in 1 rule" in page
    assert "none: it always holds" in page and "product is Mortgage" in page
    assert "no other version" not in page


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


def test_what_the_checks_found_stands_in_the_row_beside_it_and_where_it_is_published(
    as_, author, publisher, draft, to_lending, lending
):
    draft.rules.create(position=200, name="Late", team=lending)
    for who, name in ((author, "change"), (publisher, "publish")):
        page = as_(who).get(url(f"ruleset_{name}", draft.pk)).content.decode()
        assert "Rule “200. Late”" in page and "look again" in page
    assert 'class="rd-finding rd-finding-warning"' in as_(author).get(url("ruleset_change", draft.pk)).content.decode()


def test_a_version_is_taken_out_as_a_file_and_in_again_as_a_draft_of_whoever_brings_it(
    as_, author, publisher, rules_in_force
):
    client = as_(publisher)
    for form in ("json", "csv"):
        file = client.get(url("ruleset_download", rules_in_force.pk), {"format": form})
        assert f"rules-1.{form}" in file["Content-Disposition"]
        brought = SimpleUploadedFile(f"rules.{form}", file.content)
        assert client.post(url("ruleset_upload"), {"file": brought}).status_code == 303
        draft = Ruleset.objects.latest("number")
        assert (draft.author, draft.state, digest_of(draft)) == (publisher, "draft", digest_of(rules_in_force))


def test_a_file_that_makes_no_sense_is_refused_with_the_rule_named_and_nothing_is_stored(as_, author, rules_in_force):
    client = as_(author)
    good = client.get(url("ruleset_download", rules_in_force.pk)).content.decode()
    for content, said in (
        (good.replace('"lending"', '"nowhere"'), "nowhere"),
        ("{", "Nothing was taken in"),
        ("é", "JSON"),
    ):
        page = client.post(url("ruleset_upload"), {"file": SimpleUploadedFile("rules.json", content.encode())})
        assert page.status_code == 200 and "Nothing was taken in" in page.content.decode(), said
    assert (
        "not UTF-8"
        in client.post(url("ruleset_upload"), {"file": SimpleUploadedFile("rules.json", b"\xff\xfe")}).content.decode()
    )
    assert Ruleset.objects.count() == 1
