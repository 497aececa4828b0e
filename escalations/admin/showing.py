"""What the pages of the back office share: they show the rows that somebody may see, and write none."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

from escalations.looking import looked_at_keys
from escalations.models import Complaint, Look
from escalations.permissions import Scope
from routing.history_admin import HistoryPage
from routing.signed_in import person

IDENTITY = "escalations.view_identity"


class BoundedPaginator(Paginator):
    """Counts no further than `most` rows: nobody turns two hundred pages, and counting all costs more with each row."""

    most = 5_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows.order_by().values("pk")[: self.most].count()


def sees_identity(request: HttpRequest) -> bool:
    return request.user.has_perm(IDENTITY)


def scope_of(request: HttpRequest) -> Scope:
    return Scope.of(request.user)


class NoForms:
    """No form adds, changes or deletes a row, whatever permissions somebody was given."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(NoForms, HistoryPage, ModelAdmin):
    """Rows to look at.

    `identity_fields` are shown, searched and filtered by only with the right to see who a customer is.
    """

    actions = None
    list_per_page = 25
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    identity_fields: Sequence[str] = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Unfold gives the id where Django gives the row: both must be one that this person may see."""
        if not super().has_view_permission(request) or obj is None:
            return super().has_view_permission(request)
        return self.get_queryset(request).filter(pk=obj.pk if isinstance(obj, Model) else obj).exists()

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """Django leads to the first page with a message; a row that is not there, or not theirs, is 404 everywhere."""
        raise Http404

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nothing is saved here. Without this, "save as new" turns a forged form of a row into one that adds."""
        if request.method == "POST":
            raise PermissionDenied
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        raise PermissionDenied

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        raise PermissionDenied

    # --- the page of a list ------------------------------------------------------------------------------------

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows of the page are found by key alone; what a line shows is only looked up for those."""
        found = super().get_changelist_instance(request)
        if isinstance(found.result_list, QuerySet):
            keys = list(found.result_list.values_list("pk", flat=True))
            rows = self.model._default_manager.filter(pk__in=keys).order_by(*found.result_list.query.order_by)
            found.result_list = self.told(rows)
            self.looked_at(request, keys)
        return found

    def looked_at(self, request: HttpRequest, keys: list[Any]) -> None:
        """These rows are shown to this person. What hangs off a restricted case is a look at it."""

    def told(self, rows: QuerySet[Any]) -> Any:
        """With all that the columns ask for."""
        related: Any = self.list_select_related
        return rows.select_related(*related) if related else rows

    # --- identity --------------------------------------------------------------------------------------------

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_list_display(request))

    def get_search_fields(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_search_fields(request))

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return None if sees_identity(request) else list(self.identity_fields) or None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._shown(request, super().get_fields(request, obj))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A filter typed into the address must not tell what the column would not show."""
        hidden = () if sees_identity(request) else self.identity_fields
        return lookup.split("__")[0] not in hidden and super().lookup_allowed(lookup, value, request)

    def _shown(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        hidden = () if sees_identity(request) else self.identity_fields
        return [name for name in names if str(name).lstrip("=^@").split("__")[0] not in hidden]


class CaseRows(ReadOnly):
    """Rows that hang off a complaint: visible where the complaint is. `case` is the way there."""

    case = "complaint"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Not by a join: a database that begins with the cases sorts all their rows to show the latest 25.
        seen = Complaint.objects.filter(scope_of(request).rows(), pk=OuterRef(self.case))
        return super().get_queryset(request).filter(Exists(seen))

    def looked_at(self, request: HttpRequest, keys: list[Any]) -> None:
        if not scope_of(request).clearances:
            return
        rows = self.model._default_manager.filter(pk__in=keys).exclude(**{f"{self.case}__restricted_kind": ""})
        cases = set(rows.order_by().values_list(self.case, flat=True))
        looked_at_keys(person(request), cases, Look.Place.OFFICE)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        if str(object_id).isdecimal() and self.get_queryset(request).filter(pk=object_id).exists():
            self.looked_at(request, [object_id])
        return super().change_view(request, object_id, form_url, extra_context)


class Identity(ReadOnly):
    """What people said and who they are: not without the right to see that, whatever else was granted."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_identity(request) and super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sees_identity(request) and super().has_module_permission(request)


class IdentityRows(Identity, CaseRows):
    """Identity that hangs off a complaint: the right to see it, and a case that is visible."""
