"""Rows written by a statement composed once are the same rows that Django would write."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from escalations.models import Clock, Complaint, Event, Person, PersonIdentifier
from escalations.models.clock import ClockKind
from routing.inserting import FEW, insert

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 14, 30, 15, 123456, tzinfo=UTC)


def complaint(number, **given):
    values = {"received_at": AT, "registered_at": AT, "amount": Decimal("184.20"), "currency": "GBP"}
    return Complaint(reference=f"T-{number}", happened_on=date(2026, 2, 27), **{**values, **given})


def values_of(row):
    skipped = {"id", "reference"}
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in skipped}


@pytest.mark.parametrize("number", [1, FEW, FEW + 1, 50])
def test_any_number_of_rows_gets_its_keys_in_order(number):
    rows = insert(complaint(n) for n in range(number))
    kept = list(Complaint.objects.order_by("pk").values_list("pk", "reference"))
    assert kept == [(row.pk, f"T-{n}") for n, row in enumerate(rows)]
    assert not any(row._state.adding for row in rows)


def test_a_row_reads_back_as_one_that_django_wrote(house):
    insert([complaint(1, complaint_type=house.card, registered_by=house.agent)])
    Complaint.objects.bulk_create([complaint(2, complaint_type=house.card, registered_by=house.agent)])
    ours, theirs = Complaint.objects.order_by("reference")
    assert values_of(ours) == values_of(theirs)


def test_json_is_kept_as_json():
    (case,) = insert([complaint(1)])
    data = {"ids": [1, 2], "amount": "1.50", "text": 'é "%s" ; --'}
    insert([Event(complaint=case, number=1, at=AT, action="register", actor_kind="system", actor_name="x", data=data)])
    assert Event.objects.get(data__amount="1.50").data == data


def test_a_row_takes_the_key_of_what_was_written_after_it_was_made():
    case, person = complaint(1), Person(name="Ana")
    clock = Clock(complaint=case, kind=ClockKind.ACKNOWLEDGE, started_at=AT, due_at=AT)
    number = PersonIdentifier(person=person, system="crm", value="1")
    insert([case])
    insert([person])
    insert([clock])
    insert([number])
    assert Clock.objects.get().complaint == case
    assert PersonIdentifier.objects.get().person == person


def test_nothing_to_write_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert([]) == []


def test_one_statement_for_a_few_rows(django_assert_num_queries):
    with django_assert_num_queries(1):
        insert(complaint(n) for n in range(FEW))
