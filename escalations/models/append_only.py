"""Rows that are written once: the record of what people said and what happened."""

from typing import Any, NoReturn, TypeVar

from django.db import models
from django.utils.translation import gettext as _


class WrittenOnce(Exception):
    """Somebody tried to change or delete a row that only ever is added to."""


Row = TypeVar("Row", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[Row, Row]):
    def update(self, **changes: Any) -> NoReturn:
        raise WrittenOnce(_("These rows are never changed; add a new one."))

    def delete(self) -> NoReturn:
        raise WrittenOnce(_("These rows are never deleted."))

    def bulk_create(self, objs: Any, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> Any:
        if update_conflicts:
            raise WrittenOnce(_("These rows are never changed; add a new one."))
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnly(models.Model):
    """A row that can be added, and then neither changed nor deleted."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnce(_("This row is never changed; add a new one."))
        # A new object with the key of an old row would else overwrite it.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce(_("This row is never deleted."))
