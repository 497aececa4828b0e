"""The main pages in use: keys move through them, a phone shows them, two who press at once are told."""

import pytest
from playwright.sync_api import expect

from escalations.actors import Actor
from escalations.models import Complaint, Heartbeat
from escalations.workflow import perform
from routing.models import Handler, User

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def desk(case, criteria, house):
    """Cases in several states: with the frontline, to decide, in work with a remedy that waits, closed. The manager
    decides and holds none."""
    Handler.objects.filter(user=house.manager).update(capacity=0)
    first = case("investigating")
    perform(first, "propose_remedy", actor=Actor.of(first.handler.user), kind="refund", amount=4000, currency="GBP")
    case("investigating", what_happened="Nobody answers the phone, and the letter says nothing.")
    case("frontline", what_happened="I shall report you to the ombudsman.")
    case("frontline", what_happened="The branch was closed at noon.")
    case("closed", what_happened="The card came three weeks late.")
    return first


def test_the_keyboard_moves_through_the_queue_and_opens_a_case(desk, at_desk_of):
    page = at_desk_of(desk.handler.user.username)
    page.goto("/cases/?tab=team")
    lines = page.locator("[data-line]")
    page.keyboard.press("j")
    expect(lines.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(lines.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(lines.nth(0)).to_be_focused()
    address = lines.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/cases/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find a case")).to_be_focused()


def test_triage_shows_the_case_beside_the_list_and_a_key_decides_on_what_is_in_sight(case, house, at_desk_of):
    first, second, third = (case("triggered", severity=one) for one in (4, 3, 2))
    page = at_desk_of("cora")
    page.goto("/triage/")
    shown = page.locator("[data-reference]")
    expect(shown).to_have_attribute("data-reference", first.reference)
    page.keyboard.press("j")
    expect(shown).to_have_attribute("data-reference", second.reference)
    page.wait_for_url(f"**/triage/?case={second.reference}")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_contain_text(second.reference)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_text(f"{second.reference} is accepted")).to_be_visible()
    expect(shown).to_have_attribute("data-reference", third.reference)


def test_on_a_phone_triage_is_the_list_then_the_case(case, house, at_desk_of):
    waiting = case("triggered")
    page = at_desk_of("cora", **PHONE)
    page.goto("/triage/")
    line = page.locator("[data-line]")
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()
    line.click()
    page.wait_for_url(f"**/triage/?case={waiting.reference}")
    expect(line).to_be_hidden()
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    page.go_back()
    expect(line).to_be_visible()


def test_an_agent_registers_a_complaint_and_finds_it_in_their_list(house, criteria, at_desk_of):
    page = at_desk_of("alex")
    page.goto("/cases/")
    page.get_by_role("main").get_by_role("link", name="New complaint").click()
    page.get_by_label("What happened").fill("You took my rent twice. I shall report you to the ombudsman.")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Say who complains")).to_be_visible()
    expect(page.get_by_label("What happened")).to_have_value(
        "You took my rent twice. I shall report you to the ombudsman."
    )
    page.get_by_role("textbox", name="Name").first.fill("Ana Silva")
    page.get_by_role("button", name="Register").click()
    expect(page.locator("mark").first).to_have_text("report you to")
    case = Complaint.objects.get()
    assert (case.state, case.registered_by) == ("triggered", house.agent)
    page.goto("/cases/?tab=escalated")
    expect(page.get_by_role("link", name="You took my rent twice.")).to_be_visible()


def test_of_two_who_press_the_same_button_the_second_is_told_what_happened(desk, at_desk_of):
    waiting = Complaint.objects.get(state="triggered")
    first, second = at_desk_of("cora"), at_desk_of("cleo")
    for page in (first, second):
        page.goto("/triage/")
    first.get_by_role("button", name=f"Accept {waiting.reference}").click()
    expect(first.get_by_text("is accepted")).to_be_visible()
    second.get_by_role("button", name=f"Accept {waiting.reference}").click()
    expect(second.get_by_role("alert")).to_contain_text("Meanwhile: Cora")
    assert waiting.events.filter(action="accept").count() == 1


def test_a_page_of_somebody_elses_role_says_so_and_keeps_the_menu(desk, at_desk_of):
    page = at_desk_of("sven")
    for path in ("/cases/", "/triage/", "/trends/", "/admin/routing/user/"):
        assert page.goto(path).status == 403
    expect(page.get_by_role("link", name="My work")).to_have_count(0)
    expect(page.get_by_role("link", name="Triage")).to_have_count(0)
    assert page.goto(f"/cases/{desk.reference}/").status == 403


def test_the_administrator_sees_what_is_set_and_what_is_missing(desk, staff, at_desk_of):
    for other in User.objects.filter(groups__name="Routing supervisor").exclude(username="sven"):
        other.groups.clear()
    page = at_desk_of("adam")
    checks = page.get_by_role("region", name="Setting up")
    silent = checks.get_by_role("listitem").filter(has_text="The worker is silent")
    expect(silent).to_contain_text("missing")
    expect(checks.get_by_text("Rules need two routing supervisors")).to_be_visible()
    Heartbeat.beat()
    staff("suri", "Routing supervisor")
    page.reload()
    expect(silent).to_have_count(0)
    expect(checks.get_by_text("Rules need two routing supervisors")).to_have_count(0)


def test_the_manager_sees_what_waits_and_what_each_team_carries(desk, at_desk_of):
    page = at_desk_of("mona")
    waiting = page.get_by_role("region", name="Waits for approval")
    expect(waiting.get_by_role("link", name=desk.reference)).to_be_visible()
    expect(page.get_by_role("region", name="Load by team")).to_contain_text("Cards")
    waiting.get_by_role("link", name=desk.reference).click()
    expect(page.get_by_role("heading", name="You charged me twice")).to_be_visible()
