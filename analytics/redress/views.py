"""The redress report: one page, and the same figures as files."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from analytics.models import Download
from analytics.redress import files
from analytics.redress.asking import RedressForm
from analytics.redress.totals import GROUPS, HEADING, sentence, totals
from analytics.reports import TYPES
from analytics.views import for_readers
from routing.models import User
from routing.own_pages import belongs_to


@require_safe
@never_cache
@for_readers
def page(request: HttpRequest, reader: User) -> HttpResponse:
    form = RedressForm(request.GET)
    if not form.is_valid():
        return _shown(request, {"form": form}, HTTPStatus.BAD_REQUEST)
    asked = form.asked
    found = totals(reader, asked)
    context = {
        "form": form, "asked": asked, "sentence": sentence(found), "whole": found.whole, "heading": HEADING,
        "note": files.note(), "tables": [(GROUPS[by], sums) for by, sums in found.groups.items()],
        "chips": [(words, asked.without(name)) for name, words in asked.filters],
    }  # fmt: skip
    return _shown(request, context)


@require_GET
@never_cache
@for_readers
def download(request: HttpRequest, reader: User, form: str) -> HttpResponse:
    """The same figures as a file. Who took it is written down before it is sent."""
    asked = RedressForm(request.GET)
    if not asked.is_valid():
        return _shown(request, {"form": asked}, HTTPStatus.BAD_REQUEST)
    found = totals(reader, asked.asked)
    content = files.WRITERS[form](found)
    Download.objects.create(
        user=reader, report="redress", format=form, question=asked.asked.address, complaints=found.remedies
    )
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{files.name(found, form)}"'
    return response


def _shown(request: HttpRequest, context: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    belongs_to(request, admin.site.name)
    whole = {**admin.site.each_context(request), "title": _("Redress"), **context}
    return TemplateResponse(request, "analytics/redress.html", whole, status=status)
