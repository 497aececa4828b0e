"""The case page: the story, what matters now beside it, and the next step. What its panels are, `panels` lists."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from escalations.models import Complaint
from escalations.placing.wrong_hands import why_wrong
from escalations.views import head, linked, watching
from escalations.views.at_once import at_once
from escalations.views.next_step import next_step
from escalations.views.pages import page, person, staff_page
from escalations.views.panels import ASIDE, BY_NAME, PANELS, STORY, Panel, Viewer, shown
from escalations.views.reading import beside, find_whole
from escalations.views.rows import Sight
from escalations.views.waiting import chips
from routing.models import Decision


@staff_page("view_complaint")
@require_GET
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    case = find_whole(person(request), reference)
    viewer = Viewer.of(request, case)
    panels = [one for one in (shown(panel, case, viewer) for panel in PANELS) if one]
    context = {
        **_around(case, viewer),
        "at_once": at_once(case, viewer.now),
        "step": next_step(case, viewer.offered),
        "story_panels": [one for one in panels if one.panel.place == STORY],
        "aside_panels": [one for one in panels if one.panel.place == ASIDE],
    }
    return page(request, "case/page.html", case.reference, context)


@staff_page("view_complaint")
@vary_on_headers("HX-Request")
@require_GET
def panel_page(request: HttpRequest, reference: str, panel: str) -> HttpResponse:
    """One panel alone: a part of the case page for htmx, a page of its own for whoever follows the link."""
    case = find_whole(person(request), reference)
    wanted: Panel | None = BY_NAME.get(panel)
    viewer = Viewer.of(request, case)
    found = shown(wanted, case, viewer, whole=True) if wanted else None
    if found is None:
        raise Http404
    if request.headers.get("HX-Request"):
        return render(request, "escalations/case/panel.html", {"case": case, "sight": viewer.sight, "found": found})
    context = {**_around(case, viewer), "found": found}
    return page(request, "case/panel_page.html", f"{case.reference}: {found.panel.title}", context)


def _around(case: Complaint, viewer: Viewer) -> dict[str, Any]:
    decisions = beside(case, "decisions")
    return {
        **top(case, viewer.sight, decisions),
        "because": head.because(case, decisions[0] if decisions else None),
        "banner": linked.banner(case, viewer.user),
        "wrong_hands": why_wrong(case),
        "may_reroute": viewer.may("reroute"),
        "goes_on_in": linked.goes_on_in(case, viewer.user),
        "sight": viewer.sight,
        "tab": "case",
    }


def top(case: Complaint, sight: Sight, decisions: list[Decision]) -> dict[str, Any]:
    """What the head of every tab of a case shows."""
    (title, is_quoted), now = head.title(case, sight), timezone.now()
    return {
        "case": case,
        "case_title": title,
        "is_quoted": is_quoted,
        "facts_line": head.facts_line(case),
        "stages": head.stages(case),
        "deadlines": [*head.deadlines(case, now), *chips(case, now)],
        "allocations": len(decisions),
        "watch": watching.of_case(case, sight.user_id),
    }
