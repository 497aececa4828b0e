"""Is it a complaint, and ours? Set aside by kind, referred in whole or part with a letter to each side, sampled; and
what a customer asks to be escalated."""

import pytest
from django.core import mail
from django.utils import timezone

from escalations.errors import Invalid
from escalations.forms.referral import SetAsideForm
from escalations.handing_over.asking import raise_what_customers_ask
from escalations.jobs import send_queued
from escalations.models import Complaint, Confirmation, Message, Referral, SetAsideReview, Trigger
from escalations.states import LETTER_DUE

FIRM = {"firm": "Moorland", "firm_email": "post@moorland.example", "firm_letter": "Theirs is yours."}


def test_a_referral_names_the_firm_and_writes_to_both_sides(case, deeds):
    complaint = case("triggered")
    form = SetAsideForm({"kind": "referred"}, complaint=complaint)
    assert set(form.errors) == {"letter", "firm", "firm_letter"}
    assert SetAsideForm({"kind": "enquiry"}, complaint=complaint).is_valid()
    for who in ("coordinator", "second_coordinator"):
        deeds.do(complaint, "set_aside", who, kind="referred", letter="Moorland answers you.", **FIRM)
    assert send_queued() == 2
    assert sorted(one.to[0] for one in mail.outbox) == ["ana@example.org", "post@moorland.example"]
    assert Referral.objects.get().point is None and Complaint.objects.get().set_aside_as == "referred"


def test_one_point_is_referred_and_counted_and_the_case_goes_on_with_the_rest(case, deeds, hana_alone, house, at_desk):
    complaint = case("investigating")
    deeds.do(complaint, "add_point", "handler", issue=complaint.main_point.issue)
    second = complaint.points.last()
    deeds.do(complaint, "refer_part", "handler", point=second, letter="Part is Moorland's.", **FIRM)
    deeds.do(complaint, "record_finding", "handler", point=complaint.main_point)
    deeds.do(complaint, "confirm_cause", "handler", point=complaint.main_point)
    deeds.do(complaint, "communicate", "handler")
    assert Complaint.objects.get().state == "communicating"
    assert Message.objects.filter(kind="referral").count() == 2
    page = at_desk(house.analyst).get("/set-aside/").content.decode()
    assert "1 point of a complaint that goes on was referred to another firm" in page


def test_the_last_point_cannot_be_referred_away(case, deeds, hana_alone):
    complaint = case("investigating")
    with pytest.raises(Invalid, match="only point left"):
        deeds.do(complaint, "refer_part", "handler", point=complaint.main_point, letter="x", **FIRM)
    assert not Referral.objects.exists()


@pytest.mark.parametrize("kind", LETTER_DUE)
def test_nobody_is_set_aside_without_the_letter_that_is_due_whichever_way_it_is_asked(case, deeds, kind):
    complaint = case("triggered")
    given = {"letter": " ", "firm": "", "firm_letter": ""}
    with pytest.raises(Invalid) as refused:
        deeds.do(complaint, "set_aside", "coordinator", kind=kind, **given)
    theirs = {"firm", "firm_letter"} if kind == "referred" else set()
    assert set(refused.value.errors) == {"letter", *theirs}
    Confirmation.objects.create(
        complaint=complaint, action="set_aside", asked_at=timezone.now(), reason="Before.", data={"kind": kind},
        asked_by=deeds.house.coordinator,
    )  # fmt: skip
    with pytest.raises(Invalid):
        deeds.do(complaint, "set_aside", "second_coordinator")
    assert not Message.objects.exists()


def test_a_part_is_not_referred_without_a_letter_to_each_side(case, deeds, hana_alone):
    complaint = case("investigating")
    deeds.prepare(complaint, "refer_part")
    for gap in ({"firm_letter": ""}, {"letter": " "}, {"firm": ""}):
        with pytest.raises(Invalid, match="writes to both sides"):
            deeds.do(complaint, "refer_part", "handler", **gap)


def test_what_was_set_aside_is_counted_sampled_and_reviewed_once(at_desk, house, case, deeds):
    complaint = case("triggered")
    for who in ("coordinator", "second_coordinator"):
        deeds.do(complaint, "set_aside", who, kind="enquiry", letter="")
    client = at_desk(house.analyst)
    page = client.get("/set-aside/").content.decode()
    assert complaint.reference in page and "1 complaint was set aside in this month" in page
    for _time in range(2):
        assert (
            client.post(f"/cases/{complaint.reference}/review/", {"verdict": "wrong", "note": "Angry."}).status_code
            == 303
        )
    assert SetAsideReview.objects.get().verdict == "wrong"
    assert "1 should have been answered" in client.get("/set-aside/").content.decode()
    assert at_desk(house.agent).get("/set-aside/").status_code == 403


def test_a_customer_who_asks_is_escalated_once_from_wherever_the_case_stands(case, deeds):
    fresh, working = case(), case("investigating")
    for complaint in (fresh, working):
        deeds.do(complaint, "receive", "agent", body="I want somebody above you.", asks=True)
    assert raise_what_customers_ask() == 2 and raise_what_customers_ask() == 0
    assert Complaint.objects.get(pk=fresh.pk).state == "triggered"
    assert Complaint.objects.get(pk=working.pk).state == "investigating"
    assert {trigger.complaint_id for trigger in Trigger.objects.filter(kind="customer")} == {fresh.pk, working.pk}


def test_a_customer_who_asks_about_a_closed_case_is_taken_further_inside_the_window(case, deeds):
    complaint = case("closed")
    for _time in range(2):
        deeds.do(complaint, "receive", "agent", body="I want somebody above you.", asks=True)
    assert raise_what_customers_ask() == 2
    now = Complaint.objects.get(pk=complaint.pk)
    assert (now.state, now.tier) == ("triggered", complaint.tier + 1)
    assert "I want somebody above you." in [row.text for row in now.statements.filter(kind="reason")]


def test_the_summary_to_print_shows_what_the_reader_may_know(at_desk, house, case):
    complaint = case("investigating")
    held = at_desk(complaint.handler.user).get(f"/cases/{complaint.reference}/summary/").content.decode()
    assert "You charged me twice" in held and "<b>Ana Silva</b>" in held
    seen = at_desk(house.analyst).get(f"/cases/{complaint.reference}/summary/").content.decode()
    assert "Ana Silva" not in seen and "charged me twice" not in seen
    assert at_desk(house.stranger).get(f"/cases/{complaint.reference}/summary/").status_code == 404
