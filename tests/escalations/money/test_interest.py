"""What is due with interest: days, rates, rounding, set-off; worked out again from its own lines."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.models import Calculation, Complaint, InterestRate, Policy
from escalations.money.interest import EVER, NoRate, due
from escalations.money.working_out import is_right
from escalations.steps.needs import needs

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)
EIGHT = [(EVER, Decimal(8))]


def test_the_known_example_to_the_penny():
    found = due(Decimal(1140), MARCH, JUNE, EIGHT)
    assert (found.stretches[0].days, found.interest, found.total) == (92, Decimal("22.99"), Decimal("1162.99"))
    assert due(Decimal(1140), MARCH, JUNE, EIGHT, day_count="actual_360").interest == Decimal("23.31")


def test_a_rate_that_changes_makes_two_steps_and_each_day_counts_once():
    rates = [(date(2026, 1, 1), Decimal(8)), (date(2026, 4, 1), Decimal("4.1"))]
    found = due(Decimal(1000), MARCH, JUNE, rates)
    assert [(one.days, one.percent) for one in found.stretches] == [(30, Decimal(8)), (62, Decimal("4.1"))]
    assert found.interest == Decimal("13.54")  # 6.5753… + 6.9643…


def test_a_leap_year_counts_366_days_where_it_is_asked_for():
    found = due(Decimal(1000), date(2023, 12, 1), date(2024, 2, 1), EIGHT, day_count="actual_actual")
    assert [(one.days, one.year_days) for one in found.stretches] == [(30, 365), (32, 366)]


def test_what_is_set_off_is_taken_away_and_nothing_goes_below_zero():
    assert due(Decimal("212.30"), MARCH, MARCH, [], set_off=Decimal("62.14")).total == Decimal("150.16")
    assert due(Decimal(10), MARCH, MARCH, [], set_off=Decimal(20)).total == 0


def test_halves_go_up_or_all_goes_up_for_the_customer():
    assert due(Decimal(100), MARCH, date(2026, 3, 3), EIGHT).interest == Decimal("0.04")  # 0.0438…
    assert due(Decimal(100), MARCH, date(2026, 3, 3), EIGHT, rounding="up").interest == Decimal("0.05")


def test_a_first_day_before_all_rates_is_refused():
    with pytest.raises(NoRate):
        due(Decimal(1), MARCH, JUNE, [(date(2026, 4, 1), Decimal(8))])


@pytest.fixture
def worked_out(deeds, case, hana_alone):
    """On a case of Hana's, at the dated rates of the house."""
    InterestRate.objects.create(name="court", since=date(1993, 4, 1), percent=8)
    complaint = case("investigating")
    deeds.do(complaint, "calculate", "handler", percent=None, rate_name="court")
    return complaint, Calculation.objects.get()


def propose(deeds, complaint, calculation, amount, kind="interest"):
    money = {"kind": kind, "amount": Decimal(amount), "currency": "GBP", "calculation": calculation}
    return deeds.do(complaint, "propose_remedy", "handler", **money)


def test_it_comes_to_the_same_years_later_whatever_the_rates_say_then(worked_out):
    _complaint, calculation = worked_out
    InterestRate.objects.update(percent=3)
    assert is_right(calculation)
    calculation.total += 1
    assert not is_right(calculation)


def test_above_the_limit_a_second_person_checks_it_before_anything_is_granted_by_it(worked_out, deeds):
    complaint, calculation = worked_out
    with pytest.raises(Invalid, match="second person"):
        propose(deeds, complaint, calculation, "22.99")
    with pytest.raises(NotAllowed, match="yourself"):
        deeds.do(complaint, "check_calculation", "handler", calculation=calculation)
    deeds.do(complaint, "check_calculation", "colleague", calculation=calculation)
    with pytest.raises(WrongState, match="already"):
        deeds.do(complaint, "check_calculation", "manager", calculation=calculation)
    propose(deeds, complaint, calculation, "22.99")
    assert complaint.remedies.get().state == "approved"


def test_what_is_proposed_is_what_was_worked_out(worked_out, deeds):
    complaint, calculation = worked_out
    deeds.do(complaint, "check_calculation", "colleague", calculation=calculation)
    for kind, amount in (("interest", "23.00"), ("refund", "1163.00")):
        with pytest.raises(Invalid, match="comes to"):
            propose(deeds, complaint, calculation, amount, kind)


@pytest.fixture
def strict(db):
    """Interest is always worked out first, loss above 500.00."""
    policy = Policy.current()
    policy.calculation_above = {"interest": "0", "loss": "500.00"}
    policy.save()


def plain(deeds, complaint, kind, amount, currency="GBP"):
    money = {"kind": kind, "amount": Decimal(amount), "currency": currency}
    deeds.do(complaint, "propose_remedy", "handler", **money)


def test_what_the_house_wants_worked_out_is_not_proposed_without(strict, deeds, case, hana_alone):
    complaint = case("investigating")
    with pytest.raises(Invalid, match=r"wants one for loss made good above 500\.00 and interest"):
        plain(deeds, complaint, "interest", "0.01")
    for kind, amount in (("refund", "900"), ("loss", "300"), ("loss", "200"), ("goodwill", "600")):
        plain(deeds, complaint, kind, amount)
    with pytest.raises(Invalid, match="wants one"):
        plain(deeds, complaint, "loss", "0.01")
    plain(deeds, complaint, "loss", "400", "EUR")
    assert complaint.remedies.count() == 5, "parts of a kind count together, another currency by itself"


def test_with_the_calculation_it_is_proposed(strict, worked_out, deeds):
    complaint, calculation = worked_out
    deeds.do(complaint, "check_calculation", "colleague", calculation=calculation)
    propose(deeds, complaint, calculation, "22.99")
    propose(deeds, complaint, calculation, "900", "loss")
    assert complaint.remedies.count() == 2


def test_what_was_proposed_before_the_house_wanted_it_is_on_the_list_of_what_is_missing(deeds, case, hana_alone):
    complaint = case("investigating")
    plain(deeds, complaint, "loss", "800")
    policy = Policy.current()
    policy.calculation_above = {"loss": "500.00"}
    policy.save()
    asked = "A calculation that bears out “loss made good 800.00 GBP”: the house wants one."

    def missing():
        return asked in needs(
            Complaint.objects.get(pk=complaint.pk), "communicate", deeds.actor("handler"), timezone.now()
        )

    assert missing()
    deeds.do(complaint, "calculate", "handler")
    assert missing(), "nobody has checked it"
    deeds.do(complaint, "check_calculation", "colleague", calculation=complaint.calculations.get())
    assert not missing()


@pytest.mark.parametrize(
    "wrong", [{"principal": Decimal(-1)}, {"ends_on": MARCH}, {"ends_on": date(2126, 3, 1)}, {"set_off": Decimal(-1)}]
)
def test_what_makes_no_sense_is_refused(deeds, case, hana_alone, wrong):
    complaint = case("investigating")
    with pytest.raises(Invalid):
        deeds.do(complaint, "calculate", "handler", **wrong)
    assert not Calculation.objects.exists()
