"""What every page for a customer shares: who may open it, and what its answers forbid the browser."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from axes.helpers import get_client_ip_address
from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from escalations.customer import session
from escalations.views.customer.silent import silent

View = Callable[..., HttpResponseBase]

NOTHING_BUT_A_STYLE: dict[str, Any] = {
    "default-src": [NONE], "style-src": [SELF], "form-action": [SELF], "base-uri": [NONE], "frame-ancestors": [NONE],
}  # fmt: skip


class CsrfWithoutReferrer(CsrfViewMiddleware):
    """A page that sends no referrer has its browser say "Origin: null" with every form. The token of the form, which no
    other site can read, must match all the same."""

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseForbidden | None:
        if request.META.get("HTTP_ORIGIN") == "null":
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return super().process_view(request, *view)


def for_customers(view: View) -> View:
    """A page without an account: nothing of it is kept, indexed, framed or told to another site."""

    checked = decorator_from_middleware(CsrfWithoutReferrer)(view)

    @wraps(view)
    @never_cache
    @csp(NOTHING_BUT_A_STYLE)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = checked(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return csrf_exempt(guarded)  # from the common check, for the one above


def with_open_link(view: View) -> View:
    """For whoever has opened a link in this browser; the view is given it. For anybody else the page is shut, and who
    speaks for somebody without authority may only write."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = timezone.now()
        link = session.opened(request, now)
        if link is None:
            return shut(request)
        if not link.complaint.may_have_page(link.party, now):
            return silent(request, link, kwargs.get("name", ""))
        return view(request, link, *args, **kwargs)

    return for_customers(opened)


def shut(request: HttpRequest) -> HttpResponse:
    """Whoever was writing when time ran out gets their words back."""
    typed = {"typed": request.POST.get("words", "")}
    return render(request, "escalations/customer/shut.html", typed, status=HTTPStatus.FORBIDDEN)


def place_of(request: HttpRequest) -> str:
    """Where the request came from, as the log-in of staff is told."""
    return get_client_ip_address(request) or ""
