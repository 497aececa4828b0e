"""The steps of the workflow as buttons of the back office."""

import pytest
from django.test import Client

from escalations.models import Complaint, Event, Message

from .conftest import address


@pytest.fixture
def buttons(as_user):
    def read(user, complaint):
        context = as_user(user).get(address("complaint", "change", complaint.pk)).context_data
        return {offer.action for offer in [*context["moves"], *context["others"]]}

    return read


def step(complaint, action):
    return address("complaint", "do", complaint.pk, action)


def test_the_buttons_are_those_of_the_table(house, cases, buttons):
    assert {"settle", "trigger", "edit", "note"} <= buttons(house.agent, cases.frontline)
    assert {"communicate", "record_finding", "propose_remedy"} <= buttons(cases.cards.handler.user, cases.cards)
    assert "communicate" not in buttons(house.manager, cases.cards)
    assert buttons(house.compliance, cases.cards) == {"hold", "note", "restrict"}
    assert buttons(house.analyst, cases.cards) == set()


def test_no_button_leads_to_a_step_that_has_nothing_to_be_about(house, cases, buttons):
    assert "approve_remedy" not in buttons(house.manager, cases.cards)
    assert "decline_confirmation" not in buttons(house.coordinator, cases.cards)


def test_a_get_shows_the_form_and_changes_nothing(house, cases, as_user):
    before = Event.objects.count()
    answer = as_user(house.coordinator).get(step(cases.cards, "withdraw"), {"words": "x", "reason": "y"})
    assert answer.status_code == 200
    assert "What the customer said, word for word" in answer.content.decode()
    assert Event.objects.count() == before


def test_a_post_takes_the_step_through_the_workflow(house, cases, as_user):
    data = {"words": "Let it be.", "channel": "phone", "reason": "They called.", "seen": cases.cards.latest_event}
    answer = as_user(house.coordinator).post(step(cases.cards, "withdraw"), data)
    assert (answer.status_code, answer.url) == (302, address("complaint", "change", cases.cards.pk))
    event = Event.objects.filter(complaint=cases.cards).latest("number")
    assert (event.action, event.user, event.reason) == ("withdraw", house.coordinator, "They called.")
    history = Complaint.history.filter(id=cases.cards.pk).latest("history_id")
    assert (history.history_user, history.history_change_reason) == (house.coordinator, "They called.")


def test_a_step_that_takes_the_case_out_of_sight_leads_to_the_list(house, cases, as_user):
    holder = cases.cards.handler.user
    data = {"team": house.loans.pk, "handler": "", "reason": "It is a loan."}
    answer = as_user(holder).post(step(cases.cards, "reroute"), data)
    assert (answer.status_code, answer.url) == (302, address("complaint"))


REFUSED = [
    ("analyst", "cards", "note", {"body": "x"}, 403),
    ("manager", "cards", "communicate", {}, 403),
    ("coordinator", "frontline", "accept", {}, 409),
    ("coordinator", "cards", "withdraw", {"words": "", "reason": "r"}, 422),
    ("coordinator", "cards", "withdraw", {"words": "w", "channel": "phone", "reason": "r" * 5000}, 422),
    ("coordinator", "cards", "withdraw", {"words": "w", "channel": "pigeon", "reason": "r"}, 422),
    ("coordinator", "cards", "note", {"body": "x", "seen": "1"}, 409),
    ("coordinator", "cards", "note", {"body": "x", "seen": "many"}, 422),
    ("handler", "loans", "note", {"body": "x"}, 404),
    ("coordinator", "conduct", "note", {"body": "x"}, 404),
    ("coordinator", "cards", "close_everything", {}, 404),
    ("coordinator", "cards", "sent", {}, 404),
    ("administrator", "cards", "note", {"body": "x"}, 403),
]


def test_a_refusal_has_its_status_and_writes_nothing(house, cases, as_user):
    before = (list(Complaint.objects.values()), Event.objects.count(), Message.objects.count())
    for person, name, action, data, status in REFUSED:
        answer = as_user(getattr(house, person)).post(step(vars(cases)[name], action), data)
        assert answer.status_code == status, (person, name, action)
    assert (list(Complaint.objects.values()), Event.objects.count(), Message.objects.count()) == before


def test_a_refused_form_keeps_what_was_typed_and_can_be_sent_again(house, cases, as_user):
    browser = as_user(house.coordinator)
    stale = {"body": "Call back on Tuesday.", "seen": 1}
    page = browser.post(step(cases.cards, "note"), stale).content.decode()
    assert "Call back on Tuesday." in page
    assert f'name="seen" value="{cases.cards.latest_event}"' in page


def test_a_step_needs_the_token_of_its_form(house, cases):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(house.coordinator)
    assert browser.post(step(cases.cards, "note"), {"body": "x"}).status_code == 403


def test_a_step_is_taken_by_post_only(house, cases, as_user):
    browser = as_user(house.coordinator)
    assert browser.put(step(cases.cards, "note")).status_code == 405
    assert browser.delete(step(cases.cards, "note")).status_code == 405


def test_two_people_set_a_case_aside(house, cases, as_user, buttons):
    asked = {"kind": "enquiry", "letter": "It is answered as a question.", "reason": "Not ours."}
    first, second = as_user(house.coordinator), as_user(house.second_coordinator)
    first.post(step(cases.frontline, "set_aside"), asked)
    assert Complaint.objects.get(pk=cases.frontline.pk).state == "frontline"
    assert first.post(step(cases.frontline, "set_aside"), asked).status_code in (403, 422)
    assert "decline_confirmation" in buttons(house.second_coordinator, cases.frontline)
    assert "Not ours." in second.get(step(cases.frontline, "set_aside")).content.decode()
    second.post(step(cases.frontline, "set_aside"), {"reason": "I agree."})
    assert Complaint.objects.get(pk=cases.frontline.pk).closed_as == "set_aside"


def test_registering_here_goes_through_the_one_door(house, as_user):
    data = {
        "name": "Bo Lund", "what_happened": "My card was swallowed.", "channel": "branch", "severity": 2,
        "product": house.card.pk, "issue": house.fees.pk,
    }  # fmt: skip
    answer = as_user(house.agent).post(address("complaint", "add"), data)
    complaint = Complaint.objects.get()
    assert answer.status_code in (302, 303)
    assert complaint.registered_by == house.agent
    assert complaint.events.get().action == "register"
    assert complaint.clocks.count() == 2
    assert complaint.statements.get().text == "My card was swallowed."


def test_a_form_with_nobody_who_complains_is_given_back_whole(house, as_user):
    answer = as_user(house.agent).post(
        address("complaint", "add"), {"what_happened": "It rained in.", "channel": "web"}
    )
    assert answer.status_code == 422
    assert "It rained in." in answer.content.decode()
    assert not Complaint.objects.exists()


def test_who_may_not_register_finds_no_form(house, as_user):
    for name in ("analyst", "handler", "compliance", "administrator", "supervisor"):
        for method in ("get", "post"):
            answer = getattr(as_user(getattr(house, name)), method)(address("complaint", "add"), {"name": "x"})
            assert answer.status_code == 403
    assert not Complaint.objects.exists()
