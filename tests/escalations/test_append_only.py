"""What was said and what happened is written once: no way of the ORM changes or deletes it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from escalations.models import Attempt, Complaint, Event, Statement
from escalations.models.append_only import WrittenOnce
from routing.models import Decision
from routing.models.decisions import AppendOnly

REFUSED = (WrittenOnce, AppendOnly)
TEXT = {Event: "reason", Statement: "text", Attempt: "what", Decision: "reason"}
each = pytest.mark.parametrize("model", TEXT)


@pytest.fixture
def closed(case):
    return case("closed")


@pytest.fixture
def unchanged(closed):
    """The rows of that model as they are; compared again at the end."""
    before = {model: list(model.objects.order_by("pk").values()) for model in TEXT}
    assert all(before.values())
    yield
    assert {model: list(model.objects.order_by("pk").values()) for model in TEXT} == before


@each
def test_a_row_is_not_saved_again(model, unchanged):
    row = model.objects.first()
    setattr(row, TEXT[model], "Something else.")
    for given in ({}, {"update_fields": [TEXT[model]]}, {"force_update": True}):
        with pytest.raises(REFUSED):
            row.save(**given)


@each
def test_a_row_is_not_deleted(model, unchanged):
    with pytest.raises(REFUSED):
        model.objects.first().delete()


@each
def test_many_rows_are_neither_updated_nor_deleted(model, unchanged):
    rows = model.objects.filter(pk__gt=0)
    row = rows.first()
    setattr(row, TEXT[model], "Something else.")
    for attempt in (
        lambda: rows.update(**{TEXT[model]: "Something else."}),
        lambda: rows.bulk_update([row], [TEXT[model]]),
        lambda: model.objects.update_or_create(pk=row.pk, defaults={TEXT[model]: "Something else."}),
        rows.delete,
        model.objects.all().delete,
    ):
        with pytest.raises(REFUSED), transaction.atomic():
            attempt()


@each
def test_a_new_object_with_the_key_of_an_old_row_does_not_overwrite_it(model, unchanged):
    row = model.objects.first()
    twin = model(**{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields})
    setattr(twin, TEXT[model], "Something else.")
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize("model", [Event, Statement, Attempt])
def test_an_upsert_is_refused(model, unchanged):
    row = model.objects.first()
    twin = model(**{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields})
    with pytest.raises(WrittenOnce):
        model.objects.bulk_create([twin], update_conflicts=True, unique_fields=["id"], update_fields=[TEXT[model]])


@pytest.mark.parametrize("related", ["events", "statements", "attempts"])
def test_the_rows_of_a_case_are_not_changed_through_the_case(related, closed, unchanged):
    with pytest.raises(WrittenOnce):
        getattr(closed, related).all().delete()
    with pytest.raises(WrittenOnce):
        getattr(closed, related).update(complaint=closed)


def test_a_case_takes_its_rows_with_it_nowhere(closed, unchanged):
    with pytest.raises(Exception, match="protected"):
        Complaint.objects.filter(pk=closed.pk).delete()


def test_a_state_is_set_by_no_assignment(closed):
    with pytest.raises(AttributeError):
        closed.state = "frontline"
    assert Complaint.objects.get(pk=closed.pk).state == "closed"


def test_an_event_number_is_given_once(closed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(complaint=closed, number=1, at=timezone.now(), action="note", to_state="closed")
