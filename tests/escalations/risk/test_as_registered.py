"""A prediction never sees what was not known when the complaint was registered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.detection.risk.as_registered import as_registered
from escalations.intake import AttemptDraft, Contact, register
from escalations.models import Complaint
from escalations.workflow import perform
from routing.models import Choice, Field

pytestmark = pytest.mark.django_db


def seen(complaint):
    (found,) = as_registered([Complaint.objects.get(pk=complaint.pk)])
    return found


def test_nothing_that_happens_to_a_case_later_changes_what_was_known_at_registration(house, draft, deeds):
    """Every kind of step that adds a fact or a word: after all of them the case looks as it did on the first day."""
    Field.objects.create(code="branch", label="Branch", kind="number")
    attempts = (AttemptDraft("Called back", "failed", timezone.now() - timedelta(days=2), house.agent),)
    case = register(draft(attempts=attempts, severity=2, fields={"branch": 7}), actor=Actor.of(house.agent))
    first = seen(case)
    assert first.facts["severity"] == "2" and first.facts["field:branch"] == "7"
    assert first.facts["failed_attempts"] == "1" and "charged me twice" in first.text

    edit = {
        "severity": 4,
        "amount": 9000,
        "currency": "GBP",
        "region": "Wales",
        "language": "cy",
        "product": house.loan,
    }
    perform(case, "edit", actor=Actor.of(house.agent), reason="Looked again.", **edit)
    deeds.do(case, "set_fields", "agent", fields={"branch": 9}, reason="Other branch.")
    deeds.do(case, "record_attempt", "agent", result="failed", what="Called again")
    deeds.do(case, "add_statement", "customer", text="And now my solicitor writes")
    deeds.do(case, "receive", "customer", body="I go to the ombudsman")
    deeds.do(case, "note", "agent", body="Furious on the phone")
    perform(case, "add_point", actor=Actor.of(house.agent), product=house.loan)
    perform(case, "trigger", actor=Actor.of(house.agent), reason="They insist.")
    deeds.do(case, "accept", "coordinator")
    register(draft(), actor=Actor.of(house.agent))  # the same customer complains again, later

    assert seen(case) == first


def test_earlier_complaints_count_as_they_stood_then(house, draft, deeds):
    """The first one was escalated only after the second came in: the second did not know that; the third did."""
    contact = Contact(name="Ana", email="ana@example.org")
    first = register(draft(contact=contact), actor=Actor.of(house.agent))
    second = register(draft(contact=contact), actor=Actor.of(house.agent))
    perform(first, "trigger", actor=Actor.customer(), reason="I insist.")
    deeds.do(first, "accept", "coordinator")
    third = register(draft(contact=contact), actor=Actor.of(house.agent))
    counts = [
        (one.facts["prior_complaints"], one.facts["prior_escalations"]) for one in map(seen, (first, second, third))
    ]
    assert counts == [("0", "0"), ("1", "0"), ("2", "1")]


def test_who_the_customer_is_is_not_read(house, draft):
    contact = Contact(name="Ana Silva", email="ana@example.org", segment="private bank", postcode="AB1 2CD")
    told = seen(register(draft(contact=contact), actor=Actor.of(house.agent)))
    words = " ".join([told.text, *told.facts.values()])
    assert not any(secret in words for secret in ("Ana Silva", "ana@", "private bank", "AB1"))


def test_a_personal_field_is_not_read(house, draft):
    field = Field.objects.create(code="faith", label="Faith", kind="choice", personal=True)
    Choice.objects.create(field=field, code="one", label="One")
    told = seen(register(draft(fields={"faith": "one"}), actor=Actor.of(house.agent)))
    assert "field:faith" not in told.facts


def test_many_cases_take_as_many_queries_as_one(house, draft, django_assert_num_queries):
    for number in range(4):
        register(draft(contact=Contact(name=f"N{number}")), actor=Actor.of(house.agent))
    cases = list(Complaint.objects.order_by("pk"))
    with django_assert_num_queries(1):
        as_registered(cases[:1])
    with django_assert_num_queries(1):
        as_registered(cases)
