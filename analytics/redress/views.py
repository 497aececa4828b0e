"""The redress report: one page, and the same figures as files."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from analytics import pages
from analytics.models import Download
from analytics.pages import for_readers
from analytics.redress import files
from analytics.redress.asking import RedressForm
from analytics.redress.totals import GROUPS, HEADING, sentence, totals
from routing.models import User


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
    """The same figures as a file."""
    asked = RedressForm(request.GET)
    if not asked.is_valid():
        return _shown(request, {"form": asked}, HTTPStatus.BAD_REQUEST)
    found = totals(reader, asked.asked)
    taken = Download(
        user=reader, report="redress", format=form, question=asked.asked.address, complaints=found.remedies
    )
    return pages.handed_out(files.WRITERS[form](found), files.name(found, form), taken)


def _shown(request: HttpRequest, context: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    return pages.page(request, "redress.html", _("Redress"), context, status=status)
