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
    copy an old version to a new draft. The right to publish is the Django permission `publish_<model>`. `origin` is the
    version that it began as a copy of; `edits` counts the changes to its parts: while it is equal, none was changed.
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
    origin = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="copies",
        verbose_name=gettext_lazy("copied from"),
    )
    edits = models.PositiveIntegerField(gettext_lazy("times edited"), default=0, editable=False)
    note = models.TextField(gettext_lazy("note"), blank=True, help_text=gettext_lazy("What changes, and why."))

    edited_with: str
    """The permission to write drafts of this kind."""

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

    def is_written_by(self, user: Any) -> bool:
        """Whether it is theirs: an author whose draft was published meanwhile is told so, with what they typed."""
        return self.author_id == user.pk and user.has_perm(self.edited_with)

    def may_be_edited_by(self, user: Any) -> bool:
        """A published version never changes; a draft is its author's, so that who publishes it has written none of
        it."""
        return self.is_draft and self.is_written_by(user)

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

    def publish(self, by: Any, *, at: datetime | None = None, seen: int | None = None) -> None:
        """Put this draft in force and retire the former version, in one step, by a second person.

        `seen` is what `edits` was when that person looked at it. The checks may take seconds, so nobody waits for them:
        they run before the lock, and under it only the count tells whether anything was edited meanwhile. `at` dates
        the publication (demo and tests only).
        """
        checked = type(self)._default_manager.get(pk=self.pk)
        checked.refuse_publishing(by, seen=seen)
        if problems := checked.problems():
            raise ValidationError(problems, code="incomplete")
        with transaction.atomic():
            versions = type(self)._default_manager.all()
            # All of them, because two different drafts may be published at once while nothing is yet.
            current = next(row for row in lock(versions) if row.pk == self.pk)
            current.refuse_publishing(by, seen=checked.edits)
            versions.filter(state=self.State.PUBLISHED).update(state=self.State.RETIRED)
            versions.filter(pk=self.pk).update(
                state=self.State.PUBLISHED, published_by=by, published_at=at or timezone.now()
            )
        self.refresh_from_db()

    def refuse_publishing(self, by: Any, *, seen: int | None = None) -> None:
        codename = get_permission_codename("publish", self._meta)
        if not by.has_perm(f"{self._meta.app_label}.{codename}"):
            raise PermissionDenied(_("You may not publish. Ask someone who may."))
        self.refuse_unless_draft()
        if by.pk == self.author_id:
            raise PermissionDenied(_("You wrote this draft. A second person publishes it."))
        if seen is not None and seen != self.edits:
            message = _("The draft was edited since you looked at it. Look again, then publish.")
            raise ValidationError(message, code="edited")
