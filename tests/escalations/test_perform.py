"""perform(): what it refuses and in which order, what it leaves behind, and when."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from simple_history.models import HistoricalRecords

from escalations.actors import Actor
from escalations.errors import Incomplete, Invalid, NotAllowed, WrongState
from escalations.models import Complaint, Event, Message, Point, Statement
from escalations.workflow import REASON_LIMIT, offers, perform
from routing.models import User
from tests.escalations.test_matrix import written

SECRET = "My neighbour Bob is behind it."


# --- refusals ----------------------------------------------------------------------------------------------------


def test_a_wrong_state_is_said_before_a_missing_right_and_before_a_missing_reason(house, case):
    with pytest.raises(WrongState):
        perform(case("closed"), "send_back", actor=Actor.of(house.analyst))


def test_a_missing_right_is_said_before_a_missing_reason(house, case):
    with pytest.raises(NotAllowed) as refused:
        perform(case("triggered"), "send_back", actor=Actor.of(house.analyst))
    assert "Escalation coordinator" in refused.value.who


def test_a_missing_right_is_said_before_what_the_step_still_needs(house, case):
    with pytest.raises(NotAllowed) as refused:
        perform(case("investigating"), "communicate", actor=Actor.of(house.colleague))
    assert "Hana" in refused.value.who


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 5000, "x" * (REASON_LIMIT + 1), "nul \x00"])
def test_a_reason_that_is_missing_too_long_or_no_text_is_refused_and_nothing_is_written(reason, house, case):
    complaint = case("triggered")
    before = written()
    with pytest.raises(Invalid) as refused:
        perform(complaint, "send_back", actor=Actor.of(house.coordinator), reason=reason)
    assert list(refused.value.errors) == ["reason"]
    assert written() == before


def test_a_reason_of_any_length_that_is_allowed_stands_whole_in_event_and_history(house, case):
    reason = "ß" * REASON_LIMIT
    event = perform(case("triggered"), "send_back", actor=Actor.of(house.coordinator), reason=reason)
    assert event.reason == reason
    assert Complaint.history.get(pk=event.history_id).history_change_reason == reason


def test_a_step_nobody_knows_is_refused_as_are_those_that_make_a_case(house, case):
    for action in ("vanish", "register", "adopt", "__init__"):
        with pytest.raises(WrongState):
            perform(case(), action, actor=Actor.of(house.coordinator), reason="Why not.")


def test_a_case_that_does_not_exist_is_refused(house):
    with pytest.raises(WrongState, match="does not exist"):
        perform(Complaint(pk=4711), "note", actor=Actor.of(house.coordinator), body="Hello")


def test_who_comes_second_with_an_old_page_is_told_what_happened_meanwhile(house, case):
    complaint = case("triggered")
    seen = complaint.latest_event
    perform(complaint, "restrict", actor=Actor.of(house.manager), reason="Staff are named.", kind="")
    before = written()
    with pytest.raises(WrongState, match=r"Meanwhile: Mona changed who may see it, \d+ \w+ \d\d:\d\d"):
        perform(complaint, "accept", actor=Actor.of(house.coordinator), seen=seen)
    assert written() == before
    perform(complaint, "accept", actor=Actor.of(house.coordinator), seen=seen + 1)


def test_who_comes_second_without_a_page_is_told_what_happened_meanwhile(house, case):
    complaint = case("triggered")
    perform(complaint, "accept", actor=Actor.of(house.coordinator))
    with pytest.raises(WrongState, match="Meanwhile: Cora accepted the escalation"):
        perform(complaint, "accept", actor=Actor.of(house.second_coordinator))


def test_a_case_restricted_beyond_a_clearance_is_closed_to_whoever_lacks_it(house, case, deeds):
    complaint = case("triggered")
    deeds.do(complaint, "restrict", "coordinator", kind="conduct")
    with pytest.raises(NotAllowed):
        deeds.do(complaint, "accept", "second_coordinator")
    house.second_coordinator.clearances.add(house.conduct)
    house.second_coordinator = User.objects.get(pk=house.second_coordinator.pk)
    deeds.do(complaint, "accept", "second_coordinator")


# --- what is left behind -----------------------------------------------------------------------------------------


def test_the_words_of_a_customer_become_a_statement_and_stand_in_no_record(case):
    complaint = case("closed")
    event = perform(complaint, "reopen", actor=Actor.customer(), reason=SECRET)
    said = Statement.objects.get(complaint=complaint, kind="reason")
    assert (event.statement, said.text, event.reason) == (said, SECRET, "")
    assert (event.actor_kind, event.actor_name, event.user) == ("customer", "customer", None)
    row = Complaint.history.get(pk=event.history_id)
    assert (row.history_change_reason or "", row.history_user) == ("", None)


def test_what_the_system_does_is_signed_by_nobody_even_inside_somebodys_request(house, case, monkeypatch, deeds):
    monkeypatch.setattr(HistoricalRecords.context, "request", SimpleNamespace(user=house.agent), raising=False)
    complaint = case()
    event = perform(complaint, "trigger", actor=Actor.system("detector"), reason="Criteria were met.")
    assert Complaint.history.get(pk=event.history_id).history_user is None
    perform(complaint, "withdraw", actor=Actor.customer(), reason="Enough.", words="I withdraw.")
    assert Complaint.history.filter(id=complaint.pk).latest("history_id").history_user is None


def test_points_have_a_history_row_of_their_own_with_person_and_reason(house, case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "confirm_cause", "handler", reason="The log says so.")
    row = Point.history.filter(complaint=complaint).latest("history_id")
    assert (row.cause, row.history_user, row.history_change_reason) == (house.cause, house.handler, "The log says so.")


def test_a_moment_that_is_given_dates_event_history_rows_and_deadlines(house, case, deeds):
    complaint = case("communicating", received_at=timezone.now() - timedelta(days=3))
    at = timezone.now() - timedelta(days=2)
    event = deeds.do(complaint, "write", "handler", kind="final_response", channel="letter", at=at)
    message = Message.objects.get(complaint=complaint)
    assert event.at == message.written_at == message.sent_at == at
    assert Complaint.history.get(pk=event.history_id).history_date == at
    assert set(complaint.clocks.values_list("met_at", flat=True)) == {at}
    deeds.do(complaint, "resolve", "handler", at=at)
    assert Complaint.objects.get(pk=complaint.pk).resolved_at == at


def test_the_event_holds_the_case_as_it_now_stands(house, case, deeds):
    complaint = case("routed")
    event = deeds.do(complaint, "investigate", "handler")
    assert (event.from_state, event.to_state, event.complaint.state) == ("routed", "investigating", "investigating")
    assert complaint.state == "routed", "what the caller holds is not touched"


# --- effects -----------------------------------------------------------------------------------------------------


def test_the_job_is_queued_with_the_step(house, case):
    complaint = case("triggered")
    before = OrmQ.objects.count()
    perform(complaint, "accept", actor=Actor.of(house.coordinator))
    assert OrmQ.objects.count() == before + 1
    assert OrmQ.objects.last().func() == "escalations.jobs.route_accepted"


def test_the_job_is_gone_with_the_step_when_the_transaction_is_rolled_back(house, case):
    complaint = case("triggered")
    before = OrmQ.objects.count(), written()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        perform(complaint, "accept", actor=Actor.of(house.coordinator))
        raise ZeroDivisionError
    assert (OrmQ.objects.count(), written()) == before


def test_a_refused_step_queues_nothing(house, case):
    complaint = case()
    before = OrmQ.objects.count()
    with pytest.raises(WrongState):
        perform(complaint, "accept", actor=Actor.of(house.coordinator))
    assert OrmQ.objects.count() == before


# --- what is offered ---------------------------------------------------------------------------------------------


def test_what_is_offered_is_what_can_be_done_and_says_what_is_missing(house, case):
    complaint = case("investigating")
    offered = {offer.action: offer for offer in offers(complaint, Actor.of(house.handler))}
    assert {"communicate", "reroute", "propose_remedy"} <= set(offered)
    assert not {"accept", "take", "settle", "sent", "restrict"} & set(offered)
    with pytest.raises(Incomplete) as refused:
        perform(complaint, "communicate", actor=Actor.of(house.handler))
    assert list(offered["communicate"].missing) == refused.value.sentences


def test_nothing_is_offered_to_whoever_may_not_see_the_case(house, case):
    complaint = case("investigating")
    assert offers(complaint, Actor.of(house.stranger)) == []
    assert offers(complaint, Actor.of(house.analyst)) == []


def test_every_event_is_numbered_without_a_gap(house, case, deeds):
    complaint = case("triggered")
    with pytest.raises(WrongState):
        deeds.do(complaint, "close", "handler", bare=True)
    deeds.do(complaint, "accept", "coordinator")
    numbers = list(Event.objects.filter(complaint=complaint).order_by("pk").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
