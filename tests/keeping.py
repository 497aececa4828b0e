"""A world that many tests start from: made once in a process, afterwards put back as the rows that it consists of."""

import pickle
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction

WRITTEN = re.compile(r'(?:INTO|UPDATE|DELETE FROM) "(\w+)"')


class Rows(NamedTuple):
    """What a world adds to one table, and the highest id below it."""

    table: str
    columns: list[str]
    added: list[tuple]
    below: int


class Kept:
    """`make` only adds rows. Its world is put back where every table stands as it did then, else made anew."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.rows: list[Rows] = []
        self.world = b""

    def put(self) -> Any:
        # A test that commits starts from tables that were emptied, and what the rows point at has other ids.
        if not connection.in_atomic_block or not self._fits():
            return self.make()
        with connection.cursor() as cursor:
            for table, columns, added, _below in self.rows:
                names, places = ", ".join(f'"{column}"' for column in columns), ", ".join(["%s"] * len(columns))
                lines = ", ".join([f"({places})"] * len(added))
                values = [value for row in added for value in row]
                cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES {lines}', values)
        return pickle.loads(self.world)

    def learn(self) -> None:
        """Makes it once to see which rows it adds to the tables of models, and takes it back."""
        written: list[str] = []

        def watch(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
            written.extend(WRITTEN.findall(sql))
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(watch):
                world = self.make()
            tables = [table for table in dict.fromkeys(written) if table in _tables()]
            after = {table: _rows(table) for table in tables}
            transaction.set_rollback(True)
        for table, (columns, rows) in after.items():
            before = _rows(table)[1]
            assert before == rows[: len(before)], f"{table}: a kept world adds rows and changes none"
            if added := rows[len(before) :]:
                self.rows.append(Rows(table, columns, added, before[-1][0] if before else 0))
        self.world = pickle.dumps(world)

    def _fits(self) -> bool:
        with connection.cursor() as cursor:
            highest = ", ".join(f'(SELECT COALESCE(MAX(id), 0) FROM "{rows.table}")' for rows in self.rows)
            cursor.execute(f"SELECT {highest}")
            return list(cursor.fetchone()) == [rows.below for rows in self.rows]


def _tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def _rows(table: str) -> tuple[list[str], list[tuple]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY id')
        return [column[0] for column in cursor.description], cursor.fetchall()
