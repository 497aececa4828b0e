"""Whoever is involved in a complaint does not get it: who is named, tried, or granted something; and their boss."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from escalations.authority.allowances import who_may_more
from escalations.errors import Invalid, NotAllowed
from escalations.intake import AttemptDraft
from escalations.jobs import route_accepted
from escalations.models import Complaint, Remedy
from escalations.placing.conflicts import conflicts_of
from escalations.placing.facts import facts_of
from routing.models import Decision, User


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def why(complaint, user):
    decision = Decision.objects.latest_of(complaint.reference)
    return next(row["why"] for row in decision.candidates if row["handler"] == user.handler.pk)


@pytest.fixture
def managed(house):
    """Hugo is Hana's line manager."""
    house.handler.line_manager = house.colleague
    house.handler.save()


def test_whoever_is_named_and_their_line_manager_are_no_candidates_and_the_explanation_says_so(
    case, house, deeds, managed
):
    complaint = case("accepted")
    deeds.do(complaint, "name_staff", "agent", user=house.handler)
    assert route_accepted() == 0
    assert why(complaint, house.handler) == "Is excluded: named in the complaint."
    assert why(complaint, house.colleague) == "Is excluded: line manager of somebody named in the complaint."
    assert Decision.objects.latest_of(complaint.reference).reason == "Cards: 2 handlers, all involved in this case."


def test_somebody_named_by_mistake_is_a_candidate_again_but_nobody_lifts_their_own_name(
    case, house, deeds, managed, staff
):
    complaint = case("accepted")
    house.manager.handler.delete()
    deeds.do(complaint, "name_staff", "coordinator", user=house.handler)
    deeds.do(complaint, "name_staff", "coordinator", user=house.manager)
    mine = complaint.named_staff.get(user=house.manager)
    with pytest.raises(NotAllowed, match="named yourself"):
        deeds.do(complaint, "lift_naming", "manager", naming=mine)
    deeds.do(complaint, "lift_naming", "manager", naming=complaint.named_staff.get(user=house.handler))
    assert route_accepted() == 1
    assert again(complaint).handler == house.handler.handler


def test_who_made_an_attempt_is_excluded_with_their_line_manager(case, house, managed):
    attempts = (AttemptDraft("Offered 20.00", "declined", timezone.now(), house.handler),)
    complaint = case("accepted", attempts=attempts)
    route_accepted()
    assert why(complaint, house.handler) == "Is excluded: made an earlier attempt to put it right."
    assert why(complaint, house.colleague) == "Is excluded: line manager of somebody who made an earlier attempt."


def test_who_granted_a_remedy_does_not_get_the_case_when_it_is_taken_further(case, deeds, hana_alone, house):
    complaint = case("investigating")
    deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=20, currency="GBP")
    assert house.handler.pk not in facts_of([again(complaint)])[0].excluded_users, "granting is part of handling"
    deeds.do(complaint, "escalate_further", "customer", reason="It is too little.")
    assert route_accepted() == 0
    assert why(complaint, house.handler) == "Is excluded: granted a remedy on this case."


def test_reopening_goes_back_to_who_granted_the_remedy_and_a_refused_remedy_excludes_nobody(
    case, house, deeds, hana_alone
):
    complaint = case("closed")
    assert Remedy.objects.get().decided_by == house.handler
    deeds.do(complaint, "reopen", "customer", reason="The sort code was wrong.")
    assert route_accepted() == 1
    assert again(complaint).handler == house.handler.handler
    other = case("investigating")
    deeds.prepare(other, "refuse_remedy")
    deeds.do(other, "refuse_remedy", "colleague")
    deeds.do(other, "escalate_further", "customer", reason="It is too little.")
    (found,) = conflicts_of([again(other)])
    assert house.colleague.pk not in found


@pytest.mark.parametrize("action", ["route", "reroute", "reassign"])
def test_by_hand_a_conflict_is_not_overruled(case, house, deeds, action, hana_alone):
    complaint = case("accepted" if action == "route" else "routed")
    deeds.do(complaint, "name_staff", "coordinator", user=house.colleague)
    data = {"handler": house.colleague.handler} | ({} if action == "reassign" else {"team": house.cards})
    with pytest.raises(Invalid) as refused:
        deeds.do(complaint, action, "coordinator", **data)
    assert "named in the complaint" in str(refused.value.errors)


def test_conflicts_of_many_cases_take_as_many_queries_as_of_one(case, house, managed):
    attempts = (AttemptDraft("Offered 20.00", "declined", timezone.now() - timedelta(days=1), house.handler),)
    cases, counts = [case(attempts=attempts) for _ in range(3)], []
    for batch in (cases[:1], cases[1:]):
        with CaptureQueriesContext(connection) as queries:
            facts_of(batch)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- named when they hold it already ------------------------------------------------------------------------------


