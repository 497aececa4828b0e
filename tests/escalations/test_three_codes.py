"""How a point came out: three codes, what was asked and offered, and what the outcome still needs, line by line."""

from decimal import Decimal

import pytest
from django.db.models import ProtectedError

from escalations.errors import Incomplete, Invalid
from escalations.forms.steps import FORMS
from escalations.intake import PointDraft
from escalations.models import Cause, Complaint, Control, FindingCode, Policy, Statement


@pytest.fixture
def codes(house):
    house.twice = FindingCode.objects.create(code="charged-twice", name="Charged twice")
    house.callback = Control.objects.create(code="call-back", name="Call back within two days")
    house.handoff = house.hand_off
    return house


def form_of(complaint, data, action="record_outcome"):
    return FORMS[action](data, complaint=Complaint.objects.get(pk=complaint.pk))


def test_all_that_is_known_of_a_point_is_said_in_one_step(case, deeds, codes):
    complaint = case("investigating")
    event = deeds.do(
        complaint, "record_outcome", "handler", finding_code=codes.twice, cause=codes.cause, control=codes.callback,
        contributing=[codes.handoff, codes.cause], fault="ours", text="Two debits of 184.20.",
        asked="The money and a name.", offered="The money, 50.00 and the name.", prevention="A call back.",
        asked_amount=Decimal("184.20"),
        asked_currency="GBP",
    )  # fmt: skip
    point = complaint.points.get()
    assert (point.finding_code, point.cause, point.cause_status) == (codes.twice, codes.cause, "provisional")
    assert [row.cause for row in point.contributing.all()] == [codes.handoff], "the root cause contributes nothing"
    said = dict(complaint.statements.filter(point=point).values_list("kind", "text"))
    assert said["prevention"] == "A call back." and said["asked"] == "The money and a name."
    assert event.data["cause"] == "no-chaser" and event.data["asked"] == "184.20 GBP"
    assert "184.20 and a name" not in str(event.data) and "debits" not in str(event.data)


def test_what_is_not_given_stays_and_words_that_stand_are_not_written_again(case, deeds, codes):
    complaint = case("investigating")
    deeds.do(complaint, "record_outcome", "handler", cause=codes.cause, contributing=[codes.handoff], text="Found.")
    point = complaint.points.get()
    with pytest.raises(Invalid, match="Nothing differs"):
        deeds.do(complaint, "record_outcome", "handler", text="Found.")
    deeds.do(complaint, "record_outcome", "handler", contributing=[], text="Found more.")
    point.refresh_from_db()
    assert (point.cause, point.contributing.count()) == (codes.cause, 0)
    assert Statement.objects.filter(kind="finding").count() == 2, "a correction is a new row"
    assert Complaint.objects.get(pk=complaint.pk).words_of(point, "finding") == "Found more."


def test_each_line_that_is_missing_says_which_step_puts_it_right_and_for_which_point(case, deeds, codes):
    policy = Policy.current()
    policy.point_needs = ["finding_code", "fault", "control"]
    policy.save()
    complaint = case("investigating", points=(PointDraft(codes.card, issue=codes.fees), PointDraft(codes.loan)))
    deeds.do(complaint, "record_outcome", "handler", outcome="not_upheld")
    deeds.do(complaint, "request_evidence", "handler")
    with pytest.raises(Incomplete) as refused:
        deeds.do(complaint, "communicate", "handler")
    lines = refused.value.sentences
    first, second = complaint.points.all()
    assert [line.action for line in lines] == ["record_outcome"] * 8 + ["answer_evidence"]
    assert sum(line.query.startswith(f"point={first.pk}&") for line in lines) == 3, "nothing upheld: no control failed"
    assert [line.query.partition("part=")[2] for line in lines if f"point={second.pk}&" in line.query] == [
        "finding", "finding_code", "outcome", "cause", "fault",
    ]  # fmt: skip


