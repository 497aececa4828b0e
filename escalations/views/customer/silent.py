"""For whoever speaks for a customer without authority: told so, shown nothing, and their words are kept as said."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.customer.doing import check_room, write
from escalations.customer.ways import WAYS
from escalations.errors import Invalid, Refusal
from escalations.models import CustomerLink

LONGEST = 20_000
"""Letters of one message. More belongs in a file."""


class WordsForm(forms.Form):
    """What they say, and how much had happened when they began."""

    use_required_attribute = False

    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 6}), max_length=LONGEST, label=_("Your message"))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)

    def clean_seen(self) -> int:
        return self.cleaned_data["seen"] or 0


def silent(request: HttpRequest, link: CustomerLink, way: str = "") -> HttpResponse:
    """Every address of the page leads here for them. What is sent is a message, whatever button it was sent with."""
    form = WordsForm(request.POST if request.method == "POST" else None, initial={"seen": link.complaint.latest_event})
    if request.method == "POST":
        form.fields["words"].required = way not in WAYS
        if form.is_valid():
            try:
                check_room(link, 0, timezone.now())
                write(link, _as_said(way, form.cleaned_data["words"].strip()), form.cleaned_data["seen"], ())
                return redirect("escalations:customer")
            except Invalid as wrong:
                for sentences in wrong.errors.values():
                    form.add_error(None, sentences)
            except Refusal as refusal:
                form.add_error(None, refusal.message)
    case, now = link.complaint, timezone.now()
    own = case.messages.filter(party=link.party, direction="in", channel="portal").order_by("-pk")
    context = {"form": form, "why": case.why_silent(link.party, now), "kept": own.first(), "case": case}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "escalations/customer/silent.html", context, status=status)


def _as_said(way: str, words: str) -> str:
    """With the button that they pressed, which did nothing else."""
    return "\n\n".join(part for part in (str(WAYS[way].button) if way in WAYS else "", words) if part)
