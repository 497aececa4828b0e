from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from routing.authority import lowest, may
from routing.models import AuthorityLevel, AuthorityLimit, Choice

pytestmark = pytest.mark.django_db


@pytest.fixture
def limit():
    def add(level, kind, amount=None, currency="GBP", **values):
        row = AuthorityLevel.objects.get_or_create(level=level, defaults={"name": f"rung {level}"})[0]
        currency = currency if amount is not None else ""
        amount = None if amount is None else Decimal(amount)
        return AuthorityLimit.objects.create(level=row, kind=kind, amount=amount, currency=currency, **values)

    return add


def test_a_level_may_up_to_its_limit_and_not_a_penny_more(limit):
    limit(2, "redress", "1000.00")
    limit(3, "redress", "10000.00")
    assert may(2, "redress", Decimal("1000.00"), "GBP")
    verdict = may(2, "redress", Decimal("1000.01"), "GBP")
    assert not verdict.allowed
    assert verdict.reason == (
        "Level 2 may up to 1,000.00 GBP; this is refund, loss, interest and costs 1,000.01 GBP. Level 3 may."
    )


def test_a_sum_of_small_amounts_is_compared_exactly(limit):
    limit(0, "goodwill", "0.30")
    assert may(0, "goodwill", Decimal("0.10") + Decimal("0.20"), "GBP")


def test_a_level_may_do_what_lower_levels_may(limit):
    limit(1, "reject")
    limit(2, "distress", "250")
    assert may(4, "reject") and may(4, "distress", Decimal(250), "GBP")


def test_what_no_row_allows_is_not_allowed(limit):
    verdict = may(5, "write_off")
    assert (verdict.allowed, verdict.reason) == (False, "Level 5 may not: write off a debt. No level may.")


def test_another_currency_does_not_count_and_says_so(limit):
    limit(3, "redress", "10000")
    verdict = may(3, "redress", Decimal(1), "EUR")
    assert not verdict
    assert "no limit in EUR, and nothing is converted" in verdict.reason


def test_money_without_an_amount_is_without_limit(limit):
    limit(5, "redress")
    assert may(5, "redress", Decimal("9999999.99"), "JPY")


def test_money_of_unknown_amount_needs_a_limitless_level(limit):
    limit(3, "redress", "10000")
    assert not may(3, "redress")


def test_a_limit_for_a_product_takes_the_place_of_the_general_one(limit, products):
    scam = Choice.objects.create(field=products, code="scam", label="Scam")
    limit(3, "redress", "10000")
    limit(3, "redress", "500", product=scam)
    assert not may(3, "redress", Decimal(501), "GBP", "scam")
    assert may(3, "redress", Decimal(501), "GBP", "mortgage")
    assert may(3, "redress", Decimal(501), "GBP")


def test_the_total_is_of_a_customer_and_year(limit):
    limit(2, "total", "1500", per="customer_year")
    assert may(2, "total", Decimal(1500), "GBP")
    assert not may(2, "total", Decimal(1501), "GBP")


def test_who_may_instead_is_the_lowest_level_that_may(limit):
    for level, amount in ((1, "250"), (2, "1000"), (3, "10000")):
        limit(level, "redress", amount)
    assert lowest("redress", Decimal(900), "GBP") == 2
    assert lowest("redress", Decimal(90000), "GBP") is None


def test_asking_takes_one_query(limit, django_assert_num_queries):
    for level in range(6):
        limit(level, "redress", level * 100)
    with django_assert_num_queries(1):
        may(3, "redress", Decimal(200), "GBP", "mortgage")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "redress", "amount": Decimal(5), "currency": ""}, "currency"),
        ({"kind": "reject", "amount": Decimal(5), "currency": "GBP"}, "amount"),
        ({"kind": "redress", "amount": Decimal(-5), "currency": "GBP"}, "amount"),
        ({"kind": "redress", "amount": Decimal(5), "currency": "pounds"}, "currency"),
        ({"kind": "bribe"}, "kind"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(values, field):
    level = AuthorityLevel.objects.create(level=2, name="specialist")
    with pytest.raises(ValidationError) as error:
        AuthorityLimit(level=level, **values).full_clean()
    assert field in error.value.message_dict


def test_a_level_has_a_limit_once(limit):
    limit(2, "redress", "5")
    with pytest.raises(IntegrityError), transaction.atomic():
        limit(2, "redress", "6")
