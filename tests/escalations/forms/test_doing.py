"""A step from a page: what comes of it, and what is kept when it is refused."""

import pytest
from django.http import Http404

from escalations.forms.doing import run_action, what_happened
from escalations.models import Complaint, Event


@pytest.fixture
def run(rf):
    def run(user, complaint, action, method="post", **data):
        request = getattr(rf, method)("/", data)
        request.user = user
        return run_action(request, Complaint.objects.get(pk=complaint.pk), action)

    return run


def test_looking_at_a_step_changes_nothing(run, house, case):
    complaint = case("triggered")
    doing = run(house.coordinator, complaint, "send_back", "get", reason="x")
    assert (doing.status, doing.done, doing.possible) == (200, False, True)
    assert doing.step.initial["seen"] == complaint.latest_event
    assert Event.objects.filter(complaint=complaint).count() == complaint.latest_event


def test_a_step_is_taken_and_said_in_words(run, house, case):
    doing = run(house.coordinator, case("triggered"), "send_back", reason="The criteria are not met.")
    assert doing.done
    assert doing.still_visible
    assert doing.event.reason == "The criteria are not met."
    assert "with the frontline" in what_happened(doing.event)


def test_a_step_without_its_reason_is_422_and_keeps_what_was_typed(run, house, case):
    doing = run(house.coordinator, case(), "set_aside", kind="no_authority", letter="We passed it on.", reason=" ")
    assert (doing.status, doing.done) == (422, False)
    assert doing.step.errors["reason"]
    assert doing.form["letter"].value() == "We passed it on."


def test_a_step_by_somebody_who_may_not_is_403_before_its_data_are_looked_at(run, house, case):
    doing = run(house.analyst, case("triggered"), "send_back")
    assert (doing.status, doing.possible) == (403, False)
    assert "Escalation coordinator" in doing.refusal.who


def test_a_step_that_the_state_does_not_allow_is_409(run, house, case):
    doing = run(house.coordinator, case(), "send_back", reason="Why not.")
    assert doing.status == 409
    assert "with the frontline" in doing.refusal.message


def test_a_step_on_a_case_that_moved_on_is_409_with_what_happened(run, house, case):
    complaint = case("triggered")
    before = complaint.latest_event
    run(house.coordinator, complaint, "note", body="Seen.")
    doing = run(house.coordinator, complaint, "send_back", reason="No.", seen=before)
    assert doing.status == 409
    assert "Cora wrote a note" in doing.refusal.message
    assert doing.step["reason"].value() == "No."


def test_what_is_missing_is_422_with_every_sentence(run, house, case):
    complaint = case("investigating")
    doing = run(complaint.handler.user, complaint, "communicate")
    assert doing.status == 422
    assert len(doing.sentences) == 3


def test_what_is_missing_is_said_before_anything_is_tried(run, house, case):
    complaint = case("investigating")
    doing = run(complaint.handler.user, complaint, "communicate", "get")
    assert (doing.status, len(doing.sentences)) == (200, 3)


@pytest.mark.parametrize("action", ["adopt", "register", "sent", "miss_deadline", "no_such_step"])
def test_what_no_page_offers_is_not_found(run, house, case, action):
    with pytest.raises(Http404):
        run(house.coordinator, case(), action)


def test_a_second_person_confirms_what_was_asked_and_not_what_their_form_says(run, house, case):
    complaint = case()
    asking = run(house.coordinator, complaint, "set_aside", kind="enquiry", reason="Not ours.")
    assert asking.asks_second
    assert "second person" in what_happened(asking.event)
    again = run(house.coordinator, complaint, "set_aside", reason="Still not ours.")
    assert again.status == 403
    confirming = run(house.second_coordinator, complaint, "set_aside", kind="no_authority", reason="I agree.")
    assert confirming.event.complaint.set_aside_as == "enquiry"
