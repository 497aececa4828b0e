"""What belongs to a desk and to no case's record: who is at a case right now, and lists that somebody keeps."""

import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from routing.rights import BETWEEN, Joined


class PresenceQuerySet(models.QuerySet):
    def current(self, now: datetime) -> "PresenceQuerySet":
        """Whose page has let itself be heard just now."""
        return self.filter(seen_at__gt=now - Presence.LASTS)

    def others(self, user_id: int) -> "PresenceQuerySet":
        return self.exclude(user=user_id)

    def told_of(self, case: OuterRef, user_id: int, now: datetime) -> Joined:
        """For a query over cases: who else is there, as one text that `Presence.told` reads."""
        return self.filter(complaint=case).told(user_id, now)

    def told(self, user_id: int, now: datetime) -> Joined:
        """Who else is at these cases now, as one text; as a part of another query."""
        return Joined(self.current(now).others(user_id).order_by().annotate(joined=Presence.AS_TEXT).values("joined"))


class Presence(models.Model):
    """Somebody has a case open. Written by their page while they look at it; worth nothing a minute later, part of no
    record, and removed with their next visit elsewhere."""

    LASTS = timedelta(seconds=60)
    """So long a sign of life counts; a page that is looked at gives one more often."""
    REPEATED = timedelta(seconds=25)
    KEPT = timedelta(hours=1)
    AS_TEXT = Concat(
        F("complaint"), Value("|"), F("writing"), Value("|"), F("user__first_name"), Value("|"),
        F("user__last_name"), Value("|"), F("user__username"), output_field=models.TextField(),
    )  # fmt: skip

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    complaint = models.ForeignKey(
        "escalations.Complaint", models.CASCADE, related_name="+", verbose_name=_("complaint")
    )
    writing = models.CharField(
        _("writing"), max_length=40, blank=True, help_text=_("The step that they are filling in; empty: looking.")
    )
    seen_at = models.DateTimeField(_("seen at"))

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["user", "complaint"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.complaint}"

    @staticmethod
    def touch(user_id: int, case_id: int, writing: str, now: datetime) -> None:
        """A sign of life; a statement or two."""
        row = Presence(user_id=user_id, complaint_id=case_id, writing=writing, seen_at=now)
        Presence.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["user", "complaint"], update_fields=["writing", "seen_at"]
        )

    @staticmethod
    def forget(user_id: int, now: datetime) -> None:
        """What is left of their earlier visits."""
        Presence.objects.filter(user=user_id, seen_at__lt=now - Presence.KEPT).delete()

    @staticmethod
    def digest(texts: Iterable[str | None]) -> int:
        """The same for the same people at the same cases, in whatever order they were found."""
        rows = {row for text in texts if text for row in text.split(BETWEEN)}
        return zlib.crc32("\n".join(sorted(rows)).encode())

    @staticmethod
    def told(joined: str | None) -> list[tuple[str, str]]:
        """Name and what they are writing (empty: looking) of each, from the text that `told_of` made."""
        found = []
        for one in joined.split(BETWEEN) if joined else ():
            _case, writing, first, last, username = one.split("|", 4)
            found.append((f"{first} {last}".strip() or username, writing))
        return found


class SavedViewQuerySet(models.QuerySet):
    def offered_to(self, user_id: int | None, team_id: int | None) -> "SavedViewQuerySet":
        """Their own, and those that somebody shares with their team."""
        shared = Q(team=team_id) if team_id else Q(pk__in=[])
        return self.filter(Q(user=user_id) | shared)


class SavedView(models.Model):
    """A list of "My work" that somebody wants again: its name, and the part of its address that says what it shows.

    What was searched for is not kept: it may be a customer's name.
    """

    MOST = 12
    """So many have room beside the tabs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views", verbose_name=_("user"))
    team = models.ForeignKey(
        "routing.Team", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("shared with"),
        help_text=_("Empty: only for whoever made it."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=40)
    address = models.CharField(_("address"), max_length=1000)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name
