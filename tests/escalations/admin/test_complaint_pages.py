"""The list and the page of complaints: who sees which rows, and that nothing is changed there."""

import pytest
from django.contrib.auth.models import Permission

from escalations.models import Complaint, Event
from escalations.states import State

from .conftest import address

ALL, NONE = {"frontline", "cards", "loans", "closed"}, None
SEEN = {
    "Frontline agent": ALL,
    "Escalation coordinator": ALL,
    "Handler": {"cards", "closed"},
    "Manager": ALL,
    "Routing supervisor": NONE,
    "Quality analyst": ALL,
    "Compliance officer": ALL,
    "Administrator": NONE,
}
"""By hand: the cases each role sees in the list. None: the list itself is refused. Nobody has a clearance."""


def listed(answer):
    return {case.reference for case in answer.context_data["cl"].result_list}


def test_the_list_shows_each_role_its_rows(house, cases, as_user):
    for role, seen in SEEN.items():
        answer = as_user(house.by_role[role]).get(address("complaint"))
        if seen is NONE:
            assert answer.status_code == 403, role
        else:
            assert listed(answer) == {vars(cases)[name].reference for name in seen}, role


@pytest.mark.parametrize("page", ["change", "history"])
def test_the_page_of_a_case_opens_for_whoever_sees_it(page, house, cases, as_user):
    for role, seen in SEEN.items():
        browser = as_user(house.by_role[role])
        for name, case in vars(cases).items():
            status = browser.get(address("complaint", page, case.pk)).status_code
            expected = 403 if seen is NONE else 200 if name in seen else 404
            assert status == expected, (role, name)


def test_a_stranger_is_sent_to_the_login_page(cases, client):
    for page, args in (
        ("changelist", ()),
        ("change", (cases.cards.pk,)),
        ("do", (cases.cards.pk, "note")),
        ("export", ()),
    ):
        answer = client.get(address("complaint", page, *args))
        assert (answer.status_code, "/login/" in answer.url) == (302, True)


def test_a_restricted_case_is_seen_with_the_clearance(house, cases, as_user):
    house.compliance.clearances.add(house.conduct)
    answer = as_user(house.compliance).get(address("complaint"))
    assert cases.conduct.reference in listed(answer)


FORGED = [
    {"state": "closed", "closed_as": "upheld", "_save": "Save"},
    {"_fsm_transition_to": "close"},
    {"_fsm_transition_to": "set_aside", "_save": "Save"},
    {"_saveasnew": "1", "reference": "R-2026-999999", "received_at_0": "2026-01-01", "received_at_1": "10:00"},
    {"severity": "4", "team": "", "_continue": "1"},
]


@pytest.mark.parametrize("person", ["coordinator", "handler", "manager", "compliance"])
def test_a_forged_form_changes_no_case(person, house, cases, as_user):
    before, browser = list(Complaint.objects.values()), as_user(getattr(house, person))
    for forged in FORGED:
        answer = browser.post(address("complaint", "change", cases.cards.pk), forged)
        assert answer.status_code == 403, forged
    assert list(Complaint.objects.values()) == before


def test_all_permissions_of_django_open_no_way_around_the_workflow(house, cases, as_user):
    house.coordinator.user_permissions.set(Permission.objects.all())
    browser, before = as_user(house.coordinator), list(Complaint.objects.values())
    for page in ("change", "delete"):
        answer = browser.post(address("complaint", page, cases.cards.pk), {"state": "closed", "post": "yes"})
        assert answer.status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [cases.cards.pk], "post": "yes"}
    browser.post(address("complaint"), chosen)
    browser.post(address("complaint"), {"form-0-state": "closed", "form-TOTAL_FORMS": 1, "_save": "Save"})
    assert list(Complaint.objects.values()) == before


def test_a_history_page_takes_no_post(house, cases, as_user):
    oldest = cases.closed.history.order_by("history_id").first()
    browser = as_user(house.coordinator)
    for query, status in (("", 405), (f"?{oldest.pk}", 405), (f"{oldest.pk}/", 404)):
        path = address("complaint", "history", cases.closed.pk) + query
        assert browser.post(path, {"_change_history": "1", "state": "frontline"}, follow=True).status_code == status
    cases.closed.refresh_from_db()
    assert cases.closed.state == State.CLOSED


def test_the_history_page_says_who_changed_what_and_why(house, cases, as_user):
    page = as_user(house.manager).get(address("complaint", "history", cases.cards.pk)).content.decode()
    assert "The customer does not accept the offer." in page
    assert "<del>with the frontline</del>" in page
    assert "escalated it" in page
    assert "Alex" in page
    assert "Number of events" not in page


def test_points_and_remedies_have_their_own_history(house, cases, as_user):
    browser = as_user(house.manager)
    point = browser.get(address("point", "history", cases.closed.main_point.pk)).content.decode()
    assert "it happened as described" in point
    remedy = browser.get(address("remedy", "history", cases.closed.remedies.get().pk)).content.decode()
    assert "paid or done" in remedy


def test_looking_at_pages_changes_nothing(house, cases, as_user):
    before = (list(Complaint.objects.values()), Event.objects.count(), Complaint.history.count())
    browser = as_user(house.coordinator)
    for page in ("change", "history"):
        browser.get(address("complaint", page, cases.frontline.pk))
    assert (list(Complaint.objects.values()), Event.objects.count(), Complaint.history.count()) == before


def test_the_page_shows_the_timeline_and_what_was_said(house, cases, as_user):
    page = as_user(house.handler).get(address("complaint", "change", cases.cards.pk)).content.decode()
    assert "Alex escalated it" in page
    assert "You charged me twice and nobody called back." in page
    assert "Ana Silva" in page


FOUND = {
    "state=closed": {"closed"},
    "holder=nobody": set(),
    "due=none": {"closed"},
    "due=late": set(),
    "q=Silva": ALL,
    "q=ana@example.org": ALL,
    "q=nobody-has-this-name": set(),
}


def test_the_list_is_filtered_and_searched(house, cases, as_user):
    browser = as_user(house.manager)
    for query, expected in FOUND.items():
        answer = browser.get(f"{address('complaint')}?{query}")
        assert listed(answer) == {vars(cases)[name].reference for name in expected}, query


def test_the_list_is_filtered_by_product_and_team(house, cases, as_user):
    browser = as_user(house.manager)
    assert listed(browser.get(f"{address('complaint')}?product={house.loan.pk}")) == {cases.loans.reference}
    assert listed(browser.get(f"{address('complaint')}?team={house.loans.pk}")) == {cases.loans.reference}
    assert listed(browser.get(f"{address('complaint')}?team=x&product=y")) == listed(browser.get(address("complaint")))


def test_a_handler_finds_what_they_hold(house, cases, as_user):
    browser = as_user(cases.cards.handler.user)
    assert cases.cards.reference in listed(browser.get(f"{address('complaint')}?holder=me"))


def test_scripts_in_what_was_said_are_text(house, case, as_user):
    complaint = case(what_happened="<script>alert(1)</script> is all I say.")
    browser = as_user(house.coordinator)
    for path in (address("complaint"), address("complaint", "change", complaint.pk), address("statement")):
        page = browser.get(path).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page
