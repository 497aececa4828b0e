"""New rows, written by a statement that is composed once.

Django composes the text of an INSERT anew each time, which for a single row takes longer than carrying it out; and
registering one complaint writes ten rows. Larger batches go through `bulk_create`, where that no longer counts.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
FEW = 4
"""Most rows for which a statement is kept."""


def insert(rows: Iterable[Row]) -> list[Row]:
    """Write new rows of one model and give them their keys; one statement. No signal is sent, as by bulk_create."""
    new = list(rows)
    if not new or len(new) > FEW:
        return type(new[0])._default_manager.bulk_create(new) if new else []
    columns, statement = _statement(type(new[0]), len(new))
    for row in new:
        _take_keys(row, columns)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in new for field in columns]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        keys = cursor.fetchall()
    for row, (key,) in zip(new, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias
    return new


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], number: int) -> tuple[list[Any], str]:
    quoted = connection.ops.quote_name
    columns = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    names = ", ".join(quoted(str(field.column)) for field in columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    table, key = quoted(model._meta.db_table), quoted(str(model._meta.pk.column))
    return columns, f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * number)} RETURNING {key}"  # noqa: S608


def _take_keys(row: models.Model, columns: list[Any]) -> None:
    """What a row points at may have been written after the row was made: then its key is there by now."""
    for field in columns:
        if field.is_relation and getattr(row, field.attname) is None and field.is_cached(row):
            other = field.get_cached_value(row)
            setattr(row, field.attname, other.pk if other is not None else None)
