"""The editor of the rules in a browser: by keyboard, by drag; and a simulation that somebody leaves and finds again."""

import pytest
from playwright.sync_api import Page, expect

from routing.models import Rule
from tests.e2e.office import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(house, case):
    """Three rules, and a decided case to replay."""
    case("investigating")
    draft = house.ruleset.copy(house.supervisor)
    Rule.objects.create(ruleset=draft, position=3, name="Everything else", team=house.cards)
    return draft


def order(page: Page, *names: str) -> None:
    expect(page.locator("[data-line]")).to_have_text(names)


def test_rules_are_moved_copied_switched_and_edited_by_keyboard_and_by_drag(draft, at_desk_of):
    sven = at_desk_of("sven")
    sven.goto(f"/admin/routing/ruleset/{draft.pk}/change/")
    order(sven, "Cards", "Loans", "Everything else")
    sven.keyboard.press("j")
    sven.keyboard.press("j")
    expect(sven.locator("[data-line]").nth(1)).to_be_focused()
    sven.keyboard.press("Alt+ArrowUp")
    order(sven, "Loans", "Cards", "Everything else")
    expect(sven.locator("[data-line]").nth(0)).to_be_focused()

    sven.locator(".rd-grip").nth(0).hover()
    sven.mouse.down()
    target = sven.locator("tr[data-rule]").nth(1).bounding_box()
    for y in (target["y"] + 5, target["y"] + target["height"] - 4):
        sven.mouse.move(target["x"] + 60, y)
    sven.mouse.up()
    order(sven, "Cards", "Loans", "Everything else")

    row = sven.locator("tr[data-rule]").nth(1)
    row.locator("summary").focus()
    sven.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Duplicate")).to_be_visible()
    for _step in range(2):  # past Edit
        sven.keyboard.press("Tab")
    expect(row.get_by_role("button", name="Duplicate")).to_be_focused()
    sven.keyboard.press("Enter")
    order(sven, "Cards", "Loans", "Loans (copy)", "Everything else")
    expect(sven.locator("tr[data-rule]").nth(2)).to_contain_text("disabled")

    sven.locator("[data-line]").nth(2).focus()
    sven.keyboard.press("Enter")
    sven.get_by_label("Note").fill("As Tuesday asked.")
    sven.get_by_label("Minimum authority").select_option("3")
    expect(sven.locator("#rd-reading")).to_contain_text("authority 3 or above")
    sven.get_by_role("button", name="Save the rule").click()
    expect(sven.locator("tr[data-rule]").nth(2)).to_contain_text("As Tuesday asked.")


def test_a_simulation_is_left_and_found_again_with_its_cases_and_a_file(draft, house, at_desk_of):
    draft.rules.filter(name="Cards").update(team=house.loans)
    sven = at_desk_of("sven")
    sven.goto(f"/admin/routing/ruleset/{draft.pk}/change/")
    expect(sven.locator("#rd-lead")).to_contain_text("not simulated yet")
    sven.goto(f"/rules/{draft.number}/simulate/")
    sven.get_by_role("button", name="Simulate").click()
    expect(sven.get_by_role("progressbar")).to_be_visible()
    sven.get_by_role("link", name="Today").click()
    assert "run" in work()
    sven.get_by_role("link", name="Simulations").click()
    sven.get_by_role("link", name=f"Ruleset {draft.number}").click()
    expect(sven.get_by_role("status").first).to_contain_text("Of 1 case, 1 (100.0 %) would go elsewhere")
    with sven.expect_download() as file:
        sven.get_by_role("link", name="Download as CSV").click()
    assert "Cards,Loans" in file.value.path().read_text("utf-8")
    sven.locator(".rd-moved a").click()
    expect(sven.get_by_role("row")).to_have_count(2)
