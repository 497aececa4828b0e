"""What hangs off a complaint, each list by itself: for whoever looks over all cases at once."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from escalations import clocks
from escalations.admin.filters import ActorFilter
from escalations.admin.lines import TellsEvents
from escalations.admin.showing import CaseRows, IdentityRows, sees_identity
from escalations.fields import showing
from escalations.models import (
    Attempt,
    Clock,
    Confirmation,
    Event,
    FieldValue,
    LastLook,
    Message,
    NamedStaff,
    Point,
    Remedy,
    Statement,
    SystemNote,
    Trigger,
    TriggerEvidence,
    Waiting,
)
from escalations.workflow import label_of
from routing.models import Field


@admin.register(Point)
class PointAdmin(CaseRows):
    list_display = ["complaint", "position", "product", "issue", "finding", "outcome", "cause", "cause_status"]
    list_display_links = ["complaint", "position"]
    list_filter = ["finding", "outcome", "cause_status", "fault"]
    list_select_related = ["complaint", "product", "issue", "cause__parent"]
    search_fields = ["=complaint__reference", "cause__name", "product__label", "issue__label"]
    ordering = ["-pk"]


@admin.register(Statement)
class StatementAdmin(IdentityRows):
    list_display = ["complaint", "kind", "beginning", "made_at", "taken_by"]
    list_filter = ["kind"]
    list_select_related = ["complaint", "taken_by"]
    search_fields = ["=complaint__reference", "text"]
    ordering = ["-pk"]

    @admin.display(description=_("text"))
    def beginning(self, statement: Statement) -> str:
        return Truncator(statement.text).chars(90)


@admin.register(NamedStaff)
class NamedStaffAdmin(CaseRows):
    list_display = ["complaint", "user", "named_at", "named_by", "lifted_at"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint", "user", "named_by"]
    search_fields = ["=complaint__reference", "user__first_name", "user__last_name"]
    ordering = ["-pk"]


@admin.register(LastLook)
class LastLookAdmin(CaseRows):
    list_display = ["complaint", "number", "looked_at"]
    list_select_related = ["complaint"]
    search_fields = ["=complaint__reference"]
    ordering = ["-looked_at"]


@admin.register(Attempt)
class AttemptAdmin(CaseRows):
    identity_fields = ["what", "beginning"]
    list_display = ["complaint", "result", "beginning", "made_at", "made_by"]
    list_filter = ["result"]
    list_select_related = ["complaint", "made_by"]
    search_fields = ["=complaint__reference", "what"]
    ordering = ["-pk"]

    @admin.display(description=_("what was tried"))
    def beginning(self, attempt: Attempt) -> str:
        return Truncator(attempt.what).chars(90)


@admin.register(SystemNote)
class SystemNoteAdmin(IdentityRows):
    list_display = ["complaint", "system", "author", "made_at"]
    list_filter = ["system"]
    list_select_related = ["complaint"]
    search_fields = ["=complaint__reference", "text", "author"]
    ordering = ["-pk"]


@admin.register(Trigger)
class TriggerAdmin(CaseRows):
    # The explanation quotes the words that matched.
    identity_fields = ["explanation"]
    list_display = ["complaint", "kind", "state", "explanation", "raised_by", "raised_at", "decided_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["complaint", "decided_by"]
    search_fields = ["=complaint__reference", "explanation"]
    ordering = ["-pk"]


@admin.register(TriggerEvidence)
class TriggerEvidenceAdmin(IdentityRows):
    case = "trigger__complaint"
    list_display = ["trigger", "words", "start", "end"]
    list_filter = ["trigger__kind"]
    list_select_related = ["trigger__complaint"]
    search_fields = ["=trigger__complaint__reference", "words"]
    ordering = ["-pk"]


@admin.register(Message)
class MessageAdmin(IdentityRows):
    list_display = ["complaint", "kind", "direction", "subject", "channel", "state", "written_by", "written_at"]
    list_filter = ["direction", "kind", "state", "channel"]
    list_select_related = ["complaint", "written_by"]
    search_fields = ["=complaint__reference", "subject", "body"]
    ordering = ["-pk"]


@admin.register(Event)
class EventAdmin(TellsEvents, CaseRows):
    list_display = ["complaint", "number", "at", "what_happened", "way", "reason"]
    list_display_links = ["complaint", "number"]
    list_filter = [ActorFilter, "to_state"]
    list_select_related = ["complaint"]
    search_fields = ["=complaint__reference", "actor_name", "reason"]
    ordering = ["-pk"]


@admin.register(Waiting)
class WaitingAdmin(CaseRows):
    # The note may say what a person said.
    identity_fields = ["note"]
    list_display = ["complaint", "on", "since", "until", "ended_at", "ended_how", "begun_by"]
    list_filter = ["on", ("ended_at", admin.EmptyFieldListFilter), "ended_how"]
    list_select_related = ["complaint", "begun_by"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]


class LateFilter(admin.SimpleListFilter):
    title = _("how it stands")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("running", _("running")), ("late", _("late")), ("met", _("met"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        if self.value() == "late":
            return queryset.filter(met_at=None, due_at__lt=timezone.now())
        return queryset.filter(met_at__isnull=self.value() == "running") if self.value() else queryset


@admin.register(Clock)
class ClockAdmin(CaseRows):
    list_display = ["complaint", "kind", "in_words", "due_at", "met_at", "missed_at"]
    list_filter = ["kind", LateFilter]
    list_select_related = ["complaint"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]

    @admin.display(description=_("in words"))
    def in_words(self, clock: Clock) -> str:
        return str(_("met")) if clock.met_at else clocks.in_words(clock.due_at)


@admin.register(Remedy)
class RemedyAdmin(CaseRows):
    list_display = ["complaint", "__str__", "state", "proposed_by", "decided_by", "due_on", "owner", "paid_at"]
    list_display_links = ["complaint", "__str__"]
    list_filter = ["state", "kind"]
    list_select_related = ["complaint", "proposed_by", "decided_by", "owner"]
    search_fields = ["=complaint__reference", "=payment_reference"]
    ordering = ["-pk"]


@admin.register(Confirmation)
class ConfirmationAdmin(CaseRows):
    # What was asked for may hold a letter to the customer.
    identity_fields = ["data"]
    list_display = ["complaint", "step", "asked_by", "asked_at", "answered_by", "answered_at", "confirmed"]
    list_filter = ["confirmed", ("answered_at", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint", "asked_by", "answered_by"]
    search_fields = ["=complaint__reference", "reason"]
    ordering = ["-pk"]

    @admin.display(description=_("step"))
    def step(self, confirmation: Confirmation) -> str:
        return label_of(confirmation.action)


class OwnFieldFilter(admin.SimpleListFilter):
    """Asks the few fields, not the many values."""

    title = _("field")
    parameter_name = "field"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(field.pk, field.label) for field in Field.objects.filter(built_in=False)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        chosen = self.value() or ""
        return queryset.filter(field=int(chosen)) if chosen.isdecimal() and len(chosen) < 18 else queryset


@admin.register(FieldValue)
class FieldValueAdmin(CaseRows):
    """Words and personal values are not there at all for whoever may not see who a customer is."""

    list_display = ["complaint", "field", "said"]
    list_filter = [OwnFieldFilter]
    list_select_related = ["complaint", "field", "choice"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]
    fields = ["complaint", "field", "said"]
    readonly_fields = ["said"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if sees_identity(request) else rows.filter(showing.OPEN)

    @admin.display(description=_("value"))
    def said(self, value: FieldValue) -> str:
        return Truncator(showing.in_words(value)).chars(300)
