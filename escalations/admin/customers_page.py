"""Links to customers' pages, and who opened them: to look at."""

from django.contrib import admin

from escalations.admin.showing import CaseRows, IdentityRows
from escalations.models import CustomerLink, LinkCode, LinkOpening


@admin.register(CustomerLink)
class CustomerLinkAdmin(IdentityRows):
    list_display = ["complaint", "party", "made_at", "expires_at", "opened_at", "withdrawn_at"]
    list_filter = [("opened_at", admin.EmptyFieldListFilter), ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint", "party__person"]
    search_fields = ["=complaint__reference"]
    ordering = ["-pk"]


@admin.register(LinkOpening)
class LinkOpeningAdmin(CaseRows):
    """Of the links of cases. Tries of links that nobody ever sent belong to no case."""

    case = "link__complaint"
    list_display = ["link", "tried_at", "opened"]
    list_filter = ["opened"]
    list_select_related = ["link__complaint", "link__party"]
    search_fields = ["=link__complaint__reference"]
    ordering = ["-pk"]


@admin.register(LinkCode)
class LinkCodeAdmin(CaseRows):
    """No role is given the right to look: the codes are the customers' alone, and only their digests are here."""

    case = "link__complaint"
    list_display = ["link", "asked_at", "sent_at", "used_at"]
    list_select_related = ["link__complaint", "link__party"]
    ordering = ["-pk"]
