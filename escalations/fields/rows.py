"""Values as typed rows: the one place that knows in which column what stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from escalations.fields.reading import Choices, Read
from escalations.models.field_value import COLUMNS, FieldValue
from routing.definitions import Definition, Value
from routing.models import Field

if TYPE_CHECKING:
    from escalations.models import Complaint


def written(case: "Complaint", read: Read) -> Iterator[FieldValue]:
    """The rows of a case that has none yet."""
    for definition, value in read.values.items():
        if value is not None:
            yield from _rows(case, definition, value, read.choices)


def _rows(case: "Complaint", definition: Definition, value: Value, choices: Choices) -> Iterator[FieldValue]:
    """One row, or one a choice."""
    for one in sorted(value) if isinstance(value, frozenset) else [value]:
        yield FieldValue(complaint=case, field=definition.as_row, **_columns(definition, one, choices))


def _columns(definition: Definition, value: Any, choices: Choices) -> dict[str, Any]:
    if definition.has_choices:
        return {"choice": choices[definition.pk, value]}
    if definition.kind == Field.Kind.AMOUNT:
        return {"amount": value[0], "currency": value[1]}
    return {COLUMNS[definition.kind]: value}


def replaced(case: "Complaint", read: Read, held: Iterable[FieldValue]) -> tuple[list[FieldValue], list[FieldValue]]:
    """The rows to write and the rows to delete, so that the case says what was read; `held` are those it has."""
    concerned = {definition.pk for definition in read.values}
    old = [row for row in held if row.field_id in concerned]
    new = list(written(case, read))
    same = {_said(row) for row in old} & {_said(row) for row in new}
    return [row for row in new if _said(row) not in same], [row for row in old if _said(row) not in same]


def _said(row: FieldValue) -> tuple[Any, ...]:
    return (row.field_id, row.choice_id, row.number, row.amount, row.currency, row.date, row.truth, row.text)


def remember(cases: Iterable["Complaint"], values: Iterable[FieldValue]) -> None:
    """Whoever asks for the values of complaints just registered need not read them again."""
    by_case: dict[int, list[FieldValue]] = defaultdict(list)
    for value in values:
        by_case[value.complaint_id].append(value)
    nothing = FieldValue.objects.none()
    for case in cases:
        rows: Any = nothing
        if case.pk in by_case:
            rows = FieldValue.objects.filter(complaint=case.pk)
            rows._result_cache = by_case[case.pk]
        case.__dict__.setdefault("_prefetched_objects_cache", {})["field_values"] = rows


def having(definition: Definition, low: Any = None, high: Any = None, **exact: Any) -> QuerySet[Any]:
    """The keys of the cases whose value is this, lies between these, or (nothing given) is any."""
    column = COLUMNS[definition.kind]
    wanted = Q(field=definition.pk, **exact)
    if low is not None:
        wanted &= Q(**{f"{column}__gte": low})
    if high is not None:
        wanted &= Q(**{f"{column}__lte": high})
    return FieldValue.objects.filter(wanted).order_by().values("complaint")
