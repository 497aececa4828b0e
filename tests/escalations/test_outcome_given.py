"""While the outcome is being given: what it took must still be so, and what is granted on top is the customer's."""

from decimal import Decimal

import pytest
from django.utils import timezone

from escalations.errors import NotAllowed, WrongState
from escalations.models import Clock, Complaint
from routing.models import AuthorityLevel, AuthorityLimit
from tests.escalations.test_outcome import missing


@pytest.fixture
def telling(case, deeds, hana_alone):
    """The outcome is being given, and the final response has gone out."""
    complaint = case("communicating")
    deeds.prepare(complaint, "resolve")
    return complaint


def test_what_the_outcome_took_must_still_be_so_when_it_is_given(telling, deeds, house):
    """A no that was made of a yes meanwhile takes the authority to say no; a remedy that waits is decided first."""
    AuthorityLimit.objects.create(kind="reject", level=AuthorityLevel.objects.get(level=3))
    deeds.do(telling, "record_outcome", "handler", outcome="not_upheld")
    deeds.do(telling, "propose_remedy", "handler", kind="refund", amount=Decimal(5000), currency="GBP")
    lacking = missing(deeds, telling, "resolve", "handler")
    assert "authority to reject" in lacking[0] and "1 remedy that waits" in lacking[1] and len(lacking) == 2
    deeds.do(telling, "resolve", "customer")
    assert Complaint.objects.get().state == "resolved", "who agrees is not kept waiting"


def test_no_point_is_added_once_the_outcome_is_on_its_way(telling, deeds):
    with pytest.raises(WrongState):
        deeds.do(telling, "add_point", "handler")
    deeds.do(telling, "reinvestigate", "handler")
    deeds.do(telling, "add_point", "handler")


def test_what_is_granted_after_the_customer_said_yes_is_theirs_and_is_paid_before_closing(telling, deeds):
    deeds.do(telling, "propose_remedy", "handler", kind="refund", amount=Decimal(5000), currency="GBP")
    deeds.do(telling, "resolve", "customer")
    deeds.do(telling, "approve_remedy", "colleague", remedy=telling.remedies.last())
    assert telling.remedies.last().state == "accepted"
    assert "Refund 5,000.00 GBP: paid, or a date" in " ".join(missing(deeds, telling, "close", "handler"))


def test_an_addendum_that_is_the_outcome_takes_the_authority_to_sign(case, deeds):
    AuthorityLimit.objects.create(kind="final_response", level=AuthorityLevel.objects.get(level=3))
    complaint = case("investigating")
    deeds.do(complaint, "write", "coordinator", kind="addendum")
    Clock.objects.filter(complaint=complaint).update(started_at=timezone.now())
    with pytest.raises(NotAllowed, match="sign a final response"):
        deeds.do(complaint, "write", "handler", kind="addendum")
