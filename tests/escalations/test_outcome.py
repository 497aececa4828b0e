"""From the findings to the end: what each step still needs, silence, settling, withdrawing, and opening again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.errors import Incomplete, WrongState
from escalations.intake import Adoption, PointDraft, register
from escalations.jobs import close_silent, route_accepted, send_queued
from escalations.models import Complaint, Message, Point, Policy, Remedy, Statement
from routing.models import Assignment


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def missing(deeds, complaint, action, by, **data):
    with pytest.raises(Incomplete) as refused:
        deeds.do(complaint, action, by, **data)
    return refused.value.sentences


# --- escalating --------------------------------------------------------------------------------------------------


def test_an_agent_escalates_with_an_attempt_and_the_customers_wish_a_customer_with_neither(house, draft, deeds):
    complaint = register(draft(wanted=""), actor=Actor.of(house.agent))
    assert len(missing(deeds, complaint, "trigger", "agent")) == 2
    deeds.do(complaint, "record_attempt", "agent")
    assert missing(deeds, complaint, "trigger", "agent") == ["What the customer wants, in their words."]
    deeds.do(complaint, "trigger", "customer")
    assert again(complaint).state == "triggered"


# --- settling ----------------------------------------------------------------------------------------------------


def test_the_frontline_settles_with_an_accepted_attempt_a_light_cause_and_a_letter(case, deeds, house):
    complaint = case()
    assert missing(deeds, complaint, "settle", "agent") == [
        "An attempt that worked, with the customer's acceptance: record it first."
    ]
    deeds.do(complaint, "record_attempt", "agent", result="accepted")
    event = deeds.do(complaint, "settle", "agent", letter="It is put right.")
    now = again(complaint)
    assert (now.state, now.closed_as, now.resolved_at) == ("resolved", "settled", event.at)
    assert (now.main_point.cause, now.main_point.cause_status) == (house.cause, "confirmed")
    letter = now.messages.get()
    assert (letter.kind, letter.state, letter.body) == ("summary_resolution", "queued", "It is put right.")


def test_a_settled_case_is_closed_by_its_agent_once_the_letter_is_out_and_the_customer_has_answered(case, deeds):
    complaint = case()
    deeds.do(complaint, "record_attempt", "agent", result="accepted")
    deeds.do(complaint, "settle", "agent")
    sentences = missing(deeds, complaint, "close", "agent")
    assert sentences[0] == "The summary letter, sent."
    assert sentences[1].startswith("The customer's answer, or their silence until")
    send_queued()
    deeds.do(complaint, "acknowledge_outcome", "agent")
    deeds.do(complaint, "close", "agent")
    now = again(complaint)
    assert (now.state, now.closed_as, bool(now.closed_at)) == ("closed", "settled", True)


def test_a_settled_case_that_is_reopened_is_settled_no_more(case, deeds):
    complaint = case()
    deeds.do(complaint, "record_attempt", "agent", result="accepted")
    deeds.do(complaint, "settle", "agent")
    deeds.do(complaint, "reopen", "customer")
    now = again(complaint)
    assert (now.state, now.closed_as, now.resolved_at) == ("triggered", "", None)


# --- giving the outcome ------------------------------------------------------------------------------------------


def test_all_that_is_missing_for_each_point_is_said_at_once(case, deeds, house):
    complaint = case("investigating", points=(PointDraft(house.card, issue=house.fees), PointDraft(house.loan)))
    deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=60000, currency="GBP")
    sentences = missing(deeds, complaint, "communicate", "handler")
    assert len(sentences) == 7
    assert sum("Fees" in sentence for sentence in sentences) == sum("Loan" in sentence for sentence in sentences) == 3
    assert sentences[-1] == "The decision on 1 remedy that waits for approval."


def test_each_point_needs_its_own_finding_outcome_and_cause(case, deeds, house):
    complaint = case("investigating", points=(PointDraft(house.card, issue=house.fees), PointDraft(house.loan)))
    for point in complaint.points.all():
        deeds.do(complaint, "record_finding", "handler", point=point)
        deeds.do(complaint, "confirm_cause", "handler", point=point, status="provisional")
    assert deeds.do(complaint, "communicate", "handler").to_state == "communicating"


def test_the_outcome_is_given_with_the_final_response_sent(case, deeds):
    complaint = case("communicating")
    wanted = ["The final response, sent; or the customer's agreement, recorded."]
    assert missing(deeds, complaint, "resolve", "handler") == wanted
    deeds.do(complaint, "write", "handler", kind="final_response")
    assert missing(deeds, complaint, "resolve", "handler") == wanted, "queued is not sent"
    send_queued()
    deeds.do(complaint, "resolve", "handler")
    assert again(complaint).acknowledged_at is None


def test_the_customers_agreement_gives_the_outcome_as_well_and_accepts_what_was_offered(case, deeds):
    complaint = case("communicating")
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=True, words="Fine.")
    deeds.do(complaint, "resolve", "handler")
    assert complaint.remedies.get().state == "accepted"


def test_a_customer_who_accepts_by_themselves_resolves_and_accepts_the_offer(case, deeds):
    complaint = case("communicating")
    event = deeds.do(complaint, "resolve", "customer", reason="")
    now = again(complaint)
    assert (now.state, now.acknowledged_at, now.remedies.get().state) == ("resolved", event.at, "accepted")


def test_a_customer_who_says_no_accepts_nothing_and_answers_nothing(case, deeds):
    complaint = case("resolved")
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=False, words="No.")
    now = again(complaint)
    assert (now.acknowledged_at, now.remedies.get().state) == (None, "approved")
    said = now.messages.get(direction="in")
    assert (said.body, said.channel) == ("No.", "phone")
    deeds.do(complaint, "acknowledge_outcome", "customer", accepted=True, words="Yes, then.")
    assert now.messages.filter(direction="in").last().channel == "portal", "by their own page"
    with pytest.raises(WrongState):
        deeds.do(complaint, "acknowledge_outcome", "handler", accepted=True)


def test_what_is_looked_into_again_takes_a_new_answer_of_the_customer(case, deeds):
    complaint = case("communicating")
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=True, words="Fine.")
    deeds.do(complaint, "reinvestigate", "handler")
    assert again(complaint).acknowledged_at is None
    deeds.do(complaint, "communicate", "handler")
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=False, words="Not this.")
    assert again(complaint).acknowledged_at is None


# --- closing -----------------------------------------------------------------------------------------------------


def test_all_that_is_missing_before_closing_is_said_at_once(case, deeds):
    complaint = case("communicating")
    Point.objects.filter(complaint=complaint).update(cause_status="provisional")
    deeds.do(complaint, "resolve", "customer")
    Complaint.objects.filter(pk=complaint.pk).update(acknowledged_at=None)
    assert [sentence[:20] for sentence in missing(deeds, complaint, "close", "handler")] == [
        "The final response, ", "A confirmed root cau", "Refund 50.00 GBP: pa", "The customer's answe",
    ]  # fmt: skip


@pytest.mark.parametrize("in_hand", ["pay_remedy", "schedule_remedy"])
def test_an_accepted_remedy_is_paid_or_has_a_date_and_an_owner_before_closing(case, deeds, in_hand):
    complaint = case("resolved")
    deeds.do(complaint, "acknowledge_outcome", "handler")
    assert missing(deeds, complaint, "close", "handler") == ["Refund 50.00 GBP: paid, or a date and an owner for it."]
    deeds.do(complaint, in_hand, "handler")
    assert deeds.do(complaint, "close", "handler").data["silence"] is False


def test_silence_closes_the_file_after_the_acceptance_period_and_never_accepts_the_offer(case, deeds):
    complaint = case("resolved")
    Policy(acceptance_days=10).save()
    given = again(complaint).resolved_at
    assert close_silent(at=given + timedelta(days=9, hours=23)) == 0
    assert close_silent(at=given + timedelta(days=10)) == 1
    now = again(complaint)
    event = now.events.latest("number")
    assert (now.state, now.closed_as, now.acknowledged_at) == ("closed", "upheld", None)
    assert (event.actor_name, event.data["silence"]) == ("clock", True)
    assert now.remedies.get().state == "approved"


@pytest.mark.parametrize(
    ("tier", "says", "way"),
    [(1, "one tier up, if they bring something new", "escalate_further"),
     (3, "nobody stands higher in the house", "write")],
)  # fmt: skip
def test_a_no_asks_for_an_answer_to_it_and_is_not_told_as_silence_when_the_file_closes(case, deeds, tier, says, way):
    complaint = case("resolved")
    Complaint.objects.filter(pk=complaint.pk).update(tier=tier)
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=False, words="No.")
    (sentence,) = missing(deeds, complaint, "close", "handler")
    assert says in sentence and sentence.action == way and "silence" not in sentence
    assert close_silent(at=timezone.now() + timedelta(days=100)) == 1
    data = again(complaint).events.latest("number").data
    assert (data["silence"], data["refused"]) == (False, True)


def test_the_clock_closes_nothing_that_lacks_something(case):
    complaint = case("resolved")
    Point.objects.filter(complaint=complaint).update(cause_status="provisional")
    assert close_silent(at=timezone.now() + timedelta(days=100)) == 0
    assert again(complaint).state == "resolved"


def test_cases_that_lack_something_do_not_keep_the_clock_from_the_others(case, hana_alone, monkeypatch):
    monkeypatch.setattr("escalations.jobs.BATCH", 2)
    stuck = [case("resolved") for _ in range(3)]
    Point.objects.filter(complaint__in=stuck).update(cause_status="provisional")
    free = case("resolved")
    assert close_silent(at=timezone.now() + timedelta(days=100)) == 1
    assert again(free).state == "closed"


@pytest.mark.parametrize(
    ("outcomes", "closed_as"),
    [(("upheld", "upheld"), "upheld"), (("not_upheld", "not_upheld"), "not_upheld"),
     (("upheld", "not_upheld"), "partly"), (("partly", "partly"), "partly")],
)  # fmt: skip
def test_how_it_ended_is_worked_out_from_all_points(case, deeds, house, outcomes, closed_as):
    complaint = case("resolved")
    complaint.points.create(position=2)
    for point, outcome in zip(complaint.points.all(), outcomes, strict=True):
        Point.objects.filter(pk=point.pk).update(outcome=outcome, cause=house.cause, cause_status="confirmed")
    close_silent(at=timezone.now() + timedelta(days=100))
    assert again(complaint).closed_as == closed_as


# --- withdrawing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["customer", "coordinator"])
def test_withdrawing_keeps_the_words_and_confirms_in_writing(case, deeds, by):
    complaint = case("investigating")
    event = deeds.do(complaint, "withdraw", by, words="Forget it, I am tired.", channel="chat")
    now = again(complaint)
    assert (now.state, now.closed_as, now.closed_at) == ("closed", "withdrawn", event.at)
    said, confirmed = now.messages.order_by("pk")
    assert (said.direction, said.kind, said.body, said.channel) == (
        "in",
        "withdrawal",
        "Forget it, I am tired.",
        "chat",
    )
    assert (confirmed.direction, confirmed.kind, confirmed.state) == ("out", "withdrawal_confirmed", "queued")
    assert now.reference in confirmed.body
    assert not Assignment.objects.open().exists()


def test_a_customer_who_cannot_be_written_to_has_the_confirmation_recorded_as_a_letter(case, deeds):
    from escalations.intake import Contact

    complaint = case("triggered", contact=Contact(phone="0123"))
    deeds.do(complaint, "withdraw", "customer")
    letter = complaint.messages.get(kind="withdrawal_confirmed")
    assert (letter.channel, letter.state) == ("letter", "sent")


# --- further -----------------------------------------------------------------------------------------------------


def test_a_case_goes_up_tier_by_tier_and_at_the_top_out_of_the_house(case, deeds):
    Policy(external_route="Write to the ombudsman.").save()
    complaint = case("investigating")
    for tier in (2, 3):
        deeds.do(complaint, "escalate_further", "manager")
        now = again(complaint)
        assert (now.tier, now.state, now.handler, now.team) == (tier, "triggered", None, None)
        assert now.triggers.filter(kind="further", state="accepted").count() == tier - 1
    assert missing(deeds, complaint, "escalate_further", "customer") == [
        "Nobody stands higher in the house. Outside it: Write to the ombudsman."
    ]


def test_a_tier_never_goes_down_when_rules_name_a_lower_one(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "escalate_further", "manager")
    route_accepted()
    assert (again(complaint).state, again(complaint).tier) == ("routed", 2)


def test_what_waits_for_triage_is_accepted_before_it_goes_further(case, deeds):
    complaint = case("triggered")
    assert missing(deeds, complaint, "escalate_further", "manager") == [
        "The decision on the trigger that waits: accept it first."
    ]


# --- again -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["reopen", "escalate_further"])
def test_a_closed_case_is_opened_again_inside_the_window_only(case, deeds, action):
    Policy(reopen_days=30).save()
    complaint = case("closed")
    closed = complaint.closed_at
    with pytest.raises(Incomplete, match="more than 30 days ago"):
        deeds.do(complaint, action, "customer", at=closed + timedelta(days=30, seconds=1))
    deeds.do(complaint, action, "customer", at=closed + timedelta(days=30))
    now = again(complaint)
    assert (now.state, now.closed_as, now.closed_at, now.resolved_at, now.acknowledged_at) == (
        "triggered",
        "",
        None,
        None,
        None,
    )


@pytest.mark.parametrize(("known", "sentence"), [(False, "is not known"), (True, None)])
def test_an_adopted_case_is_reopened_only_when_the_day_it_closed_is_known(draft, deeds, known, sentence):
    closed = timezone.now() - timedelta(days=5)
    adoption = Adoption(outcome_there="Closed with explanation", closed_at=closed if known else None)
    given = draft(adopted=adoption, received_at=closed - timedelta(days=5))
    complaint = register(given, actor=Actor.system("import"))
    if sentence:
        with pytest.raises(Incomplete, match=sentence):
            deeds.do(complaint, "reopen", "customer")
    else:
        deeds.do(complaint, "reopen", "customer")
        assert again(complaint).state == "triggered"


def test_a_withdrawn_case_can_be_reopened(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "withdraw", "customer")
    deeds.do(complaint, "reopen", "customer")
    assert (again(complaint).state, again(complaint).closed_as) == ("triggered", "")


def test_what_was_said_when_it_was_opened_again_is_kept(case, deeds):
    complaint = case("closed")
    deeds.do(complaint, "reopen", "customer", reason="You took the money again.")
    assert Statement.objects.get(complaint=complaint, kind="reason").text == "You took the money again."


def test_a_remedy_that_was_paid_stays_paid_when_the_case_is_opened_again(case, deeds):
    complaint = case("closed")
    deeds.do(complaint, "reopen", "customer")
    assert Remedy.objects.get(complaint=complaint).state == "paid"


def test_nothing_but_the_last_letter_counts_as_the_outcome_after_reopening(case, deeds):
    """The final response of the first round does not answer what came up since."""
    complaint = case("closed")
    deeds.do(complaint, "reopen", "customer")
    route_accepted()
    by = _name_of(deeds, again(complaint).handler.user)
    deeds.do(complaint, "investigate", by)
    deeds.do(complaint, "communicate", by)
    assert missing(deeds, complaint, "resolve", by) == [
        "The final response, sent; or the customer's agreement, recorded."
    ]
    assert complaint.clocks.get(kind="final_response").met_at is None
    deeds.do(complaint, "write", by, kind="addendum", channel="letter", body="We add 100.00 to what we wrote.")
    assert complaint.clocks.get(kind="final_response").met_at is not None
    deeds.do(complaint, "resolve", by)


def test_an_addendum_is_no_outcome_where_nothing_was_answered_before(case, deeds):
    complaint = case("communicating")
    deeds.do(complaint, "write", "handler", kind="addendum", channel="letter")
    assert missing(deeds, complaint, "resolve", "handler")
    assert complaint.clocks.get(kind="final_response").met_at is None


def _name_of(deeds, user):
    return next(name for name in ("handler", "colleague") if getattr(deeds.house, name) == user)


def test_a_message_may_be_written_in_every_state(case, deeds):
    complaint = case("closed")
    deeds.do(complaint, "write", "coordinator", kind="addendum", body="P.S.")
    send_queued()
    assert Message.objects.get(complaint=complaint, kind="addendum").state == "sent"
