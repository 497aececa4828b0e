"""The handover brief on one page, to read through or to print: everything that whoever takes over needs."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from escalations.handing_over.completeness import completeness
from escalations.models import Look
from escalations.views import brief, head
from escalations.views.details import Book
from escalations.views.pages import page, person, staff_page
from escalations.views.panels import Viewer, told
from escalations.views.panels.parties import parties
from escalations.views.reading import find_whole
from escalations.views.rows import Sight
from escalations.views.similar import similar_cases
from escalations.views.story import story


@staff_page("view_complaint")
@require_GET
def summary(request: HttpRequest, reference: str) -> HttpResponse:
    user, now = person(request), timezone.now()
    case, sight = find_whole(user, reference, Look.Place.SUMMARY), Sight.of(user)
    viewer = Viewer.of(request, case)
    said, is_quoted = head.title(case, sight)
    spans = brief.evidence(case, sight)
    context = {
        "case": case,
        "case_title": said,
        "is_quoted": is_quoted,
        "facts_line": head.facts_line(case),
        "deadlines": head.deadlines(case, now),
        "brief": brief.lines(case, sight, spans),
        "complete": completeness(case),
        "triggers": brief.triggers(case, sight),
        "parties": parties(case, viewer)["parties"],
        "earlier": told.earlier(case, viewer)["earlier"],
        "similar": similar_cases(case, user, sight),
        "compared": case.compared_at,
        "story": story(case, Book.of(case, user, shows_evidence=sight.evidence), sight, spans, "all", "all"),
        "sight": sight,
        "printed_at": now,
    }
    return page(request, "case/summary.html", _("%s: case summary") % case.reference, context)
