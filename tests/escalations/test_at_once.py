"""The same button at the same moment: real threads, each with a connection of its own, against the real database."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from escalations.actors import Actor
from escalations.errors import NotAllowed, Refusal, WrongState
from escalations.intake import register, register_many
from escalations.jobs import close_silent, examine_new, flag_late, route_accepted, send_queued, sweep
from escalations.models import Approval, Complaint, Event, Message, ReferenceNumber, Remedy, Trigger
from escalations.workflow import perform, perform_many
from routing.models import Assignment, Decision, User
from tests.criteria import worded

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Each in a thread; all begin together. What one raises of a refusal is its result."""
    ready = Barrier(len(works), timeout=120)

    def in_a_thread(work):
        try:
            connection.ensure_connection()
            ready.wait()
            return work()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(in_a_thread, works))


def press(complaint: Complaint, action: str, user: User, **data) -> Callable[[], Event]:
    return lambda: perform(complaint, action, actor=Actor.of(User.objects.get(pk=user.pk)), **data)


def one_of(results: Iterable[object]) -> tuple[Event, list[object]]:
    """The one event, and the refusals of all others."""
    results = list(results)
    events = [result for result in results if isinstance(result, Event)]
    assert len(events) == 1, results
    return events[0], [result for result in results if not isinstance(result, Event)]


# --- one button --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "action", "first", "second", "data"),
    [
        ("triggered", "accept", "coordinator", "second_coordinator", {}),
        ("routed", "investigate", "handler", "handler", {}),
        ("closed", "reopen", "coordinator", "second_coordinator", {"reason": "New facts."}),
    ],
)
def test_two_people_press_the_same_button_and_one_is_told_what_happened(
    house, case, state, action, first, second, data
):
    complaint = case(state)
    users = [getattr(house, first), getattr(house, second)]
    event, (refused,) = one_of(at_once(*(press(complaint, action, user, **data) for user in users)))
    assert isinstance(refused, WrongState)
    assert f"Meanwhile: {event.user}" in refused.message
    now = Complaint.objects.get(pk=complaint.pk)
    assert now.latest_event == complaint.latest_event + 1 == now.events.count() == now.history.count()


def test_two_handlers_take_the_same_case_and_one_holds_it(house, case, deeds):
    complaint = case("routed")
    deeds.prepare(complaint, "take")
    event, (refused,) = one_of(at_once(*(press(complaint, "take", user) for user in (house.handler, house.colleague))))
    assert isinstance(refused, WrongState) and f"Meanwhile: {event.user}" in refused.message
    assert Assignment.objects.open().get().handler.user == event.user


def test_two_who_confirm_at_once_set_aside_once(house, case, deeds, staff):
    complaint = case("investigating")
    deeds.do(complaint, "set_aside", "coordinator")
    others = house.second_coordinator, staff("cyrus", "Escalation coordinator")
    data = {"reason": "I agree.", "kind": "referred"}
    _event, (refused,) = one_of(at_once(*(press(complaint, "set_aside", user, **data) for user in others)))
    assert isinstance(refused, WrongState)
    assert complaint.events.filter(action="set_aside").count() == 1


def test_two_who_ask_at_once_make_one_question_and_its_answer(house, case):
    """Whoever comes second finds the question of the first, and so confirms it: two people did agree."""
    complaint = case("investigating")
    data = {"reason": "Not ours.", "kind": "enquiry"}
    users = house.coordinator, house.second_coordinator
    events = at_once(*(press(complaint, "set_aside", user, **data) for user in users))
    assert sorted(event.action for event in events) == ["ask", "set_aside"]
    assert complaint.confirmations.get().confirmed


def test_a_remedy_approved_twice_at_once_is_approved_once(house, case, deeds):
    complaint = case("investigating")
    deeds.prepare(complaint, "approve_remedy")
    remedy = complaint.remedies.get()
    users = house.colleague, house.manager
    event, (refused,) = one_of(at_once(*(press(complaint, "approve_remedy", user, remedy=remedy) for user in users)))
    assert isinstance(refused, WrongState)
    assert Remedy.objects.get().decided_by == event.user


