"""The record of a case: changes field by field, allocation decision by decision, to read only."""

import re

import pytest

from escalations.actors import Actor
from escalations.models import Complaint
from escalations.workflow import perform


@pytest.fixture
def read(at_desk):
    def fetch(user, complaint, tail):
        answer = at_desk(user).get(f"/cases/{complaint.reference}/{tail}")
        assert answer.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1]).split())

    return fetch


def test_the_history_tells_who_why_and_each_field_before_and_after(read, house, case):
    complaint = case("investigating")
    handler = complaint.handler.user
    perform(complaint, "edit", actor=Actor.of(handler), reason="The customer said so.", severity=3)
    page = read(handler, complaint, "history/")
    assert "Corrected the facts Severity: Medium → High The customer said so." in page
    assert "Started investigating State: allocated → investigating" in page
    assert "Redress Allocated it State: escalated → allocated" in page


def test_the_history_holds_points_and_remedies(read, house, case):
    page = read(house.compliance, case("closed"), "history/")
    assert "Point “Fees”: changed Finding: – → it happened as described" in page
    assert "Remedy “refund 50.00 GBP”: changed State: accepted by the customer → paid or done" in page


def test_the_history_of_a_long_case_has_pages_that_miss_nothing(read, house, case):
    complaint = case("investigating")
    handler = complaint.handler.user
    for number in range(60):
        perform(Complaint.objects.get(pk=complaint.pk), "edit", actor=Actor.of(handler), reason=f"Reason {number}.",
                region=f"Region {number}")  # fmt: skip
    newer, older = (read(handler, complaint, f"history/?page={n}") for n in (1, 2))
    assert "Region: Region 58 → Region 59" in newer and "Page 1 of 2" in newer
    seen = [number for number in range(60) if f"Reason {number}." in newer + older]
    assert seen == list(range(60))
    assert "Started investigating" in older and "Started investigating" not in newer


def test_the_allocation_tab_has_every_decision_and_who_held_the_case(read, house, case):
    complaint = case("routed")
    perform(complaint, "reroute", actor=Actor.of(house.coordinator), reason="Needs a loan specialist.",
            team=house.loans, handler=house.stranger.handler)  # fmt: skip
    page = read(house.manager, complaint, "routing/")
    assert "If product is Credit card, send to Cards" in page and "Chosen:" in page
    assert "Cora chose by hand" in page and "Needs a loan specialist." in page
    assert "Stan Loans" in page and "holds it now" in page


def test_a_case_that_was_never_routed_says_when_it_will_be(read, house, case):
    assert "It does once an escalation is accepted" in read(house.agent, case("frontline"), "routing/")
