"""The customer's own page as a customer has it: on a telephone, in the dark, without JavaScript."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from escalations.actors import Actor
from escalations.intake import Contact
from escalations.jobs import send_queued
from escalations.models import Complaint
from escalations.workflow import perform
from tests.e2e.conftest import window
from tests.e2e.screens import Screen
from tests.e2e.test_every_screen import PHONE, faults

pytestmark = pytest.mark.django_db(transaction=True)
ANA = Contact(name="Ana Silva", email="ana@example.org", postcode="LS1 4ZZ")


@pytest.fixture
def letter(house, case):
    """Her case with a proposal, and the way to it as the letter brought it."""
    complaint = case("communicating", contact=ANA)
    perform(complaint, "write", actor=Actor.of(house.coordinator), kind="page", body="Here it is.")
    send_queued()
    return complaint, re.search(r"/open/[\w-]+/", mail.outbox[-1].body)[0]


def open_it(page: Page, complaint: Complaint, way: str) -> None:
    page.goto(way)
    page.get_by_label("Reference of your complaint").fill(complaint.reference)
    page.get_by_label("Your postcode").fill("ls1 4zz")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("We propose to pay you 50.00 GBP"))


def test_a_customer_reads_writes_and_agrees_without_a_script(browser: Browser, live_server, letter):
    complaint, way = letter
    options = {"java_script_enabled": False, "viewport": PHONE}
    with window(browser, live_server.url, "customer", **options) as page:
        page.goto(way)
        page.get_by_label("Reference of your complaint").fill(complaint.reference)
        page.get_by_label("Your postcode").fill("M1 1AA")
        page.get_by_role("button", name="Open", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("That did not open it.")
        open_it(page, complaint, way)
        assert "/open/" not in page.url
        page.get_by_label("Your message").fill("Thank you for looking.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("Your message has arrived")
        expect(page.get_by_role("article").first).to_contain_text("Thank you for looking.")
        page.get_by_role("link", name="I agree").click()
        page.get_by_role("button", name="I agree").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You have agreed to our answer. Thank you.")
        with page.expect_navigation():
            page.get_by_role("button", name="Leave this page").click()
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("This page is shut")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.acknowledged_at is not None) == ("resolved", True)


def test_everybody_can_read_it_by_day_and_by_night_on_a_desk_and_on_a_telephone(page: Page, letter):
    complaint, way = letter
    open_it(page, complaint, way)
    pages = (way, "/complaint/", *(f"/complaint/step/{name}/" for name in ("accept", "dispute", "further", "withdraw")))
    wrong = [f"{path}: {one}" for path in pages for one in faults(page, Screen(path))]
    assert not wrong, "\n".join(wrong)
