"""Registering a complaint by hand."""

import pytest

from escalations.models import Complaint


@pytest.mark.parametrize("role", ["handler", "supervisor", "analyst", "compliance", "administrator"])
def test_only_who_registers_complaints_has_the_form(at_desk, house, typed, role):
    client = at_desk(getattr(house, role))
    assert client.get("/cases/new/").status_code == 403
    assert client.post("/cases/new/", typed).status_code == 403
    assert not Complaint.objects.exists()


def test_a_complaint_is_registered_and_its_page_opens(at_desk, house, typed):
    answer = at_desk(house.agent).post("/cases/new/", typed)
    complaint = Complaint.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{complaint.reference}/")
    assert answer.cookies["redress_registered"].value == typed["once"], "the browser forgets its copy of the form"
    assert complaint.registered_by == house.agent
    assert complaint.main_point.product == house.card
    assert complaint.attempts.get().made_by == house.agent
    assert complaint.parties.get().person.email == "ana@example.org"


def test_a_criterion_that_was_met_is_said_at_once(at_desk, house, typed, criteria):
    answer = at_desk(house.agent).post("/cases/new/", {**typed, "what_happened": "I go to the ombudsman."}, follow=True)
    assert "“escalated” already" in answer.content.decode()


def test_a_refused_form_keeps_everything_and_says_what_is_wrong(at_desk, house, typed):
    wrong = {
        **typed,
        "name": "",
        "email": "no mail",
        "amount": "-1",
        "happened_on": "2026-02-31",
        "wanted": "<b>All</b>",
    }
    answer = at_desk(house.agent).post("/cases/new/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "You charged me twice." in page and "no mail" in page and "2026-02-31" in page and "Offered 20.00." in page
    assert "&lt;b&gt;All&lt;/b&gt;" in page
    assert page.count("errorlist") >= 3
    assert not Complaint.objects.exists()


def test_what_intake_refuses_is_said_at_its_field(at_desk, house, typed):
    answer = at_desk(house.agent).post("/cases/new/", {**typed, "name": "", "email": ""})
    assert answer.status_code == 422
    assert "Say who complains, or how to reach them" in answer.content.decode()


def test_two_megabytes_of_text_are_refused_and_kept(at_desk, house, typed):
    answer = at_desk(house.agent).post("/cases/new/", {**typed, "what_happened": "word " * 400_000})
    assert answer.status_code == 422
    assert "letters" in (page := answer.content.decode()) and "word word" in page


def test_a_form_sent_twice_registers_once(at_desk, house, typed):
    client = at_desk(house.agent)
    first, again = client.post("/cases/new/", typed), client.post("/cases/new/", typed)
    assert first["Location"] == again["Location"]
    assert Complaint.objects.count() == 1
    client.post("/cases/new/", {**typed, "once": "b2"})
    assert Complaint.objects.count() == 2


def test_the_once_of_one_person_says_nothing_about_another(at_desk, house, typed):
    at_desk(house.agent).post("/cases/new/", typed)
    at_desk(house.other_agent).post("/cases/new/", typed)
    assert Complaint.objects.count() == 2


def test_a_restricted_complaint_leads_to_a_page_that_is_there(at_desk, house, typed):
    answer = at_desk(house.agent).post("/cases/new/", {**typed, "restricted_kind": "conduct"}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/cases/"


def test_a_post_without_its_token_registers_nothing(at_desk, house, typed):
    assert at_desk(house.agent, enforce_csrf_checks=True).post("/cases/new/", typed).status_code == 403
    assert not Complaint.objects.exists()
