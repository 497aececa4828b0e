"""Handed over whole: what is missing is named, asked for on the spot, and asked of the agent when nobody was asked."""

from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from escalations.detection import look
from escalations.forms.handover import HandoverForm
from escalations.handing_over import completeness
from escalations.handing_over.asking import ask_for_gaps, tell_agents
from escalations.intake import Contact
from escalations.models import Complaint, HandoverPolicy, HandoverRequest
from routing.models import Choice, Field


def gaps(case):
    return [str(part) for part in completeness.gaps(Complaint.objects.get(pk=case.pk))]


@pytest.fixture
def fraud(house):
    """A type of complaint for which an agent must also say what proof there is, and how much is at stake."""
    kind = Choice.objects.create(field=Field.objects.built_in("complaint_type"), code="fraud", label="Fraud")
    HandoverPolicy.objects.create(complaint_type=kind, required=["tried", "wanted", "evidence", "amount"])
    return kind


def test_completeness_counts_ten_parts_and_names_what_is_missing(case, deeds):
    complaint = case()
    assert gaps(complaint) == ["needs", "when", "failed", "evidence", "amount"]
    found = completeness.completeness(Complaint.objects.get(pk=complaint.pk))
    assert (found.have, found.all) == (5, 10) and "evidence" in found.labels
    deeds.do(complaint, "complete_handover", "agent", evidence="A screenshot.", none=("needs", "amount"))
    assert gaps(complaint) == ["when", "failed"]
    deeds.do(complaint, "record_attempt", "agent", why="They want all of it.")
    deeds.do(complaint, "complete_handover", "agent", none=("when",))
    assert gaps(complaint) == []


def test_a_customer_is_known_by_a_name_and_some_way_to_reach_them(case):
    for contact in (Contact(email="x@example.org"), Contact(name="Bo")):
        assert "customer" in gaps(case(contact=contact))
    assert "customer" not in gaps(case(contact=Contact(name="Bo", external_system="crm", external_id="7")))


def test_what_cannot_be_nothing_is_not_there_because_somebody_says_so(case, deeds):
    complaint = case(attempts=(), wanted="")
    deeds.do(complaint, "complete_handover", "agent", evidence="", none=("tried", "wanted"))
    assert {"tried", "wanted"} <= set(gaps(complaint))


def test_an_agent_hands_over_what_the_policy_for_that_type_asks(case, deeds, fraud):
    complaint = case(complaint_type=fraud)
    with pytest.raises(Exception, match="The evidence") as refused:
        deeds.do(complaint, "trigger", "agent")
    assert refused.value.code == "incomplete" and len(refused.value.sentences) == 2
    deeds.do(complaint, "trigger", "detector")
    assert Complaint.objects.get(pk=complaint.pk).state == "triggered", "nobody else is kept waiting for it"


def test_a_policy_names_parts_that_exist_one_for_each_type(fraud):
    with pytest.raises(ValidationError):
        HandoverPolicy(required=["colour"]).full_clean()
    for kind in (fraud, None):
        HandoverPolicy.objects.get_or_create(complaint_type=kind, defaults={"required": []})
        with pytest.raises(IntegrityError), transaction.atomic():
            HandoverPolicy.objects.create(complaint_type=kind, required=[])
    assert HandoverPolicy.history.count() >= 2


def test_the_form_asks_only_for_what_is_missing(case):
    complaint = case(amount=Decimal(20))
    form = HandoverForm(complaint=complaint)
    assert "evidence" in form.fields and "wanted" not in form.fields and "amount" not in form.fields
    assert not HandoverForm({}, complaint=complaint).is_valid()
    both = HandoverForm({"evidence": "A film.", "no_evidence": "on"}, complaint=complaint)
    assert not both.is_valid() and "not both" in str(both.errors["evidence"])


# --- what went up by itself --------------------------------------------------------------------------------------


def test_the_agent_is_asked_at_once_for_what_is_missing_when_a_case_goes_up_by_itself(house, case, criteria):
    house.agent.email = "alex@example.org"
    house.agent.save()
    complaint = case(what_happened="I will report you to the ombudsman, says the secret.", wanted="")
    import_string(OrmQ.objects.last().func())()
    request = HandoverRequest.objects.get()
    assert request.asked_of == house.agent and "wanted" in request.parts
    assert ask_for_gaps() == 0 and tell_agents() == 0
    (told,) = mail.outbox
    assert told.to == ["alex@example.org"] and "what the customer wants" in told.body
    assert f"/cases/{complaint.reference}/do/complete_handover/" in told.body and "secret" not in told.body


def test_whoever_answers_all_of_it_answers_the_question(case, criteria, deeds):
    complaint = case(what_happened="I will report you to the ombudsman.", wanted="", attempts=())
    ask_for_gaps()
    deeds.do(complaint, "complete_handover", "agent", wanted="A call.", evidence="")
    assert HandoverRequest.objects.unanswered().get().still_asks_for(completeness.gaps(complaint)) != []
    deeds.do(
        complaint, "complete_handover", "coordinator", attempt="Called.", attempt_result="failed", why_failed="Busy.",
        evidence="None yet.", none=("needs", "when", "amount"),
    )  # fmt: skip
    assert not HandoverRequest.objects.unanswered().exists()
    assert tell_agents() == 0


def test_an_agent_who_escalated_is_not_asked_again(case):
    case("triggered")
    assert ask_for_gaps() == 1
    assert HandoverRequest.objects.get().parts == [] and not HandoverRequest.objects.unanswered().exists()


def test_what_was_sent_back_and_goes_up_again_by_itself_is_asked_for_anew(case, deeds, criteria):
    """Also of an agent who had escalated it on their own the first time."""
    complaint = case("triggered")
    ask_for_gaps()
    deeds.do(complaint, "send_back", "coordinator")
    assert not HandoverRequest.objects.exists() and ask_for_gaps() == 0
    deeds.do(complaint, "receive", "customer", body="I report you to the ombudsman.")
    look(timezone.now())
    assert Complaint.objects.get().state == "triggered" and ask_for_gaps() == 1
    assert "evidence" in HandoverRequest.objects.unanswered().get().parts


def test_a_mail_that_cannot_go_out_is_tried_again(house, case, criteria, settings):
    house.agent.email = "alex@example.org"
    house.agent.save()
    case(what_happened="I will report you to the ombudsman.")
    ask_for_gaps()
    settings.EMAIL_BACKEND = "tests.no.such.Backend"
    assert tell_agents() == 0
    request = HandoverRequest.objects.get()
    assert request.told_at is None and request.tries == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tell_agents(now=request.next_try_at) == 1


def test_asking_takes_as_many_queries_for_many_cases(case, criteria, django_assert_max_num_queries):
    for _number in range(12):
        case(what_happened="I will report you to the ombudsman.")
    with django_assert_max_num_queries(14):
        assert ask_for_gaps() == 12
