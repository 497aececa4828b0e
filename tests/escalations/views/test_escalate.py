"""An agent asks for escalation: one page, which asks on the spot for what is missing."""

from escalations.models import Attempt, Complaint, Need, UnsentText

GUIDED = {"kind": "agent", "reason": "They will not wait.", "seen": ""}


def test_the_guided_page_asks_on_the_spot_and_does_both_or_neither(at_desk, house, case):
    complaint = case(attempts=(), wanted="")
    client, address = at_desk(house.agent), f"/cases/{complaint.reference}/escalate/"
    page = client.get(address).content.decode()
    assert 'name="attempt"' in page and 'name="wanted"' in page and "3 of 10 parts" in page
    given = GUIDED | {"attempt": "Offered 20.00.", "attempt_result": "declined"}
    refused = client.post(address, given)
    assert refused.status_code == 422 and "What the customer wants, in their words." in refused.content.decode()
    assert "Offered 20.00." in refused.content.decode(), "nothing typed is lost"
    assert not Attempt.objects.exists() and Complaint.objects.get().state == "frontline"
    done = client.post(address, given | {"wanted": "All of it.", "need": "health", "adjustment": "Large print"})
    assert done.status_code == 303
    assert Complaint.objects.get().state == "triggered" and Need.objects.get().adjustment == "Large print"
    actions = list(complaint.events.order_by("number").values_list("action", flat=True))
    assert actions == ["register", "complete_handover", "trigger"]


def test_what_is_typed_on_the_guided_page_is_kept_until_it_is_sent(at_desk, house, case):
    complaint = case(attempts=(), wanted="")
    client, address = at_desk(house.agent), f"/cases/{complaint.reference}/escalate/"
    typed = {"kind": "legal", "reason": "They write to a solicitor.", "wanted": "All of it.", "question": "Which card?"}
    assert client.post(f"/cases/{complaint.reference}/unsent/trigger/", typed).status_code == 303
    page = client.get(address).content.decode()
    assert all(text in page for text in list(typed.values())[1:]) and 'value="legal" selected' in page
    assert 'rd-rare" open' in page, "what stands in the folded part is seen"
    assert "solicitor" not in at_desk(house.coordinator).get(f"/cases/{complaint.reference}/").content.decode()
    given = GUIDED | typed | {"attempt": "Offered 20.00.", "attempt_result": "declined"}
    assert client.post(address, given).status_code == 303
    assert not UnsentText.objects.exists()


def test_a_whole_handover_needs_no_more_than_why(at_desk, house, case):
    complaint = case()
    assert at_desk(house.agent).post(f"/cases/{complaint.reference}/escalate/", GUIDED).status_code == 303
    assert list(complaint.events.values_list("action", flat=True)) == ["register", "trigger"]
    triage = at_desk(house.coordinator).get("/triage/").content.decode()
    asks = f"<b>{house.agent} asks:</b> They will not wait."
    assert triage.count(asks) == 2, "whoever decides reads the agent's own reason, in the list and beside it"


def test_the_guided_page_is_for_the_agent_whose_case_it_is_while_it_can_go_up(at_desk, house, case):
    address = f"/cases/{case().reference}/escalate/"
    assert at_desk(house.other_agent).get(address).status_code == 404
    assert at_desk(house.coordinator).post(address, GUIDED).status_code == 403
    seen = Complaint.objects.get().latest_event
    at_desk(house.agent).post(f"{address[:-9]}do/note/", {"body": "Hm.", "seen": seen})
    late = at_desk(house.agent).post(address, GUIDED | {"seen": seen})
    assert late.status_code == 409 and "Meanwhile" in late.content.decode()
    assert at_desk(house.agent).post(address, GUIDED).status_code == 303
    assert at_desk(house.agent).get(address).status_code == 409
