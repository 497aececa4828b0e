"""What a point is coded with beside its symptom (the issue it was registered with): what was found, which control
failed, and why (`Cause`). Each is a list or tree of the organisation's own."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class CodeQuerySet(models.QuerySet):
    def in_use(self, *, besides: Any = ()) -> Self:
        """What may be chosen: those in use, and those that the row in hand carries already though they were retired."""
        return self.filter(Q(is_active=True) | Q(pk__in=[key for key in besides if key])).select_related("parent")


class Code(models.Model):
    """One entry. The code is given once and never used again; the name may change, and an entry that is not wanted any
    more is taken out of use: what carries it stays readable. What a case carries cannot be deleted."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.parent.name} › {self.name}" if self.parent else self.name

    def clean(self) -> None:
        """A tree has no rings: nothing belongs to what belongs to it."""
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen and self.pk is not None:
                raise ValidationError({"parent": _("It would belong to itself.")})
            seen.add(above.pk)
            above = above.parent

    parent: Any


def deleted_among(values: Iterable[Any]) -> list[Code]:
    """The codes among these that are not there any more: somebody deleted them after they were read."""
    found: dict[type[Code], dict[int, Code]] = {}
    for value in values:
        for one in value if isinstance(value, list | tuple | models.QuerySet) else (value,):
            if isinstance(one, Code):
                found.setdefault(type(one), {})[one.pk] = one
    gone: list[Code] = []
    for model, rows in found.items():
        there = set(model._default_manager.filter(pk__in=rows).values_list("pk", flat=True))
        gone += [row for key, row in rows.items() if key not in there]
    return gone


def belongs_to() -> Any:
    return models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )


class FindingCode(Code):
    """What an investigation can find, in the organisation's own words: “charged twice”, “recording not found”."""

    parent = belongs_to()

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("finding code")
        verbose_name_plural = _("finding codes")
        ordering = ["parent__name", "name"]


class Control(Code):
    """What should have prevented it: a check, a call back within two days, a second pair of eyes."""

    parent = belongs_to()

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("control")
        verbose_name_plural = _("controls")
        ordering = ["parent__name", "name"]
