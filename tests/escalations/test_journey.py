"""One complaint goes all the way, and leaves a whole record."""

import pytest

from escalations.models import Complaint, Event
from routing.models import Assignment

STATES = ["frontline", "triggered", "routed", "investigating", "communicating", "resolved", "closed"]


@pytest.mark.parametrize("state", STATES)
def test_a_case_reaches_each_state_as_people_would_drive_it(case, state):
    assert case(state).state == state


def test_each_step_leaves_one_event_and_one_history_row(case):
    complaint = case("closed")
    events = list(complaint.events.all())
    history = {row.pk: row for row in complaint.history.all()}
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert complaint.latest_event == len(events) == len(history)
    for event in events:
        row = history[event.history_id]
        assert row.state == event.to_state
        assert row.history_user == event.user
        assert (row.history_change_reason or "") == event.reason


def test_what_a_person_said_stands_in_neither_event_nor_history(case):
    case("closed", what_happened="My secret is Wolpertinger.")
    record = str(list(Event.objects.values())) + str(list(Complaint.history.values()))
    assert "Wolpertinger" not in record
    assert "Ana" not in record


def test_the_ledger_follows_who_holds_the_case(case, house):
    complaint = case("investigating")
    (held,) = Assignment.objects.filter(reference=complaint.reference)
    assert held.handler == complaint.handler and held.until is None
    closed = case("resolved")
    (held,) = Assignment.objects.filter(reference=closed.reference)
    assert held.until is not None
