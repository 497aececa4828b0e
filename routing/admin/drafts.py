"""What the pages of a version and of its parts share: a draft is changed by its author only, and nothing else is."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from routing.history_admin import HistoryPage
from routing.models.parts import Part
from routing.models.versions import Version


class DraftsOnly(HistoryPage, ModelAdmin):
    """A version or a part of one: read only unless that is the reader's own draft."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or version_of(obj).may_be_edited_by(request.user)
        return super().has_change_permission(request, obj) and free

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        free = obj is None or version_of(obj).may_be_edited_by(request.user)
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
            return redirect(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")


def seen(request: HttpRequest) -> int:
    """How often the version had been edited when somebody looked at it, as the page that they sent says."""
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else -1


def version_of(row: "Version | Part") -> Version:
    """The version itself, or the one that the row is a part of."""
    found: Version = row if isinstance(row, Version) else attrgetter(row.version_path.replace("__", "."))(row)
    return found


def see_other(version: Version, place: str = "") -> HttpResponseRedirect:
    """To the page of the version, there to `place` ("#rule-7")."""
    address = reverse(f"admin:{version._meta.app_label}_{version._meta.model_name}_change", args=[version.pk])
    response = HttpResponseRedirect(address + place)
    response.status_code = 303
    return response