def test_everything_that_closing_still_needs_comes_with_the_way_there(case, deeds):
    complaint = case("resolved")
    complaint.points.update(cause_status="provisional")
    complaint.remedies.update(state="accepted")
    deeds.do(complaint, "hold", "handler")
    with pytest.raises(Incomplete) as refused:
        deeds.do(complaint, "close", "handler")
    found = {line.action: line for line in refused.value.sentences}
    assert list(found) == ["confirm_cause", "lift_hold", "schedule_remedy", "acknowledge_outcome"]
    assert found["schedule_remedy"].query == f"remedy={complaint.remedies.get().pk}"


# --- codes that go ---------------------------------------------------------------------------------------------------


def test_a_cause_that_a_case_uses_cannot_be_deleted_and_one_out_of_use_stays_readable(case, deeds, codes):
    complaint = case("investigating")
    deeds.do(complaint, "record_outcome", "handler", cause=codes.cause, contributing=[codes.handoff])
    for used in (codes.cause, codes.handoff):
        with pytest.raises(ProtectedError):
            used.delete()
    codes.cause.is_active, codes.cause.name = False, "Nobody chased"
    codes.cause.save()
    assert str(complaint.points.get().cause) == "Nobody chased"
    offered = form_of(complaint, None).fields["cause"].queryset
    assert codes.cause in offered, "what the point carries can be saved again"
    other = case("investigating")
    assert codes.cause not in form_of(other, None).fields["cause"].queryset


def test_a_cause_deleted_after_the_form_was_opened_is_said_and_nothing_that_was_typed_is_lost(case, deeds, codes):
    complaint, unused = case("investigating"), Cause.objects.create(code="odd", name="Odd")
    typed = {"cause": str(unused.pk), "text": "Two debits.", "whole": "True", "finding": "happened"}
    unused.delete()
    form = form_of(complaint, typed)
    assert not form.is_valid()
    assert "deleted meanwhile" in form.errors["cause"][0]
    assert form["text"].value() == "Two debits."


def test_a_cause_deleted_in_the_very_moment_is_a_refusal_and_no_error_of_the_database(case, deeds, codes):
    complaint, gone = case("investigating"), Cause.objects.create(code="odd", name="Odd")
    Cause.objects.filter(pk=gone.pk).delete()
    for data in ({"cause": gone}, {"contributing": [gone]}):
        with pytest.raises(Invalid, match="deleted meanwhile"):
            deeds.do(complaint, "record_outcome", "handler", **data)
    assert not complaint.events.filter(action="record_outcome").exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"asked_amount": "-5", "asked_currency": "GBP"}, "asked_amount"), ({"asked_amount": "1e12"}, "asked_amount"),
     ({"asked_amount": "12", "asked_currency": "pounds"}, "asked_currency"),
     ({"cause_status": "confirmed", "cause": ""}, "cause")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_name(case, deeds, typed, field):
    form = form_of(case("investigating"), {"whole": "True", **typed})
    assert not form.is_valid() and field in form.errors


def test_a_page_clears_what_it_shows_empty_and_a_program_keeps_what_it_does_not_name(case, deeds, codes):
    complaint = case("investigating")
    deeds.do(complaint, "record_outcome", "handler", contributing=[codes.handoff], control=codes.callback)
    whole = form_of(complaint, {"whole": "True", "finding": "happened"})
    assert whole.is_valid() and list(whole.cleaned_data["contributing"]) == [] and whole.cleaned_data["control"] is None
    part = form_of(complaint, {"finding": "happened"})
    assert part.is_valid() and set(part.cleaned_data) == {"finding", "point"}


def test_nothing_of_a_tree_of_codes_belongs_to_itself(codes):
    child = Cause.objects.create(code="child", name="Child", parent=codes.cause)
    codes.cause.parent = child
    with pytest.raises(Exception, match="belong to itself"):
        codes.cause.clean()
