"""Rows that hang off a version: they change while it is a draft, and never after."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from routing.locking import lock


class PartQuerySet(models.QuerySet[Any]):
    """What changes many parts at once meets the same law as what changes one."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        with transaction.atomic():
            hold_drafts(self.model, self.none(), rows)
            return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic():
            hold_drafts(self.model, self)
            return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            hold_drafts(self.model, self)
            return super().delete()


class Part(models.Model):
    """A row of a version. `version_path` leads from it to the version, as a lookup does."""

    version_path: str

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self._hold_drafts()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self._hold_drafts()
            return super().delete(*args, **kwargs)

    def _hold_drafts(self) -> None:
        """Both the version that it stands in and the one that it is to stand in must be drafts."""
        hold_drafts(type(self), type(self)._default_manager.filter(pk=self.pk), [self])

    def values_to_copy(self) -> dict[str, Any]:
        """What a copy of this row has too."""
        fields = (field.attname for field in self._meta.concrete_fields if not field.primary_key)
        return {name: getattr(self, name) for name in fields}


def hold_drafts(part: type[Part], stored: "models.QuerySet[Any, Any]", wanted: Sequence[Part] = ()) -> None:
    """Lock the versions whose parts are to change, those that they stand in and those that they are to stand in, and
    look again: refused unless all of them are still drafts. Each counts one edit more."""
    key = attrgetter(f"{part.version_path.replace('__', '.')}_id")
    model: Any = part
    for step in part.version_path.split("__"):
        model = model._meta.get_field(step).related_model
    rows = Q(pk__in=stored.order_by().values(part.version_path)) | Q(pk__in={key(row) for row in wanted})
    held = lock(model._default_manager.filter(rows))
    for version in held:
        version.refuse_unless_draft()
    model._default_manager.filter(pk__in=[version.pk for version in held]).update(edits=F("edits") + 1)
