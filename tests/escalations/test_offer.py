"""Silence closes the file; the offer stays open until its own day, and can be accepted until then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.errors import Incomplete, Invalid, WrongState
from escalations.jobs import close_silent
from escalations.models import Complaint, Policy


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


@pytest.fixture
def silent(case, deeds):
    """Closed because nobody answered; the offer of 50.00 stands."""
    complaint = case("resolved")
    assert close_silent(at=timezone.now() + timedelta(days=20)) == 1
    return again(complaint)


def test_the_offer_has_a_day_of_its_own_from_when_the_outcome_is_given(silent):
    ends = timezone.localdate(silent.resolved_at) + timedelta(days=60)
    assert (silent.state, silent.offer_until, silent.remedies.get().state) == ("closed", ends, "approved")
    assert silent.last_event.data["silence"] is True and silent.last_event.data["offer_until"] == ends.isoformat()


def test_accepting_after_closing_makes_the_remedy_due_with_an_owner_and_leaves_the_case_closed(silent, deeds):
    late = timezone.now() + timedelta(days=50)
    deeds.do(silent, "acknowledge_outcome", "customer", words="I accept after all.", at=late)
    now, remedy = again(silent), silent.remedies.get()
    assert (now.state, now.acknowledged_at) == ("closed", late)
    assert remedy.state in ("accepted", "due")
    assert (remedy.due_on, remedy.owner) == (timezone.localdate(late) + timedelta(days=10), now.handler.user)
    deeds.do(silent, "pay_remedy", "handler", remedy=remedy)
    with pytest.raises(WrongState):
        deeds.do(silent, "acknowledge_outcome", "customer")


def test_after_its_day_an_offer_is_accepted_no_more(silent, deeds):
    with pytest.raises(Incomplete, match="Reopen the case"):
        deeds.do(silent, "acknowledge_outcome", "customer", at=timezone.now() + timedelta(days=62))
    assert again(silent).remedies.get().state == "approved"


def test_a_no_after_closing_is_kept_and_leaves_the_offer_open(silent, deeds):
    deeds.do(silent, "acknowledge_outcome", "customer", accepted=False, words="No.")
    assert again(silent).offer_stands


def test_an_offer_is_made_longer_and_never_shorter(silent, deeds):
    later = silent.offer_until + timedelta(days=30)
    deeds.do(silent, "extend_offer", "manager", until=later)
    assert again(silent).offer_until == later
    with pytest.raises(Invalid, match="only made longer"):
        deeds.do(silent, "extend_offer", "manager", until=later - timedelta(days=1))


def test_the_handler_may_give_the_offer_its_day_with_the_outcome(case, deeds):
    complaint, day = case("communicating"), timezone.localdate() + timedelta(days=90)
    assert complaint.offer_until == timezone.localdate() + timedelta(days=Policy.current().offer_days)
    deeds.prepare(complaint, "resolve")
    deeds.do(complaint, "resolve", "handler", offer_until=day)
    assert again(complaint).offer_until == day


def test_the_record_of_a_closed_case_is_kept_as_it_is_and_says_so(silent, deeds):
    for action in ("edit", "set_fields", "record_outcome", "confirm_cause", "request_evidence", "add_point", "wait"):
        with pytest.raises(WrongState, match="closed case is kept as it is; it can be reopened"):
            deeds.do(silent, action, "handler", bare=True)
    deeds.do(silent, "write", "handler", body="Your letter has arrived.")
    deeds.do(silent, "receive", "customer", body="Thank you.")
