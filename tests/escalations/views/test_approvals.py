"""Approvals: what waits, for whom, and what they need to know to decide."""

import re

import pytest

from escalations.actors import Actor
from escalations.models import Complaint
from escalations.workflow import perform
from routing.models import Handler


@pytest.fixture
def proposed(case, house):
    """A case of the handler's with a remedy that is above their limit."""

    def make(amount=5000, **given):
        complaint = case("investigating", **given)
        Complaint.objects.filter(pk=complaint.pk).update(handler=house.handler.handler)
        complaint = Complaint.objects.get(pk=complaint.pk)
        perform(complaint, "propose_remedy", actor=Actor.of(house.handler), kind="refund", amount=amount,
                currency="GBP", point=complaint.main_point)  # fmt: skip
        return complaint

    return make


def page_of(at_desk, user):
    answer = at_desk(user).get("/approvals/")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1]).split())


@pytest.mark.parametrize("role", ["agent", "coordinator", "supervisor", "analyst", "compliance", "administrator"])
def test_approvals_are_for_who_may_approve(at_desk, house, role):
    assert at_desk(getattr(house, role)).get("/approvals/").status_code == 403


def test_whoever_has_the_authority_decides_on_one_screen(at_desk, house, proposed):
    complaint = proposed()
    page = page_of(at_desk, house.manager)
    assert "1 remedy waits for your decision." in page
    for shown in (complaint.reference, "Refund 5,000.00 GBP", "proposed by Hana", "Ana Silva", "Fees"):
        assert shown in page
    sent = {"remedy": complaint.remedies.get().pk, "seen": complaint.latest_event + 1, "back": "approvals"}
    answer = at_desk(house.manager).post(f"/cases/{complaint.reference}/do/approve_remedy/", sent)
    assert (answer.status_code, answer["Location"]) == (303, "/approvals/")
    assert complaint.remedies.get().state == "approved"


def test_above_ones_own_limit_the_reason_stands_instead_of_a_button(at_desk, house, proposed):
    complaint = proposed(amount=20_000)
    markup = at_desk(house.colleague).get("/approvals/").content.decode()
    assert "Level 3 may up to 10,000.00 GBP; this is refund, loss, interest and costs 20,000.00 GBP" in markup
    assert f"/cases/{complaint.reference}/do/approve_remedy/" not in markup
    assert "Nothing waits for your decision; 1 waits for somebody else." in markup


def test_ones_own_proposal_waits_for_somebody_else(at_desk, house, proposed):
    proposed()
    page = page_of(at_desk, house.handler)
    assert "You proposed this yourself" in page and "Approve" not in page.split("Waiting for somebody else")[1]


def test_another_teams_remedy_is_not_there(at_desk, house, proposed):
    complaint = proposed()
    assert complaint.reference not in page_of(at_desk, house.stranger)


def test_a_refusal_needs_its_reason_and_keeps_it(at_desk, house, proposed):
    complaint = proposed()
    address = f"/cases/{complaint.reference}/do/refuse_remedy/"
    client, remedy = at_desk(house.manager), complaint.remedies.get()
    assert client.post(address, {"remedy": remedy.pk}).status_code == 422
    assert client.post(address, {"remedy": remedy.pk, "reason": "Too much."}).status_code == 303
    assert complaint.remedies.get().state == "refused"
    assert client.post(f"/cases/{complaint.reference}/do/approve_remedy/", {"remedy": remedy.pk}).status_code == 409


def test_the_number_of_queries_does_not_grow_with_what_waits(at_desk, house, proposed, queries):
    Handler.objects.update(capacity=500)
    Handler.objects.filter(user=house.manager).update(capacity=0)

    def more(times):
        for _number in range(times):
            proposed()

    more(5)
    client = at_desk(house.manager)
    few = queries(client, "/approvals/")
    more(20)
    assert queries(client, "/approvals/") == few
