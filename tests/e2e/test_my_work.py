"""My work in a browser: by keyboard only, kept up to date, and two people in one case."""

import pytest
from playwright.sync_api import expect

from escalations.actors import Actor
from escalations.models import Message, SavedView
from escalations.workflow import perform
from routing.models import Handler

pytestmark = pytest.mark.django_db(transaction=True)
ASKS = "document.querySelectorAll('[data-watch]').forEach((one) => htmx.trigger(one, '{event}'))"
SOON = ASKS.replace("{event}", "rd-writing")


def of_one_team(case, house, count):
    """So many cases of Hana's."""
    Handler.objects.exclude(user=house.handler).update(capacity=0)
    return [case("investigating", what_happened=f"Number {n} is wrong.") for n in range(count)]


def test_the_list_is_worked_by_keyboard_only(case, house, at_desk_of):
    cases = of_one_team(case, house, 3)
    page = at_desk_of("hana")
    page.goto("/cases/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("[data-choose]:checked")).to_have_count(2)
    page.get_by_role("button", name="Write a note…").press("Enter")
    expect(page.get_by_text("Write a note: 2 cases")).to_be_visible()
    note = page.get_by_role("textbox").first
    note.focus()
    page.keyboard.type("g q x ? j/k")
    expect(note).to_have_value("g q x ? j/k")
    page.get_by_role("button", name="Write a note").press("Enter")
    expect(page.get_by_text("Write a note: done, all 2.")).to_be_visible()
    assert Message.objects.filter(body="g q x ? j/k").count() == 2
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/cases/")
    page.keyboard.press("/")
    page.keyboard.type("number 1")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=number+1*")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{cases[1].reference}/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.type("WRITE a note")
    expect(page.locator("#command-results")).to_contain_text(cases[1].reference)


def test_a_list_is_kept_under_a_name_and_brings_itself_up_to_date(case, house, at_desk_of):
    first, second = of_one_team(case, house, 2)
    page = at_desk_of("hana")
    page.goto("/cases/?tab=mine")
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Severity").select_option("2")
    page.get_by_role("button", name="Show these").click()
    page.wait_for_url("**severity=2**")
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Keep this list as").fill("Usual")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("link", name="Usual2")).to_have_attribute("aria-current", "page")
    page.wait_for_load_state()
    assert SavedView.objects.get().address == "tab=mine&severity=2"
    page.locator(f"#line-{second.reference}").focus()
    perform(first, "receive", actor=Actor.of(house.coordinator), body="Where are you?")
    page.evaluate("htmx.trigger(document.body, 'rd-stale')")
    expect(page.locator("tr", has_text=first.reference)).to_contain_text("Heard from the customer")
    expect(page.locator(f"#line-{second.reference}")).to_be_focused()
    page.keyboard.press("x")
    perform(second, "receive", actor=Actor.of(house.coordinator), body="And you?")
    page.evaluate("htmx.trigger(document.body, 'rd-stale')")
    expect(page.get_by_text("Something happened to this list.")).to_be_visible()
    expect(page.locator("[data-choose]:checked")).to_have_count(1)
    page.get_by_role("link", name="Take off: Severity: Medium").click()
    page.wait_for_url("**/cases/?tab=mine")


def test_two_people_in_one_case_see_each_other_and_the_second_to_send_loses_nothing(case, house, at_desk_of):
    (complaint,) = of_one_team(case, house, 1)
    here = f"/cases/{complaint.reference}/"
    hana, cora = at_desk_of("hana"), at_desk_of("cora")
    cora.goto(f"{here}do/note/")
    with cora.expect_response("**/watch/**"):
        cora.goto(here)
    hana.goto(here)
    expect(hana.get_by_text("Cora is looking")).to_be_visible()
    hana.goto(f"{here}do/note/")
    hana.get_by_role("textbox").first.fill("All that I typed.")
    perform(complaint, "note", actor=Actor.of(house.coordinator), body="Call first.")
    cora.evaluate(SOON)
    expect(cora.get_by_text("Meanwhile: you wrote a note")).to_be_visible()
    hana.get_by_role("button", name="Write a note").click()
    expect(hana.get_by_role("alert")).to_contain_text("Meanwhile: Cora wrote a note")
    expect(hana.get_by_role("textbox").first).to_have_value("All that I typed.")
    hana.get_by_role("button", name="Write a note").click()
    hana.wait_for_url(f"**{here}")
    assert Message.objects.filter(body="All that I typed.").count() == 1
