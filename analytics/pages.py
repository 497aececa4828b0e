"""What the pages of the reports share: who may read them, the layout around them, and their figures as a file."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from analytics.models import Download
from routing.models import User
from routing.own_pages import belongs_to

View = Callable[..., HttpResponse]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def for_readers(view: View) -> View:
    """For staff with the permission to see trends, handed on as the reader; a stranger is asked to log in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        if not (request.user.is_staff and request.user.has_perm("analytics.view_trends")):
            raise PermissionDenied(_("The trend reports are for quality analysts, managers and compliance."))
        return view(request, request.user, *args, **options)

    return guarded


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> TemplateResponse:
    """A report in the layout of the back office."""
    belongs_to(request, admin.site.name)
    whole = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"analytics/{template}", whole, status=status)


def written(rows: Iterable[Sequence[Any]]) -> bytes:
    """The lines as CSV; their cells are escaped already."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def handed_out(content: bytes, name: str, taken: Download) -> HttpResponse:
    """A report as a file of that name. Who took it is written down before it is sent."""
    taken.save()
    response = HttpResponse(content, content_type=TYPES[taken.format])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
