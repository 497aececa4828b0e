"""One step of a customer's: asked whether they are sure, with room for their own words, and then done once."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from escalations.customer import told
from escalations.customer.doing import walk
from escalations.customer.standing import standing
from escalations.customer.ways import WAYS, Way, actor_of, open_ways
from escalations.errors import Refusal
from escalations.models import CustomerLink
from escalations.views.customer.guard import with_open_link
from escalations.views.customer.silent import WordsForm
from escalations.views.pages import see_other
from escalations.workflow import REASON_LIMIT


class StepForm(WordsForm):
    """As long as a reason may be: it stands with the step."""

    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), max_length=REASON_LIMIT)

    def __init__(self, *args: Any, way: Way, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].required = str(way.asks), way.needs_words


@with_open_link
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, link: CustomerLink, name: str) -> HttpResponse:
    """To look changes nothing. What cannot be done any more says what has happened."""
    way = WAYS.get(name)
    if way is None:
        raise Http404
    form = StepForm(request.POST or None, way=way, initial={"seen": link.complaint.latest_event})
    if request.method == "POST" and form.is_valid():
        try:
            walk(link, way, form.cleaned_data["words"].strip(), form.cleaned_data["seen"])
            return see_other("customer", query={"done": way.name})
        except Refusal as refusal:
            link.complaint.refresh_from_db()
            return _asked(request, link, way, _seen_anew(request, link, way), refusal)
    return _asked(request, link, way, form)


def _seen_anew(request: HttpRequest, link: CustomerLink, way: Way) -> StepForm:
    """What was typed, to be sent once more by somebody who sees what has happened meanwhile."""
    typed = request.POST.copy()
    typed["seen"] = str(link.complaint.latest_event)
    return StepForm(typed, way=way)


def _asked(
    request: HttpRequest, link: CustomerLink, way: Way, form: StepForm, refusal: Refusal | None = None
) -> HttpResponse:
    case, now = link.complaint, timezone.now()
    is_open = way.name in open_ways(case, actor_of(link), now)
    context = {
        "case": case,
        "way": way,
        "form": form,
        "is_open": is_open,
        "changed": refusal is not None,
        "standing": standing(case, link.party, now),
        "answer": told.answer(case) if way.looks_first and is_open else None,
    }
    status = HTTPStatus.CONFLICT if refusal or not is_open else HTTPStatus.OK
    if form.errors and not refusal:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "escalations/customer/step.html", context, status=status)
