"""My work: filters and views that are kept, and one step on several cases."""

import re

import pytest

from escalations.actors import Actor
from escalations.intake import Contact
from escalations.models import Complaint, Message, Need, Remedy, SavedView, Waiting
from escalations.workflow import perform


def shown(page):
    """The references of the lines, in their order."""
    return re.findall(r'data-line\s+href="/cases/(R-[0-9-]+)/', page)


def test_the_list_is_filtered_by_the_address_and_each_filter_is_taken_off_by_its_chip(at_desk, house, case):
    plain, grave = case("investigating"), case("investigating", severity=4, contact=Contact(name="Bo Nguyen"))
    Need.objects.create(person=grave.parties.get().person, driver="health")
    client = at_desk(house.manager)
    by_product = f"severity=4&product={house.card.code}"
    for address in ("severity=4", "need=yes", "severity=4&need=yes&state=investigating", by_product):
        assert shown(client.get(f"/cases/?tab=all&{address}").content.decode()) == [grave.reference], address
    page = client.get("/cases/?tab=all&severity=4&need=yes").content.decode()
    assert "Severity: Critical" in page and 'href="?tab=all&amp;need=yes"' in page
    assert 'href="?tab=due&amp;severity=4&amp;need=yes"' in page
    wrong = client.get("/cases/?tab=all&severity=nine&state=%00&product=x").content.decode()
    assert "there is no choice “nine”" in wrong and set(shown(wrong)) == {plain.reference, grave.reference}


def test_who_reads_no_needs_cannot_filter_by_them(at_desk, house, case):
    complaint = case("investigating")
    page = at_desk(house.analyst).get("/cases/?tab=all&need=yes").content.decode()
    assert shown(page) == [complaint.reference] and "Vulnerable" not in page


def test_what_waits_for_the_customer_and_for_approval_has_a_tab(at_desk, house, case):
    asked, proposed = case("investigating"), case("investigating")
    perform(asked, "wait", actor=Actor.of(house.manager), on=Waiting.On.CUSTOMER)
    Remedy.objects.create(
        complaint=proposed, kind="refund", amount=10, currency="GBP", proposed_by=house.handler,
        proposed_at=asked.received_at,
    )  # fmt: skip
    client = at_desk(house.manager)
    assert shown(client.get("/cases/?tab=waiting").content.decode()) == [asked.reference]
    assert shown(client.get("/cases/?tab=approval").content.decode()) == [proposed.reference]


def test_a_view_is_kept_counted_shared_renamed_and_taken_away(at_desk, house, case):
    case("investigating", severity=4)
    client, colleague = at_desk(house.handler), at_desk(house.colleague)
    kept = {"name": "Grave", "address": "tab=team&severity=4&q=silva&page=2&evil=1"}
    assert client.post("/cases/views/", kept)["Location"] == "/cases/?tab=team&severity=4"
    view = SavedView.objects.get()
    page = client.get("/cases/?tab=team&severity=4").content.decode()
    link = f'id="view-{view.pk}" class="rd-view" href="?tab=team&amp;severity=4" aria-current="page">Grave'
    assert f'{link}<span class="rd-count">1<' in page
    assert "Grave" not in colleague.get("/cases/").content.decode()
    assert colleague.post(f"/cases/views/{view.pk}/", {"delete": "1"}).status_code == 404
    client.post(f"/cases/views/{view.pk}/", {"name": "Gravest", "shared": "on"})
    assert "Gravest" in colleague.get("/cases/").content.decode()
    assert "Gravest" not in at_desk(house.coordinator).get("/cases/").content.decode()
    client.post("/cases/views/", {"name": "Other", "address": "tab=mine"})
    assert client.post(f"/cases/views/{view.pk}/", {"name": "Other"}).status_code == 422
    client.post(f"/cases/views/{view.pk}/", {"delete": "1"})
    assert [row.name for row in SavedView.objects.all()] == ["Other"]


@pytest.mark.parametrize("address", ["", "q=silva", "tab=", "evil=1"])
def test_nothing_worth_keeping_is_not_kept(at_desk, house, address):
    at_desk(house.handler).post("/cases/views/", {"name": "Mine", "address": address})
    assert not SavedView.objects.exists()


def test_one_step_on_several_cases_says_of_each_what_came_of_it(at_desk, house, case, queries):
    open_one, closed, unseen = case("investigating"), case("closed"), case("frontline", restricted_kind="conduct")
    client = at_desk(house.manager)
    chosen = [open_one.reference, closed.reference, unseen.reference, "R-1-1"]
    asked = client.get("/cases/several/", {"do": "reassign", "case": chosen}).content.decode()
    assert "Hand to a colleague: 2 cases" in asked and unseen.reference not in asked
    given = {"do": "reassign", "case": chosen, "handler": house.colleague.handler.pk, "reason": "Cover."}
    assert client.post("/cases/several/", {**given, "reason": ""}).status_code == 422
    answer = client.post("/cases/several/", given)
    assert (answer.status_code, answer["Location"]) == (303, "/cases/several/")
    said = client.get("/cases/several/").content.decode()
    assert "1 of 2 done" in said and "You handed it to a colleague" in said
    assert "is not possible while the case is “closed”" in said
    assert Complaint.objects.get(pk=open_one.pk).handler == house.colleague.handler


def test_an_outcome_is_never_decided_for_several_at_once(at_desk, house, case):
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    for action in ("communicate", "close", "propose_remedy", "nonsense"):
        page = client.post("/cases/several/", {"do": action, "case": [complaint.reference], "reason": "x"})
        assert page.status_code == 200 and "No case is chosen" in page.content.decode()
    assert client.post("/cases/several/", {"do": "reassign", "case": [complaint.reference]}).status_code == 200
    client.post("/cases/several/", {"do": "note", "case": [complaint.reference], "body": "Read."})
    assert Message.objects.filter(complaint=complaint, body="Read.").count() == 1
    client.get("/cases/several/")
    assert Message.objects.filter(complaint=complaint, body="Read.").count() == 1
