"""Rows that are written once: the record of what people said and what happened."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext as _


class WrittenOnce(Exception):
    """Somebody tried to change or delete a row that only ever is added to."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **changes: Any) -> NoReturn:
        raise WrittenOnce(_("These rows are never changed; add a new one."))

    def delete(self) -> NoReturn:
        raise WrittenOnce(_("These rows are never deleted."))


class AppendOnly(models.Model):
    """A row that can be added, and then neither changed nor deleted."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnce(_("This row is never changed; add a new one."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce(_("This row is never deleted."))
