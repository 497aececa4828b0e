"""Lists of "My work" that somebody keeps by a name: beside the tabs, with their number; renamed, shared, taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from escalations.fields.narrowing import Narrowed, narrowed_each
from escalations.models import Complaint, SavedView
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import Scope
from escalations.views.listing import FILTERS, Listing, worth_saving
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.rows import Sight
from escalations.views.tabs import Tab, counted
from routing.definitions import Definition
from routing.models import User


@dataclass(frozen=True)
class Beside:
    """A saved view as it stands beside the tabs. Without `rows` its cases are not counted."""

    view: SavedView
    is_own: bool
    rows: ComplaintQuerySet | None

    @property
    def key(self) -> str:
        return f"view-{self.view.pk}"

    def shown(self, counts: Mapping[str, int], here: str, asked: str) -> dict[str, Any]:
        return {
            "name": self.view.name,
            "pk": self.view.pk,
            "address": self.view.address,
            "count": counted(counts[self.key]) if self.key in counts else "",
            "is_current": not asked and here == self.view.address,
            "is_own": self.is_own,
        }


def beside_the_tabs(
    user: User, tabs: Sequence[Tab], sight: Sight, now: datetime, offers: Sequence[Definition]
) -> list[Beside]:
    """Their own views and those shared with their team. One query, and one more where a view names a choice of one of
    the organisation's own fields (`offers`), whatever their number."""
    scope = Scope.of(user)
    views = list(SavedView.objects.offered_to(user.pk, scope.team_id).order_by("name", "pk")[: SavedView.MOST])
    asked = [QueryDict(view.address) for view in views]
    own = narrowed_each(offers, [{name: one.getlist(name) for name in one} for one in asked])
    return [
        Beside(view, view.user_id == user.pk, _rows(one, narrowed, user, tabs, sight, now))
        for view, one, narrowed in zip(views, asked, own, strict=True)
    ]


def _rows(
    asked: QueryDict, own: Narrowed, user: User, tabs: Sequence[Tab], sight: Sight, now: datetime
) -> ComplaintQuerySet | None:
    """The cases of a view; None where one of its filters is none any more."""
    tab = next((tab for tab in tabs if tab.key == asked.get("tab", "")), None)
    if tab is None or own.problems:
        return None
    listing = Listing(conditions=[one.condition for one in own.wanted])
    for one in FILTERS:
        value = asked.get(one.name, "")
        if value and (one.name != "need" or sight.needs) and (one.name != "severity" or value.isdecimal()):
            listing.conditions.append(one.rows(value))
    return listing.rows(tab.rows(Complaint.objects.visible_to(user).unmerged(), Scope.of(user), now))


class ViewForm(forms.Form):
    name = forms.CharField(max_length=40, label=gettext_lazy("Name"))
    shared = forms.BooleanField(required=False, label=gettext_lazy("My team sees it too"))


@staff_page("view_complaint")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps the list that is shown, by a name. A name that they used already stands for this list from now on."""
    user, form = person(request), ViewForm(request.POST)
    address = worth_saving(QueryDict(request.POST.get("address", "")[:2000]))[:1000]
    if not form.is_valid() or not address:
        messages.warning(request, _("A view needs a name of at most 40 letters."))
        return see_other("queue")
    own = SavedView.objects.filter(user=user)
    name = form.cleaned_data["name"]
    if own.exclude(name=name).count() >= SavedView.MOST:
        messages.warning(request, _("You keep %d views already: take one away first.") % SavedView.MOST)
        return _to(address)
    SavedView.objects.update_or_create(user=user, name=name, defaults={"address": address})
    messages.success(request, _("“%s” stands beside the tabs now.") % name)
    return _to(address)


@staff_page("view_complaint")
@require_http_methods(["GET", "POST"])
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share with the team, or take away: only one's own."""
    user = person(request)
    row = SavedView.objects.filter(user=user, pk=pk).first()
    if row is None:
        raise Http404
    team = Scope.of(user).team_id
    form = ViewForm(request.POST or None, initial={"name": row.name, "shared": row.team_id is not None})
    if team is None:
        del form.fields["shared"]
    if request.method == "POST":
        if "delete" in request.POST:
            row.delete()
            messages.success(request, _("“%s” is taken away.") % row.name)
            return see_other("queue")
        if form.is_valid() and _renamed(row, form, team):
            return _to(row.address)
    return page(request, "queue/view.html", row.name, {"row": row, "form": form}, status=422 if form.errors else 200)


def _renamed(row: SavedView, form: ViewForm, team: int | None) -> bool:
    row.name = form.cleaned_data["name"]
    row.team_id = team if form.cleaned_data.get("shared") else None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        form.add_error("name", _("Another of your views has this name."))
        return False
    return True


def _to(address: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('escalations:queue')}?{address}")
    response.status_code = 303
    return response
