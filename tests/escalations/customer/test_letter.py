"""A link on paper, for whoever has no e-mail address: made for the letter, shown once, typed by hand."""

import re

import pytest
from django.test import Client

from escalations.intake import Contact
from escalations.jobs import send_queued
from escalations.models import Complaint, CustomerLink, Event
from tests.escalations.customer.test_link import LINK, opened, tables_holding

TYPED = re.compile(r"/open/([a-z0-9-]{24})/")
ADDRESS = {"address": "12 High Street\nLeeds", "postcode": "LS1 4ZZ"}


@pytest.fixture
def printed(case, at_desk, house):
    """A case of somebody whom we can only write to on paper; what the agent sends, and what comes back."""
    complaint = case(contact=Contact(name="Ana Silva"))
    desk, address = at_desk(house.agent), f"/cases/{complaint.reference}/letter/"

    def send(**given):
        asked = {"party": complaint.contact.pk, "seen": Complaint.objects.get(pk=complaint.pk).latest_event}
        return desk.post(address, {**asked, **ADDRESS, **given})

    return complaint, desk, send


def test_a_letter_brings_a_link_that_stands_nowhere_and_opens_however_it_is_typed(printed):
    complaint, desk, send = printed
    assert "print a letter with the link" in desk.get(f"/cases/{complaint.reference}/").content.decode()
    assert "Postal address" in desk.get(f"/cases/{complaint.reference}/letter/").content.decode()
    assert not CustomerLink.objects.exists(), "to look makes nothing"
    answer = send()
    page = answer.content.decode()
    token = TYPED.search(page)[1]
    assert "12 High Street<br>Leeds" in page and "LS1 4ZZ" in page and "no-store" in answer["Cache-Control"]
    assert not tables_holding(token) and not tables_holding(token.replace("-", ""))
    event = Event.objects.get(action="print_link")
    assert (event.data["party"], event.data["changed"]) == (complaint.contact.pk, ["address", "postcode"])
    assert "LS1" not in str(event.data), "codes, no words"
    message = complaint.messages.get()
    assert (message.kind, message.channel, message.state) == ("page", "letter", "sent") and send_queued() == 0
    for typed in (token, token.upper(), token.replace("-", "")):
        assert opened(Client(), typed, complaint.reference, "ls14zz").status_code == 303, typed
    assert "opened" in desk.get(f"/cases/{complaint.reference}/").content.decode()


def test_loaded_again_it_makes_no_second_letter_and_needs_a_postcode(printed):
    complaint, _desk, send = printed
    seen = complaint.latest_event
    assert send(postcode="").status_code == 422 and send(postcode="-").status_code == 422
    assert send(seen=seen).status_code == 200
    again = send(seen=seen)
    assert again.status_code == 409 and not TYPED.search(again.content.decode())
    assert CustomerLink.objects.count() == 1 and "begin anew" in again.content.decode()


def test_nobody_else_prints_one_and_none_is_made_for_whom_there_is_no_page(printed, at_desk, house, case, deeds):
    complaint, desk, send = printed
    address = f"/cases/{complaint.reference}/letter/"
    assert at_desk(house.compliance).get(address).status_code == 403
    assert at_desk(house.other_agent).get(address).status_code == 404
    lea = case(representative=Contact(name="Lea Law", postcode="M1 1AA"))
    told = {"party": lea.contact.pk, "seen": lea.latest_event, **ADDRESS}
    assert desk.post(f"/cases/{lea.reference}/letter/", told).status_code == 422, "no authority, no page"
    assert not CustomerLink.objects.exists() and not LINK.search(str(send(postcode="").content))
