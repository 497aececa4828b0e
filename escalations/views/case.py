"""The case page: the story, what matters now beside it, and the next step."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.detection.risk import explained, standing
from escalations.doing import StepForm
from escalations.fields import showing
from escalations.forms import FORMS
from escalations.handover import completeness
from escalations.models import Complaint
from escalations.views import brief, head, linked
from escalations.views.at_once import at_once
from escalations.views.details import Book
from escalations.views.money import money
from escalations.views.next_step import COMPOSE, next_step
from escalations.views.pages import page, person, staff_page
from escalations.views.reading import find_whole
from escalations.views.risk import moved
from escalations.views.rows import Sight
from escalations.views.similar import similar_cases
from escalations.views.story import story
from escalations.workflow import Offer, offers
from routing.models import Decision, User

MOST_EARLIER = 5


@staff_page("view_complaint")
@require_GET
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    user, now = person(request), timezone.now()
    case = find_whole(user, reference)
    sight, actor = Sight.of(user), Actor.of(user)
    offered = offers(case, actor, now)
    decisions = list(Decision.objects.filter(reference=case.reference).select_related("ruleset", "rule"))
    spans = brief.evidence(case, sight)
    by_name = {offer.action: offer for offer in offered}
    book = Book.of(case, decisions, user, shows_evidence=sight.evidence)
    relatives = linked.family(case, user, sight, by_name)
    context = {
        **top(case, sight, decisions),
        "because": head.because(case, decisions[0] if decisions else None),
        "deadlines": head.deadlines(case, now),
        "brief": brief.lines(case, sight, spans),
        "complete": completeness(case),
        "may_complete": case.is_open and "complete_handover" in by_name,
        "at_once": at_once(case, now),
        "triggers": brief.triggers(case, sight),
        "risk": (scored := explained(case) if case.is_open and standing().is_shown else None),
        "moved": moved(scored, sight),
        "story": story(case, book, sight, spans, request.GET.get("show", "")),
        "step": next_step(case, offered),
        "compose": compose(case, by_name),
        "fields": showing.lines(case, case.definitions, sight),
        "may_set_fields": "set_fields" in by_name,
        "points": points(case, sight, by_name),
        "money": money(case, user, by_name, now),
        "parties": case.parties.all(),
        "sight": sight,
        "earlier": earlier(case, user),
        "family": relatives,
        "similar": similar_cases(case, user, sight),
        "compared": case.compared_at,
        "banner": linked.banner(relatives),
        "tab": "case",
    }
    return page(request, "case/page.html", case.reference, context)


def top(case: Complaint, sight: Sight, decisions: list[Decision]) -> dict[str, Any]:
    """What the head of every tab of a case shows."""
    title, is_quoted = head.title(case, sight)
    return {
        "case": case,
        "case_title": title,
        "is_quoted": is_quoted,
        "facts_line": head.facts_line(case),
        "stages": head.stages(case),
        "allocations": len(decisions),
    }


def compose(case: Complaint, offered: dict[str, Offer]) -> list[dict[str, Any]]:
    """The forms for writing, hearing and noting, side by side; each posts to its own action."""
    return [
        {
            "action": name,
            "label": offered[name].label,
            "form": FORMS[name](complaint=case, auto_id=f"id_{name}_%s"),
            "step": StepForm(rule=ACTIONS[name], initial={"seen": case.latest_event}, auto_id=f"id_{name}_%s"),
        }
        for name in COMPOSE
        if name in offered
    ]


def points(case: Complaint, sight: Sight, offered: dict[str, Offer]) -> list[dict[str, Any]]:
    """Each thing alleged: what was found, how it was decided, why it happened."""
    findings = [row for row in case.statements.all() if row.kind == "finding"] if sight.words else []
    return [
        {
            "point": point,
            "texts": [row.text for row in findings if row.point_id == point.pk],
            "may_find": "record_finding" in offered,
            "may_set_cause": "confirm_cause" in offered,
        }
        for point in case.points.all()
    ]


def earlier(case: Complaint, user: User) -> list[Complaint]:
    """Other complaints of the same people that this person may see; the newest first, a few."""
    persons = [party.person_id for party in case.parties.all() if party.role != "representative"]
    others = Complaint.objects.visible_to(user).filter(parties__person__in=persons).exclude(pk=case.pk)
    return list(others.distinct().order_by("-pk")[:MOST_EARLIER])
