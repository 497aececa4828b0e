"""An action from the page: its form, the step, and every way in which it can be refused with nothing lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.forms.steps import FORMS
from escalations.happened import HAPPENED, IN_SHORT
from escalations.models import Complaint, Confirmation, Event, Message
from escalations.workflow import ASK, perform


def address(complaint, action):
    return f"/cases/{complaint.reference}/do/{action}/"


def events(complaint):
    return Event.objects.filter(complaint=complaint).count()


def test_a_form_is_shown_and_looking_at_it_changes_nothing(at_desk, house, case):
    complaint = case("triggered")
    answer = at_desk(house.coordinator).get(address(complaint, "send_back"), {"reason": "forged", "seen": 1})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="reason"' in page and f'name="seen" value="{complaint.latest_event}"' in page
    assert events(complaint) == complaint.latest_event


@pytest.mark.parametrize("action", sorted(FORMS))
def test_a_get_on_any_action_changes_nothing(at_desk, house, case, action):
    complaint = case("investigating")
    for user in (complaint.handler.user, house.manager, house.coordinator):
        assert at_desk(user).get(address(complaint, action)).status_code in (200, 403, 409)
    complaint.refresh_from_db()
    assert (complaint.state, events(complaint)) == ("investigating", complaint.latest_event)


def test_a_step_is_taken_and_the_case_page_says_so(at_desk, house, case):
    complaint = case("triggered")
    sent = {"reason": "The criteria are not met.", "seen": complaint.latest_event}
    answer = at_desk(house.coordinator).post(address(complaint, "send_back"), sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{complaint.reference}/")
    complaint.refresh_from_db()
    assert complaint.state == "frontline"
    assert complaint.events.last().reason == "The criteria are not met."


def test_from_triage_the_way_leads_back_to_triage(at_desk, house, case):
    complaint = case("triggered")
    answer = at_desk(house.coordinator).post(address(complaint, "accept"), {"back": "triage"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/triage/"
    assert f"{complaint.reference} is accepted" in answer.content.decode()


def test_the_way_back_cannot_lead_to_another_site(at_desk, house, case):
    complaint = case("triggered")
    answer = at_desk(house.coordinator).post(address(complaint, "accept"), {"back": "https://evil.example/"})
    assert answer["Location"] == f"/cases/{complaint.reference}/"


def test_who_came_second_is_told_what_happened_meanwhile_and_keeps_what_they_typed(at_desk, house, case):
    complaint = case("triggered")
    sent = {"reason": "My long and careful reason.", "seen": complaint.latest_event}
    perform(complaint, "note", actor=Actor.of(house.second_coordinator), body="I look at this one.")
    client = at_desk(house.coordinator)
    answer = client.post(address(complaint, "send_back"), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Meanwhile: Cleo wrote a note" in page and "My long and careful reason." in page
    complaint.refresh_from_db()
    assert complaint.state == "triggered"
    # The form knows the newest event now: pressing again, having looked, goes through.
    assert f'name="seen" value="{complaint.latest_event}"' in page
    assert client.post(address(complaint, "send_back"), {**sent, "seen": complaint.latest_event}).status_code == 303


def test_a_form_sent_twice_is_done_once(at_desk, house, case):
    complaint = case("investigating")
    client, sent = at_desk(complaint.handler.user), {"body": "Billing was asked.", "seen": complaint.latest_event}
    assert client.post(address(complaint, "note"), sent).status_code == 303
    again = client.post(address(complaint, "note"), sent)
    assert again.status_code == 409 and "Billing was asked." in again.content.decode()
    assert Message.objects.filter(complaint=complaint, kind="note").count() == 1


def test_a_step_from_the_wrong_state_is_a_conflict(at_desk, house, case):
    complaint = case("frontline")
    answer = at_desk(house.coordinator).post(address(complaint, "accept"), {})
    assert answer.status_code == 409
    assert "is not possible while the case is “with the frontline”" in answer.content.decode()


def test_a_step_of_another_role_is_refused_and_says_who_can(at_desk, house, case):
    complaint = case("triggered")
    answer = at_desk(house.manager).post(address(complaint, "accept"), {})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You may not do this: accept." in page and "Escalation coordinator" in page
    complaint.refresh_from_db()
    assert complaint.state == "triggered"


def test_what_is_missing_comes_as_one_list(at_desk, house, case):
    complaint = case("investigating")
    answer = at_desk(complaint.handler.user).post(address(complaint, "communicate"), {})
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("A finding for Fees.", "An outcome for Fees", "A root cause for Fees"):
        assert sentence in page
    for shown in (page, at_desk(complaint.handler.user).get(address(complaint, "communicate")).content.decode()):
        button = shown.split("Still needed", 1)[1].split('type="submit"', 1)[1].split(">", 1)[0]
        assert 'disabled aria-describedby="rd-lacks"' in button, "what cannot be done yet says so, with the reasons"
    noted = at_desk(complaint.handler.user).get(address(complaint, "note")).content.decode()
    assert "rd-lacks" not in noted


def test_a_reason_of_5000_letters_is_refused_and_kept(at_desk, house, case):
    complaint, reason = case("triggered"), "why " * 1250
    answer = at_desk(house.coordinator).post(address(complaint, "send_back"), {"reason": reason})
    assert answer.status_code == 422
    assert reason.strip() in answer.content.decode()
    assert events(complaint) == complaint.latest_event


def test_an_empty_reason_is_refused_at_its_field(at_desk, house, case):
    answer = at_desk(house.coordinator).post(address(case("triggered"), "send_back"), {"reason": "  "})
    assert answer.status_code == 422
    assert 'id="id_reason_error"' in answer.content.decode()


def test_what_was_typed_is_escaped_when_it_comes_back(at_desk, house, case):
    complaint = case("triggered")
    answer = at_desk(house.coordinator).post(
        address(complaint, "send_back"), {"reason": "</textarea><script>alert(1)</script>", "seen": 1}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("action", ["nonsense", "register", "sent", "miss_deadline", "save", "_fsm_transition_to"])
def test_what_is_no_action_of_people_is_not_found(at_desk, house, case, action):
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    assert client.get(address(complaint, action)).status_code == 404
    assert client.post(address(complaint, action), {}).status_code == 404


def test_a_state_in_the_form_data_changes_nothing(at_desk, house, case):
    complaint = case("investigating")
    sent = {"body": "A note.", "state": "closed", "_fsm_transition_to": "close", "closed_as": "upheld", "handler": 1}
    assert at_desk(complaint.handler.user).post(address(complaint, "note"), sent).status_code == 303
    after = Complaint.objects.get(pk=complaint.pk)
    assert (after.state, after.closed_as, after.handler) == ("investigating", "", complaint.handler)


def test_a_point_or_remedy_of_another_case_is_no_choice(at_desk, house, case):
    complaint, other = case("investigating"), case("investigating")
    perform(other, "propose_remedy", actor=Actor.of(other.handler.user), kind="refund", amount=20_000, currency="GBP",
            point=None)  # fmt: skip
    forged = {"remedy": other.remedies.get().pk, "reason": "x"}
    assert at_desk(house.manager).post(address(complaint, "approve_remedy"), forged).status_code == 422
    forged = {"point": other.main_point.pk, "finding": "happened", "outcome": "upheld"}
    assert at_desk(complaint.handler.user).post(address(complaint, "record_finding"), forged).status_code == 422
    assert other.remedies.get().state == "proposed"
    assert Complaint.objects.get(pk=other.pk).main_point.finding == ""


def test_a_post_without_its_token_is_refused(at_desk, house, case):
    complaint = case("triggered")
    client = at_desk(house.coordinator, enforce_csrf_checks=True)
    assert client.post(address(complaint, "accept"), {}).status_code == 403
    assert client.post(address(complaint, "accept"), {}, headers={"HX-Request": "true"}).status_code == 403
    assert events(complaint) == complaint.latest_event


def test_htmx_gets_the_form_alone(at_desk, house, case):
    answer = at_desk(house.coordinator).get(address(case("triggered"), "send_back"), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert 'name="reason"' in page and "<html" not in page
    assert "HX-Request" in answer["Vary"]


def test_the_address_can_choose_the_point(at_desk, house, case):
    complaint = case("investigating")
    perform(complaint, "add_point", actor=Actor.of(complaint.handler.user), product=house.card, issue=house.fees)
    second = Complaint.objects.get(pk=complaint.pk).points.last()
    page = at_desk(complaint.handler.user).get(address(complaint, "record_finding"), {"point": second.pk})
    assert f'<option value="{second.pk}" selected>' in page.content.decode()


def test_two_people_set_a_case_aside(at_desk, house, case):
    complaint = case("triggered")
    first, second = at_desk(house.coordinator), at_desk(house.second_coordinator)
    asked = first.post(
        address(complaint, "set_aside"), {"kind": "no_authority", "reason": "Another firm's."}, follow=True
    )
    assert "a second person must confirm" in asked.content.decode()
    own = first.get(address(complaint, "set_aside")).content.decode()
    assert "a second person must confirm" in own
    shown = second.get(address(complaint, "set_aside")).content.decode()
    assert "Cora" in shown and "Another firm&#x27;s." in shown
    assert second.post(address(complaint, "set_aside"), {"reason": "Agreed."}).status_code == 303
    complaint.refresh_from_db()
    assert (complaint.state, complaint.set_aside_as) == ("closed", "no_authority")


def test_the_same_person_cannot_confirm_what_they_asked_for(at_desk, house, case):
    complaint = case("triggered")
    client = at_desk(house.coordinator)
    client.post(address(complaint, "set_aside"), {"kind": "no_authority", "reason": "Another firm's."})
    assert client.post(address(complaint, "set_aside"), {"reason": "Agreed."}).status_code in (403, 422)
    assert Confirmation.objects.get(complaint=complaint).answered_at is None
    complaint.refresh_from_db()
    assert complaint.state == "triggered"


def test_who_sends_a_case_away_is_not_shown_a_page_that_is_gone(at_desk, house, case):
    complaint = case("routed")
    sent = {"team": house.loans.pk, "reason": "It is about a loan."}
    answer = at_desk(complaint.handler.user).post(address(complaint, "reroute"), sent, follow=True)
    assert answer.redirect_chain[-1][0] == "/cases/"
    assert "is not on your lists any more" in answer.content.decode()


def test_what_another_step_takes_back_says_so_right_after_it_was_done(at_desk, case):
    complaint = case("investigating")
    waits = {"on": "customer", "until": timezone.localdate() + timedelta(days=3)}
    page = at_desk(complaint.handler.user).post(address(complaint, "wait"), waits, follow=True).content.decode()
    assert f'href="{address(complaint, "stop_waiting")}?on=customer">Take it back</a>' in page


def test_everything_that_can_happen_has_words_for_having_happened_and_a_few_that_fit_a_narrow_column():
    assert set(HAPPENED) == set(IN_SHORT) == {*ACTIONS, ASK}
    assert max(map(len, map(str, IN_SHORT.values()))) <= 19
