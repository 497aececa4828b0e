"""Fingers that are quicker than the page: what they do is done once, in order, and on what is in sight. Keys are given
in one breath, inside the page: nobody is quicker, and no machine is too slow for it."""

import re

import pytest
from playwright.sync_api import Page, expect

from escalations.models import Event, Message, UnsentText
from routing.models import Rule

pytestmark = pytest.mark.django_db(transaction=True)
PRESS = """(keys) => keys.forEach((key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...key })))"""

PRESS_WHEN_IT_IS_THERE = """(key) => document.body.addEventListener("htmx:afterSwap", () => setTimeout(() =>
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })), 0), { once: true })"""


def press(page: Page, *keys: str, **more: bool) -> None:
    page.evaluate(PRESS, [{"key": key, **more} for key in keys])


def test_a_letter_for_what_is_on_its_way_and_a_key_held_down_decide_on_nothing(case, house, at_desk_of):
    first, second = (case("triggered", severity=one) for one in (4, 3))
    page = at_desk_of("cora")
    page.goto("/triage/")
    press(page, "a", repeat=True)
    press(page, "r", "a")
    expect(page.get_by_role("dialog")).to_contain_text(first.reference)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.evaluate(PRESS, [{"key": "k", "ctrlKey": True}, {"key": "a"}])
    search = page.locator("#search-input-command")
    expect(search).to_be_focused()
    expect(search).to_have_value("a")
    page.keyboard.type("pp")
    expect(search).to_have_value("app")
    assert not Event.objects.filter(action="accept").exists()

    page.goto("/triage/")
    press(page, "j", "a")
    shown = page.locator("[data-reference]")
    expect(shown).to_have_attribute("data-reference", second.reference)
    page.evaluate(PRESS_WHEN_IT_IS_THERE, "r")
    press(page, "k")
    expect(page.get_by_role("dialog")).to_contain_text(first.reference)
    assert not Event.objects.filter(action="accept").exists()


def test_a_rule_that_is_moved_twice_in_one_breath_stands_two_places_higher(house, at_desk_of):
    draft = house.ruleset.copy(house.supervisor)
    Rule.objects.create(ruleset=draft, position=3, name="Everything else", team=house.cards)
    page = at_desk_of("sven")
    page.goto(f"/admin/routing/ruleset/{draft.pk}/change/")
    page.locator("[data-line]").nth(2).focus()
    press(page, "ArrowUp", "ArrowUp", altKey=True)
    expect(page.locator("[data-line]")).to_have_text(["Everything else", "Cards", "Loans"])
    expect(page.locator("[data-line]").nth(0)).to_be_focused()


def test_what_is_sent_waits_for_the_draft_that_is_on_its_way(case, at_desk_of):
    made = case("investigating")
    page = at_desk_of(made.handler.user.username)
    page.goto(f"/cases/{made.reference}/")
    page.locator("#write > label", has_text=re.compile("^Note")).click()
    held, done = [], []
    page.route("**/unsent/**", lambda route: held.append(route))
    page.on("requestfinished", lambda asked: done.append(asked.url) if asked.method == "POST" else None)
    with page.expect_request(lambda asked: asked.method == "POST"):
        page.locator("#id_note_body").fill("All of it.")
    page.get_by_role("button", name="Keep the note").click()
    assert not Message.objects.filter(direction="internal").exists()
    held[0].continue_()
    expect(page.locator("#story")).to_contain_text("All of it.")
    assert (len(done), UnsentText.objects.exists()) == (2, False)
