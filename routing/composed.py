"""Questions that are put to the database again and again, with other values: their statements are composed once.

Django composes a query anew each time, which takes longer than answering one about a few rows by their keys; and while
a case is placed the rows of its team's handlers are locked. What is asked is an ordinary queryset, written down with
marks where the values will stand.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Value = Any


class Mark(Expression):
    """Stands in a queryset for a value that is told when it is asked."""

    def __init__(self, place: tuple[int, int], output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Composed(Generic[Row]):
    """One question. `compose` is given, for each kind of value, a mark or as many marks as there will be values, and
    returns the queryset; it is called once for each number of them.

    Asked with those values, a sequence for each kind of which there are many, it answers as the queryset would: with
    rows of the model, or with tuples where that names its values. Nothing is prefetched.
    """

    def __init__(self, compose: "Callable[..., QuerySet[Any, Row]]", *kinds: "Field[Any, Any]") -> None:
        self.compose, self.kinds = compose, kinds
        self._statement = cache(self._composed)

    def __call__(self, *values: "Value | Sequence[Value]") -> list[Row]:
        told = [one if isinstance(one, list | tuple) else [one] for one in values]
        shape = tuple(len(one) if isinstance(one, list | tuple) else 0 for one in values)
        return self._statement(shape).asked(told)

    def _composed(self, shape: tuple[int, ...]) -> "_Statement":
        marks: list[Any] = []
        for kind, (field, number) in enumerate(zip(self.kinds, shape, strict=True)):
            many = [Mark((kind, place), field) for place in range(number or 1)]
            marks.append(many if number else many[0])
        return _Statement(self.compose(*marks))


class _Statement:
    def __init__(self, queryset: "QuerySet[Any, Any]") -> None:
        compiler = queryset.query.get_compiler(using=connection.alias)
        self.text, self.values = compiler.as_sql()
        self.compiler, self.converters = compiler, compiler.get_converters([column[0] for column in compiler.select])
        self.model: type[Model] | None = None
        if issubclass(queryset._iterable_class, ModelIterable):
            self.model = queryset.model
            self.names = [column[0].target.attname for column in compiler.select]

    def asked(self, told: Sequence[Sequence[Value]]) -> list[Any]:
        values = [self._told(value, told) if isinstance(value, Mark) else value for value in self.values]
        with connection.cursor() as cursor:
            cursor.execute(self.text, values)
            rows = cursor.fetchall()
        if self.converters:
            rows = [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]
        if self.model is None:
            return rows
        return [self.model.from_db(connection.alias, self.names, row) for row in rows]

    def _told(self, mark: Mark, told: Sequence[Sequence[Value]]) -> Value:
        kind, place = mark.place
        value = told[kind][place]
        return value if type(value) is int else mark.output_field.get_db_prep_value(value, connection)
