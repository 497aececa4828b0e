"""New rows, written by a statement that is composed once.

Django composes the text of an INSERT anew each time, which for a single row takes longer than carrying it out; and
registering one complaint writes ten rows. Larger batches go through `bulk_create`, where that no longer counts.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

from routing.statements import SQL, composed, listed, name

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
        take_keys(row, (field for field, _keeps_text in columns))
    values = [_value(row, *column) for row in new for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        keys = cursor.fetchall()
    for row, (key,) in zip(new, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias
    return new


Column = tuple[Any, bool]
"""A field, and whether it keeps text as it is."""


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], number: int) -> tuple[list[Column], str]:
    columns = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    row = composed("({marks})", marks=listed([SQL("%s")] * len(columns)))
    text = composed(
        "INSERT INTO {table} ({columns}) VALUES {rows} RETURNING {key}",
        table=name(model._meta.db_table), columns=listed(name(str(field.column)) for field in columns),
        rows=listed([row] * number), key=name(str(model._meta.pk.column)),
    )  # fmt: skip
    return [(field, isinstance(field, models.CharField | models.TextField)) for field in columns], text


def _value(row: models.Model, field: Any, keeps_text: bool) -> Any:
    """As the database takes it. Most columns hold nothing or plain text: for those the field is not asked."""
    value = field.pre_save(row, True)
    if value is None or (keeps_text and type(value) is str):
        return value
    return field.get_db_prep_save(value, connection)


def take_keys(row: models.Model, fields: Iterable[Any]) -> None:
    """What a row points at may have been written after the row was made: then its key is there by now."""
    for field in fields:
        if field.is_relation and getattr(row, field.attname) is None and field.is_cached(row):
            other = field.get_cached_value(row)
            setattr(row, field.attname, other.pk if other is not None else None)
