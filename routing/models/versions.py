"""Draft, published, retired: what rulesets, criteria and clock policies have in common."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.locking import lock


class VersionQuerySet(models.QuerySet[Any]):
    def published(self) -> Any:
        """The one that is in force, or None."""
        return self.filter(state=Version.State.PUBLISHED).first()

    def delete(self) -> tuple[int, dict[str, int]]:
        for version in self:
            version.refuse_unless_draft()
        return super().delete()


class Version(models.Model):
    """A numbered version of something that is edited as a draft and published by a second person.

    A published or retired version never changes. One version of a kind is published at a time. To go back,
    copy an old version to a new draft. The right to publish is the Django permission `publish_<model>`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", gettext_lazy("draft")
        PUBLISHED = "published", gettext_lazy("published")
        RETIRED = "retired", gettext_lazy("retired")

    number = models.PositiveIntegerField(gettext_lazy("number"), unique=True, editable=False)
    state = models.CharField(
        gettext_lazy("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=gettext_lazy("author"),
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        null=True,
        verbose_name=gettext_lazy("published by"),
    )
    published_at = models.DateTimeField(gettext_lazy("published at"), null=True, editable=False)
    note = models.TextField(gettext_lazy("note"), blank=True, help_text=gettext_lazy("What changes, and why."))

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="published"), name="%(app_label)s_%(class)s_one_published"
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("author")),
                name="%(app_label)s_%(class)s_second_person",
            ),
        ]

    def __str__(self) -> str:
        return _("%(kind)s %(number)s (%(state)s)") % {
            "kind": str(self._meta.verbose_name).capitalize(),
            "number": self.number,
            "state": self.get_state_display(),
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            if self._state.adding:
                self.state, self.number = self.State.DRAFT, self._next_number()
            else:
                self.hold_as_draft()
                self.refuse_unless_draft()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self.hold_as_draft()
            return super().delete(*args, **kwargs)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def refuse_unless_draft(self) -> None:
        if not self.is_draft:
            message = _("%(version)s cannot change. Copy it to a new draft and change that.")
            raise ValidationError(message % {"version": self}, code="not_draft")

    def hold_as_draft(self) -> None:
        """Lock this version and look again: refused unless it is still a draft."""
        for current in lock(type(self)._default_manager.filter(pk=self.pk)):
            current.refuse_unless_draft()

    def _next_number(self) -> int:
        versions = type(self)._default_manager.all()
        lock(versions)  # Two new drafts wait here for their numbers.
        return (versions.aggregate(last=Max("number"))["last"] or 0) + 1

    def problems(self) -> list[str]:
        """What must be mended before publishing, a sentence each."""
        return []

    def publish(self, by: Any, *, at: datetime | None = None) -> None:
        """Put this draft in force and retire the former version, in one step, by a second person.

        `at` dates the publication (demo and tests only).
        """
        with transaction.atomic():
            versions = type(self)._default_manager.all()
            # All of them, because two different drafts may be published at once while nothing is yet.
            current = next(row for row in lock(versions) if row.pk == self.pk)
            current.refuse_publishing(by)
            versions.filter(state=self.State.PUBLISHED).update(state=self.State.RETIRED)
            versions.filter(pk=self.pk).update(
                state=self.State.PUBLISHED, published_by=by, published_at=at or timezone.now()
            )
        self.refresh_from_db()

    def refuse_publishing(self, by: Any) -> None:
        codename = get_permission_codename("publish", self._meta)
        if not by.has_perm(f"{self._meta.app_label}.{codename}"):
            raise PermissionDenied(_("You may not publish. Ask someone who may."))
        self.refuse_unless_draft()
        if by.pk == self.author_id:
            raise PermissionDenied(_("You wrote this draft. A second person publishes it."))
        if problems := self.problems():
            raise ValidationError(problems, code="incomplete")
