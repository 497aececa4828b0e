"""What belongs to a case, on its page: only what the reader may see."""

from django.utils import timezone

from escalations.models import CaseLink, Complaint


def page(client, case):
    """The page, and what it brings later of what belongs to the case."""
    answers = [client.get(f"/cases/{case.reference}/{part}") for part in ("", "panel/linked/")]
    assert [answer.status_code for answer in answers] == [200, 200]
    return "".join(answer.content.decode() for answer in answers)


def test_a_proposal_is_shown_with_what_it_rests_on_and_agreed_or_turned_down(at_desk, house, case):
    first, second = case(), case(what_happened="You charged me twice. Again.")
    link = CaseLink.objects.create(
        complaint=second, other=first, kind="duplicate", why=["same_person", "same_words"], proposed_at=timezone.now()
    )
    client, shown = at_desk(house.coordinator), page(at_desk(house.coordinator), first)
    assert second.reference in shown and "the same customer, much the same words" in shown
    client.post(f"/cases/{first.reference}/do/unlink/", {"link": link.pk})
    assert second.reference not in page(client, first).rpartition('id="rd-linked"')[2]
    answer = client.post(f"/cases/{first.reference}/do/link/", {"other": second.reference, "kind": "same_event"})
    assert answer.status_code == 303
    assert "The same event" in page(client, first)


def test_merging_and_taking_apart_from_the_page(at_desk, house, case):
    first, second = case(), case()
    client = at_desk(house.coordinator)
    wrong = client.post(f"/cases/{second.reference}/do/merge/", {"other": "R-1999-000001"})
    assert wrong.status_code == 422 and "There is no such case" in wrong.content.decode()
    assert client.post(f"/cases/{second.reference}/do/merge/", {"other": first.reference.lower()}).status_code == 303
    merged = page(client, second)
    assert f"It was merged into {first.reference}" in merged and f"/do/{'unmerge'}/" in merged
    assert "merged another complaint into it" in page(client, first) and second.reference in page(client, first)
    assert client.post(f"/cases/{second.reference}/do/unmerge/", {"reason": "Another event."}).status_code == 303
    assert Complaint.objects.get(pk=second.pk).merged_into is None


def test_a_relative_that_is_not_visible_is_not_named(at_desk, house, case):
    first, second = case(), case()
    client = at_desk(house.coordinator)
    client.post(f"/cases/{second.reference}/do/merge/", {"other": first.reference})
    Complaint.objects.filter(pk=first.pk).update(restricted_kind="conduct")
    shown = page(client, second)
    assert first.reference not in shown and "a case that is not yours to see" in shown


def test_the_page_takes_as_many_queries_with_many_relatives(at_desk, house, case, queries):
    first = case()
    client = at_desk(house.coordinator)
    client.post(f"/cases/{first.reference}/do/link/", {"other": case().reference, "kind": "same_event"})
    few = queries(client, f"/cases/{first.reference}/panel/linked/")
    for _number in range(5):
        client.post(f"/cases/{first.reference}/do/link/", {"other": case().reference, "kind": "same_event"})
    assert queries(client, f"/cases/{first.reference}/panel/linked/") == few
