"""The API's description, as a member of staff reads it in the browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_api_is_described_in_the_browser_with_files_of_our_own(house, at_desk_of):
    """The window itself fails the test when the security policy stops something or another host is asked."""
    page = at_desk_of("adam")
    page.goto("/api/v1/docs/")
    expect(page.get_by_text("/api/v1/complaints/", exact=True).first).to_be_visible()
    page.get_by_text("/api/v1/fields/", exact=True).first.click()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
