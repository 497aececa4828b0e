"""Simulating a draft on past cases: asking for it, watching it, and what came of it."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from escalations.placing import simulating
from escalations.views.pages import page, person, see_other, staff_page
from routing.differences import digest_of
from routing.models import Ruleset, Simulation
from routing.models.simulations import LARGEST_SAMPLE, USUAL_SAMPLE
from routing.simulation import run as runs
from routing.simulation.telling import Told, standing

USUAL_PERIOD = timedelta(days=180)
MOST_LISTED = 20


class PeriodForm(forms.Form):
    """Which past cases are replayed."""

    since = forms.DateField(
        label=gettext_lazy("Cases decided from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("to, that day included"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sample = forms.IntegerField(
        label=gettext_lazy("At most so many, the latest ones"),
        initial=USUAL_SAMPLE,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SAMPLE)],
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        return cleaned

    def period(self) -> dict[str, Any]:
        """From the first moment of the first day to the last of the last, where the reader is."""
        since, until = (
            timezone.make_aware(datetime.combine(self.cleaned_data[name], time.min)) for name in ("since", "until")
        )
        return {"since": since, "until": until + timedelta(days=1), "sample": self.cleaned_data["sample"]}


@staff_page("routing.view_ruleset")
@require_http_methods(["GET", "POST"])
def simulate(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a run of a version, and the runs that there were."""
    ruleset = get_object_or_404(Ruleset, number=number)
    may_ask = person(request).has_perm("routing.add_simulation")
    today = timezone.localdate()
    form = PeriodForm(request.POST or None, initial={"since": today - USUAL_PERIOD, "until": today})
    if request.method == "POST":
        if not may_ask:
            raise PermissionDenied
        if form.is_valid():
            asked = simulating.ask(ruleset, person(request), **form.period())
            return see_other("simulation", pk=asked.pk)
    context = {
        "ruleset": ruleset,
        "form": form,
        "may_ask": may_ask,
        "standing": standing(ruleset, digest_of(ruleset), _base(ruleset)),
        "runs": ruleset.simulations.select_related("asked_by", "against")[:MOST_LISTED],
    }
    return page(request, "rules/simulate.html", _("Simulate version %d") % ruleset.number, context)


def _base(ruleset: Ruleset) -> Ruleset | None:
    published: Ruleset | None = Ruleset.objects.published()
    return published


@staff_page("routing.view_simulation")
@require_GET
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, or what came of it."""
    row = find(pk)
    context = {
        "run": row,
        "is_silent": row.is_silent(timezone.now()),
        "may_ask": person(request).has_perm("routing.add_simulation"),
        "told": Told(row) if row.state == Simulation.State.DONE else None,
        "is_current": row.digest == digest_of(row.ruleset),
    }
    return page(request, "rules/simulation.html", _("Simulation of version %d") % row.ruleset.number, context)


def find(pk: int) -> Simulation:
    rows = Simulation.objects.select_related("ruleset__author", "against", "asked_by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@staff_page("routing.add_simulation")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    runs.cancel(Simulation.objects.filter(pk=find(pk).pk))
    return see_other("simulation", pk=pk)


@staff_page("routing.add_simulation")
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same run once more, for one that broke off."""
    simulating.start_again(find(pk))
    return see_other("simulation", pk=pk)
