"""The complaint in the back office: found, read, registered; and changed by the workflow's steps alone."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from escalations import clocks
from escalations.actors import Actor
from escalations.admin import lines
from escalations.admin.export import as_csv
from escalations.admin.filters import DeadlineFilter, HolderFilter, ProductFilter, TeamFilter
from escalations.admin.own_filters import own_filters
from escalations.admin.showing import ReadOnly, scope_of, sees_identity
from escalations.forms.doing import Doing, run_action, what_happened
from escalations.forms.steps import FORMS
from escalations.happened import happened, who
from escalations.looking import looked
from escalations.models import Complaint, Event, Look, Party
from escalations.permissions import can
from escalations.quotes import shortened
from escalations.views.intake import new as new_complaint
from escalations.views.next_step import has_fields
from escalations.workflow import Offer, offers
from routing.history_admin import Entry, entries
from routing.models import User
from routing.own_pages import belongs_to
from routing.signed_in import person

NEEDS_A_REMEDY = {"approve_remedy", "refuse_remedy", "schedule_remedy", "pay_remedy"}


def has_its_row(case: Complaint, offer: Offer) -> bool:
    """Whether there is anything that the step could be about."""
    if offer.action in NEEDS_A_REMEDY:
        return bool(case.remedies.all())
    if offer.action == "set_fields":
        return has_fields(case)
    if offer.action == "decline_confirmation":
        return any(asked.answered_at is None for asked in case.confirmations.all())
    return True


@admin.register(Complaint)
class ComplaintAdmin(ReadOnly):
    list_display = ["reference", "deadline", "opening", "product", "severity_word", "state_word", "team", "handler"]
    list_filter = [
        "state",
        DeadlineFilter,
        HolderFilter,
        TeamFilter,
        ProductFilter,
        "severity",
        "tier",
        "channel",
        "closed_as",
    ]
    list_select_related = ["team", "handler__user"]
    identity_fields = ["opening"]
    search_fields = ["reference"]  # shows the box; `get_search_results` says what is searched
    search_help_text = gettext_lazy("Reference, its number elsewhere, or who complains")
    sortable_by = ["reference", "deadline"]
    inlines = [*lines.ALL]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("reference", "state", "closed_as"),
                    ("severity", "priority", "tier"),
                    ("team", "handler", "registered_by"),
                    ("channel", "complaint_type", "restricted_kind"),
                    ("amount", "currency"),
                    ("region", "jurisdiction", "language"),
                ]
            },
        ),
        (
            gettext_lazy("Times"),
            {
                "fields": [
                    ("happened_on", "received_at", "registered_at"),
                    ("due_at", "resolved_at"),
                    ("acknowledged_at", "closed_at"),
                ]
            },
        ),
        (gettext_lazy("From another system"), {"fields": [("external_system", "external_id", "external_outcome")]}),
    ]

    # --- rows ------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        return super().get_queryset(request).filter(scope_of(request).rows())

    def looked_at(self, request: HttpRequest, keys: list[Any]) -> None:
        looked(person(request), Complaint.objects.filter(pk__in=keys), Look.Place.OFFICE)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown: Any = self.fieldsets
        return [name for _title, options in shown for row in options["fields"] for name in row]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = super().get_list_display(request)
        return shown if request.user.has_perm("escalations.view_statement") else [n for n in shown if n != "opening"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [*super().get_list_filter(request), *own_filters(request)]

    def told(self, rows: Any) -> Any:
        return super().told(rows).with_opening(200).with_product()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """A reference, the number of another system, or (for who may know) a customer's name or address.

        Names are looked up by themselves: joined to the cases they would cost more than all else of the page.
        """
        asked = search_term.strip()
        if not asked:
            return queryset, False
        found = Q(reference__istartswith=asked) | Q(external_id=asked)
        if sees_identity(request):
            named = Q(person__name__icontains=asked) | Q(person__email__iexact=asked)
            found |= Q(pk__in=Party.objects.filter(named).values("complaint"))
        return queryset.filter(found), False

    @display(description=gettext_lazy("next deadline"), ordering="due_at")
    def deadline(self, case: Complaint) -> str:
        return clocks.in_words(case.due_at)

    @display(description=gettext_lazy("in the customer's words"))
    def opening(self, case: Any) -> str:
        return shortened(case.opening_words or "")

    @display(description=gettext_lazy("product"))
    def product(self, case: Any) -> str:
        return case.product_name or case.issue_name or "–"

    @display(description=gettext_lazy("severity"))
    def severity_word(self, case: Complaint) -> str:
        return case.get_severity_display()

    @display(description=gettext_lazy("state"), label=True)
    def state_word(self, case: Complaint) -> str:
        return case.get_closed_as_display() or case.get_state_display()

    # --- pages -----------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view
        own = [
            path("export/", guarded(self.export_view), name="escalations_complaint_export"),
            path("<path:object_id>/do/<slug:action>/", guarded(self.action_view), name="escalations_complaint_do"),
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """The facts, and a button for each step that this person may take now."""
        case = self.get_object(request, unquote(object_id))
        looked(person(request), [case] if case else [], Look.Place.OFFICE)
        steps = offers(case, Actor.of(person(request))) if case else []
        shown = [offer for offer in steps if case and offer.action in FORMS and has_its_row(case, offer)]
        context = {
            "case": case,
            "moves": [offer for offer in shown if offer.moves],
            "others": [offer for offer in shown if not offer.moves],
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def action_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """One step: GET shows its form, POST takes it by `workflow.perform` or gives it back with the refusal."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        case = self._visible(request, object_id)
        doing = run_action(request, case, action)
        if doing.done and doing.event:
            messages.success(request, what_happened(doing.event))
            return self._after(request, doing.event.complaint)
        return self._step_page(request, case, doing)

    def _step_page(self, request: HttpRequest, case: Complaint, doing: Doing) -> HttpResponse:
        belongs_to(request, self.admin_site.name)
        context = {
            **self.admin_site.each_context(request),
            "doing": doing,
            "case": case,
            "title": f"{case.reference}: {doing.label}",
        }
        return TemplateResponse(request, "admin/escalations/complaint/action.html", context, status=doing.status)

    def _visible(self, request: HttpRequest, object_id: str) -> Complaint:
        case = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request):
            raise PermissionDenied
        if case is None:
            raise Http404
        looked(person(request), [case], Look.Place.OFFICE)
        return case

    def _after(self, request: HttpRequest, case: Complaint) -> HttpResponse:
        """Back to the case; to the list, where the step has taken it out of this person's sight."""
        seen = scope_of(request).sees(case) and self.has_view_permission(request)
        name = f"{self.admin_site.name}:escalations_complaint_{'change' if seen else 'changelist'}"
        return redirect(name, case.pk) if seen else redirect(name)

    def history_entries(self, rows: Sequence[Any]) -> list[Entry]:
        """Each row says which step it was, as its event does; the counter of events says nothing."""
        told = entries(rows)
        events = {event.history_id: event for event in Event.objects.filter(history_id__in=[row.pk for row in rows])}
        counter = str(Complaint._meta.get_field("latest_event").verbose_name)
        for row, entry in zip(rows, told, strict=True):
            entry.changes = [change for change in entry.changes if change.label != counter]
            if event := events.get(row.pk):
                entry.who, entry.kind = who(event.actor_kind, event.actor_name), happened(event.action)
        return told

    # --- registering -----------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and can(Actor.of(request.user), "register")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """The same form as the agents': it registers through `intake.register`, as every channel does."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return new_complaint(request)

    # --- taking along ----------------------------------------------------------------------------------------

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list, filtered as it is, as CSV."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters as error:
            raise Http404 from error
        return as_csv(request, rows)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(
            request, {"may_register": self.has_add_permission(request), **(extra_context or {})}
        )
