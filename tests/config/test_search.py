"""Ctrl-K finds what somebody may see, and nothing else."""

import pytest
from django.test import Client


@pytest.fixture
def find():
    def find(user, asked, *, headers=None, **more):
        browser = Client()
        browser.force_login(user)
        return browser.get("/admin/search/", {"s": asked, **more}, headers=headers)

    return find


def test_a_case_is_found_by_its_reference_and_by_its_number(house, case, find):
    complaint = case()
    for asked in (complaint.reference, complaint.reference.lower(), str(int(complaint.reference[-6:]))):
        page = find(house.coordinator, asked, extended=1).content.decode()
        assert f"/cases/{complaint.reference}/" in page


def test_a_case_that_may_not_be_seen_is_not_found_even_when_it_was_a_moment_ago(house, case, find):
    from escalations.actors import Actor
    from escalations.workflow import perform

    complaint = case()
    assert complaint.reference in find(house.manager, complaint.reference).content.decode()
    perform(complaint, "restrict", actor=Actor.of(house.coordinator), reason="Staff.", kind="conduct")
    assert complaint.reference not in find(house.manager, complaint.reference).content.decode()
    assert complaint.reference not in find(house.stranger, complaint.reference).content.decode()
    assert complaint.reference not in find(house.administrator, complaint.reference).content.decode()


def test_pages_of_the_own_menu_are_found(house, find):
    assert "/triage/" in find(house.coordinator, "tri").content.decode()
    assert "/triage/" not in find(house.handler, "tri").content.decode()


def test_a_case_is_found_by_customer_and_words_only_where_both_may_be_known(house, case, find):
    complaint = case(what_happened="You charged me twice.")
    for asked in ("silva", "charged twice"):
        assert complaint.reference in find(house.agent, asked).content.decode()
        assert complaint.reference not in find(house.analyst, asked).content.decode()
    assert "You charged me twice" not in find(house.analyst, complaint.reference).content.decode()


def test_what_can_be_done_on_the_case_before_one_is_found(house, case, find):
    complaint = case("investigating")
    here = f"http://testserver/cases/{complaint.reference}/"
    page = find(house.handler, "remedy", headers={"HX-Current-URL": here}).content.decode()
    assert f"/cases/{complaint.reference}/do/propose_remedy/" in page
    assert "/do/" not in find(house.handler, "remedy").content.decode()
    assert "/do/" not in find(house.stranger, "remedy", headers={"HX-Current-URL": here}).content.decode()
    assert "take=1" in find(house.handler, "next case").content.decode()
    assert "take=1" not in find(house.analyst, "next case").content.decode()


@pytest.mark.parametrize("asked", ["", "   ", "\x00", "<script>alert(1)</script>", "x" * 5000, "%", "9" * 400])
def test_odd_questions_get_an_answer(asked, house, find):
    answer = find(house.coordinator, asked, extended=1)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_stranger_finds_nothing(client):
    assert client.get("/admin/search/", {"s": "R-"}).status_code == 302
