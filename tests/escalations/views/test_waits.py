"""Waits and holds on one page: who sees which, past their day first; and one step on several of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.models import Complaint, Waiting

WAITS = "/cases/waits/"


@pytest.fixture
def waits(case, deeds, house, hana_alone):
    """Three of Hana's cases: one waits for the customer since long, one is held, the third does both; and a restricted
    one that she does not see."""
    today = timezone.localdate()
    late, held, both = (case("investigating") for _number in range(3))
    hidden = case("investigating")
    deeds.do(late, "wait", "handler", on="customer", note="The March statement")
    deeds.do(held, "hold", "handler", on="police", until=today + timedelta(days=1))
    deeds.do(both, "wait", "handler", on="third_party", until=today + timedelta(days=9))
    deeds.do(both, "wait", "handler", on="evidence")
    deeds.do(hidden, "wait", "handler", on="customer")
    Complaint.objects.filter(pk=hidden.pk).update(restricted_kind="conduct")
    Waiting.objects.filter(on="customer").update(until=today - timedelta(days=4))
    return late, held, both, hidden


def references(answer):
    return [line.row.complaint_id for line in answer.context_data["part"].lines]


def rows(*cases, **given):
    return list(Waiting.objects.open().filter(complaint__in=cases, **given).order_by("pk").values_list("pk", flat=True))


def test_what_is_past_its_day_comes_first_and_the_page_says_so_in_one_sentence(waits, at_desk, house):
    late, held, both, hidden = waits
    answer = at_desk(house.handler).get(WAITS)
    page = answer.content.decode()
    assert references(answer) == [late.pk, held.pk, both.pk, both.pk]
    assert "3 cases wait or are held; 1 is past its day, since " in page
    for shown in ("4 days over", "The March statement", "Hold:", "a police investigation", "Hana",
                  "No deadline stops for a wait or a hold.", "You charged me twice"):  # fmt: skip
        assert shown in page
    assert hidden.reference not in page
    lifting = at_desk(house.handler).get(f"/cases/{held.reference}/do/lift_hold/").content.decode()
    assert "On hold: a police investigation since" in lifting and "the deadline still runs" in lifting


def test_tabs_and_filters_stand_in_the_address(waits, at_desk, house):
    late, held, both, _hidden = waits
    client = at_desk(house.handler)
    for query, expected in (
        ("tab=over", [late.pk]), ("tab=holds", [held.pk]), ("tab=waits", [late.pk, both.pk, both.pk]),
        ("on=evidence", [both.pk]), ("whose=mine&tab=holds", [held.pk]), ("whose=nobody", []),
        ("on=nonsense&whose=team-9&page=x", [late.pk, held.pk, both.pk, both.pk]),
    ):  # fmt: skip
        assert references(client.get(f"{WAITS}?{query}")) == expected, query
    assert "whose=mine" in client.get(f"{WAITS}?whose=mine").content.decode()
    team = f"team-{house.cards.pk}"
    assert len(references(at_desk(house.manager).get(f"{WAITS}?whose={team}"))) == 4
    assert f"{WAITS}?on=customer" in client.get("/cases/?tab=waiting").content.decode()


def test_who_may_see_none_of_the_cases_sees_none_of_their_waits(waits, at_desk, house):
    page = at_desk(house.stranger).get(WAITS).content.decode()
    assert "No case waits for anybody" in page and waits[0].reference not in page
    assert at_desk(house.analyst).get(WAITS).status_code == 403


def test_more_waits_cost_no_more_queries(waits, at_desk, house, case, deeds, queries):
    client = at_desk(house.handler)
    few = queries(client, WAITS)
    deeds.do(case("investigating"), "wait", "handler", on="customer")
    assert queries(client, WAITS) == few


def test_several_are_ended_each_with_its_own_answer(waits, at_desk, house, deeds):
    _late, held, both, _hidden = waits
    client, chosen = at_desk(house.handler), rows(*waits)
    form = client.get(f"{WAITS}several/", {"do": "end", "row": chosen})
    assert "End: 4 waits and holds" in form.content.decode()
    refused = client.post(f"{WAITS}several/", {"do": "end", "row": chosen})
    assert refused.status_code == 422, "a hold is lifted for a reason"
    Complaint.objects.filter(pk=held.pk).update(handler=house.colleague.handler)
    done = client.post(f"{WAITS}several/", {"do": "end", "row": chosen, "reason": "They answered."}, follow=True)
    page = done.content.decode()
    assert "3 of 4 done; 1 case stands as it was, and says why." in page and "Back to waits and holds" in page
    assert [row.complaint for row in Waiting.objects.open().exclude(complaint=waits[3])] == [held]
    assert list(both.events.values_list("action", flat=True)).count("stop_waiting") == 2


def test_the_day_of_several_is_moved_and_what_has_ended_does_not_begin_anew(waits, at_desk, house, deeds, monkeypatch):
    late, held, both, _hidden = waits
    client, day = at_desk(house.handler), timezone.localdate() + timedelta(days=20)
    chosen = {"do": "move", "row": rows(late, held), "reason": "The court sits later."}
    assert client.post(f"{WAITS}several/", {**chosen, "until": "2020-01-01"}).status_code == 422
    done = client.post(f"{WAITS}several/", {**chosen, "until": day.isoformat()}, follow=True)
    assert "Waiting for the customer: until " in done.content.decode()
    assert {row.until for row in Waiting.objects.open().filter(complaint__in=[late, held])} == {day}
    assert Waiting.objects.get(complaint=late).note == "The March statement"
    deeds.do(both, "stop_waiting", "handler", on="evidence")
    with pytest.raises(Exception, match="ended already"):
        deeds.do(both, "wait", "handler", on="evidence", moves=True)


def test_to_begin_one_is_a_step_on_the_chosen_cases_and_leads_back(waits, at_desk, house):
    late, held, _both, _hidden = waits
    client = at_desk(house.handler)
    answer = client.get(f"{WAITS}several/", {"do": "hold", "row": rows(late, held)})
    assert answer.status_code == 303 and f"case={late.reference}" in answer["Location"]
    posted = {
        "do": "hold",
        "case": [late.reference],
        "back": "waits",
        "on": "regulator",
        "reason": "A class is paused.",
    }
    done = client.post("/cases/several/", posted, follow=True).content.decode()
    assert "Back to waits and holds" in done
    assert rows(late, on="regulator")
    unknown = client.get(f"{WAITS}several/", {"do": "end", "row": ["x", "999"]})
    assert unknown.status_code == 200 and '<form method="post" action="/cases/waits/' not in unknown.content.decode()
