"""Many small tables read in one statement, as the objects that the ORM would make of them.

A page that shows a dozen tables of one case would else wait for a dozen answers. Each queryset becomes a subquery whose
rows come back as JSON in one column; what `select_related` asks for comes along.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import query

from routing.statements import SQL, composed, listed, name

MOST_ARGUMENTS = 50
"""Columns given to one function: PostgreSQL takes a hundred arguments, SQLite a few more."""

POPULATORS: Any = query.get_related_populators
"""Django's own, which make the objects that `select_related` brings along."""

FROM_JSON: dict[str, Any] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "DecimalField": Decimal,
    "FloatField": float,
    "JSONField": partial(json.dumps, default=float),  # Its numbers are no amounts.
}
"""On PostgreSQL: back from JSON to what the driver gives. SQLite gives text and numbers anyway."""


class _Part:
    """One queryset, compiled; it makes objects of rows."""

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        self.compiler: Any = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, self.params = self.compiler.as_sql(with_col_aliases=True)
        self.sql = _as_json(SQL(sql), len(self.compiler.select))
        info = self.compiler.klass_info
        self.model = info["model"]
        self.start, self.end = info["select_fields"][0], info["select_fields"][-1] + 1
        self.names = [one[0].target.attname for one in self.compiler.select[self.start : self.end]]
        self.related = POPULATORS(info, self.compiler.select, DEFAULT_DB_ALIAS)
        fields = (one[0].output_field for one in self.compiler.select)
        readers = (FROM_JSON.get(field.get_internal_type()) for field in fields)
        self.readers = [(n, reader) for n, reader in enumerate(readers) if reader] if _is_postgresql() else []

    def objects(self, told: str | None) -> list[Any]:
        return list(self._made(_rows(told))) if told else []

    def _made(self, rows: Sequence[list[Any]]) -> Iterator[Any]:
        for row in rows:
            for number, reader in self.readers:
                if row[number] is not None:
                    row[number] = reader(row[number])
        for row in self.compiler.results_iter([rows]):
            made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
            for one in self.related:
                one.populate(row, made)
            yield made


class Statement:
    """Querysets by name, composed once. A value in one of them may stand for what is only known later: `read` is told
    what to put in its place."""

    def __init__(self, parts: Mapping[str, models.QuerySet[Any]]) -> None:
        self.parts: dict[str, _Part | None] = {name: _part(rows) for name, rows in parts.items()}
        found = [part for part in self.parts.values() if part]
        self.sql = "SELECT " + ", ".join(part.sql for part in found)
        self.params = [value for part in found for value in part.params]

    def read(self, places: Mapping[Any, Any] | None = None) -> dict[str, list[Any]]:
        """The objects of each queryset, by its name, in its order."""
        if not self.params and not any(self.parts.values()):
            return {name: [] for name in self.parts}
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [_placed(value, places or {}) for value in self.params])
            told = iter(cursor.fetchone())
        return {name: part.objects(next(told)) if part else [] for name, part in self.parts.items()}


def _part(rows: models.QuerySet[Any]) -> _Part | None:
    """None for a queryset that can have no rows, such as one of no keys at all."""
    try:
        return _Part(rows)
    except EmptyResultSet:
        return None


def _placed(value: Any, places: Mapping[Any, Any]) -> Any:
    return places.get(value, value) if isinstance(value, int | str) else value


def _rows(told: str) -> list[list[Any]]:
    """Each row as one list: its columns came in groups."""
    numbers: dict[str, Any] = {"parse_float": Decimal} if _is_postgresql() else {}
    return [[value for group in row for value in group] for row in json.loads(told, **numbers)]


def _as_json(part: SQL, columns: int) -> SQL:
    """One value: the rows of `part`, each as groups of as many columns as the functions take."""
    of_row = SQL("json_build_array" if _is_postgresql() else "json_array")
    of_rows = SQL("json_agg" if _is_postgresql() else "json_group_array")
    names = [name(f"col{number}") for number in range(1, columns + 1)]
    groups = (names[start : start + MOST_ARGUMENTS] for start in range(0, columns, MOST_ARGUMENTS))
    row = listed(composed("{of_row}({columns})", of_row=of_row, columns=listed(group)) for group in groups)
    return composed(
        "(SELECT CAST({of_rows}({of_row}({row})) AS text) FROM ({part}) AS part)",
        of_rows=of_rows, of_row=of_row, row=row, part=part,
    )  # fmt: skip


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def fill(owners: Iterable[models.Model], name: str, rows: Iterable[Any], by: str) -> None:
    """Gives each of these its own rows, as `prefetch_related` would: `by` is where a row holds the owner's key."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, by), []).append(row)
    for owner in owners:
        manager: Any = getattr(owner, name)
        kept = manager.get_queryset()
        kept._result_cache, kept._prefetch_done = found.get(owner.pk, []), True
        prefetched = owner.__dict__.setdefault("_prefetched_objects_cache", {})
        prefetched[name] = kept
