"""Many cases at once: the same rows as one by one, refusals by themselves, and no statement more for more cases."""

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actors import Actor
from escalations.errors import NotAllowed, WrongState
from escalations.models import (
    Attempt,
    Clock,
    Complaint,
    Confirmation,
    Event,
    FieldValue,
    Message,
    Point,
    Referral,
    Remedy,
    Statement,
    TriageAnswer,
    Trigger,
)
from escalations.workflow import perform, perform_many
from routing.models import Assignment, Decision
from tests.escalations.deeds import REASON, Deeds
from tests.escalations.test_matrix import taken_back

OF_A_CASE = (
    Point, FieldValue, Attempt, Statement, Trigger, TriageAnswer, Referral, Message, Remedy, Clock, Confirmation,
    Event,
)  # fmt: skip

# Actions on a case of that state, by whom: all whose data do not depend on what another case of the batch got.
BATCHES = [
    ("settle", "frontline", "agent"),
    ("trigger", "frontline", "agent"),
    ("trigger", "frontline", "customer"),
    ("record_attempt", "frontline", "agent"),
    ("accept", "triggered", "coordinator"),
    ("send_back", "triggered", "coordinator"),
    ("escalate_further", "investigating", "manager"),
    ("investigate", "routed", "handler"),
    ("communicate", "investigating", "handler"),
    ("reassign", "investigating", "coordinator"),
    ("add_point", "investigating", "handler"),
    ("edit", "investigating", "handler"),
    ("set_fields", "investigating", "handler"),
    ("restrict", "investigating", "manager"),
    ("withdraw", "investigating", "customer"),
    ("set_aside", "investigating", "coordinator"),
    ("miss_deadline", "investigating", "clock"),
    ("write", "investigating", "handler"),
    ("note", "investigating", "handler"),
    ("receive", "investigating", "customer"),
    ("confirm_cause", "investigating", "handler"),
    ("reinvestigate", "communicating", "handler"),
    ("resolve", "communicating", "handler"),
    ("acknowledge_outcome", "resolved", "handler"),
    ("pay_remedy", "resolved", "handler"),
    ("close", "resolved", "handler"),
    ("reopen", "resolved", "coordinator"),
    ("reopen", "closed", "customer"),
    ("restore", "closed", "coordinator"),
]


@pytest.fixture
def ready(case, deeds, hana_alone):
    """Cases for which the action is prepared, all held by the same handler."""

    def make(action: str, state: str, count: int) -> list[Complaint]:
        cases = [case(state) for _ in range(count)]
        for complaint in cases:
            deeds.prepare(complaint, action)
        return [Complaint.objects.get(pk=complaint.pk) for complaint in cases]

    return make


def _told(deeds: Deeds, cases: list[Complaint], action: str, by: str) -> dict:
    actor = deeds.actor(by)
    return {"actor": actor, "reason": REASON, "each": {case.pk: deeds.data(action, case, actor) for case in cases}}


def rows_of(cases: list[Complaint]) -> dict[str, list[dict]]:
    """All that is written about these cases, field by field; keys that a second run would draw anew by their order."""
    references = [case.reference for case in cases]
    by_case = {model: model.objects.filter(complaint__in=cases).order_by("complaint", "pk") for model in OF_A_CASE}
    by_case[Decision] = Decision.objects.filter(reference__in=references).order_by("reference", "pk")
    order = {(model._meta.model_name, row.pk): f"{n}th" for model in by_case for n, row in enumerate(by_case[model])}
    found = by_case | {
        Complaint: Complaint.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk"),
        Complaint.history.model: Complaint.history.filter(id__in=[case.pk for case in cases]).order_by("id", "pk"),
        Point.history.model: Point.history.filter(complaint__in=cases).order_by("complaint", "pk"),
        Remedy.history.model: Remedy.history.filter(complaint__in=cases).order_by("complaint", "pk"),
        Assignment: Assignment.objects.filter(reference__in=references).order_by("reference", "pk"),
    }
    return {model.__name__: [_values(row, order) for row in rows] for model, rows in found.items()}


def _values(row: models.Model, order: dict) -> dict:
    return {field.name: _value(row, field, order) for field in row._meta.concrete_fields if not field.primary_key}


def _value(row: models.Model, field: models.Field, order: dict) -> object:
    value = getattr(row, field.attname)
    if field.name == "data":
        return {name: _order(name, ids, order) for name, ids in value.items()}
    if field.name in ("id", "history_id"):  # what a history row is of; which one an event points to
        return value if field.name == "id" and row._meta.model_name == "historicalcomplaint" else None
    return order.get((field.related_model._meta.model_name, value), value) if field.related_model else value


def _order(name: str, ids: object, order: dict) -> object:
    if isinstance(ids, list):
        return [order.get((name.removesuffix("_ids"), key), key) for key in ids]
    return order.get((name, ids), ids) if isinstance(ids, int) else ids


@pytest.mark.parametrize(("action", "state", "by"), BATCHES)
def test_many_leave_the_same_rows_as_one_by_one_and_take_no_more_queries_than_one(action, state, by, ready, deeds):
    cases = ready(action, state, 3)
    told, at = _told(deeds, cases, action, by), timezone.now()
    with taken_back():
        alone = [CaptureQueriesContext(connection) for _case in cases]
        for case, queries in zip(cases, alone, strict=True):
            with queries:
                perform(case, action, actor=told["actor"], reason=REASON, at=at, **told["each"][case.pk])
        one_by_one = rows_of(cases)
    with CaptureQueriesContext(connection) as queries:
        results = perform_many(cases, action, at=at, **told)
    assert [result.refusal for result in results] == [None, None, None]
    for name, rows in rows_of(cases).items():
        assert rows == one_by_one[name], name
    # The last of those done alone: the first also read what is kept on the person.
    assert len(queries) <= len(alone[-1]), "\n".join(query["sql"][:200] for query in queries.captured_queries)


@pytest.mark.parametrize("by", ["coordinator", "stranger"])
def test_more_refusals_take_no_more_queries(by, ready, deeds):
    cases = ready("note", "routed", 4)
    actor = deeds.actor(by)
    counts = []
    for batch in (cases[:1], cases[1:]):
        with CaptureQueriesContext(connection) as queries:
            results = perform_many(batch, "note" if by == "stranger" else "accept", actor=actor, body="x")
        assert {type(result.refusal) for result in results} <= {WrongState, NotAllowed}
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_what_is_refused_is_refused_by_itself_and_the_others_go_on(case, deeds, house):
    good, moved, other = case("triggered"), case("routed"), case("triggered")
    gone = Complaint(pk=987654)
    seen = moved.latest_event
    results = perform_many([other, moved, gone, good], "accept", actor=Actor.of(house.coordinator))
    assert [bool(result.event) for result in results] == [True, False, False, True]
    assert [result.complaint.pk for result in results] == [other.pk, moved.pk, gone.pk, good.pk]
    assert [getattr(result.refusal, "status", None) for result in results] == [None, 409, 409, None]
    assert Complaint.objects.get(pk=moved.pk).latest_event == seen


def test_the_same_case_twice_in_one_batch_is_done_once(case, house):
    complaint = case("triggered")
    first, second = perform_many([complaint, complaint], "accept", actor=Actor.of(house.coordinator))
    assert first.event == second.event
    assert Complaint.objects.get(pk=complaint.pk).latest_event == complaint.latest_event + 1


def test_an_empty_batch_is_nothing(house):
    assert perform_many([], "accept", actor=Actor.of(house.coordinator)) == []
