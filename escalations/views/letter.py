"""A letter on paper with a link to the customer's page: made, shown once to be printed, and kept nowhere."""

from email.utils import parseaddr
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.customer.inviting import address_of
from escalations.errors import NotAllowed, Refusal, WrongState
from escalations.forms.fields import field_of
from escalations.forms.speakers import PartyChoice
from escalations.models import Complaint, Look, Party
from escalations.models.token import digest_of, new_token_on_paper
from escalations.views.pages import page, person, refused, staff_page
from escalations.views.reading import find_whole
from escalations.workflow import check_open, perform
from routing.models import User


class LetterForm(forms.Form):
    """To whom, and where they live: what is wrong is put right here, for the postcode opens the page."""

    party = PartyChoice(Party.objects.none(), label=gettext_lazy("To"), empty_label=None)
    address = forms.CharField(
        max_length=1000, label=gettext_lazy("Postal address"), widget=forms.Textarea(attrs={"rows": 4}), required=False,
        help_text=gettext_lazy("Without the postcode. Empty: you hand the letter over yourself."),
    )  # fmt: skip
    postcode = forms.CharField(
        max_length=20, label=gettext_lazy("Postcode"),
        help_text=gettext_lazy("They are asked for it when they open the page: ask them if you are not sure."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, case: Complaint, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties: Any = self.fields["party"]
        now = timezone.now()
        able = [row.pk for row in case.parties.all() if case.may_have_page(row, now)]
        parties.reader, parties.queryset = reader, case.parties.filter(pk__in=able).select_related("person")
        if len(able) < 2:
            parties.widget = forms.HiddenInput()
        to = next((row for row in case.parties.all() if row.pk in able), None)
        if to is not None:
            told = {"party": to.pk, "address": to.person.address, "postcode": to.person.postcode}
            self.initial = {**told, "seen": case.latest_event, **self.initial}


@staff_page("print_link_complaint")
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """To look changes nothing. What is made is the answer itself: to load it again makes nothing, for more has happened
    to the case since."""
    user = person(request)
    case = find_whole(user, reference, Look.Place.STEP)
    try:
        if not user.has_perm("escalations.view_identity"):
            raise NotAllowed(_("A letter names the customer: it is printed by whoever may know who that is."))
        check_open(case, ACTIONS["print_link"], Actor.of(user))
    except Refusal as refusal:
        return refused(request, refusal)
    asked = {"party": request.GET["to"]} if request.GET.get("to") else None
    form = LetterForm(request.POST if request.method == "POST" else None, case=case, reader=user, initial=asked)
    status, refusals = HTTPStatus.OK, list[str]()
    if request.method == "POST" and not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif request.method == "POST":
        try:
            return _printed(request, case, user, form.cleaned_data)
        except Refusal as refusal:
            status, refusals = HTTPStatus(refusal.status), getattr(refusal, "sentences", None) or [refusal.message]
            if isinstance(refusal, WrongState):
                refusals.append(_("The letter that was made before stands in the story. For another one, begin anew."))
    parties = field_of(form, "party", PartyChoice).queryset
    context = {"case": case, "form": form, "refusals": refusals, "nobody": not parties}
    return page(request, "case/letter_form.html", _("%s: letter") % case.reference, context, status=status)


def _printed(request: HttpRequest, case: Complaint, user: User, data: dict[str, Any]) -> HttpResponse:
    token = new_token_on_paper()
    event = perform(case, "print_link", actor=Actor.of(user), token_digest=digest_of(token), **data)
    link = event.complaint.customer_links.select_related("party__person").get(pk=event.data["customerlink_ids"][0])
    context = {
        "case": case, "link": link, "to": link.party.person, "today": timezone.localdate(),
        "address": address_of(token), "sender": parseaddr(settings.DEFAULT_FROM_EMAIL)[0],
    }  # fmt: skip
    return render(request, "escalations/letter.html", context)
