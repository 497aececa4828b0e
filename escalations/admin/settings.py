"""The settings of the case, edited by whoever has the permission; who changed what and why is kept."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextInputWidget,
)

from escalations.models import Cause, Control, DeadlinePolicy, FindingCode, FirstSteps, HandoverPolicy, Policy, Remedy
from escalations.models.clock import PointNeed
from escalations.states import HandoverPart
from routing.history_admin import HistoryPage


class WithReason(forms.ModelForm):
    """Asks why, for the history."""

    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Stands in the history beside what changed."),
    )


class Settings(HistoryPage, ModelAdmin):
    """Rows that cases refer to: taken out of use, never deleted."""

    form = WithReason
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        obj._change_reason = form.cleaned_data.get("why", "")
        super().save_model(request, obj, form, change)


@admin.register(FirstSteps)
class FirstStepsAdmin(Settings):
    list_display = ["kind", "call", "check_back_hours", "is_active"]
    list_filter = ["is_active"]
    fieldsets = [(None, {"fields": ["kind", "call", "script", "check_back_hours", "is_active", "why"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind"] if obj else []


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(Settings):
    list_display = ["kind", "severity", "days"]
    list_display_links = ["kind", "severity"]
    list_filter = ["kind", "severity"]
    fieldsets = [(None, {"fields": ["kind", "severity", "days", "why"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "severity"] if obj else []


def _above(kind: Remedy.Kind) -> forms.DecimalField:
    return forms.DecimalField(
        label=capfirst(kind.label), required=False, min_value=0, max_digits=12, decimal_places=2, localize=False,
        widget=UnfoldAdminDecimalFieldWidget(),
    )  # fmt: skip


class PolicyForm(WithReason):
    point_needs = forms.MultipleChoiceField(
        label=_("Each point must carry"), choices=PointNeed.choices, required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Before the outcome is given, beside finding, outcome and root cause. The control only if upheld."),
    )  # fmt: skip
    above_refund, above_loss = _above(Remedy.Kind.REFUND), _above(Remedy.Kind.LOSS)
    above_interest, above_distress = _above(Remedy.Kind.INTEREST), _above(Remedy.Kind.DISTRESS)
    above_costs, above_goodwill = _above(Remedy.Kind.COSTS), _above(Remedy.Kind.GOODWILL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, amount in self.instance.calculation_above.items():
            self.initial[f"above_{kind}"] = amount

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        asked = {kind: values.get(f"above_{kind}") for kind in Remedy.MONEY}
        above = {str(kind): str(amount) for kind, amount in asked.items() if amount is not None}
        self.instance.calculation_above = above
        return values


@admin.register(Policy)
class PolicyAdmin(Settings):
    """One row: its list leads to it, or to the page that makes it."""

    form = PolicyForm

    list_display = ["__str__", "acceptance_days", "reopen_days"]
    fieldsets = [
        (
            None,
            {"fields": ["acceptance_days", "offer_days", "payment_days", "reopen_days", "external_route", "language"]},
        ),
        (_("The customer's own page"), {"fields": ["link_days", "page_when_restricted"]}),
        (_("The investigation"), {"fields": ["point_needs", "evidence_days"]}),
        (_("Approvals and redress"), {"fields": ["approval_hours", "approval_reminders", "check_above"]}),
        (
            _("Remedies that are worked out first"),
            {
                "fields": [f"above_{kind}" for kind in Remedy.MONEY],
                "description": _(
                    "What is proposed above this amount needs a calculation on the case. 0: always. Empty: never. "
                    "Parts of one kind count together, in their own currency; nothing is converted."
                ),
            },
        ),
        (_("Who gets the cases"), {"fields": ["continuity", "on_absence", "absence_hours", "why"]}),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request) and not Policy.objects.exists()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        where = self.admin_site.name
        if Policy.objects.exists() and self.has_view_or_change_permission(request):
            return redirect(f"{where}:escalations_policy_change", 1)
        if self.has_add_permission(request):
            return HttpResponseRedirect(f"{request.path}add/")
        return super().changelist_view(request, extra_context)


@admin.register(Cause, FindingCode, Control)
class CodeAdmin(Settings):
    """The organisation's own codes: renamed, moved and taken out of use, never deleted."""

    list_display = ["name", "parent", "code", "is_active"]
    list_filter = ["is_active", ("parent", admin.EmptyFieldListFilter)]
    list_select_related = ["parent__parent"]
    search_fields = ["name", "code", "parent__name"]
    autocomplete_fields = ["parent"]
    fieldsets = [(None, {"fields": ["name", "code", "parent", "is_active", "why"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Closed cases name the code: it is given once."""
        return ["code"] if obj else []


class HandoverPolicyForm(WithReason):
    required = forms.MultipleChoiceField(
        label=_("Required parts"), choices=HandoverPart.choices, required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What an agent must hand over before a complaint of this type goes up."),
    )  # fmt: skip


@admin.register(HandoverPolicy)
class HandoverPolicyAdmin(Settings):
    form = HandoverPolicyForm
    list_display = ["__str__", "parts"]
    list_select_related = ["complaint_type"]
    fieldsets = [(None, {"fields": ["complaint_type", "required", "why"]})]

    @admin.display(description=_("required parts"))
    def parts(self, policy: HandoverPolicy) -> str:
        return ", ".join(str(HandoverPart(part).label) for part in policy.required if part in HandoverPart.values)
