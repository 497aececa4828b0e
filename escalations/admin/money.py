"""Approvals, calculations and looks, each list by itself; and the rates that the house calculates with."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from escalations.admin.settings import Settings
from escalations.admin.showing import CaseRows
from escalations.models import (
    Approval,
    ApprovalNotice,
    Authorisation,
    Calculation,
    CalculationCheck,
    CalculationLine,
    InterestRate,
    Look,
)


@admin.register(Approval)
class ApprovalAdmin(CaseRows):
    list_display = ["complaint", "remedy", "position", "outcome", "amount", "who", "level", "decided_at"]
    list_display_links = ["complaint", "remedy"]
    list_filter = ["outcome", "level", ("decided_for", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint", "remedy", "decided_by", "decided_for"]
    search_fields = ["=complaint__reference", "decided_by__first_name", "decided_by__last_name"]
    ordering = ["-pk"]

    @admin.display(description=_("decided by"))
    def who(self, approval: Approval) -> str:
        return approval.who


@admin.register(ApprovalNotice)
class ApprovalNoticeAdmin(CaseRows):
    case = "remedy__complaint"
    list_display = ["remedy", "user", "made_at", "told_at", "tries"]
    list_filter = [("told_at", admin.EmptyFieldListFilter)]
    list_select_related = ["remedy", "user"]
    search_fields = ["=remedy__complaint__reference"]
    ordering = ["-pk"]


@admin.register(Authorisation)
class AuthorisationAdmin(CaseRows):
    list_display = ["complaint", "kind", "given_by", "given_for", "level", "given_at"]
    list_filter = ["kind"]
    list_select_related = ["complaint", "given_by", "given_for"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]


@admin.register(Calculation)
class CalculationAdmin(CaseRows):
    list_display = ["complaint", "principal", "interest", "total", "currency", "starts_on", "ends_on", "made_by"]
    list_display_links = ["complaint", "principal"]
    list_filter = ["rate_name", "day_count"]
    list_select_related = ["complaint", "made_by"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]


@admin.register(CalculationLine)
class CalculationLineAdmin(CaseRows):
    case = "calculation__complaint"
    list_display = ["calculation", "position", "starts_on", "ends_on", "days", "year_days", "percent", "amount"]
    list_select_related = ["calculation"]
    search_fields = ["=calculation__complaint__reference"]
    ordering = ["-pk"]


@admin.register(CalculationCheck)
class CalculationCheckAdmin(CaseRows):
    case = "calculation__complaint"
    list_display = ["calculation", "checked_by", "checked_at"]
    list_select_related = ["calculation", "checked_by"]
    search_fields = ["=calculation__complaint__reference"]
    ordering = ["-pk"]


@admin.register(InterestRate)
class InterestRateAdmin(Settings):
    list_display = ["name", "since", "percent", "source"]
    list_display_links = ["name", "since"]
    list_filter = ["name"]
    fieldsets = [(None, {"fields": ["name", "since", "percent", "source", "why"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Calculations stand on it: a rate that changes is a new row from its day on."""
        return ["name", "since"] if obj else []


@admin.register(Look)
class LookAdmin(CaseRows):
    """Who looked at a restricted case. Whoever reads this needs the clearance for the case as well."""

    list_display = ["complaint", "user", "place", "looked_at"]
    list_display_links = ["complaint", "user"]
    list_filter = ["place", "complaint__restricted_kind"]
    list_select_related = ["complaint", "user"]
    search_fields = ["=complaint__reference", "user__first_name", "user__last_name", "user__username"]
    date_hierarchy = "looked_at"
    ordering = ["-pk"]
