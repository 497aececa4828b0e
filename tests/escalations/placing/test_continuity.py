"""A customer may find again who helped them before, over all of their complaints, as the house wants it."""

import pytest

from escalations.intake import Contact
from escalations.jobs import route_accepted
from escalations.models import Complaint, Policy
from routing.models import Decision

OTHER = Contact(name="Rui Tavares", email="rui@example.org")


def placed(complaint):
    route_accepted()
    return Complaint.objects.get(pk=complaint.pk).handler


def reason(complaint):
    return Decision.objects.latest_of(complaint.reference).reason


@pytest.fixture
def policy(db):
    def say(continuity):
        Policy.objects.update_or_create(pk=1, defaults={"continuity": continuity})

    return say


def test_between_equals_a_customer_finds_who_handled_another_complaint_of_theirs(case, house, deeds, policy):
    first = case("closed")
    assert placed(case("accepted", contact=OTHER)) != first.handler, "who waited longest"
    deeds.do(Complaint.objects.exclude(pk=first.pk).get(), "withdraw", "customer", reason="Settled.")
    again = case("accepted")
    assert placed(again) == first.handler
    assert "has worked for this customer before" in reason(again)
    third = case("accepted")
    assert placed(third) != first.handler, "between equals only: the load comes first"


def test_where_the_house_wants_it_the_customer_comes_before_the_load(case, house, policy):
    policy("first")
    handlers = {placed(case("accepted")) for _ in range(3)}
    assert len(handlers) == 1
    assert placed(case("accepted", contact=OTHER)) not in handlers


def test_where_the_house_does_not_want_it_nobody_is_preferred(case, house, policy):
    policy("never")
    first = case("closed")
    assert placed(case("accepted")) != first.handler


def test_who_speaks_for_many_customers_is_not_the_customer(case, house, policy):
    policy("first")
    charity = Contact(name="Debt Help", email="help@example.org")
    first = case("accepted", representative=charity)
    other = case("accepted", contact=OTHER, representative=charity)
    assert placed(first) != placed(other)


def test_many_cases_find_their_earlier_handlers_at_once(case, house, policy, hana_alone):
    policy("first")
    known, stranger = case("closed"), case("accepted", contact=OTHER)
    house.colleague.handler.absences.all().delete()
    both = [case("accepted"), case("accepted")]
    route_accepted()
    assert {Complaint.objects.get(pk=one.pk).handler for one in both} == {known.handler}
    assert Complaint.objects.get(pk=stranger.pk).handler == house.colleague.handler
