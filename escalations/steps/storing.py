"""How a step is written down: the case, its rows, one history row, one Event, the ledger. For one or many alike."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from escalations.actors import CUSTOMER, Actor
from escalations.models import Complaint, Event, Point, Statement
from escalations.steps.step import Rows, Step
from routing import assignment
from routing.inserting import insert, take_keys
from routing.statements import composed, listed, name

UNSEEN = frozenset(
    {"note", "write", "sent", "trigger", "add_trigger", "accept", "miss_deadline", "ask", "warn_of_deletion"}
)
"""Steps that change nothing which the criteria see; after others, and after a customer's own words, they look again."""
FIELDS = [field.attname for field in Complaint._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True)
class Before:
    """What the case looked like under the lock, before the step."""

    values: dict[str, Any]
    state: str
    holder_id: int | None

    @classmethod
    def of(cls, case: Complaint) -> "Before":
        return cls({name: getattr(case, name) for name in FIELDS}, case.state, case.holder_id)


@dataclass
class Change:
    """One step that was made on one case, not yet written."""

    case: Complaint
    before: Before
    action: str
    step: Step
    rows: Rows


def store(changes: Sequence[Change], actor: Actor, at: datetime) -> list[Event]:
    """Write all of it, in a number of statements that does not grow with the cases."""
    if not changes:
        return []
    said = _customers_reasons(changes, actor, at)
    reason = "" if said else changes[0].step.reason
    _take_away([row for change in changes for row in change.step.gone])
    _store_rows([row for change in changes for row in change.rows], actor.user, reason, at)
    for change in changes:
        change.case.latest_event += 1
        if change.action not in UNSEEN or change.case.pk in said:
            change.case.look_at = at if change.case.is_open else None
        change.case.forget_shared()
    _update(changes)
    reasons = ["" if said else change.step.reason for change in changes]
    history = write_history([change.case for change in changes], actor, reasons, at)
    _keep_ledger(changes, at)
    return insert(
        _event(change, actor, at, said.get(change.case.pk), row.pk)
        for change, row in zip(changes, history, strict=True)
    )


def write_history(
    rows: Sequence[Complaint] | Sequence[Point], actor: Actor, reasons: Sequence[str], at: datetime, *,
    new: bool = False,
) -> list[Any]:  # fmt: skip
    """Exactly one history row each, with the person (staff only), its reason and the moment."""
    model = _history_of(type(rows[0]))
    told = {"history_type": "+" if new else "~", "history_date": at, "history_user": actor.user}
    return insert(
        model(
            **told,
            history_change_reason=reason,
            **{field.attname: getattr(row, field.attname) for field in model.tracked_fields},
        )
        for row, reason in zip(rows, reasons, strict=True)
    )


@cache
def _history_of(model: Any) -> Any:
    """The model of its history rows. Kept, because simple-history makes a class of manager each time it is asked."""
    return model.history.model


def signed(rows: Sequence[Any], person: Any) -> Sequence[Any]:
    """Tells simple-history who it was. Without this it would name whoever sent the web request in which a part
    of the system acted."""
    for row in rows:
        row._history_user = person
    return rows


def _update(changes: Sequence[Change]) -> None:
    changed = {
        name for change in changes for name in FIELDS if change.before.values[name] != getattr(change.case, name)
    }
    names = [field.name for field in Complaint._meta.concrete_fields if field.attname in changed]
    _write_over(Complaint, [change.case for change in changes], names)


def _write_over(model: type[models.Model], rows: Sequence[Any], names: Sequence[str]) -> None:
    """One UPDATE of these columns, carried out for each row: bulk_update would spell out a CASE for each column."""
    columns = [field for field in model._meta.concrete_fields if field.name in names]
    if not (rows and columns):
        return
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in columns), row.pk]
        for row in rows
    ]
    statement = composed(
        "UPDATE {table} SET {changes} WHERE {key} = %s",
        table=name(model._meta.db_table),
        changes=listed(composed("{column} = %s", column=name(str(field.column))) for field in columns),
        key=name(str(model._meta.pk.column)),
    )
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(statement, values[0])
        else:
            cursor.executemany(statement, values)


def _customers_reasons(changes: Sequence[Change], actor: Actor, at: datetime) -> dict[int, Statement]:
    """A customer's reason is their own word: a Statement whose id the Event holds, not a text in the record."""
    reason = changes[0].step.reason
    if actor.kind != CUSTOMER or not reason:
        return {}
    rows = Statement.objects.bulk_create(
        Statement(complaint=change.case, kind=Statement.Kind.REASON, text=reason, made_at=at) for change in changes
    )
    return {row.complaint_id: row for row in rows}


def _take_away(rows: Rows) -> None:
    """Before anything new is written: what replaces a row may be unique with it."""
    gone: dict[type[models.Model], list[int]] = defaultdict(list)
    for row in rows:
        gone[type(row)].append(row.pk)
    for model, keys in gone.items():
        model._default_manager.filter(pk__in=keys).delete()


def _store_rows(rows: Rows, person: Any, reason: str, at: datetime) -> None:
    """New rows in the order of their first appearance, so that what others point at comes first."""
    new: dict[type[models.Model], Rows] = defaultdict(list)
    changed: dict[type[models.Model], Rows] = defaultdict(list)
    for row in rows:
        (new if row._state.adding else changed)[type(row)].append(row)
    told = {"default_user": person, "default_change_reason": reason, "default_date": at}
    for model, group in new.items():
        if hasattr(model, "history"):
            bulk_create_with_history(signed(group, person), model, **told)
        else:
            insert(group)
    for model, group in changed.items():
        unique = list({row.pk: row for row in group}.values())
        for row in unique:
            take_keys(row, model._meta.concrete_fields)
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        if hasattr(model, "history"):
            bulk_update_with_history(signed(unique, person), model, names, **told)
        else:
            _write_over(model, unique, names)


def _keep_ledger(changes: Sequence[Change], at: datetime) -> None:
    """Whoever held a case and does not any more is freed of it; whoever holds it now is charged."""
    moved = [c for c in changes if c.before.holder_id != c.case.holder_id or _placed_again(c)]
    if freed := [c.case.reference for c in moved if c.before.holder_id]:
        assignment.end(freed, at=at)
    if charged := [c.case for c in moved if c.case.holder_id]:
        assignment.begin_many(_charges(charged), at=at)


def _charges(cases: Sequence[Complaint]) -> list[tuple[str, int, int, int]]:
    """A case that somebody holds has a team."""
    return [(case.reference, case.holder_id or 0, case.team_id or 0, case.weight) for case in cases]


def _placed_again(change: Change) -> bool:
    return change.action == "reroute" and change.before.holder_id is not None


def _event(change: Change, actor: Actor, at: datetime, said: Statement | None, history_id: int) -> Event:
    ids: dict[str, list[int]] = defaultdict(list)
    for row in change.rows:
        ids[f"{getattr(row, 'RECORDED_AS', row._meta.model_name)}_ids"].append(row.pk)
    return Event(
        complaint=change.case,
        number=change.case.latest_event,
        at=at,
        action=change.action,
        from_state=change.before.state,
        to_state=change.case.state,
        actor_kind=actor.kind,
        actor_name=actor.name,
        user=actor.user,
        reason="" if said else change.step.reason,
        statement=said,
        data={**ids, **change.step.data},
        history_id=history_id,
    )
