"""Evidence: asked for, found or not, kept or about to be deleted, listened to."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.formats import date_format

from escalations.communication.notices import tell_colleagues
from escalations.errors import Invalid, WrongState
from escalations.jobs import warn_of_deletion
from escalations.models import EvidenceRequest, Listening, Notice, Statement
from routing.models import User


def test_not_found_is_a_finding_that_says_what_was_lost_and_ends_the_waiting(case, deeds):
    complaint, today = case("investigating"), timezone.localdate()
    deeds.do(complaint, "wait", "handler", on="evidence")
    deeds.do(
        complaint, "request_evidence", "handler", system="Verint", external_id="4711", point=complaint.main_point,
        delete_on=today - timedelta(days=3),
    )  # fmt: skip
    event = deeds.do(complaint, "answer_evidence", "handler", result="not_found", answer="Looked twice.")
    finding = Statement.objects.get(complaint=complaint, kind="finding")
    assert finding.text.startswith(
        "Not found: call recording: The call of March. Verint 4711. Its system deleted it on"
    )
    assert finding.text.endswith("and nobody had asked to keep it. Looked twice.")
    assert finding.point == complaint.main_point
    assert not complaint.waitings.open().exists()
    assert "4711" not in str(event.data)


def test_only_the_last_answer_ends_the_waiting_for_evidence(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "wait", "handler", on="evidence")
    for _number in range(2):
        deeds.do(complaint, "request_evidence", "handler")
    first, second = complaint.evidence_requests.all()
    deeds.do(complaint, "answer_evidence", "handler", request=first, result="received")
    assert complaint.waitings.open().exists()
    deeds.do(complaint, "answer_evidence", "handler", request=second, result="not_needed")
    assert not complaint.waitings.open().exists()


def test_who_listened_and_when_is_kept_with_the_mark_and_only_what_came_is_listened_to(case, deeds, house):
    complaint = case("investigating")
    deeds.do(complaint, "request_evidence", "handler")
    with pytest.raises(WrongState):
        deeds.do(complaint, "listen_evidence", "handler")
    deeds.do(complaint, "answer_evidence", "handler", result="received")
    event = deeds.do(complaint, "listen_evidence", "handler", heard="He says: free of charge.")
    row = Listening.objects.get()
    assert (row.by, row.at, row.mark) == (house.handler, event.at, "04:30")
    assert Statement.objects.get(kind="heard").text == "He says: free of charge."


@pytest.mark.parametrize(
    ("days", "given", "warned"),
    [(5, {}, True), (-1, {}, True), (30, {}, False), (5, {"keep": True}, False)],
)
def test_a_case_is_warned_once_before_its_evidence_is_deleted_unless_somebody_asked_to_keep_it(
    case, deeds, days, given, warned
):
    complaint, today = case("investigating"), timezone.localdate()
    deeds.do(complaint, "request_evidence", "handler", delete_on=today + timedelta(days=days), **given)
    assert warn_of_deletion() == int(warned)
    assert warn_of_deletion() == 0
    assert complaint.events.filter(action="warn_of_deletion").count() == int(warned)


def test_whoever_holds_the_case_is_told_once_in_their_notices_and_by_mail(case, deeds, house, client):
    User.objects.filter(pk=house.handler.pk).update(email="hana@bank.example")
    complaint, day = case("investigating"), timezone.localdate() + timedelta(days=3)
    deeds.do(complaint, "request_evidence", "handler", what="The call of March", delete_on=day)
    for _sweep in range(2):
        warn_of_deletion()
        tell_colleagues()
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.kind, notice.mailed_at is not None) == (house.handler, "deletion", True)
    (sent,) = mail.outbox
    assert sent.to == ["hana@bank.example"] and complaint.reference in sent.subject
    assert date_format(day, "j F Y") in sent.body and "March" not in sent.subject + sent.body.partition("deleted")[0]
    client.force_login(house.handler)
    page = client.get("/notices/").content.decode()
    assert "The call of March" in page and "nobody has asked to keep it" in page and "keep=asked" in page
    form = client.get(f"/cases/{complaint.reference}/do/answer_evidence/").content.decode()
    assert "Call recording: The call of March" in form, "with one request, nothing is to be chosen: it is said which"
    deeds.do(complaint, "describe_evidence", "handler", keep="asked")
    assert "Nothing will be lost any more" in client.get("/notices/").content.decode()
    client.post(f"/notices/{notice.pk}/seen/")
    assert "Nobody waits for you" in client.get("/notices/").content.decode()


def test_no_mail_warns_of_what_somebody_has_kept_meanwhile(case, deeds, house):
    User.objects.filter(pk=house.handler.pk).update(email="hana@bank.example")
    complaint = case("investigating")
    deeds.do(complaint, "request_evidence", "handler", delete_on=timezone.localdate() + timedelta(days=3))
    warn_of_deletion()
    deeds.do(complaint, "describe_evidence", "handler", keep="asked")
    assert tell_colleagues() == 0 and not mail.outbox
    assert Notice.objects.get().next_try_at is None


def test_another_day_warns_again_and_nothing_warns_of_a_closed_case(case, deeds):
    complaint, today = case("investigating"), timezone.localdate()
    deeds.do(complaint, "request_evidence", "handler", delete_on=today)
    assert warn_of_deletion() == 1
    deeds.do(complaint, "describe_evidence", "handler", delete_on=today + timedelta(days=2))
    assert warn_of_deletion() == 1
    EvidenceRequest.objects.update(warned_at=None)
    deeds.do(complaint, "withdraw", "customer")
    assert warn_of_deletion() == 0


def test_asking_to_keep_it_is_told_in_the_record(case, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "request_evidence", "handler")
    event = deeds.do(complaint, "describe_evidence", "handler", keep="asked")
    assert event.data["keep"] == "asked" and complaint.evidence_requests.get().keep == "asked"
    with pytest.raises(Invalid, match="Nothing differs"):
        deeds.do(complaint, "describe_evidence", "handler", system="Verint", keep="asked")
