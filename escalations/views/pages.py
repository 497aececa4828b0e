"""What every page of staff shares: who may open it, and Unfold's layout around it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from escalations.errors import NotAllowed, Refusal
from escalations.views.start import start_url
from routing.models import User
from routing.own_pages import belongs_to
from routing.signed_in import person

__all__ = ["page", "person", "refused", "see_other", "staff_page"]

View = Callable[..., HttpResponseBase]


def staff_page(*permissions: str) -> Callable[[View], View]:
    """For staff who hold one of these permissions, of this app where none is named; a stranger is sent to log in."""
    asked = [name if "." in name else f"escalations.{name}" for name in permissions]

    def decorate(view: View) -> View:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not (isinstance(user, User) and user.is_active and user.is_staff):
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            if not any(user.has_perm(name) for name in asked):
                return refused(request, NotAllowed(_("This page is not part of your role.")))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> TemplateResponse:
    """A page in the layout of the back office. `title` is short: it stands in the browser's tab and the top bar."""
    belongs_to(request, admin.site.name)
    return TemplateResponse(
        request,
        f"escalations/{template}",
        {**admin.site.each_context(request), "title": title, **context},
        status=status,
    )


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A whole page that says why not, and who can."""
    return page(
        request,
        "refused.html",
        _("Not possible"),
        {"refusal": refusal, "home": start_url(person(request))},
        status=refusal.status,
    )


def see_other(address: str, *, query: dict[str, str] | None = None, **arguments: object) -> HttpResponse:
    """After a POST: the browser fetches that page of ours, so that a reload repeats nothing."""
    response = HttpResponseRedirect(reverse(f"escalations:{address}", kwargs=arguments or None, query=query))
    response.status_code = 303
    return response
