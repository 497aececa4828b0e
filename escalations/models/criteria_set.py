"""The escalation criteria as a versioned set: drafted by one supervisor, published by another, never changed after."""

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.locking import lock
from routing.models.versions import Version


class CriteriaSet(Version):
    """A version of the escalation criteria. `origin` is the version that it began as a copy of."""

    origin = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="copies",
        verbose_name=gettext_lazy("copied from"),
    )
    edited_at = models.DateTimeField(gettext_lazy("last edited"), auto_now=True)

    class Meta(Version.Meta):
        verbose_name = gettext_lazy("set of criteria")
        verbose_name_plural = gettext_lazy("escalation criteria")
        permissions = [("publish_criteriaset", "Can publish a set of criteria that someone else wrote")]

    def problems(self) -> list[str]:
        rows = list(self.whole().filter(is_enabled=True))
        if not rows:
            return [_("No criterion is in use: nothing would be flagged.")]
        return [problem for row in rows for problem in row.problems()]

    def whole(self) -> "models.QuerySet[Any, Any]":
        """Its criteria with everything that hangs off them, in order."""
        return self.criteria.prefetch_related("lists", "conditions").order_by("position", "pk")

    def copy(self, author: Any) -> "CriteriaSet":
        """A new draft by that author with the same criteria."""
        with transaction.atomic():
            note = _("Copy of %(number)d. %(note)s") % {"number": self.number, "note": self.note}
            draft = CriteriaSet.objects.create(author=author, note=note.strip(), origin=self)
            for criterion in self.whole():
                criterion.copy_to(draft)
        return draft


def hold_drafts(stored: "models.QuerySet[Any, Any]", *wanted: int | None) -> None:
    """Lock the sets whose parts are to change, and look again: refused unless all of them are still drafts."""
    for draft in lock(CriteriaSet.objects.filter(Q(pk__in=stored) | Q(pk__in=[pk for pk in wanted if pk]))):
        draft.refuse_unless_draft()
        CriteriaSet.objects.filter(pk=draft.pk).update(edited_at=timezone.now())


class PartQuerySet(models.QuerySet[Any]):
    """Parts of sets: what changes many at once meets the same law as what changes one."""

    path = "criteria_set"

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic():
            hold_drafts(self.order_by().values(self.path))
            return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            hold_drafts(self.order_by().values(self.path))
            return super().delete()


class Part(models.Model):
    """A row of a set: changed and deleted in a draft only."""

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

    def set_id(self) -> int:
        """The set that this row stands in, or is to stand in."""
        raise NotImplementedError

    def _hold_drafts(self) -> None:
        rows: Any = type(self)._default_manager.filter(pk=self.pk)
        hold_drafts(rows.order_by().values(rows.path), self.set_id())
