"""Ctrl-K: finds any case that this person may see, any page of their menu, and what they can do where they are."""

import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from config.menu import allowed_entries
from escalations import searching
from escalations.actors import Actor
from escalations.forms.steps import FORMS
from escalations.looking import looked
from escalations.models import Complaint, Look
from escalations.permissions import can
from escalations.views.rows import Sight, listed, opening
from escalations.workflow import offers
from routing.models import User
from routing.signed_in import person

MOST_CASES = 10
LONGEST = 100
CASE_ADDRESS = re.compile(r"/cases/(R-[0-9-]+)/")


def search(request: HttpRequest) -> HttpResponse:
    """Asked anew each time: Unfold's own answer is kept for five minutes, and would outlive a restriction."""
    started, asked = time.monotonic(), request.GET.get("s", "").replace("\x00", "").strip()[:LONGEST]
    if not asked:
        return HttpResponse()
    user = person(request)
    found = [*_actions(request, user, asked), *_cases(user, asked), *_pages(request, asked)]
    pages = Paginator(found, 100)
    name = "command_results" if "extended" in request.GET else "search_results"
    context = {
        "page_obj": pages,
        "results": pages.page(1),
        "page_counter": 0,
        "execution_time": time.monotonic() - started,
    }
    return TemplateResponse(request, f"unfold/helpers/{name}.html", context, headers={"HX-Trigger": "search"})


def _cases(user: User, asked: str) -> Iterator[SearchResult]:
    """By reference, customer or what was said: as far as this person may know each of them."""
    if not user.has_perm("escalations.view_complaint"):
        return
    sight = Sight.of(user)
    found = searching.found(Complaint.objects.visible_to(user), asked, by_name=sight.identity, by_words=sight.words)
    keys = list(found.values_list("pk", flat=True)[:MOST_CASES])
    cases = list(listed(Complaint.objects.filter(pk__in=keys)).order_by("-pk"))
    looked(user, cases, Look.Place.SEARCH)
    for case in cases:
        link = reverse("escalations:case", args=[case.reference])
        words = f"{case.get_state_display()} · {opening(case, sight)}"
        yield SearchResult(case.reference, words, link, "folder_open")


def _actions(request: HttpRequest, user: User, asked: str) -> Iterator[SearchResult]:
    """What this person can do: on the case that they have before them, and wherever they are."""
    if can(Actor.of(user), "take") and _fits(asked, _("Take the next case")):
        yield SearchResult(_("Take the next case"), _("action"), f"{reverse('escalations:queue')}?take=1", "bolt")
    before = CASE_ADDRESS.search(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    case = Complaint.objects.visible_to(user).filter(reference=before[1]).first() if before else None
    if case is None:
        return
    for offer in offers(case, Actor.of(user)):
        if offer.action in FORMS and _fits(asked, offer.label):
            link = reverse("escalations:act", args=[case.reference, offer.action])
            yield SearchResult(capfirst(offer.label), case.reference, link, "bolt")


def _fits(asked: str, label: str) -> bool:
    return asked.casefold() in label.casefold()


def _pages(request: HttpRequest, asked: str) -> Iterator[SearchResult]:
    for title, entries in allowed_entries(request):
        for entry in entries:
            if _fits(asked, f"{title} {entry.title}"):
                yield SearchResult(str(entry.title), _("page"), entry.link, entry.icon)
