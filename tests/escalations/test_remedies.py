"""Who may grant what: own authority, four eyes, sums over case and year, currencies; and what may be paid."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.intake import Contact
from escalations.models import Complaint, Remedy
from escalations.workflow import perform_many
from routing.models import AuthorityLevel, AuthorityLimit

# Of the small house, in GBP: level 2 (Hana) 1,000 of each kind and 2,000 a customer and year; level 3 (Hugo) 10,000
# and 20,000; level 4 (Mona, the manager) 50,000 and 100,000.


@pytest.fixture
def complaint(case, hana_alone):
    return case("investigating")


@pytest.fixture
def propose(deeds):
    def propose(complaint, amount, kind="refund", by="handler", currency="GBP", **given):
        money = {"kind": kind, "amount": Decimal(amount), "currency": currency}
        event = deeds.do(complaint, "propose_remedy", by, **money, **given)
        return Remedy.objects.get(pk=event.data["remedy_ids"][0])

    return propose


@pytest.fixture
def wait(propose):
    """A remedy that waits, whoever may approve it: proposed beyond the authority of its proposer, then made smaller."""

    def wait(complaint, amount, **given):
        remedy = propose(complaint, "60000", **given)
        Remedy.objects.filter(pk=remedy.pk).update(amount=Decimal(amount))
        return remedy

    return wait


def again(remedy):
    return Remedy.objects.get(pk=remedy.pk)


# --- own authority -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "state"), [("1000.00", "approved"), ("1000.01", "proposed")])
def test_what_lies_within_the_own_authority_is_granted_at_once_and_what_lies_above_waits(
    propose, complaint, amount, state
):
    remedy = propose(complaint, amount)
    assert remedy.state == state
    assert (remedy.decided_by, bool(remedy.decided_at)) == (
        (remedy.proposed_by, True) if state == "approved" else (None, False)
    )
    assert Remedy.history.filter(id=remedy.pk).count() == 1


def test_an_apology_needs_no_authority(deeds, complaint):
    deeds.do(complaint, "propose_remedy", "handler", kind="apology")
    assert complaint.remedies.get().state == "approved"


def test_an_act_beyond_money_needs_a_row_of_its_own(deeds, complaint):
    deeds.do(complaint, "propose_remedy", "handler", kind="correction")
    assert complaint.remedies.get().state == "proposed"
    AuthorityLimit.objects.create(level=AuthorityLevel.objects.get(level=2), kind="credit_file")
    deeds.do(complaint, "propose_remedy", "handler", kind="correction")
    assert complaint.remedies.last().state == "approved"


def test_a_handler_cannot_approve_their_own_remedy(wait, deeds, complaint):
    remedy = wait(complaint, "10")
    with pytest.raises(NotAllowed, match="proposed this remedy yourself"):
        deeds.do(complaint, "approve_remedy", "handler", remedy=remedy)
    assert again(remedy).state == "proposed"


def test_a_colleague_with_the_authority_approves(wait, deeds, complaint, house):
    remedy = wait(complaint, "10000.00")
    event = deeds.do(complaint, "approve_remedy", "colleague", remedy=remedy)
    now = again(remedy)
    assert (now.state, now.decided_by, now.decided_at) == ("approved", house.colleague, event.at)
    assert Remedy.history.filter(id=remedy.pk).latest("history_id").history_user == house.colleague


def test_a_colleague_without_the_authority_is_told_who_has_it(wait, deeds, complaint):
    remedy = wait(complaint, "10000.01")
    with pytest.raises(NotAllowed, match=r"Level 3 may up to 10,000.00 GBP.*Level 4 may"):
        deeds.do(complaint, "approve_remedy", "colleague", remedy=remedy)
    deeds.do(complaint, "approve_remedy", "manager", remedy=remedy)
    assert again(remedy).state == "approved"


def test_what_no_level_may_grant_is_refused_to_everybody(wait, deeds, complaint):
    remedy = wait(complaint, "50000.01")
    with pytest.raises(NotAllowed, match="No level may"):
        deeds.do(complaint, "approve_remedy", "manager", remedy=remedy)


def test_a_handler_of_another_team_cannot_approve(wait, deeds, complaint):
    with pytest.raises(NotAllowed, match="handler of Cards"):
        deeds.do(complaint, "approve_remedy", "stranger", remedy=wait(complaint, "10"))


# --- sums --------------------------------------------------------------------------------------------------------


def test_a_large_remedy_in_small_parts_is_seen_as_one(propose, complaint):
    assert [propose(complaint, "400").state for _part in range(3)] == ["approved", "approved", "proposed"]


def test_tenths_are_summed_exactly(propose, complaint, house):
    AuthorityLimit.objects.filter(level__level__lte=2, kind="goodwill").update(amount=Decimal("0.30"))
    assert [propose(complaint, part, "goodwill").state for part in ("0.10", "0.20", "0.01")] == [
        "approved",
        "approved",
        "proposed",
    ]


def test_refund_loss_interest_and_costs_count_together_and_goodwill_apart(propose, complaint):
    states = [propose(complaint, "300", kind).state for kind in ("refund", "loss", "interest", "goodwill", "costs")]
    assert states == ["approved", "approved", "approved", "approved", "proposed"]


def test_what_was_refused_does_not_count(wait, propose, deeds, complaint):
    deeds.do(complaint, "refuse_remedy", "colleague", remedy=wait(complaint, "900"))
    assert propose(complaint, "1000").state == "approved"


def test_an_approval_counts_what_was_granted_since_the_proposal(wait, deeds, complaint):
    first, second = wait(complaint, "6000"), wait(complaint, "6000")
    deeds.do(complaint, "approve_remedy", "colleague", remedy=first)
    with pytest.raises(NotAllowed, match=r"12,000\.00"):
        deeds.do(complaint, "approve_remedy", "colleague", remedy=second)


def test_what_the_customer_was_granted_in_other_cases_of_the_year_counts(propose, case, hana_alone):
    assert propose(case("investigating"), "1000").state == "approved"
    third = case("investigating")
    assert propose(case("investigating"), "999.99").state == "approved"
    assert propose(third, "0.01").state == "approved"
    assert propose(third, "0.01").state == "proposed"


def test_one_step_on_many_cases_counts_those_of_one_customer_together(case, house, hana_alone):
    cases, actor = [case("investigating") for _number in range(3)], Actor.of(house.handler)
    results = perform_many(cases, "propose_remedy", actor=actor, kind="refund", amount=Decimal(1000), currency="GBP")
    assert [result.complaint for result in results] == cases
    assert [row.state for row in Remedy.objects.order_by("pk")] == ["approved", "approved", "proposed"]


def test_what_was_worked_out_is_given_once(propose, deeds, complaint):
    deeds.do(complaint, "calculate", "handler")
    worked_out = complaint.calculations.get()
    deeds.do(complaint, "check_calculation", "colleague", calculation=worked_out)
    interest = propose(complaint, "22.99", "interest", calculation=worked_out)
    with pytest.raises(Invalid, match=r"22\.99 GBP rest on this calculation"):
        propose(complaint, "22.99", "interest", calculation=worked_out)
    with pytest.raises(Invalid, match="rest on this calculation"):
        propose(complaint, "1140.01", calculation=worked_out)
    Remedy.objects.filter(pk=interest.pk).update(state="refused")
    assert propose(complaint, "1140.00", calculation=worked_out)
    assert propose(complaint, "22.99", "interest", calculation=worked_out)


def test_what_was_granted_over_a_year_ago_or_to_somebody_else_does_not_count(propose, case, hana_alone):
    old = propose(case("investigating"), "1000")
    Remedy.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=366))
    propose(case("investigating", contact=Contact(name="Ben", email="ben@example.org")), "1000")
    mine = case("investigating")
    assert [propose(mine, "1000").state, propose(mine, "1000", "goodwill").state] == ["approved", "approved"]


def test_a_dated_step_counts_the_year_before_its_own_day(propose, deeds, case, hana_alone):
    """As an import gives them: what was granted a year and a half ago counts for a step of 13 months ago."""
    now = timezone.now()
    old = propose(case("investigating"), "1000")
    Remedy.objects.filter(pk=old.pk).update(decided_at=now - timedelta(days=550))
    latest = propose(case("investigating"), "1000")
    Remedy.objects.filter(pk=latest.pk).update(decided_at=now - timedelta(days=2))
    third, states = case("investigating"), []
    for days, amount in ((600, "1000"), (400, "0.01"), (400, "1000")):
        states.append(propose(third, amount, "goodwill", at=now - timedelta(days=days)).state)
        Remedy.objects.filter(complaint=third).delete()
    assert states == ["approved", "approved", "approved"]
    full = propose(case("investigating"), "1000", at=now - timedelta(days=549))
    assert (full.state, propose(third, "0.01", at=now - timedelta(days=400)).state) == ("approved", "proposed")
    assert propose(third, "1000").state == "approved", "today only what is two days old counts"


def test_whoever_speaks_for_several_customers_does_not_add_them_up(propose, case, hana_alone):
    lawyer = Contact(name="Lea Law", email="lea@example.org")
    for name in ("Ana", "Ben", "Cyd"):
        contact = Contact(name=name, email=f"{name}@example.org")
        assert propose(case("investigating", contact=contact, representative=lawyer), "1000").state == "approved"


# --- currency ----------------------------------------------------------------------------------------------------


def test_another_currency_does_not_match_and_says_so(wait, propose, deeds, complaint):
    assert propose(complaint, "1", currency="EUR").state == "proposed"
    with pytest.raises(NotAllowed, match="no limit in EUR, and nothing is converted"):
        deeds.do(complaint, "approve_remedy", "manager", remedy=complaint.remedies.get())


def test_currencies_are_not_added_up(propose, complaint):
    level = AuthorityLevel.objects.get(level=2)
    for kind, per in (("redress", "case"), ("total", "customer_year")):
        AuthorityLimit.objects.create(level=level, kind=kind, per=per, amount=900, currency="EUR")
    states = [propose(complaint, *part).state for part in (("900", "refund"), ("100", "refund"))]
    states += [propose(complaint, "900", currency="EUR").state, propose(complaint, "1", currency="EUR").state]
    assert states == ["approved", "approved", "approved", "proposed"]


# --- deciding and paying -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [("approve", "approve"), ("approve", "refuse"), ("refuse", "approve")])
def test_what_was_decided_is_decided_once(wait, deeds, complaint, first, second):
    remedy = wait(complaint, "10")
    deeds.do(complaint, f"{first}_remedy", "colleague", remedy=remedy)
    with pytest.raises(WrongState, match="already"):
        deeds.do(complaint, f"{second}_remedy", "manager", remedy=remedy)


@pytest.mark.parametrize("action", ["pay_remedy", "schedule_remedy"])
@pytest.mark.parametrize("state", ["proposed", "refused", "paid"])
def test_only_what_was_granted_and_is_not_paid_can_be_paid_or_scheduled(deeds, case, action, state):
    complaint = case("resolved")
    remedy = complaint.remedies.get()
    Remedy.objects.filter(pk=remedy.pk).update(state=state)
    with pytest.raises(WrongState):
        deeds.do(complaint, action, "handler", **{**_data(action), "remedy": remedy})


def _data(action):
    return {"due_on": timezone.localdate()} if action == "schedule_remedy" else {"payment_reference": "P-1"}


def test_nothing_is_promised_for_a_day_that_has_passed(deeds, case):
    with pytest.raises(Invalid, match="has passed"):
        deeds.do(case("resolved"), "schedule_remedy", "handler", due_on=timezone.localdate() - timedelta(days=1))


def test_a_payment_is_dated_and_keeps_its_reference(deeds, case):
    complaint = case("resolved")
    event = deeds.do(complaint, "pay_remedy", "manager", payment_reference="P-77")
    remedy = complaint.remedies.get()
    assert (remedy.state, remedy.paid_at, remedy.payment_reference) == ("paid", event.at, "P-77")


def test_a_remedy_of_another_case_is_refused(wait, deeds, complaint, case):
    remedy = wait(complaint, "10")
    other = case("investigating")
    with pytest.raises(WrongState, match="does not belong"):
        deeds.do(other, "approve_remedy", "manager", remedy=remedy)


def test_a_fault_found_is_still_put_right_after_the_customer_withdrew(propose, deeds, complaint):
    remedy = propose(complaint, "20")
    deeds.do(complaint, "withdraw", "customer")
    deeds.do(complaint, "pay_remedy", "manager", remedy=remedy)
    assert again(remedy).state == "paid"
    assert Complaint.objects.get(pk=complaint.pk).closed_as == "withdrawn"
