"""Who customers are. Seen only with the right to see identity, and only where one of their cases is seen."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from escalations.admin.lines import Lines
from escalations.admin.showing import Identity, IdentityRows, scope_of
from escalations.models import Need, Party, Person, PersonIdentifier


class PersonRows(Identity):
    """Rows of a person. `person` is the way from the row to them."""

    person = "person"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        theirs = Party.objects.filter(scope_of(request).rows("complaint__"), person=OuterRef(self.person))
        return super().get_queryset(request).filter(Exists(theirs))


class NeedLines(Lines):
    model = Need
    needs_identity = True
    show_change_link = False
    hide_title = True
    fields = ["driver", "adjustment", "review_on", "ended_on"]


class CaseLines(Lines):
    """Their complaints, as far as whoever looks may see them."""

    model = Party
    needs_identity = True
    verbose_name_plural = _("complaints")
    hide_title = True
    fields = ["complaint", "role"]
    related = ("complaint",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(scope_of(request).rows("complaint__"))


class IdentifierLines(Lines):
    model = PersonIdentifier
    needs_identity = True
    show_change_link = False
    hide_title = True
    fields = ["system", "value"]


@admin.register(Person)
class PersonAdmin(PersonRows):
    person = "pk"
    list_display = ["__str__", "email", "phone", "postcode", "region", "segment"]
    search_fields = ["name", "=email", "=phone", "=postcode"]
    ordering = ["-pk"]
    inlines = [CaseLines, NeedLines, IdentifierLines]


@admin.register(PersonIdentifier)
class PersonIdentifierAdmin(PersonRows):
    list_display = ["system", "value", "person"]
    list_display_links = ["system", "value"]
    list_select_related = ["person"]
    search_fields = ["=value", "person__name"]
    ordering = ["-pk"]


@admin.register(Need)
class NeedAdmin(PersonRows):
    list_display = ["person", "driver", "adjustment", "review_on", "ended_on"]
    list_filter = ["driver", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["person"]
    search_fields = ["person__name", "adjustment"]
    ordering = ["-pk"]


@admin.register(Party)
class PartyAdmin(IdentityRows):
    list_display = ["complaint", "person", "role", "authority_until"]
    list_display_links = ["complaint", "person"]
    list_filter = ["role"]
    list_select_related = ["complaint", "person"]
    search_fields = ["=complaint__reference", "person__name", "=person__email"]
    ordering = ["-pk"]
