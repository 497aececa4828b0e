"""What the pages of a set of criteria share: a draft is changed by its author only, and nothing else is."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from escalations.models import CriteriaSet
from routing.history_admin import HistoryPage


def may_edit(user: Any, version: CriteriaSet) -> bool:
    """A published version never changes; a draft is its author's, so that who publishes it has written none of it."""
    return version.is_draft and version.author_id == user.pk and user.has_perm("escalations.change_criterion")


class DraftsOnly(HistoryPage, ModelAdmin):
    """A row of a set of criteria: read only unless that is the reader's own draft."""

    def set_of(self, row: Any) -> CriteriaSet:
        return row if isinstance(row, CriteriaSet) else row.criteria_set

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or may_edit(request.user, self.set_of(obj))
        return super().has_change_permission(request, obj) and free

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or may_edit(request.user, self.set_of(obj))
        return super().has_delete_permission(request, obj) and free

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._told(request, lambda: super(DraftsOnly, self).changeform_view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._told(request, lambda: super(DraftsOnly, self).delete_view(request, *args, **kwargs))

    def _told(self, request: HttpRequest, work: Callable[[], Any]) -> Any:
        """Somebody published the draft while it was open in the browser: say so instead of failing."""
        try:
            return work()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(f"{self.admin_site.name}:escalations_{self.opts.model_name}_changelist")

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """The row, if this person may see it."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row


def see_other(version: CriteriaSet, place: str = "") -> HttpResponse:
    response = redirect("admin:escalations_criteriaset_change", version.pk)
    response.status_code = 303
    response["Location"] += place
    return response
