"""Cases that belong together: linked, merged and taken apart again. Both records tell of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.jobs import examine_new, flag_late, route_accepted
from escalations.models import CaseLink, Complaint, Trigger
from routing.models import Assignment


def now_of(case):
    return Complaint.objects.get(pk=case.pk)


def last(case):
    return case.events.order_by("-number").first()


def started(case):
    return {row.kind: (row.started_at, row.due_at) for row in case.clocks.all()}


# --- links -------------------------------------------------------------------------------------------------------


def test_a_link_is_told_on_both_and_stored_once_whichever_was_named(case, deeds):
    first, second = case(), case()
    deeds.do(first, "link", "coordinator", other=second, kind="same_event")
    with pytest.raises(WrongState, match="linked so already"):
        deeds.do(second, "link", "coordinator", other=first, kind="same_event")
    link = CaseLink.objects.get()
    assert (link.complaint, link.other, link.state) == (second, first, "agreed")
    assert (last(first).action, last(second).action) == ("link", "linked")
    assert last(second).data == {"other": first.pk, "kind": "same_event"}
    assert last(first).data["other"] == second.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseLink.objects.create(complaint=first, other=second, kind="duplicate", proposed_at=timezone.now())


def test_what_was_turned_down_stays_so_until_somebody_links_it_after_all(case, deeds):
    first, second = case(), case()
    CaseLink.objects.create(complaint=second, other=first, kind="duplicate", proposed_at=timezone.now())
    deeds.do(first, "unlink", "coordinator", link=CaseLink.objects.get())
    assert not CaseLink.objects.standing().exists()
    deeds.do(first, "link", "coordinator", other=second, kind="duplicate")
    assert CaseLink.objects.get().state == "agreed"


def test_a_case_that_is_not_visible_is_as_if_there_were_none(case, deeds, house):
    own, hidden = case(), case(restricted_kind="conduct")
    for action, more in (("link", {"kind": "same_event"}), ("merge", {})):
        with pytest.raises(Invalid, match="There is no such case"):
            deeds.do(own, action, "coordinator", other=hidden, **more)
    assert not CaseLink.objects.exists() and last(hidden).number == 1


# --- merging -----------------------------------------------------------------------------------------------------


def test_what_is_merged_is_out_of_lists_and_counts_and_both_records_stay(case, deeds, house):
    first, second = case(), case()
    deeds.do(second, "merge", "coordinator", other=first)
    merged = now_of(second)
    assert (merged.merged_into, merged.state, merged.is_open, merged.due_at) == (first, "frontline", False, None)
    assert list(Complaint.objects.open()) == [first] and Complaint.objects.count() == 2
    assert (last(first).action, last(first).data["other"]) == ("absorb", second.pk)
    assert merged.statements.count() == first.statements.count() == 2
    assert CaseLink.objects.standing().get().kind == "duplicate"
    deeds.do(second, "unmerge", "coordinator")
    assert not CaseLink.objects.standing().exists(), "taken apart: nobody says any more that they are the same"


def test_a_merged_case_is_worked_on_where_it_goes_on_and_still_takes_what_the_customer_says(case, deeds):
    first, second = case(), case()
    deeds.do(second, "merge", "coordinator", other=first)
    with pytest.raises(WrongState, match=f"merged into {first.reference}"):
        deeds.do(second, "record_attempt", "agent")
    with pytest.raises(WrongState):
        deeds.do(second, "merge", "coordinator", other=first)
    deeds.do(second, "receive", "agent")
    deeds.do(second, "note", "agent")


def test_words_said_on_a_merged_case_are_examined_for_the_one_it_goes_on_in(case, deeds, criteria):
    first, second = case(), case()
    deeds.do(second, "merge", "coordinator", other=first)
    deeds.do(second, "receive", "customer", body="I will report you to the ombudsman.")
    examine_new()
    assert (now_of(first).state, now_of(second).state) == ("triggered", "frontline")
    assert {row.message.complaint for row in Trigger.objects.get().evidence.all()} == {second}


def test_its_deadlines_count_from_the_earliest_receipt_and_go_back_when_it_is_taken_apart(case, deeds):
    first = case()
    second = case(received_at=timezone.now() - timedelta(days=3))
    before, other = started(first), started(second)
    deeds.do(second, "merge", "coordinator", other=first)
    assert started(now_of(first)) == other and now_of(first).due_at == second.due_at
    assert flag_late(at=timezone.now() + timedelta(days=400)) == 2, "only those of the one that goes on"
    first.clocks.update(missed_at=None)
    deeds.do(second, "unmerge", "coordinator")
    assert started(now_of(first)) == before
    assert (started(now_of(second)), now_of(second).due_at) == (other, second.due_at)
    assert not second.clocks.filter(next_at=None).exists()


def test_a_later_duplicate_moves_no_deadline(case, deeds):
    first, second = case(received_at=timezone.now() - timedelta(days=2)), case()
    before = started(first)
    deeds.do(second, "merge", "coordinator", other=first)
    assert started(now_of(first)) == before


def test_what_a_case_was_escalated_for_goes_along_and_comes_back(case, deeds, criteria):
    first = case("triggered")
    second = case(what_happened="I will report you to the ombudsman.")
    deeds.do(second, "merge", "coordinator", other=first)
    brought = first.triggers.get(kind="regulator")
    assert brought.state == "pending" and [row.words for row in brought.evidence.all()] == [
        "report you to",
        "ombudsman",
    ]
    assert brought.explanation.startswith(f"{second.reference}: ")
    deeds.do(second, "unmerge", "coordinator")
    brought.refresh_from_db()
    assert brought.state == "dismissed" and second.triggers.get().state == "pending"


def test_the_load_of_a_merged_case_ends_and_begins_again(case, deeds, hana_alone):
    first, second = case("investigating"), case("routed")
    deeds.do(second, "merge", "manager", other=first)
    held = Assignment.objects.filter(reference=second.reference)
    assert held.get().until is not None and Assignment.objects.open().get().reference == first.reference
    assert not Complaint.objects.filter(pk=second.pk).unheld().exists()
    deeds.do(second, "unmerge", "manager")
    assert held.count() == 2 and Assignment.objects.open().filter(reference=second.reference).exists()


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"state": "triggered"}, {}, "has gone further"),
        ({"restricted_kind": "discrimination"}, {}, "is restricted"),
    ],
)
def test_a_merge_that_would_hide_something_is_refused(case, deeds, house, one, other, why):
    house.coordinator.clearances.create(kind="discrimination", name="Discrimination")
    absorbed, goes_on = case(**one), case(**other)
    with pytest.raises(Invalid, match=why):
        deeds.do(absorbed, "merge", "coordinator", other=goes_on)


def test_one_with_a_remedy_or_with_others_in_it_is_not_merged_away(case, deeds, hana_alone):
    rich, other = case("communicating"), case("communicating")
    with pytest.raises(Invalid, match="remedy of its own"):
        deeds.do(rich, "merge", "coordinator", other=other)
    parent, child, third = case(), case(), case()
    deeds.do(child, "merge", "coordinator", other=parent)
    with pytest.raises(Invalid, match="Others were merged"):
        deeds.do(parent, "merge", "coordinator", other=third)
    with pytest.raises(WrongState, match="merged into"):
        deeds.do(third, "merge", "coordinator", other=child)
    with pytest.raises(Invalid, match="itself"):
        deeds.do(third, "merge", "coordinator", other=third)


def test_who_may_not_touch_the_other_case_does_not_merge_into_it(case, deeds, house):
    mine, theirs = case(), case()
    Complaint.objects.filter(pk=theirs.pk).update(registered_by=house.other_agent)
    with pytest.raises((Invalid, NotAllowed)):
        deeds.do(mine, "merge", "agent", other=theirs)


def test_a_merged_case_that_waits_for_routing_is_not_placed(case, deeds):
    first, second = case("accepted"), case("accepted")
    deeds.do(second, "merge", "coordinator", other=first)
    assert route_accepted() == 1 and now_of(second).state == "triggered"
