"""The escalation criteria as a versioned set: drafted by one supervisor, published by another, never changed after."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.models.versions import Version


class CriteriaSet(Version):
    """A version of the escalation criteria."""

    edited_with = "escalations.change_criterion"
    rejected = models.JSONField(gettext_lazy("rejected"), default=list, blank=True, editable=False)
    """What an uploaded file held that could not be taken in: of each its `number` in the file, `code`, `reason` and the
    `criterion` as it stood."""

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