@pytest.mark.parametrize("about", ["handler", "other_agent"])
def test_a_holder_who_turns_out_to_be_involved_is_told_to_who_can_give_it_to_somebody_else(
    case, house, deeds, hana_alone, client, about
):
    house.other_agent.line_manager = house.handler
    house.other_agent.save()
    complaint = case("investigating")
    event = deeds.do(complaint, "name_staff", "colleague", user=getattr(house, about))
    assert event.data["holder"] == house.handler.handler.pk
    assert list(Complaint.objects.in_wrong_hands()) == [complaint]
    why = "named in it" if about == "handler" else "line manager of Amal, who is named in it"
    pages = [
        reverse("escalations:case", args=[complaint.reference]),
        reverse("escalations:triage"),
        reverse("admin:index"),
    ]
    reroute = reverse("escalations:act", args=[complaint.reference, "reroute"])
    for who in ("coordinator", "manager"):
        client.force_login(getattr(house, who))
        case_page, triage, first = (client.get(page).content.decode() for page in pages)
        assert why in case_page and "A coordinator or a manager allocates it" not in case_page
        assert f'href="{reroute}"' in case_page and "Hana held it and is involved" in case_page
        assert why in triage and "1 is in the wrong hands" in triage
        assert "Held by somebody whom it is about" in first and complaint.reference in first
    deeds.do(complaint, "reroute", "manager", team=house.cards, handler=house.colleague.handler)
    assert not Complaint.objects.in_wrong_hands().exists()
    assert "Held by somebody whom it is about" not in client.get(pages[2]).content.decode()
    assert why not in client.get(pages[0]).content.decode()


def test_what_is_restricted_while_somebody_without_the_clearance_holds_it_is_in_wrong_hands(
    deeds, case, hana_alone, house, at_desk
):
    complaint = case("investigating")
    deeds.do(complaint, "restrict", "coordinator", kind="conduct")
    house.manager.clearances.add(house.conduct)
    page = f"/cases/{complaint.reference}/"
    assert list(Complaint.objects.in_wrong_hands()) == [complaint]
    assert at_desk(house.handler).get(page).status_code == 404
    said = "Hana holds the case and may not see it (conduct): it goes to somebody with the clearance."
    assert said in at_desk(house.manager).get(page).content.decode()
    house.handler.clearances.add(house.conduct)
    assert not Complaint.objects.in_wrong_hands().exists()
    User.objects.filter(pk=house.handler.pk).update(is_active=False)
    assert list(Complaint.objects.in_wrong_hands()) == [complaint]
    assert "Hana holds the case and works here no more" in at_desk(house.manager).get("/triage/").content.decode()


# --- deciding on a remedy -----------------------------------------------------------------------------------------


def waiting(deeds, complaint):
    deeds.prepare(complaint, "approve_remedy")
    return complaint.remedies.get()


@pytest.mark.parametrize("action", ["approve_remedy", "refuse_remedy"])
def test_who_is_named_and_their_line_manager_decide_on_no_remedy_and_the_pages_say_why(
    case, house, deeds, hana_alone, client, action
):
    house.colleague.line_manager = house.manager
    house.colleague.save()
    complaint = case("investigating")
    remedy = waiting(deeds, complaint)
    deeds.do(complaint, "name_staff", "coordinator", user=house.colleague)
    for who, why in (("colleague", "named in the complaint"), ("manager", "line manager of somebody named")):
        with pytest.raises(NotAllowed, match=why):
            deeds.do(complaint, action, who, remedy=remedy)
        client.force_login(getattr(house, who))
        for page in (reverse("escalations:approvals"), reverse("escalations:case", args=[complaint.reference])):
            answer = client.get(page).content.decode()
            assert f"You are involved ({why}" in answer and f"/{action}/" not in answer
    assert who_may_more(again(complaint), house.handler, timezone.now()) == []


def test_who_made_an_attempt_or_granted_a_remedy_before_it_went_up_does_not_approve_the_next(
    case, house, deeds, hana_alone
):
    attempts = (AttemptDraft("Offered 20.00", "declined", timezone.now(), house.colleague),)
    complaint = case("investigating", attempts=attempts)
    with pytest.raises(NotAllowed, match="made an earlier attempt"):
        deeds.do(complaint, "approve_remedy", "colleague", remedy=waiting(deeds, complaint))
    deeds.do(complaint, "approve_remedy", "manager")
    deeds.do(complaint, "escalate_further", "customer", reason="It is too little.")
    deeds.do(complaint, "route", "coordinator")
    with pytest.raises(NotAllowed, match="granted a remedy"):
        deeds.do(complaint, "approve_remedy", "manager", remedy=_another(complaint, house))


def _another(complaint, house):
    return Remedy.objects.create(
        complaint=complaint, kind="refund", amount=20, currency="GBP", proposed_by=house.handler,
        proposed_at=timezone.now(), point=complaint.points.first(),
    )  # fmt: skip


def test_a_holder_who_is_named_later_grants_nothing_on_their_own_authority(case, house, deeds, hana_alone):
    complaint = case("investigating")
    deeds.do(complaint, "record_attempt", "handler")
    deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=20, currency="GBP")
    assert complaint.remedies.last().state == "approved", "what is tried while it is handled is the handling"
    deeds.do(complaint, "name_staff", "coordinator", user=house.handler)
    deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=20, currency="GBP")
    assert complaint.remedies.last().state == "proposed"
