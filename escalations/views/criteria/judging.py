"""Judging a set of criteria by past complaints: asking for it, watching it, and what came of it."""

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

from escalations.detection import judgements
from escalations.models import CriteriaSet, Judgement
from escalations.models.judgement import LARGEST_SAMPLE, USUAL_SAMPLE
from escalations.views.criteria.judged import examples, lines, sentence
from escalations.views.pages import page, person, see_other, staff_page

MOST_LISTED = 20


class SampleForm(forms.Form):
    """By how many of the latest complaints."""

    sample = forms.IntegerField(
        label=gettext_lazy("So many of the latest complaints"),
        initial=USUAL_SAMPLE,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SAMPLE)],
    )


@staff_page("escalations.view_judgement")
@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a run of a version, and the runs that there were."""
    version = get_object_or_404(CriteriaSet, number=number)
    may_ask = person(request).has_perm("escalations.add_judgement")
    form = SampleForm(request.POST or None)
    if request.method == "POST":
        if not may_ask:
            raise PermissionDenied
        if form.is_valid():
            asked = judgements.ask(version, person(request), form.cleaned_data["sample"])
            return see_other("judgement", pk=asked.pk)
    runs = version.judgements.select_related("asked_by", "criteria_set")[:MOST_LISTED]
    context = {"version": version, "form": form, "may_ask": may_ask, "runs": runs}
    return page(request, "criteria/judge.html", _("Judge version %d") % version.number, context)


@staff_page("escalations.view_judgement")
@require_GET
def judgement(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, or what it says; with `?of=` the examples of one criterion."""
    row = _found(pk)
    context: dict[str, Any] = {
        "run": row,
        "is_silent": row.is_silent(timezone.now()),
        "may_ask": person(request).has_perm("escalations.add_judgement"),
    }
    if row.state == Judgement.State.DONE:
        found = lines(row)
        chosen = next((line for line in found if line.code == request.GET.get("of", "")), None)
        context |= {
            "told": sentence(row),
            "lines": found,
            "chosen": chosen,
            "groups": examples(row, chosen.code if chosen else "", person(request)),
        }
    return page(request, "criteria/judgement.html", _("Judgement of version %d") % row.criteria_set.number, context)


@staff_page("escalations.add_judgement")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    judgements.cancel(Judgement.objects.filter(pk=_found(pk).pk))
    return see_other("judgement", pk=pk)


def _found(pk: int) -> Judgement:
    row = Judgement.objects.select_related("criteria_set__author", "asked_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
