"""Ctrl-K: finds any case that this person may see, and any page of their menu."""

import time
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from config.menu import allowed_entries
from escalations.models import Complaint

MOST_CASES = 10
LONGEST = 100


def search(request: HttpRequest) -> HttpResponse:
    """Asked anew each time: Unfold's own answer is kept for five minutes, and would outlive a restriction."""
    started, asked = time.monotonic(), request.GET.get("s", "").replace("\x00", "").strip()[:LONGEST]
    if not asked:
        return HttpResponse()
    found = [*_cases(request, asked), *_pages(request, asked)]
    pages = Paginator(found, 100)
    name = "command_results" if "extended" in request.GET else "search_results"
    context = {
        "page_obj": pages,
        "results": pages.page(1),
        "page_counter": 0,
        "execution_time": time.monotonic() - started,
    }
    return TemplateResponse(request, f"unfold/helpers/{name}.html", context, headers={"HX-Trigger": "search"})


def _cases(request: HttpRequest, asked: str) -> Iterator[SearchResult]:
    """By reference, or by the number at its end."""
    if not request.user.has_perm("escalations.view_complaint"):  # type: ignore[union-attr]
        return
    wanted = Q(reference__startswith=asked.upper())
    if asked.isdecimal():
        wanted |= Q(reference__endswith=f"-{asked:0>6}")
    for case in Complaint.objects.visible_to(request.user).filter(wanted)[:MOST_CASES]:  # type: ignore[arg-type]
        link = reverse("escalations:case", args=[case.reference])
        yield SearchResult(case.reference, case.get_state_display(), link, "folder_open")


def _pages(request: HttpRequest, asked: str) -> Iterator[SearchResult]:
    for title, entries in allowed_entries(request):
        for entry in entries:
            if asked.casefold() in f"{title} {entry.title}".casefold():
                yield SearchResult(str(entry.title), _("page"), entry.link, entry.icon)
