"""What hangs off a complaint, as tables on its page. To read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from escalations import clocks
from escalations.admin.showing import NoForms, sees_identity
from escalations.fields import showing
from escalations.happened import happened, who
from escalations.models import (
    Attempt,
    Clock,
    Confirmation,
    Event,
    FieldValue,
    Message,
    Party,
    Point,
    Remedy,
    Statement,
    Trigger,
)
from escalations.workflow import label_of


class Lines(NoForms, TabularInline):
    """Rows to read on the page of what they belong to. `needs_identity`: for who may see who a customer is."""

    extra = 0
    can_delete = False
    show_change_link = True
    tab = True
    needs_identity = False
    identity_fields: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and (not self.needs_identity or sees_identity(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        hidden = () if sees_identity(request) else self.identity_fields
        return [name for name in super().get_fields(request, obj) if name not in hidden]


class PointLines(Lines):
    model = Point
    fields = ["position", "product", "issue", "finding", "outcome", "cause", "cause_status", "fault"]
    related = ("product", "issue", "cause__parent")


class PartyLines(Lines):
    model = Party
    needs_identity = True
    fields = ["role", "person", "authority_document", "authority_until"]
    related = ("person",)


class StatementLines(Lines):
    model = Statement
    needs_identity = True
    fields = ["kind", "text", "made_at", "taken_by"]
    related = ("taken_by",)


class AttemptLines(Lines):
    model = Attempt
    identity_fields = ("what",)
    fields = ["what", "result", "made_at", "made_by"]
    related = ("made_by",)


class TriggerLines(Lines):
    model = Trigger
    identity_fields = ("explanation",)
    fields = ["kind", "explanation", "state", "raised_by", "raised_at", "decided_by"]
    related = ("decided_by",)


class MessageLines(Lines):
    model = Message
    needs_identity = True
    fields = ["direction", "kind", "subject", "body", "state", "written_by", "written_at"]
    related = ("written_by",)


class FieldLines(Lines):
    model = FieldValue
    fields = ["field", "said"]
    readonly_fields = ["said"]
    related = ("field", "choice")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if sees_identity(request) else rows.filter(showing.OPEN)

    @admin.display(description=_("value"))
    def said(self, value: FieldValue) -> str:
        return showing.in_words(value)


class RemedyLines(Lines):
    model = Remedy
    fields = ["kind", "amount", "currency", "state", "proposed_by", "decided_by", "due_on", "owner", "paid_at"]
    related = ("proposed_by", "decided_by", "owner")


class ClockLines(Lines):
    model = Clock
    fields = ["kind", "in_words", "due_at", "met_at", "missed_at"]
    readonly_fields = ["in_words"]

    @admin.display(description=_("in words"))
    def in_words(self, clock: Clock) -> str:
        return str(_("met")) if clock.met_at else clocks.in_words(clock.due_at)


class ConfirmationLines(Lines):
    model = Confirmation
    fields = ["step", "asked_by", "asked_at", "reason", "answered_by", "answered_at", "confirmed"]
    readonly_fields = ["step"]
    related = ("asked_by", "answered_by")

    @admin.display(description=_("step"))
    def step(self, confirmation: Confirmation) -> str:
        return label_of(confirmation.action)


class TellsEvents:
    """Columns of a timeline, for a list and for a page."""

    @admin.display(description=_("what happened"))
    def what_happened(self, event: Event) -> str:
        return f"{who(event.actor_kind, event.actor_name)} {happened(event.action)}"

    @admin.display(description=_("state"))
    def way(self, event: Event) -> str:
        if event.moved and event.from_state:
            return f"{event.get_from_state_display()} → {event.get_to_state_display()}"
        return event.get_to_state_display()


class EventLines(TellsEvents, Lines):
    """The timeline: all that happened, the latest first."""

    model = Event
    verbose_name_plural = _("timeline")
    hide_title = True
    ordering = ["-number"]
    fields = ["number", "at", "what_happened", "way", "reason"]
    readonly_fields = ["what_happened", "way"]


ALL = [
    EventLines, PointLines, FieldLines, PartyLines, StatementLines, AttemptLines, TriggerLines, MessageLines,
    RemedyLines, ClockLines, ConfirmationLines,
]  # fmt: skip
