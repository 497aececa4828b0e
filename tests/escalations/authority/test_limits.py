"""Approvals: several people, lent authority, smaller amounts, nobody who answers; and authority beyond money."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from escalations.authority.allowances import allowances, who_may, who_may_more, you_may
from escalations.authority.limits import verdict
from escalations.authority.reminding import remind_approvers, tell_approvers
from escalations.errors import Incomplete, Invalid, NotAllowed, Refusal, WrongState
from escalations.models import Approval, Complaint, Remedy
from routing.models import ApprovalStep, AuthorityLevel, AuthorityLimit, Delegation, Handler

# Of the small house, in GBP: level 2 (Hana) 1,000 of each kind a case; level 3 (Hugo) 10,000; level 4 (Mona) 50,000.


def level(number):
    return AuthorityLevel.objects.get(level=number)


@pytest.fixture
def complaint(case, hana_alone):
    return case("investigating")


@pytest.fixture
def waits(deeds, complaint):
    """A refund that waits."""

    def wait(amount="5000"):
        deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=Decimal(amount), currency="GBP")
        return complaint.remedies.last()

    return wait


@pytest.fixture
def two_steps(db, house):
    """Above 2,000 somebody of level 3 agrees, then somebody of level 4."""
    for number in (3, 4):
        ApprovalStep.objects.create(level=level(number), kind="redress", above=2000, currency="GBP")


@pytest.fixture
def lend(house):
    def lend(giver, taker, **given):
        now = timezone.now()
        days = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1), **given}
        return Delegation.objects.create(giver=getattr(house, giver), taker=getattr(house, taker), **days)

    return lend


def approve(deeds, remedy, by, **given):
    deeds.do(remedy.complaint, "approve_remedy", by, remedy=remedy, **given)
    return Remedy.objects.get(pk=remedy.pk)


# --- several people ----------------------------------------------------------------------------------------------


def test_where_the_matrix_asks_for_two_the_first_agrees_and_the_second_decides(waits, deeds, two_steps, house):
    remedy = waits()
    assert remedy.asked_level == 3
    now = approve(deeds, remedy, "colleague")
    assert (now.state, now.asked_level, now.decided_by) == ("proposed", 4, None)
    with pytest.raises(NotAllowed, match="agreed to this already"):
        approve(deeds, remedy, "colleague")
    now = approve(deeds, remedy, "manager")
    assert (now.state, now.decided_by, now.decided_level) == ("approved", house.manager, 4)
    assert list(remedy.approvals.values_list("position", "decided_by", "outcome")) == [
        (1, house.colleague.pk, "agreed"),
        (2, house.manager.pk, "agreed"),
    ]


def test_who_has_agreed_does_not_take_it_back_by_refusing(waits, deeds, two_steps, house, at_desk):
    """Refused in words, and no button offers it: the next one decides."""
    Handler.objects.filter(user=house.colleague).update(authority=level(4))
    remedy = waits()
    approve(deeds, remedy, "colleague")
    with pytest.raises(NotAllowed, match="agreed to this already"):
        deeds.do(remedy.complaint, "refuse_remedy", "colleague", remedy=remedy)
    refuse = f"/cases/{remedy.complaint.reference}/do/refuse_remedy/"
    page = f"/cases/{remedy.complaint.reference}/"
    assert refuse not in at_desk(house.colleague).get(page).content.decode()
    assert refuse in at_desk(house.manager).get(page).content.decode()
    deeds.do(remedy.complaint, "refuse_remedy", "manager", remedy=remedy)
    assert Remedy.objects.get().state == "refused"


def test_steps_hold_for_whoever_could_grant_it_alone(deeds, complaint, two_steps, house):
    Handler.objects.filter(user=house.handler).update(authority=level(4))
    for amount, state in (("1500", "approved"), ("501", "proposed")):
        deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=Decimal(amount), currency="GBP")
        assert complaint.remedies.last().state == state, "the parts count together"


def test_an_amount_can_be_lowered_with_a_reason_and_not_raised(waits, deeds, complaint):
    remedy = waits()
    with pytest.raises(Invalid, match="two people mean the same sum"):
        approve(deeds, remedy, "colleague", amount=Decimal("5000.01"))
    with pytest.raises(Invalid, match="why you change"):
        approve(deeds, remedy, "colleague", amount=Decimal(150), reason="")
    with pytest.raises(Invalid, match="above nothing"):
        approve(deeds, remedy, "colleague", amount=Decimal(-1))
    now = approve(deeds, remedy, "colleague", amount=Decimal(150), reason="Half of it was given back in May.")
    assert (now.state, now.amount) == ("approved", 150)
    decision = Approval.objects.get()
    assert (decision.outcome, decision.asked_amount, decision.reason) == (
        "lowered", 5000, "Half of it was given back in May.",
    )  # fmt: skip


def test_a_refused_remedy_never_becomes_anything_else_whatever_is_tried(waits, deeds, complaint, house):
    """Every pair of steps, by everybody who has a part in it."""
    remedy = waits()
    deeds.do(complaint, "refuse_remedy", "colleague", remedy=remedy)
    steps = ("approve_remedy", "refuse_remedy", "schedule_remedy", "pay_remedy", "payment_failed")
    for action, by in product(steps, ("handler", "colleague", "manager")):
        more = {"due_on": timezone.localdate(), "owner": house.handler} if action == "schedule_remedy" else {}
        with pytest.raises(Refusal):
            deeds.do(complaint, action, by, remedy=remedy, **more)
    Complaint.objects.get(pk=complaint.pk).remedies_accepted()
    assert Remedy.objects.get(pk=remedy.pk).state == "refused"
    assert Approval.objects.count() == 1


def test_who_loses_the_authority_meanwhile_decides_no_more(waits, deeds, house):
    remedy, colleague = waits(), house.colleague
    assert colleague.rights.level == 3, "read when the page was shown"
    Handler.objects.filter(user=colleague).update(authority=level(1))
    with pytest.raises(NotAllowed, match=r"Level 1 may up to 100\.00"):
        approve(deeds, remedy, "colleague")


def test_who_becomes_involved_meanwhile_decides_no_more(waits, deeds, house):
    remedy = waits()
    case = remedy.complaint
    assert verdict(case, remedy, house.colleague).allowed, "as the page says when it is opened"
    deeds.do(case, "name_staff", "handler", user=house.colleague, reason="The customer speaks of him.")
    for action in ("approve_remedy", "refuse_remedy"):
        with pytest.raises(NotAllowed, match="You are involved"):
            deeds.do(case, action, "colleague", remedy=remedy)


def test_what_was_lent_and_taken_back_meanwhile_decides_no_more(waits, deeds, lend, house):
    remedy = waits("20000")
    lent = lend("manager", "colleague")
    assert verdict(remedy.complaint, remedy, house.colleague).allowed
    lent.delete()
    with pytest.raises(NotAllowed, match="Level 4 may"):
        approve(deeds, remedy, "colleague")


def test_refusing_takes_the_authority_or_being_the_proposer(waits, deeds, house):
    remedy = waits()
    Handler.objects.filter(user=house.colleague).update(authority=level(1))
    with pytest.raises(NotAllowed, match="could not approve"):
        deeds.do(remedy.complaint, "refuse_remedy", "colleague", remedy=remedy)
    deeds.do(remedy.complaint, "refuse_remedy", "handler", remedy=remedy)


def test_limits_and_steps_hold_on_their_days_only(waits, deeds, house):
    today = timezone.localdate()
    AuthorityLimit.objects.filter(level__level=3).update(valid_until=today - timedelta(days=1))
    remedy = waits()
    with pytest.raises(NotAllowed, match="Level 4 may"):
        approve(deeds, remedy, "colleague")
    limit = AuthorityLimit(level=level(3), kind="redress", amount=9000, currency="GBP", valid_from=today)
    limit.full_clean()
    limit.valid_from = today - timedelta(days=9)
    with pytest.raises(ValidationError, match="already for a part"):
        limit.full_clean()


# --- lent authority ----------------------------------------------------------------------------------------------


def test_who_decides_for_somebody_away_says_so(waits, deeds, lend, house):
    remedy = waits("20000")
    lend("manager", "colleague")
    now = approve(deeds, remedy, "colleague")
    assert (now.decided_by, now.decided_for, now.decided_level) == (house.colleague, house.manager, 4)
    assert str(Approval.objects.get().who) == "Hugo, for Mona"


def test_their_own_authority_comes_first(waits, deeds, lend):
    remedy = waits()
    lend("manager", "colleague")
    assert approve(deeds, remedy, "colleague").decided_for is None


@pytest.mark.parametrize(
    "given",
    [
        {"starts_at": timedelta(hours=12)},
        {"starts_at": timedelta(days=-9), "ends_at": timedelta(hours=-1)},
        {"level": 3},
    ],
)
def test_what_was_lent_holds_for_its_days_and_up_to_its_level(waits, deeds, lend, given):
    remedy = waits("20000")
    now = timezone.now()
    lent = {name: level(value) if name == "level" else now + value for name, value in given.items()}
    lend("manager", "colleague", **lent)
    with pytest.raises(NotAllowed, match="Level 4 may"):
        approve(deeds, remedy, "colleague")


def test_it_reaches_no_further_than_its_giver_and_never_to_the_givers_own_proposal(
    deeds, complaint, lend, house, waits
):
    with pytest.raises(ValidationError, match="no more can be lent"):
        Delegation(giver=house.handler, taker=house.colleague, level=level(4)).clean()
    remedy = waits("20000")
    lend("handler", "colleague")
    Handler.objects.filter(user=house.handler).update(authority=level(4))
    with pytest.raises(NotAllowed, match="Level 4 may"):
        approve(deeds, remedy, "colleague")


def test_nobody_lends_to_themselves(house):
    with pytest.raises(ValidationError, match="themselves"):
        Delegation(giver=house.manager, taker=house.manager).clean()


# --- nobody answers ----------------------------------------------------------------------------------------------


def test_who_is_asked_is_reminded_and_then_the_next_level_is_asked(waits, house):
    house.manager.email = "mona@example.org"
    house.manager.save()
    house.manager.handler.absences.all().delete()
    remedy = waits()
    at = timezone.now()
    assert remind_approvers(at=at) == 0
    steps = []
    for day in range(1, 4):
        assert remind_approvers(at=at + timedelta(days=day, minutes=day)) == 1
        remedy.refresh_from_db()
        steps.append((remedy.asked_level, remedy.reminders))
    assert steps == [(3, 1), (4, 0), (4, 1)]
    assert remind_approvers(at=at + timedelta(days=3, minutes=4)) == 0, "twice changes nothing"
    assert tell_approvers(now=at + timedelta(days=4)) == 3 and tell_approvers(now=at + timedelta(days=4)) == 0
    assert {tuple(one.to) for one in mail.outbox} == {("mona@example.org",)}


def test_what_is_decided_is_reminded_of_no_more(waits, deeds):
    remedy = waits()
    approve(deeds, remedy, "colleague")
    assert remind_approvers(at=timezone.now() + timedelta(days=9)) == 0


# --- what one may grant ------------------------------------------------------------------------------------------


def test_the_page_speaks_in_the_currency_of_the_case(complaint, house):
    house.manager.handler.absences.all().delete()
    people = who_may_more(complaint, house.handler, timezone.now())
    own = allowances(complaint, house.handler)
    assert you_may(complaint, own) == "You may grant up to 1,000.00 GBP here."
    assert who_may(complaint, people) == "This colleague can grant up to 50,000.00 GBP and is in now: Mona."
    complaint.currency = "USD"
    assert allowances(complaint, house.handler) == []
    assert you_may(complaint, []) == "You may grant no redress in USD by yourself."


def test_a_sum_that_was_split_says_what_it_is_counted_with(waits, deeds, complaint):
    deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=Decimal(900), currency="GBP")
    remedy = waits("9500")
    with pytest.raises(NotAllowed, match=r"Granted already: 900\.00 GBP on this case"):
        approve(deeds, remedy, "colleague")


@pytest.mark.parametrize("amount", ["-1", "0", "10000000000", "NaN", "1.005"])
def test_what_is_no_amount_is_refused_whoever_asks(deeds, complaint, amount):
    with pytest.raises(Invalid):
        deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=Decimal(amount), currency="GBP")
    assert not complaint.remedies.exists()


# --- beyond money ------------------------------------------------------------------------------------------------


@pytest.fixture
def rejected(deeds, complaint):
    """Found, and not upheld; the matrix lets level 3 reject and sign."""
    for act in ("reject", "final_response"):
        AuthorityLimit.objects.create(level=level(3), kind=act)
    deeds.do(complaint, "record_finding", "handler", finding="not", outcome="not_upheld")
    deeds.do(complaint, "confirm_cause", "handler")
    return complaint


def test_rejecting_takes_its_own_authority_or_the_agreement_of_who_has_it(rejected, deeds):
    with pytest.raises(Incomplete, match=r"The authority to reject a complaint.*level 3"):
        deeds.do(rejected, "communicate", "handler")
    with pytest.raises(NotAllowed, match="work this case yourself"):
        deeds.do(rejected, "authorise", "handler", kind="reject")
    deeds.do(rejected, "authorise", "colleague", kind="reject")
    with pytest.raises(WrongState, match="already"):
        deeds.do(rejected, "authorise", "manager", kind="reject")
    deeds.do(rejected, "communicate", "handler")
    with pytest.raises(NotAllowed, match="may not sign a final response"):
        deeds.do(rejected, "write", "handler", kind="final_response")
    deeds.do(rejected, "authorise", "colleague", kind="final_response")
    deeds.do(rejected, "write", "handler", kind="final_response")


def test_a_matrix_that_says_nothing_of_an_act_leaves_it_to_who_works_the_case(deeds, complaint):
    deeds.do(complaint, "record_finding", "handler", finding="not", outcome="not_upheld")
    deeds.do(complaint, "confirm_cause", "handler")
    deeds.do(complaint, "communicate", "handler")


def test_writing_off_a_debt_waits_for_who_may(deeds, complaint):
    AuthorityLimit.objects.create(level=level(3), kind="write_off")
    deeds.do(complaint, "propose_remedy", "handler", kind="write_off", amount=Decimal(80), currency="GBP")
    remedy = complaint.remedies.get()
    assert (remedy.state, remedy.asked_level) == ("proposed", 3)
    assert approve(deeds, remedy, "colleague").state == "approved"


def _rejects(deeds, case):
    deeds.do(case, "record_finding", "handler", finding="not", outcome="not_upheld")
    deeds.do(case, "confirm_cause", "handler")
    deeds.do(case, "communicate", "handler")


def _signs(deeds, case):
    deeds.do(case, "write", "handler", kind="final_response")


def _gives(kind, **money):
    def give(deeds, case):
        deeds.do(case, "propose_remedy", "handler", kind=kind, **money)
        if case.remedies.last().state == "proposed":
            raise NotAllowed("It waits for somebody who may.")

    return give


def _reopens(deeds, case):
    deeds.do(_closed(case), "reopen", "coordinator")


ENFORCED = {
    "reject": _rejects,
    "final_response": _signs,
    "reverse_closure": _reopens,
    "write_off": _gives("write_off", amount=Decimal(80), currency="GBP"),
    "credit_file": _gives("correction"),
}


@pytest.mark.parametrize("act", [kind for kind in AuthorityLimit.Kind if kind not in AuthorityLimit.MONEY])
def test_there_is_no_act_that_nothing_enforces(act, deeds, complaint):
    """Given to the highest level alone, no handler and no coordinator does it by themselves."""
    AuthorityLimit.objects.create(level=level(5), kind=act)
    with pytest.raises((Incomplete, NotAllowed)):
        ENFORCED[act](deeds, complaint)


def test_a_closed_case_is_opened_again_with_the_agreement_of_who_may(deeds, complaint):
    with pytest.raises(WrongState):
        deeds.do(_closed(complaint), "authorise", "colleague", kind="reverse_closure")
    AuthorityLimit.objects.create(level=level(3), kind="reverse_closure")
    with pytest.raises(Incomplete, match=r"The authority to open a closed case again.*level 3"):
        deeds.do(_closed(complaint), "reopen", "coordinator")
    with pytest.raises(Invalid):
        deeds.do(_closed(complaint), "authorise", "colleague", kind="reject")
    deeds.do(_closed(complaint), "authorise", "colleague", kind="reverse_closure")
    deeds.do(_closed(complaint), "reopen", "coordinator")


def test_the_customer_needs_nobodys_authority_to_come_back(deeds, complaint):
    AuthorityLimit.objects.create(level=level(5), kind="reverse_closure")
    deeds.do(_closed(complaint), "reopen", "customer")


def _closed(complaint):
    Complaint.objects.filter(pk=complaint.pk).update(state="closed", closed_as="upheld", closed_at=timezone.now())
    return Complaint.objects.get(pk=complaint.pk)
