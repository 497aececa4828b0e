"""The one place that takes row locks: always by id, so that two takers of the same rows never deadlock."""

from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError

from routing.composed import Composed

Row = TypeVar("Row", bound=Model)


def lock(queryset: "QuerySet[Row]") -> list[Row]:
    """Return the rows of the queryset, re-read and locked until the transaction ends, ordered by id.

    The order over tables is a law: complaints first, then handlers, never back. On SQLite the rows are only
    re-read, because a transaction there begins IMMEDIATE and so is alone already.
    """
    _check(queryset.db)
    return list(to_lock(queryset))


def claim(queryset: "QuerySet[Row]") -> list[Row]:
    """The same, without the rows that somebody else has locked: so several workers share what there is to do.

    On SQLite nobody else can hold any while this transaction runs, so none is left out.
    """
    _check(queryset.db)
    return list(to_lock(queryset, skip_locked=True))


def lock_asked(question: "Composed[Any]", *values: Any) -> list[Any]:
    """The same as `lock` for a question that is composed once, of a queryset that went through `to_lock`."""
    _check(DEFAULT_DB_ALIAS)
    return question(*values)


def to_lock(queryset: "QuerySet[Any, Any]", *, skip_locked: bool = False) -> "QuerySet[Any, Any]":
    """The queryset as it locks when it is asked: by id, so that two takers of the same rows never deadlock."""
    queryset = queryset.order_by("pk")
    if connections[queryset.db].features.has_select_for_no_key_update:
        queryset = queryset.select_for_update(no_key=True, of=("self",), skip_locked=skip_locked)
    return queryset


def _check(alias: str) -> None:
    if not connections[alias].in_atomic_block:
        raise TransactionManagementError("Rows are locked inside transaction.atomic() only.")
