"""The one place that takes row locks: always by id, so that two takers of the same rows never deadlock."""

from typing import TypeVar

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=Model)


def lock(queryset: "QuerySet[Row]") -> list[Row]:
    """Return the rows of the queryset, re-read and locked until the transaction ends, ordered by id.

    The order over tables is a law: complaints first, then handlers, never back. On SQLite the rows are only
    re-read, because a transaction there begins IMMEDIATE and so is alone already.
    """
    return _locked(queryset)


def claim(queryset: "QuerySet[Row]") -> list[Row]:
    """The same, without the rows that somebody else has locked: so several workers share what there is to do.

    On SQLite nobody else can hold any while this transaction runs, so none is left out.
    """
    return _locked(queryset, skip_locked=True)


def _locked(queryset: "QuerySet[Row]", *, skip_locked: bool = False) -> list[Row]:
    connection = connections[queryset.db]
    if not connection.in_atomic_block:
        raise TransactionManagementError("Rows are locked inside transaction.atomic() only.")
    queryset = queryset.order_by("pk")
    if connection.features.has_select_for_no_key_update:
        queryset = queryset.select_for_update(no_key=True, of=("self",), skip_locked=skip_locked)
    return list(queryset)