def test_one_person_who_presses_twice_at_once_decides_once(house, case, deeds):
    complaint = case("investigating")
    deeds.prepare(complaint, "approve_remedy")
    press_it = press(complaint, "approve_remedy", house.colleague, remedy=complaint.remedies.get())
    _event, (refused,) = one_of(at_once(press_it, press_it))
    assert isinstance(refused, WrongState) and Approval.objects.count() == 1


def test_who_approves_and_who_refuses_at_once_do_not_both_decide(house, case, deeds):
    complaint = case("investigating")
    deeds.prepare(complaint, "approve_remedy")
    remedy = complaint.remedies.get()
    yes = press(complaint, "approve_remedy", house.colleague, remedy=remedy)
    no = press(complaint, "refuse_remedy", house.manager, remedy=remedy, reason="Too much.")
    event, (refused,) = one_of(at_once(yes, no))
    assert isinstance(refused, WrongState) and Approval.objects.get().decided_by == event.user
    assert Remedy.objects.get().state == ("approved" if event.user == house.colleague else "refused")


def test_two_handlers_who_split_a_remedy_over_two_cases_of_a_customer_at_once_do_not_pass_the_year(house, case, staff):
    """Each of level 2, on a case of their own: 1,000 each is theirs to grant, 2,000 of a customer and year."""
    second = staff("hope", "Handler", team=house.cards)
    cases = [case("investigating") for _number in range(3)]
    for complaint, user in zip(cases, (house.handler, second, house.handler), strict=True):
        Complaint.objects.filter(pk=complaint.pk).update(handler=user.handler)
    money = {"kind": "refund", "amount": Decimal("1000"), "currency": "GBP"}
    press(cases[2], "propose_remedy", house.handler, **money)()
    users = (house.handler, second)
    works = [press(one, "propose_remedy", user, **money) for one, user in zip(cases, users, strict=False)]
    events = at_once(*works)
    assert all(isinstance(event, Event) for event in events), events
    assert sorted(event.data["state"] for event in events) == ["approved", "proposed"]
    assert sum(row.amount for row in Remedy.objects.filter(state="approved")) == 2000


def test_two_approvals_at_once_do_not_pass_the_customers_year_together(house, case, hana_alone):
    cases = [case("investigating") for _ in range(2)]
    remedies = [
        Remedy.objects.create(
            complaint=complaint, kind="refund", amount=Decimal(9000), currency="GBP", state="proposed",
            proposed_by=house.handler, proposed_at=timezone.now(),
        )
        for complaint in cases
    ]  # fmt: skip
    older = case("investigating")
    Remedy.objects.create(
        complaint=older, kind="refund", amount=Decimal(9000), currency="GBP", state="paid",
        proposed_by=house.handler, proposed_at=timezone.now(), decided_at=timezone.now(),
    )  # fmt: skip
    works = [
        press(one, "approve_remedy", house.colleague, remedy=remedy)
        for one, remedy in zip(cases, remedies, strict=True)
    ]
    _event, (refused,) = one_of(at_once(*works))
    assert isinstance(refused, NotAllowed) and "27,000.00" in refused.message


def test_the_same_batch_by_two_is_done_once_for_each_case_and_nobody_waits_for_ever(house, case):
    cases = [case("triggered") for _ in range(4)]

    def accept(user, batch):
        return lambda: perform_many(batch, "accept", actor=Actor.of(User.objects.get(pk=user.pk)))

    works = [accept(house.coordinator, cases), accept(house.second_coordinator, cases[::-1])]
    results = [result for batch in at_once(*works) for result in batch]
    assert sum(bool(result.event) for result in results) == 4
    assert Event.objects.filter(action="accept").count() == 4


# --- registering -------------------------------------------------------------------------------------------------


def test_eight_who_register_at_once_get_references_of_their_own(house, draft):
    def register_three():
        actor = Actor.of(User.objects.get(pk=house.agent.pk))
        return [register(draft(), actor=actor).reference for _complaint in range(3)]

    references = [reference for batch in at_once(*[register_three] * 8) for reference in batch]
    assert len(set(references)) == len(references) == 24
    assert all(reference.startswith(f"R-{timezone.localtime().year}-") for reference in references)


