"""The organisation's own fields on the pages of staff: registering, the case, its step, lists that are narrowed."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission

from escalations.models import Complaint
from routing.models import Choice, Field
from tests.escalations.own_fields import VALUES, need, values

FILLED = {
    "field:branch": "york", "field:channels": ["app", "post"], "field:visits": "4", "field:loss_0": "20.5",
    "field:loss_1": "GBP", "field:promised": "2026-12-01", "field:recording": "no", "field:remark": "Door\r\nbell.",
}  # fmt: skip


def test_an_agent_registers_with_fields_of_each_kind(at_desk, own, house, typed):
    page = at_desk(house.agent).get("/cases/new/").content.decode()
    assert 'name="field:branch"' in page and 'value="york"' in page and 'type="date" name="field:promised"' in page
    assert at_desk(house.agent).post("/cases/new/", {**typed, **FILLED}).status_code == 303
    assert values(Complaint.objects.get()) == {
        "branch": "york", "channels": {"app", "post"}, "visits": Decimal(4), "loss": (Decimal("20.50"), "GBP"),
        "promised": date(2026, 12, 1), "recording": False, "remark": "Door\nbell.",
    }  # fmt: skip


def test_what_is_wrong_or_needed_is_said_at_its_field_and_everything_stays(at_desk, own, house, typed):
    need(own.visits, "register", own.service)
    need(own.branch, "register")
    wrong = {"field:branch": "", "field:loss_0": "20", "field:loss_1": "", "field:remark": "<i>Bell</i>",
             "complaint_type": own.service.pk, "field:channels": ["app"], "field:promised": "2026-02-30"}  # fmt: skip
    answer = at_desk(house.agent).post("/cases/new/", {**typed, **FILLED, **wrong, "field:visits": ""})
    form = answer.context_data["form"]
    assert answer.status_code == 422 and [*form.errors] == ["field:branch"], "what the page can tell comes first"
    answer = at_desk(house.agent).post("/cases/new/", {**typed, **FILLED, **wrong, "field:visits": "",
                                                       "field:branch": "york"})  # fmt: skip
    form, page = answer.context_data["form"], answer.content.decode()
    assert {*form.errors} == {"field:visits", "field:loss", "field:promised"}
    assert "&lt;i&gt;Bell&lt;/i&gt;" in page and "An amount needs its currency" in page
    assert not Complaint.objects.exists()


def test_a_group_of_some_types_says_whom_it_is_for(at_desk, own, house):
    need(own.visits, "trigger", own.service, own.fraud)
    page = at_desk(house.agent).get("/cases/new/").content.decode()
    assert f'data-only-for="{own.service.pk} {own.fraud.pk}"' in page
    assert "Only for Service or Fraud" in page and "Needed before it is escalated." in page


def test_of_thousands_of_choices_one_is_typed_by_name_or_code(at_desk, own, house, typed):
    Choice.objects.bulk_create(Choice(field=own.branch, code=f"b{n}", label=f"Branch {n}") for n in range(300))
    Choice.objects.bulk_create(Choice(field=own.channels, code=f"c{n}", label=f"Way {n}") for n in range(300))
    client = at_desk(house.agent)
    assert 'data-choices="branch"' in (page := client.get("/cases/new/").content.decode())
    assert page.count("<option") < 100
    many = {"field:branch": "Branch 299", "field:channels": "Way 7\r\nc8\r\n"}
    assert client.post("/cases/new/", {**typed, **FILLED, **many}).status_code == 303
    assert values(Complaint.objects.get()) | {"x": 1} == {
        **values(Complaint.objects.get()), "branch": "b299", "channels": {"c7", "c8"}, "x": 1,
    }  # fmt: skip
    answer = client.post("/cases/new/", {**typed, **FILLED, **many, "field:branch": "Branch 300", "once": "b2"})
    assert "There is no choice “Branch 300”" in answer.content.decode()


def test_the_queries_of_the_form_do_not_grow_with_fields_or_choices(at_desk, own, house, queries):
    client = at_desk(house.agent)
    few = queries(client, "/cases/new/")
    for number in range(20):
        field = Field.objects.create(code=f"f{number}", label="F", kind="choice")
        Choice.objects.bulk_create(Choice(field=field, code=f"c{n}", label=f"C {n}") for n in range(20))
    assert queries(client, "/cases/new/") == few


# --- the case ----------------------------------------------------------------------------------------------------


def test_the_case_page_shows_values_by_their_labels_and_leads_to_the_form(at_desk, own, house, case):
    complaint = case("frontline", fields={**VALUES, "remark": "<b>Ann</b>"})
    page = at_desk(house.agent).get(f"/cases/{complaint.reference}/").content.decode()
    for shown in ("Leeds", "App, Web", "184.20 GBP", "30 Nov 2026", "&lt;b&gt;Ann&lt;/b&gt;", "Fill in or correct"):
        assert shown in page
    read_only = at_desk(house.analyst).get(f"/cases/{complaint.reference}/").content.decode()
    assert "Leeds" in read_only and "Ann" not in read_only and "Fill in or correct" not in read_only


def test_only_what_differs_is_changed_and_boxes_can_be_unticked(at_desk, own, house, case):
    complaint = case("frontline", fields=VALUES)
    client, address = at_desk(house.agent), f"/cases/{complaint.reference}/do/set_fields/"
    page = client.get(address)
    assert page.context_data["doing"].form["field:loss"].value() == "184.20 GBP"
    sent = {
        "fields_shown": "True", "field:branch": "leeds", "field:visits": "3", "field:loss_0": "184.20",
        "field:loss_1": "GBP", "field:promised": "2026-11-30", "field:recording": "no", "field:remark": "Ask for Ann.",
    }  # fmt: skip
    nothing = client.post(address, {**sent, "field:channels": ["web", "app"], "reason": "So."})
    assert nothing.status_code == 422 and "Nothing differs" in nothing.content.decode()
    refused = client.post(address, {**sent, "field:visits": "x", "field:branch": "", "reason": "So."})
    assert refused.status_code == 422 and "“x” is no number." in refused.content.decode()
    done = client.post(address, {**sent, "reason": "No channel was named.", "field:recording": "yes"})
    assert done.status_code == 303
    event = complaint.events.order_by("-number").first()
    assert event.data["changed"] == ["channels", "recording"]
    page = client.get(f"/cases/{complaint.reference}/").content.decode()
    assert "Channels: App, Web → nothing; Recording: no → yes" in page


def test_a_form_of_who_may_not_know_asks_nothing_personal_and_leaves_it(at_desk, own, house, case, staff):
    Field.objects.filter(code="visits").update(personal=True)
    complaint = case("frontline", fields=VALUES)
    clerks = Group.objects.get(name="Manager")
    clerks.permissions.remove(Permission.objects.get(codename="view_identity"))
    client, address = at_desk(house.manager), f"/cases/{complaint.reference}/do/set_fields/"
    page = client.get(address).content.decode()
    assert "Ann" not in page and "field:visits" not in page and "field:remark" not in page
    client.post(address, {"field:branch": "york", "field:remark": "Bo", "field:visits": "9", "reason": "So."})
    assert (values(complaint)["branch"], values(complaint)["remark"], values(complaint)["visits"]) == (
        "york", "Ask for Ann.", 3,
    )  # fmt: skip


def test_the_page_offers_to_fill_in_what_the_next_step_still_needs(at_desk, own, house, case, deeds, hana_alone):
    complaint = case("investigating")
    deeds.prepare(complaint, "communicate")
    need(own.visits, "trigger")
    page = at_desk(house.handler).get(f"/cases/{complaint.reference}/")
    assert "“Visits”: fill it in." in page.content.decode()
    assert page.context_data["step"].primary.action == "set_fields"


def test_the_queries_of_a_case_page_do_not_grow_with_its_values(at_desk, own, house, case, queries):
    little, much = case("frontline", fields={"visits": 1}), case("frontline", fields=VALUES)
    client = at_desk(house.agent)
    assert queries(client, f"/cases/{little.reference}/") == queries(client, f"/cases/{much.reference}/")


def test_an_agent_escalates_and_fills_in_what_is_needed_on_one_page(at_desk, own, house, case):
    need(own.visits, "trigger")
    complaint, client = case("frontline"), at_desk(house.agent)
    address = f"/cases/{complaint.reference}/escalate/"
    page = client.get(address)
    assert [field.name for field in page.context_data["own"]] == ["field:visits"]
    asked = {"reason": "I cannot settle it.", "kind": "agent"}
    for wrong, says in (("", "“Visits”: fill it in."), ("x", "“x” is no number.")):
        refused = client.post(address, {**asked, "field:visits": wrong})
        assert refused.status_code == 422 and says in refused.content.decode()
    assert client.post(address, {**asked, "field:visits": "2"}).status_code == 303
    complaint.refresh_from_db()
    assert (complaint.state, values(complaint)["visits"]) == ("triggered", 2)


# --- lists -------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(own, case):
    """Leeds with everything, York with little, and a case that says nothing."""
    little = {"branch": "york", "visits": 9, "loss": "5 EUR"}
    return [case("frontline", fields=fields).reference for fields in (VALUES, little, {})]


@pytest.mark.parametrize(
    ("asked", "found", "chip"),
    [
        ("field:branch=leeds", {0}, "Branch: Leeds"),
        ("field:visits.from=4&field:visits.to=", {1}, "Visits at least 4"),
        ("field:loss.to=200&field:loss.currency=gbp", {0}, "Loss at most 200 GBP"),
        ("field:recording=no&field:branch=*", {0}, "Recording: no"),
        ("field:remark=!", {1, 2}, "Remark: empty"),
    ],
)
def test_my_work_is_narrowed_by_the_address_and_says_so(at_desk, house, three, asked, found, chip):
    answer = at_desk(house.agent).get(f"/cases/?tab=open&{asked}")
    page = answer.content.decode()
    assert {n for n, reference in enumerate(three) if f"/cases/{reference}/" in page} == found
    assert chip in page and f"Take off: {chip}" in page
    listing = answer.context_data["listing"]
    assert all(len(chip.without) < len(f"?tab=open&{asked}") + 20 for chip in listing.chips)
    assert asked.split("=")[0].replace(":", "%3A") in listing.kept, "other tabs keep it"


def test_a_filter_that_cannot_be_meant_is_said_and_narrows_nothing(at_desk, house, three):
    page = at_desk(house.agent).get("/cases/?field:visits.from=x&field:branch=%00&field:nowhere=1").content.decode()
    assert all(f"/cases/{reference}/" in page for reference in three)
    assert "“x” is no number." in page


def test_nobody_is_offered_a_filter_by_what_they_may_not_read(at_desk, house, three):
    Field.objects.filter(code="visits").update(personal=True)
    page = at_desk(house.analyst).get("/cases/?tab=all&field:visits.from=4").content.decode()
    assert "field:visits" not in page and "field:remark" not in page and "field:branch" in page
    assert all(f"/cases/{reference}/" in page for reference in three)


def test_narrowing_my_work_takes_the_same_queries_for_any_number_of_fields_and_cases(
    at_desk, house, three, case, queries
):
    client = at_desk(house.agent)
    few = queries(client, "/cases/?field:branch=leeds")
    for number in range(10):
        field = Field.objects.create(code=f"f{number}", label="F", kind="choice")
        Choice.objects.create(field=field, code="a", label="A")
        case("frontline", fields={"branch": "leeds", f"f{number}": "a"})
    assert queries(client, "/cases/?field:branch=leeds") == few


def test_what_is_typed_into_fields_of_every_kind_is_there_again(at_desk, own, house, case):
    made = case("investigating", fields=VALUES)
    client, address = at_desk(house.handler), f"/cases/{made.reference}/do/set_fields/"
    client.post(f"/cases/{made.reference}/unsent/set_fields/", {**FILLED, "field:promised": "", "tab": "a"})
    form = client.get(address).context_data["doing"].form
    assert {one.name: one.value() for one in form.visible_fields()} == {
        "field:branch": "york", "field:channels": ["app", "post"], "field:visits": "4", "field:loss": ["20.5", "GBP"],
        "field:promised": "", "field:recording": "no", "field:remark": "Door\r\nbell.",
    }  # fmt: skip
    assert "20.5" in client.get(address).content.decode()


def test_kept_lists_are_counted_by_fields_too_and_many_cost_no_more_than_one(at_desk, house, three, queries):
    client = at_desk(house.agent)
    kept = {"Leeds": "field:branch=leeds", "Visited": "field:visits.from=1", "Gone": "field:nothing=1"}
    for name, asked in kept.items():
        client.post("/cases/views/", {"name": name, "address": f"tab=open&{asked}"})
        if name == "Leeds":
            few = queries(client, "/cases/")
    views = {view["name"]: view["count"] for view in client.get("/cases/").context_data["views"]}
    assert views == {"Leeds": "1", "Visited": "2", "Gone": ""}
    assert queries(client, "/cases/") == few
