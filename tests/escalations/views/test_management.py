"""The manager's page: what waits for them, what stands highest, who has too much, and the moves that would help."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from escalations.models import ApprovalNotice, Complaint, Event
from routing.models import ApprovalStep, AuthorityLevel, Handler
from tests.escalations.deeds import Deeds


@pytest.fixture
def manager(house):
    client = Client()
    client.force_login(house.manager, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def held_by_hana(case, house):
    """Three cases that nobody has begun, all Hana's; Hugo has none."""
    cases = [case("routed") for _number in range(3)]
    deeds = Deeds(house)
    for one in cases:
        if Complaint.objects.get(pk=one.pk).handler_id != house.handler.handler.pk:
            deeds.do(one, "reassign", "coordinator", handler=house.handler.handler)
    return cases


def test_the_page_proposes_moves_from_who_is_away_and_one_button_makes_them(manager, house, held_by_hana):
    now = timezone.now()
    house.handler.handler.absences.create(starts_at=now, ends_at=now + timedelta(days=3))
    answer = manager.get("/management/")
    page = answer.content.decode()
    assert "3 moves would help" in page and "Hana is away." in page
    people = [one for team in answer.context["loads"] for one in team.people if one.member.capacity]
    assert [one.percent for one in people] == [round(100 * one.member.load / one.member.capacity) for one in people]
    chosen = [value.split('"')[0] for value in page.split('name="move" value="')[1:]]
    assert len(chosen) == 3
    gone = chosen[0].rpartition(":")[0] + ":1"
    assert manager.post("/management/move/", {"move": [*chosen[1:], gone, "nonsense"]}).status_code == 303
    holders = list(Complaint.objects.order_by("pk").values_list("handler__user__username", flat=True))
    assert holders == ["hana", "hugo", "hugo"], "what has moved on meanwhile is refused, the others go"


def test_the_latest_moves_are_taken_back_but_for_what_has_gone_on(manager, held_by_hana, house):
    Handler.objects.filter(user=house.handler).update(capacity=3)
    chosen = re.findall(r'name="move" value="([^"]+)"', manager.get("/management/").content.decode())
    manager.post("/management/move/", {"move": chosen})
    moved = list(Complaint.objects.filter(handler=house.colleague.handler).order_by("pk"))
    assert moved and all(case.reference in manager.get("/management/").content.decode() for case in moved)
    Deeds(house).do(moved[0], "investigate", "colleague")
    manager.post("/management/move/back/")
    holders = [Complaint.objects.get(pk=case.pk).handler for case in moved]
    assert holders == [house.colleague.handler, *[house.handler.handler] * (len(moved) - 1)]
    before = Event.objects.count()
    manager.post("/management/move/back/")
    assert Event.objects.count() == before, "pressed twice it is taken back once"


def test_approvals_come_first_with_the_decision_on_the_same_screen(manager, case, house, hana_alone):
    complaint, deeds = case("investigating"), Deeds(house)
    for number in (3, 4):
        level = AuthorityLevel.objects.get(level=number)
        ApprovalStep.objects.create(level=level, kind="redress", above=2000, currency="GBP")
    deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=5000, currency="GBP", reason="All of it.")
    remedy = complaint.remedies.get()
    deeds.do(complaint, "approve_remedy", "colleague", remedy=remedy, reason="The log shows it.")
    house.manager.handler.absences.all().delete()
    page = manager.get("/management/").content.decode()
    for words in ("1 approval waits for you", "All of it.", "Hugo", "The log shows it.", 'name="amount"'):
        assert words in page
    seen = Complaint.objects.get().latest_event
    data = {"seen": seen, "remedy": remedy.pk, "amount": "4500.00", "reason": "500 came back.", "back": "management"}
    answer = manager.post(f"/cases/{complaint.reference}/do/approve_remedy/", data)
    assert (answer.status_code, answer["Location"]) == (303, "/management/")
    remedy.refresh_from_db()
    assert (remedy.state, remedy.amount) == ("approved", 4500)
    assert not ApprovalNotice.objects.exists()
    again = manager.post(f"/cases/{complaint.reference}/do/approve_remedy/", data)
    assert again.status_code == 409, "pressed twice: what was decided stays"
