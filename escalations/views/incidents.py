"""Incidents: one cause, many complaints. Only the complaints that the reader may see are counted and shown."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from escalations import incidents
from escalations.errors import WrongState
from escalations.forms.incidents import STEPS, FindingForm, IncidentForm, StepForm
from escalations.looking import looked
from escalations.models import Complaint, Incident, IncidentLine, Look, Waiting
from escalations.models.incident import number_of
from escalations.states import State
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.rows import Chip, Sight, listed, row_of
from escalations.views.waiting import chip_of
from routing.models import User

MOST_SHOWN = 50
MOST_RUNS = 10


@staff_page("view_incident")
@require_GET
def incident_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    rows = list(Incident.objects.visible_to(user)[:MOST_SHOWN])
    seen = Complaint.objects.visible_to(user).unmerged().filter(incident__in=rows)
    counts = Counter(seen.values_list("incident", flat=True))
    context = {
        "rows": [(row, counts[row.pk]) for row in rows],
        "form": IncidentForm(),
        "may_open": user.has_perm("escalations.add_incident"),
    }
    return page(request, "incidents.html", _("Incidents"), context)


@staff_page("add_incident")
@require_POST
def open_incident(request: HttpRequest) -> HttpResponse:
    form = IncidentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the incident a title that says what happened, and names nobody."))
        return see_other("incidents")
    form.instance.opened_by = person(request)
    return see_other("incident", pk=form.save().pk)


@staff_page("view_incident")
@require_GET
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    row = get_object_or_404(Incident.objects.visible_to(user).select_related("closed_by"), pk=pk)
    return _page(request, user, row, FindingForm(), StepForm(incident=row))


def _page(
    request: HttpRequest, user: User, row: Incident, found: FindingForm, step: StepForm, status: int = 200
) -> HttpResponse:
    cases = Complaint.objects.visible_to(user).unmerged().filter(incident=row)
    states = Counter(cases.order_by().values_list("state", flat=True))
    sight, now = Sight.of(user), timezone.now()
    runs = list(row.runs.select_related("asked_by")[:MOST_RUNS])
    lines = IncidentLine.objects.filter(run__in=runs, complaint__in=cases.order_by().values("pk"))
    shown = list(listed(cases).order_by("due_at", "pk")[:MOST_SHOWN])
    looked(user, shown, Look.Place.INCIDENT)
    held = _held(shown, now)
    context = {
        "incident": row,
        "number": number_of(row.pk),
        "lead": _sentence(states, cases.on_hold().order_by().count()),
        "states": [(state.label, states[state]) for state in State if states[state]],
        "rows": [(row_of(case, sight, now), held[case.pk]) for case in shown],
        "finding": row.finding if sight.words else None,
        "runs": _runs(runs, list(lines.select_related("complaint").order_by("pk"))),
        "latest_run": max((run.pk for run in runs), default=0),
        "finding_form": found,
        "step_form": step,
        "may_work": user.has_perm("escalations.add_incident"),
    }
    return page(request, "incident.html", str(row), context, status=status)


def _held(cases: list[Any], now: datetime) -> dict[int, list[Chip]]:
    """By case, on what grounds it is held."""
    found: dict[int, list[Chip]] = {case.pk: [] for case in cases}
    for one in Waiting.objects.open().holds().filter(complaint__in=found):
        found[one.complaint_id].append(chip_of(one, now))
    return found


def _runs(runs: list[Any], lines: list[IncidentLine]) -> list[dict[str, Any]]:
    found = []
    for run in runs:
        own = [line for line in lines if line.run_id == run.pk]
        states = Counter(line.state for line in own)
        refused = [line for line in own if line.state == IncidentLine.State.REFUSED]
        found.append({
            "run": run, "label": STEPS.get(run.action, run.action), "all": len(own), "done": states["done"],
            "waiting": states["waiting"], "refused": refused,
        })  # fmt: skip
    return found


@staff_page("add_incident")
@require_POST
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, for all."""
    user = person(request)
    row = get_object_or_404(Incident.objects.visible_to(user), pk=pk)
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _page(request, user, row, form, StepForm(incident=row), 422)
    form.instance.incident, form.instance.found_by = row, user
    form.save()
    messages.success(request, _("The finding stands for the whole incident; record it on each complaint with a step."))
    return see_other("incident", pk=pk)


@staff_page("add_incident")
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """A step on all complaints: asked for here, taken by the worker with this person's authority."""
    user = person(request)
    row = get_object_or_404(Incident.objects.visible_to(user), pk=pk)
    form = StepForm(request.POST, incident=row)
    if not form.is_valid():
        return _page(request, user, row, FindingForm(), form, 422)
    if not Complaint.objects.visible_to(user).open().filter(incident=row).exists():
        messages.error(
            request, _("None of its complaints that you may see is open: there is nothing to take a step on.")
        )
        return see_other("incident", pk=pk)
    asked = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"], **form.given}
    try:
        incidents.ask(row, form.cleaned_data["action"], user, **asked)
    except WrongState as late:
        form.add_error(None, late.message)
        return _page(request, user, row, FindingForm(), form, 409)
    messages.success(request, _("Asked for. Each complaint is told below as it is done, or why not."))
    return see_other("incident", pk=pk)


@staff_page("add_incident")
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it, or open a closed one again. Its complaints go on as they are."""
    user = person(request)
    row = get_object_or_404(Incident.objects.visible_to(user), pk=pk)
    if request.POST.get("open") and row.is_closed:
        incidents.open_again(row)
        messages.success(request, _("It is open again: complaints can join it."))
    elif incidents.close(row, user):
        messages.success(request, _("It is closed: no complaint joins it any more. Those in it go on."))
    else:
        messages.error(request, _("A step is still being taken on its complaints, or it was closed meanwhile."))
    return see_other("incident", pk=pk)


def _sentence(states: Counter[str], held: int) -> str:
    total = sum(states.values())
    said = ngettext("%d complaint of one cause", "%d complaints of one cause", total) % total
    open_ones = total - states[State.CLOSED]
    going = ngettext("%d is open", "%d are open", open_ones) % open_ones if open_ones else _("none is open")
    said = f"{said}; {going}"
    return f"{said}, " + ngettext("%d on hold.", "%d on hold.", held) % held if held else f"{said}."
