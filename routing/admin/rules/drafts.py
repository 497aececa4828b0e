"""What the pages of a ruleset and of a rule share: a draft is changed by its author only, and nothing else is."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from routing.editing import may_edit
from routing.history_admin import HistoryPage
from routing.models import Ruleset


class DraftsOnly(HistoryPage, ModelAdmin):
    """A row that belongs to a ruleset: read only unless that is the reader's own draft."""

    def ruleset_of(self, row: Any) -> Ruleset:
        return row if isinstance(row, Ruleset) else row.ruleset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or may_edit(request.user, self.ruleset_of(obj))
        return super().has_change_permission(request, obj) and free

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or may_edit(request.user, self.ruleset_of(obj))
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
            return redirect(f"{self.admin_site.name}:routing_{self.opts.model_name}_changelist")
