"""The page of one point: all of it in one form, what is still needed beside it, and nothing lost that was typed."""

import pytest

from escalations.intake import PointDraft
from escalations.models import Cause, Complaint


def address(complaint, position=1):
    point = complaint.points.get(position=position)
    return f"/cases/{complaint.reference}/points/{point.pk}/"


@pytest.fixture
def hana(at_desk, house):
    return at_desk(house.handler)


def test_what_is_known_is_kept_and_the_page_says_what_is_still_needed(case, hana, house):
    complaint = case("investigating")
    page = hana.get(address(complaint)).content.decode()
    assert "A root cause for" in page and "An outcome for" in page
    kept = hana.post(
        address(complaint), {"whole": "True", "finding": "happened", "text": "Two debits.", "outcome": "upheld"}
    )
    assert kept.status_code == 303
    page = hana.get(address(complaint)).content.decode()
    assert "Two debits." in page and "A root cause for" in page and "An outcome for" not in page


def test_the_second_point_has_its_own_form_with_its_own_words(case, hana, house, deeds):
    complaint = case("investigating", points=(PointDraft(house.card, issue=house.fees), PointDraft(house.loan)))
    deeds.do(complaint, "record_outcome", "handler", text="Of the first.")
    page = hana.get(address(complaint, 2)).content.decode()
    assert "Of the first." not in page
    hana.post(address(complaint, 2), {"whole": "True", "text": "Of the second.", "point": complaint.main_point.pk})
    said = complaint.statements.filter(kind="finding").values_list("point__position", "text")
    assert set(said) == {(1, "Of the first."), (2, "Of the second.")}, "the address says which point, not the form"


def test_a_form_that_is_refused_keeps_everything_and_says_where_it_is_wrong(case, hana, house):
    complaint, cause = case("investigating"), Cause.objects.create(code="odd", name="Odd")
    cause.delete()
    typed = {"whole": "True", "text": "Long words.", "cause": "99999", "asked_amount": "-3"}
    answer = hana.post(address(complaint), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Long words." in page and "deleted meanwhile" in page and "-3" in page
    assert not complaint.statements.filter(kind="finding").exists()


def test_somebody_quicker_is_named_and_what_was_typed_stays(case, hana, deeds):
    complaint = case("investigating")
    seen = Complaint.objects.get(pk=complaint.pk).latest_event
    deeds.do(complaint, "note", "colleague")
    answer = hana.post(address(complaint), {"whole": "True", "text": "Mine.", "seen": seen})
    assert answer.status_code == 409 and "Mine." in answer.content.decode()


def test_after_the_outcome_only_why_it_happened_can_be_said_and_closed_it_is_read(case, hana, deeds, house):
    complaint = case("resolved")
    page = hana.get(address(complaint)).content.decode()
    assert 'name="cause"' in page and 'name="outcome"' not in page
    hana.post(address(complaint), {"whole": "True", "cause": house.hand_off.pk, "status": "confirmed"})
    assert complaint.points.get().cause == house.hand_off
    deeds.prepare(complaint, "close")
    deeds.do(complaint, "close", "handler")
    page = hana.get(address(complaint)).content.decode()
    assert "<textarea" not in page and "Hand-off lost" in page


def test_a_colleague_reads_it_and_a_stranger_finds_nothing(case, at_desk, house):
    complaint = case("investigating")
    assert 'name="outcome"' not in at_desk(house.coordinator).get(address(complaint)).content.decode()
    assert at_desk(house.stranger).get(address(complaint)).status_code == 404
    assert at_desk(house.handler).get(f"/cases/{complaint.reference}/points/999999/").status_code == 404


def test_the_next_step_leads_from_each_missing_line_to_where_it_is_put_right(case, hana, deeds):
    complaint = case("resolved")
    complaint.points.update(cause_status="provisional")
    complaint.remedies.update(state="accepted")
    page = hana.get(f"/cases/{complaint.reference}/").content.decode()
    assert f'href="{address(complaint)}"' in page
    assert f"/do/schedule_remedy/?remedy={complaint.remedies.get().pk}" in page


def test_waiting_evidence_and_the_offer_stand_on_the_case_in_words(case, hana, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "wait", "handler", note="The March statement")
    deeds.do(complaint, "request_evidence", "handler", system="CallVault")
    page = hana.get(f"/cases/{complaint.reference}/").content.decode()
    assert "Waiting for the customer" in page and "the deadline still runs" in page and "The March statement" in page
    assert "The call of March" in page and "CallVault" in page


def test_what_is_typed_of_each_point_is_kept_by_itself_until_it_is_saved(case, hana, house):
    complaint = case("investigating", points=(PointDraft(house.card, issue=house.fees), PointDraft(house.loan)))
    first, second = complaint.points.all()
    for point, text in ((first, "Of the first, half"), (second, "Of the second, half")):
        hana.post(f"/cases/{complaint.reference}/unsent/record_outcome.{point.pk}/", {"text": text, "tab": "a"})
    assert "Of the first, half" in hana.get(address(complaint)).content.decode()
    hana.post(address(complaint), {"whole": "True", "text": "Of the first, whole."})
    assert "half" not in hana.get(address(complaint)).content.decode()
    assert "Of the second, half" in hana.get(address(complaint, 2)).content.decode()


def test_several_causes_are_kept_while_they_are_chosen_and_outlive_the_session(case, hana, house, at_desk):
    complaint = case("investigating")
    causes = [Cause.objects.create(code=f"c{number}", name=f"Cause {number}") for number in range(3)]
    point = complaint.main_point
    hana.post(address(complaint), {"whole": "True", "contributing": [causes[2].pk]})
    box = f"/cases/{complaint.reference}/unsent/record_outcome.{point.pk}/"
    typed = {"contributing": [causes[0].pk, causes[1].pk], "text": "Half a fin", "tab": "a"}
    hana.post(box, typed)
    hana.logout()
    answer = hana.post(address(complaint), {**typed, "whole": "True"})
    assert answer.status_code == 302 and answer["Location"].endswith(f"next={address(complaint)}")
    page = at_desk(house.handler).get(address(complaint))
    assert "Half a fin" in page.content.decode() and "escalations/writing" in page.content.decode()
    assert chosen(page) == {str(causes[0].pk), str(causes[1].pk)}, "and not the one that the case has"
    at_desk(house.handler).post(box, {"contributing": "", "tab": "a"})
    assert chosen(at_desk(house.handler).get(address(complaint))) == set(), "emptied is kept too"


def chosen(page):
    (field,) = [
        field for group in page.context_data["groups"] for field in group.fields if field.name == "contributing"
    ]
    return {str(row.data["value"]) for row in field.subwidgets if row.data["selected"]}
