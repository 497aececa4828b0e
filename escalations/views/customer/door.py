"""The door to a customer's page: opened with two things that only they know, shut behind them when they leave."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from escalations.customer import opening, session
from escalations.views.customer.guard import for_customers, place_of
from escalations.views.pages import see_other


class OpenForm(forms.Form):
    """The same for every link, so that it says nothing of any."""

    use_required_attribute = False

    reference = forms.CharField(
        max_length=40, label=_("Reference of your complaint"), help_text=_("As in our letters: R-2026-000123."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    proof = forms.CharField(
        max_length=40, label=_("Your postcode, or the code that we sent you"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )  # fmt: skip


@for_customers
@require_http_methods(["GET", "HEAD", "POST"])
def open_page(request: HttpRequest, token: str) -> HttpResponse:
    """To look at it tells nothing and changes nothing: programs that read mail open every link, and some press
    buttons."""
    if request.method != "POST":
        return _asked(request, OpenForm())
    if "send_code" in request.POST:
        return _code_asked(request, token)
    form, now = OpenForm(request.POST), timezone.now()
    if not form.is_valid():
        return _asked(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    tried = opening.open_link(token, **form.cleaned_data, place=place_of(request), now=now)
    if tried.locked:
        return _locked(request)
    if tried.link is None:
        return _asked(request, form, HTTPStatus.FORBIDDEN, told="wrong")
    response = see_other("customer")
    session.begin(request, response, tried.link, now)
    return response


def _code_asked(request: HttpRequest, token: str) -> HttpResponse:
    """What was typed stays."""
    if not opening.ask_code(token, place=place_of(request), now=timezone.now()):
        return _locked(request)
    typed = {"reference": request.POST.get("reference", "")[:40]}
    return _asked(request, OpenForm(initial=typed), told="sent")


@for_customers
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    response = render(request, "escalations/customer/left.html")
    session.end(request, response)
    return response


def _asked(request: HttpRequest, form: OpenForm, status: int = HTTPStatus.OK, *, told: str = "") -> HttpResponse:
    return render(request, "escalations/customer/open.html", {"form": form, "told": told}, status=status)


def _locked(request: HttpRequest) -> HttpResponse:
    minutes = int(opening.LOCKED.total_seconds() // 60)
    response = render(
        request, "escalations/customer/locked.html", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    response["Retry-After"] = str(int(opening.LOCKED.total_seconds()))
    return response
