"""What belongs to handing a case over: parts left empty, questions to agents."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from escalations.admin.showing import CaseRows
from escalations.models import HandoverRequest, LeftEmpty, Referral, SetAsideReview, TriageAnswer


@admin.register(LeftEmpty)
class LeftEmptyAdmin(CaseRows):
    list_display = ["complaint", "part", "said_by", "said_at"]
    list_filter = ["part"]
    list_select_related = ["complaint", "said_by"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]


@admin.register(HandoverRequest)
class HandoverRequestAdmin(CaseRows):
    list_display = ["complaint", "missing", "asked_of", "asked_at", "answered_at", "told_at"]
    list_filter = [("answered_at", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint", "asked_of"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]

    @admin.display(description=_("what was missing"))
    def missing(self, request: HandoverRequest) -> str:
        return ", ".join(request.labels)


@admin.register(TriageAnswer)
class TriageAnswerAdmin(CaseRows):
    list_display = ["complaint", "suggested", "answer", "given_by", "given_at", "until"]
    list_filter = ["answer", "suggested"]
    list_select_related = ["complaint", "given_by"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]


@admin.register(Referral)
class ReferralAdmin(CaseRows):
    list_display = ["complaint", "firm", "point", "referred_by", "referred_at"]
    list_select_related = ["complaint", "point__issue", "point__product", "referred_by"]
    search_fields = ["=complaint__reference", "firm"]
    ordering = ["-pk"]


@admin.register(SetAsideReview)
class SetAsideReviewAdmin(CaseRows):
    list_display = ["complaint", "verdict", "reviewed_by", "reviewed_at"]
    list_filter = ["verdict"]
    list_select_related = ["complaint", "reviewed_by"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]
