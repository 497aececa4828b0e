"""Redress granted: exact, by head, product, team and level; goodwill apart; only what the reader may see."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import Download
from analytics.redress.asking import RedressForm
from analytics.redress.totals import totals
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


@pytest.fixture
def browser(house):
    client = Client()
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    return client


def of_year(user, **asked):
    form = RedressForm(asked)
    assert form.is_valid(), form.errors
    return totals(user, form.asked)


def test_what_was_granted_is_summed_exactly_by_every_group_and_goodwill_stands_apart(granted, house):
    found = of_year(house.analyst)
    (whole,) = found.whole
    assert (whole.redress, whole.goodwill, whole.paid, whole.open, whole.count) == (
        Decimal("0.30"), Decimal(25), Decimal("0.20"), Decimal("25.10"), 3,
    )  # fmt: skip
    month = f"{timezone.localtime():%B %Y}"
    assert {by: {one.group for one in sums} for by, sums in found.groups.items()} == {
        "kind": {"Refund", "Loss made good", "Goodwill"},
        "product": {"Credit card"},
        "team": {"Cards"},
        "level": {"Level 2"},
        "month": {month},
    }


def test_currencies_are_not_added_up(granted, house):
    Remedy.objects.filter(kind="refund").update(currency="EUR")
    assert [(one.currency, one.redress) for one in of_year(house.analyst).whole] == [
        ("EUR", Decimal("0.10")), ("GBP", Decimal("0.20")),
    ]  # fmt: skip


def test_a_restricted_case_counts_only_for_who_may_see_it(granted, house):
    Complaint.objects.update(restricted_kind="conduct")
    assert of_year(house.analyst).whole == []


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        ({"head": "refund"}, 1), ({"kind": "goodwill"}, 1), ({"kind": "redress"}, 2),
        ({"kind": "goodwill", "head": "loss"}, 0),
        ({"product": "card"}, 3), ({"product": "loan"}, 0), ({"team": "cards"}, 3), ({"team": "loans"}, 0),
        ({"currency": "GBP"}, 3), ({"currency": "EUR"}, 0), ({"since": "2001-01", "until": "2001-12"}, 0),
    ],
)  # fmt: skip
def test_it_is_narrowed_by_what_the_address_says(granted, house, asked, counted):
    found = of_year(house.analyst, **asked)
    assert found.remedies == counted
    again = of_year(house.analyst, **dict(part.split("=") for part in found.asked.address.split("&")))
    assert again == found, "the address leads back to the same report"


def test_the_product_of_the_point_comes_before_that_of_the_case(granted, house):
    Deeds(house).do(granted, "add_point", "handler", product=house.loan, issue=house.fees)
    Remedy.objects.filter(kind="loss").update(point=granted.points.get(product=house.loan))
    assert (of_year(house.analyst, product="loan").remedies, of_year(house.analyst, product="card").remedies) == (1, 2)


def test_page_and_files_say_the_same_and_each_download_is_written_down(granted, browser):
    page = browser.get("/trends/redress/?currency=GBP").content.decode()
    assert "GBP: 0.30 GBP of redress and 25.00 of goodwill granted, 25.10 not paid." in page
    assert "Show without GBP" in page
    lines = browser.get("/trends/redress.csv?currency=GBP").content.decode().splitlines()
    assert lines[1] == "All,,GBP,3,0.30,25.00,0.20,25.10"
    book = openpyxl.load_workbook(BytesIO(browser.get("/trends/redress.xlsx?currency=GBP").content))
    assert [cell.value for cell in book["Redress"][2]] == ["All", None, "GBP", 3, 0.3, 25, 0.2, 25.1]
    assert len(list(book["Redress"].rows)) == len(lines)
    taken = Download.objects.order_by("format").values_list("report", "format", "complaints")
    assert list(taken) == [("redress", "csv", 3), ("redress", "xlsx", 3)]
    assert all("currency=GBP" in one.question for one in Download.objects.all())


@pytest.mark.parametrize(
    "wrong", ["since=13-2026", "since=2026-05&until=2026-01", "product=none", "head=bribe", "currency=pounds", "kind=x"]
)
def test_a_question_that_makes_no_sense_is_answered_by_the_form(browser, wrong):
    for name in ("redress/", "redress.csv", "redress.xlsx"):
        assert browser.get(f"/trends/{name}?{wrong}").status_code == 400
    assert not Download.objects.exists()


def test_nothing_granted_says_so_and_queries_do_not_grow(browser, granted):
    empty = browser.get("/trends/redress/?since=2001-01&until=2001-02").content.decode()
    assert "no redress was granted on what you may see" in empty

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/trends/redress/").status_code == 200
        return len(captured)

    few = queries()
    for remedy in Remedy.objects.filter(state="approved"):
        for kind in ("costs", "distress"):
            remedy.pk, remedy.kind = None, kind
            remedy.save()
    assert queries() == few
