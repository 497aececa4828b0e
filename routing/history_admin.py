"""The history page of the admin: who changed what, when and why. It is read only, and only shows.

The page of simple-history's own admin class is not used: it lets whoever may view a row put old versions back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from simple_history.utils import get_m2m_reverse_field_name

from routing.own_pages import belongs_to

NOTHING = "–"


@dataclass(frozen=True)
class Change:
    """One field: what it said before and after."""

    label: str
    before: str
    after: str


@dataclass
class Entry:
    """One row of the history."""

    at: datetime
    who: str
    kind: str
    why: str
    changes: list[Change]


class HistoryPage(ModelAdmin):
    """Mixin before ModelAdmin: `<id>/history/` answers GET only, to who may view that row in this admin's list.

    `history_hidden` names fields whose values are not shown, only that they changed.
    """

    history_hidden: Sequence[str] = ()
    history_page_size = 50

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        row = self.found(request, object_id)
        if not hasattr(row, "history"):
            return super().history_view(request, object_id, extra_context)
        return self._page(request, row, extra_context or {})

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """The row, if this person may see it. Raises PermissionDenied, and Http404 where there is none."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        return row

    def _page(self, request: HttpRequest, row: Any, extra: dict[str, Any]) -> HttpResponse:
        newest_first = row.history.select_related("history_user").order_by("-history_date", "-history_id")
        page = Paginator(newest_first, self.history_page_size).get_page(request.GET.get("page"))
        # One more than is shown: what the oldest row on the page changed is told by the one before it.
        rows = list(newest_first[page.start_index() - 1 : page.end_index() + 1] if page else [])
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": row},
            "opts": row._meta,
            "original": row,
            "page": page,
            "entries": self.history_entries(rows)[: len(page)],
        }
        belongs_to(request, self.admin_site.name)
        return TemplateResponse(request, "routing/history.html", {**context, **extra})

    def history_entries(self, rows: Sequence[Any]) -> list[Entry]:
        """The rows, newest first, in words. A page may say more about each than its fields do."""
        return entries(rows, self.history_hidden)


def entries(rows: Sequence[Any], hidden: Iterable[str] = ()) -> list[Entry]:
    """What each history row changed against the next older one of the same object; newest first, objects of one
    model in any mixture. Queries do not grow with rows."""
    values = _values(rows)
    kinds = {"+": _("created"), "~": _("changed"), "-": _("deleted")}
    older: dict[Any, dict[Any, str]] = {}
    found = []
    for row, shown in zip(reversed(rows), reversed(values), strict=True):
        who = str(row.history_user) if row.history_user else _("the system")
        entry = Entry(row.history_date, who, kinds[row.history_type], row.history_change_reason or "", [])
        key = getattr(row, row.instance_type._meta.pk.attname)  # `row.instance` may ask the database
        if key in older:
            entry.changes = _changes(older[key], shown, set(hidden))
        older[key] = shown
        found.append(entry)
    return found[::-1]


def _changes(before: dict[Any, str], after: dict[Any, str], hidden: set[str]) -> list[Change]:
    changed = [field for field in after if before[field] != after[field]]
    return [
        Change(str(field.verbose_name), _("(hidden)"), _("(hidden)"))
        if field.name in hidden
        else Change(str(field.verbose_name), before[field], after[field])
        for field in changed
    ]


def _values(rows: Sequence[Any]) -> list[dict[Any, str]]:
    """Each row's fields in words."""
    if not rows:
        return []
    fields = list(rows[0].tracked_fields)
    names = {field: _names(field, rows) for field in fields if isinstance(field, ForeignKey)}
    shown = [{field: _shown(field, row, names.get(field)) for field in fields} for row in rows]
    for field in rows[0]._history_m2m_fields:
        for index, members in enumerate(_members(field, rows)):
            shown[index][field] = ", ".join(members) or NOTHING
    return shown


def _names(field: Any, rows: Sequence[Any]) -> dict[Any, str]:
    ids = {getattr(row, field.attname) for row in rows} - {None}
    found = field.related_model._default_manager.in_bulk(list(ids))
    return {key: str(found.get(key, f"#{key}")) for key in ids}


def _members(field: Any, rows: Sequence[Any]) -> list[list[str]]:
    through, target = getattr(rows[0], field.name).model, get_m2m_reverse_field_name(field)
    members: dict[Any, list[str]] = {row.history_id: [] for row in rows}
    for row in through.objects.filter(history__in=list(members)).select_related(target):
        members[row.history_id].append(str(getattr(row, target) or f"#{getattr(row, f'{target}_id')}"))
    return [sorted(members[row.history_id]) for row in rows]


def _shown(field: Any, row: Any, names: dict[Any, str] | None) -> str:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return NOTHING
    if names is not None:
        return names[value]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(localize(one)) for one in value) or NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{name}: {localize(one)}" for name, one in value.items()) or NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return str(dict(field.flatchoices).get(value, localize(value)))
