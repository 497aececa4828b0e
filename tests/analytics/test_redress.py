"""Redress granted: exact, by head, product, team and level; goodwill apart; only what the reader may see."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from analytics.models import Download
from analytics.redress import totals
from escalations.models import Complaint, Remedy, Trigger
from tests.escalations.deeds import Deeds


@pytest.fixture
def granted(case, house):
    """0.10 and 0.20 of refund, 25 of goodwill on one case of Cards, and one that waits."""
    complaint, deeds = case("investigating"), Deeds(house)
    Complaint.objects.update(handler=house.handler.handler)
    # The clock stands still here: what is granted in the moment of the escalation would count as before it.
    Trigger.objects.update(decided_at=timezone.now() - timedelta(hours=1))
    for kind, amount in (("refund", "0.10"), ("loss", "0.20"), ("goodwill", "25"), ("refund", "9000")):
        deeds.do(complaint, "propose_remedy", "handler", kind=kind, amount=Decimal(amount), currency="GBP")
    Remedy.objects.filter(kind="loss").update(state="paid")
    return complaint


def test_what_was_granted_is_summed_exactly_by_every_group_and_goodwill_stands_apart(granted, house):
    found = totals(house.analyst, timezone.now())
    (whole,) = found.whole
    assert (whole.redress, whole.goodwill, whole.paid, whole.open, whole.count) == (
        Decimal("0.30"), Decimal(25), Decimal("0.20"), Decimal("25.10"), 3,
    )  # fmt: skip
    assert {by: {one.group for one in sums} for by, sums in found.groups.items()} == {
        "kind": {"Refund", "Loss made good", "Goodwill"},
        "product": {"Credit card"},
        "team": {"Cards"},
        "level": {"Level 2"},
    }


def test_currencies_are_not_added_up(granted, house):
    Remedy.objects.filter(kind="refund").update(currency="EUR")
    assert [(one.currency, one.redress) for one in totals(house.analyst, timezone.now()).whole] == [
        ("EUR", Decimal("0.10")), ("GBP", Decimal("0.20")),
    ]  # fmt: skip


def test_a_restricted_case_counts_only_for_who_may_see_it(granted, house):
    Complaint.objects.update(restricted_kind="conduct")
    assert totals(house.analyst, timezone.now()).whole == []


def test_page_and_file_say_the_same_and_the_download_is_written_down(granted, house):
    client = Client()
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    assert "0.30 GBP of redress and 25.00 of goodwill" in client.get("/trends/redress/").content.decode()
    lines = client.get("/trends/redress.csv").content.decode().splitlines()
    assert lines[1] == "All,,GBP,3,0.30,25.00,0.20,25.10"
    assert Download.objects.get().question == "redress"