def test_a_reference_is_not_given_again_after_a_deletion_or_a_rollback(house, draft):
    actor = Actor.of(house.agent)
    first = register(draft(), actor=actor).reference
    last = ReferenceNumber.objects.latest("pk")
    ReferenceNumber.objects.all().delete()
    second = register(draft(), actor=actor).reference
    assert int(second[-6:]) > last.pk
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        register(draft(), actor=actor)
        raise ZeroDivisionError
    third = register(draft(), actor=actor).reference
    assert len({first, second, third}) == 3 and third > second


def test_the_same_external_number_at_once_is_taken_in_once(house, draft):
    def take_in():
        given = [draft(external_system="crm", external_id=str(number)) for number in (1, 2)]
        return register_many(given, actor=Actor.system("import"))

    results = [result for batch in at_once(*[take_in] * 4) for result in batch]
    assert sum(result.is_new for result in results) == Complaint.objects.count() == 2
    assert {result.complaint.external_id for result in results} == {"1", "2"}


# --- workers -----------------------------------------------------------------------------------------------------


def test_two_sweeps_at_once_route_each_case_once(case):
    cases = [case("accepted") for _ in range(4)]
    at_once(route_accepted, route_accepted, route_accepted)
    assert Complaint.objects.filter(state="routed").count() == 4
    assert Event.objects.filter(action="route").count() == Assignment.objects.count() == 4
    assert Decision.objects.filter(placed=True).count() == len(cases)


def test_a_worker_and_a_coordinator_who_place_at_once_place_once(house, case):
    complaint = case("accepted")
    data = {"reason": "To Loans.", "team": house.loans, "handler": house.stranger.handler}
    at_once(route_accepted, press(complaint, "route", house.coordinator, **data))
    assert Event.objects.filter(action="route").count() == Assignment.objects.open().count() == 1
    now = Complaint.objects.get(pk=complaint.pk)
    assert Assignment.objects.open().get().handler == now.handler


def test_two_workers_send_each_message_once(case, deeds):
    complaint = case()
    for number in range(6):
        deeds.do(complaint, "write", "agent", body=str(number))
    mail.outbox = []
    at_once(send_queued, send_queued, send_queued)
    assert sorted(out.body for out in mail.outbox) == list("012345")
    assert set(Message.objects.values_list("state", "tries")) == {("sent", 1)}
    assert Event.objects.filter(action="sent").count() == 6


def test_two_workers_examine_a_message_at_once_and_raise_one_trigger(case, criteria, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "receive", "customer", body="I tell the ombudsman.")
    at_once(examine_new, examine_new, examine_new)
    assert Trigger.objects.filter(criterion=criteria.regulator).count() == 1


def test_whole_sweeps_at_once_do_everything_once(case, deeds, in_force):
    in_force(safety=worded("safety", "end it all", policy="at_once"))
    late = case("investigating", received_at=timezone.now() - timedelta(days=6))
    safety = case(what_happened="I want to end it all.")
    waiting = case("accepted")
    deeds.do(late, "write", "handler", body="We are late.")
    mail.outbox = []
    at_once(sweep, sweep, sweep)
    counted = Event.objects.filter(complaint__in=[late, safety, waiting]).values_list("complaint", "action")
    for once in ((late.pk, "miss_deadline"), (safety.pk, "route"), (waiting.pk, "route"), (late.pk, "sent")):
        assert list(counted).count(once) == 1, once
    assert len(mail.outbox) == 1


def test_two_clocks_close_and_flag_at_once_only_once(case):
    silent = case("resolved")
    late = case("investigating", received_at=timezone.now() - timedelta(days=6))
    later = timezone.now() + timedelta(days=15)
    works = [lambda: close_silent(at=later), flag_late] * 2
    at_once(*works)
    assert Event.objects.filter(complaint=silent, action="close").count() == 1
    assert Event.objects.filter(complaint=late, action="miss_deadline").count() == 1
