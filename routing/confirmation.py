"""A question before an action of the admin: Unfold's action buttons are links, and a link may change nothing."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from routing.own_pages import belongs_to


def ask(
    admin: Any,
    request: HttpRequest,
    row: Any,
    *,
    question: str,
    button: str,
    sentences: Sequence[str] = (),
    seen: int | None = None,
) -> HttpResponse:
    """A page with the question and a button that POSTs to the same address; with it what was `seen` of a version."""
    belongs_to(request, admin.admin_site.name)
    context = {
        **admin.admin_site.each_context(request),
        "title": button,
        "opts": row._meta,
        "original": row,
        "question": question,
        "button": button,
        "sentences": sentences,
        "seen": seen,
    }
    return TemplateResponse(request, "routing/confirm.html", context)
