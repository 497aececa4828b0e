"""What Redress keeps for itself. Nothing here says anything about a case."""

from django.contrib import admin

from escalations.admin.showing import ReadOnly
from escalations.models import (
    Heartbeat,
    IdempotencyKey,
    Judgement,
    Presence,
    Reexamination,
    ReferenceNumber,
    SavedView,
)


@admin.register(ReferenceNumber)
class ReferenceNumberAdmin(ReadOnly):
    list_display = ["__str__", "year"]
    search_fields = ["=pk"]
    ordering = ["-pk"]


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnly):
    """Without the answer that was given: it may speak of a case."""

    list_display = ["key", "user", "status", "made_at"]
    list_select_related = ["user"]
    search_fields = ["=key", "user__username"]
    fields = ["key", "user", "status", "made_at"]
    ordering = ["-pk"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    list_display = ["name", "beat_at"]
    search_fields = ["name"]
    ordering = ["name"]


@admin.register(Reexamination)
class ReexaminationAdmin(ReadOnly):
    """How far the open cases were examined again by a version of the criteria that was published."""

    list_display = ["criteria_set", "examined", "flagged", "finished_at"]
    list_select_related = ["criteria_set"]
    ordering = ["-pk"]


@admin.register(Judgement)
class JudgementAdmin(ReadOnly):
    """The runs that judged criteria by past complaints; what they say stands on their own pages."""

    list_display = ["criteria_set", "sample", "state", "asked_by", "asked_at", "finished_at"]
    list_select_related = ["criteria_set", "asked_by"]
    exclude = ["result"]
    ordering = ["-pk"]


@admin.register(Presence)
class PresenceAdmin(ReadOnly):
    """Without the case: who looks at which one is nobody's but theirs who see it."""

    list_display = ["user", "seen_at"]
    list_select_related = ["user"]
    fields = ["user", "seen_at"]
    ordering = ["-seen_at"]


@admin.register(SavedView)
class SavedViewAdmin(ReadOnly):
    list_display = ["name", "user", "team"]
    list_select_related = ["user", "team"]
    search_fields = ["name", "user__username"]
    ordering = ["-pk"]
