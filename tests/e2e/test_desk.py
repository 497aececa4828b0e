"""Writing at a case in a real browser: what is typed survives, colleagues are found by @, a file that is too large is
told of before it travels."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from escalations.models import Message, UnsentText
from tests.e2e.conftest import log_in_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_case(case, house, at_desk_of):
    """The page of a case, in the window of who holds it, with the box for notes open."""
    made = case("investigating")
    page = at_desk_of(made.handler.user.username)
    page.goto(f"/cases/{made.reference}/")
    page.locator("#write > label", has_text=re.compile("^Note")).click()
    return made, page


def test_what_is_typed_survives_a_session_that_expires(at_case):
    case, page = at_case
    note = page.locator("#id_note_body")
    note.fill("First half.")
    expect(page.locator("#write form:visible [data-draft-state]")).to_contain_text("Draft saved")
    Session.objects.all().delete()
    note.fill("First half. Second half, typed while nobody was logged in.")
    expect(page.locator("#write form:visible [data-draft-state]")).to_contain_text("You were logged out")
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Username").fill(case.handler.user.username)
    page.get_by_label("Password").fill("pass")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**/cases/{case.reference}/**")
    expect(page.locator("#id_note_body")).to_have_value("First half. Second half, typed while nobody was logged in.")
    expect(page.locator("#write form:visible [data-draft-state]")).to_contain_text("Draft saved")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#story")).to_contain_text("typed while nobody was logged in")
    expect(page.locator("#id_note_body")).to_have_value("")
    assert Message.objects.filter(direction="internal").count() == 1 and not UnsentText.objects.exists()


def test_a_colleague_is_found_while_typing_and_a_large_file_is_told_of(at_case, house, tmp_path):
    _case, page = at_case
    note = page.locator("#id_note_body")
    note.click()
    page.keyboard.type("Please look, @mon")
    expect(page.get_by_role("option", name="Mona @mona")).to_be_visible()
    page.keyboard.press("Enter")
    expect(note).to_have_value("Please look, @mona ")
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.4\n" + b"0" * 30_000_000)
    page.locator("#id_note_files").set_input_files(large)
    page.get_by_role("button", name="Keep the note").click()
    message = page.locator("#id_note_files").evaluate("(input) => input.validationMessage")
    assert "25 MB" in message and "large.pdf" in message
    expect(note).to_have_value("Please look, @mona ")
    page.locator("#id_note_files").set_input_files([])
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#story")).to_contain_text("Please look, @mona")
    assert Message.objects.get(direction="internal").body == "Please look, @mona"


def test_panels_are_brought_when_they_come_into_sight_and_the_story_is_filtered_in_place(at_case):
    case, page = at_case
    page.locator(".rd-later").last.scroll_into_view_if_needed()
    expect(page.get_by_text("Not compared with past cases yet").or_(page.get_by_text("No closed case"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Decisions")).click()
    page.wait_for_url(f"**/cases/{case.reference}/?show=decisions")
    expect(page.locator("#story")).not_to_contain_text("told what happened")


@pytest.mark.parametrize("at", ["the case", "the form"])
def test_who_sends_after_the_session_ended_logs_in_and_finds_every_word_again(case, house, at_desk_of, at):
    """Nobody waited for the draft to be saved: what was typed is in this tab only."""
    made = case("investigating")
    page = at_desk_of(made.handler.user.username)
    if at == "the case":
        page.goto(f"/cases/{made.reference}/")
        page.locator("#write > label", has_text=re.compile("^Note")).click()
    else:
        page.goto(f"/cases/{made.reference}/do/note/")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("Note", exact=True).last.fill("All that I found out this morning.")
    page.get_by_role("button", name=re.compile("Keep the note|Write a note")).click()
    page.get_by_label("Username").fill(made.handler.user.username)
    page.get_by_label("Password").fill("pass")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**/cases/{made.reference}/**")
    note = page.get_by_label("Note", exact=True).last
    expect(note).to_have_value("All that I found out this morning.")
    assert not Message.objects.filter(direction="internal").exists()
    page.get_by_role("button", name=re.compile("Keep the note|Write a note")).click()
    expect(page.locator("#story")).to_contain_text("All that I found out this morning.")
    assert Message.objects.filter(direction="internal").count() == 1


def test_who_logs_in_again_in_another_tab_goes_on_in_the_first(at_case):
    case, page = at_case
    note = page.locator("#id_note_body")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    note.fill("Half a sentence,")
    expect(page.locator("#write form:visible [data-draft-state]")).to_contain_text("You were logged out")
    other = page.context.new_page()
    log_in_on(other, case.handler.user.username, "pass")
    other.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # a window without a screen is told of none
    expect(page.locator("#write form:visible [data-draft-state]")).to_contain_text("Draft saved")
    note.fill("Half a sentence, and the other half.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#story")).to_contain_text("and the other half.")
    assert Message.objects.filter(direction="internal").count() == 1


def test_a_form_of_an_earlier_login_says_so_and_keeps_what_was_typed(at_case):
    case, page = at_case
    page.locator("#id_note_body").fill("All that I typed.")
    other = page.context.new_page()
    log_in_on(other, case.handler.user.username, "pass")
    other.close()
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_role("heading", name="Please send it again")).to_be_visible()
    page.get_by_role("link", name="To the form").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("All that I typed.")
    page.get_by_role("button", name="Write a note").click()
    expect(page.locator("#story")).to_contain_text("All that I typed.")


def test_a_complaint_that_is_being_written_down_is_kept_until_it_is_registered_or_left(house, at_desk_of):
    page = at_desk_of(house.agent.username)
    copies = "Object.keys(localStorage).filter((key) => key.startsWith('redress intake'))"
    page.goto("/cases/new/")
    page.locator("#id_what_happened").fill("You charged me twice.")
    page.locator("#id_severity").select_option("3")
    page.get_by_text("Somebody speaks for them").click()
    page.locator("#id_representative_name").fill("Rui Silva")
    expect(page.locator("[data-intake-state]")).to_contain_text("Kept in this browser")
    page.goto("/cases/")
    page.goto("/cases/new/")
    expect(page.locator("#id_what_happened")).to_have_value("You charged me twice.")
    expect(page.locator("#id_severity")).to_have_value("3")
    expect(page.locator("#id_representative_name")).to_be_visible()
    page.get_by_role("button", name="Register the complaint").click()
    expect(page.get_by_role("alert")).to_contain_text("Not registered yet")
    page.locator("#id_name").fill("Ana Silva")
    page.get_by_role("button", name="Register the complaint").click()
    page.wait_for_url(re.compile("/cases/R-"))
    assert page.evaluate(copies) == []
    page.goto("/cases/new/")
    expect(page.locator("#id_what_happened")).to_have_value("")
    page.locator("#id_what_happened").fill("Half a sentence")
    assert len(page.evaluate(copies)) == 1
    page.evaluate("document.querySelector('#logout-form').requestSubmit()")
    page.wait_for_url(lambda url: "/new/" not in url)
    assert page.evaluate(copies) == []
