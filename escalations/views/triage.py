"""Triage: what was escalated and waits for a decision, what no rule could place, what waits for a second person."""

from collections.abc import Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from escalations import clocks
from escalations.handover import READS, Completeness, completeness
from escalations.models import Complaint, Confirmation, Trigger, TriggerEvidence
from escalations.models.case_peers import together
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import Scope
from escalations.states import Severity
from escalations.views.pages import page, person, staff_page
from escalations.views.rows import Row, Sight, listed, row_of
from escalations.workflow import label_of
from routing.models import Decision, User

MOST_SHOWN = 50


@dataclass(frozen=True)
class Escalation:
    """One case to decide: why it was escalated, in which words, since when, and what nobody has told us yet."""

    row: Row
    kinds: list[str]
    words: list[str]
    explanations: list[str]
    waits: str
    missing: Completeness
    is_urgent: bool


@staff_page("accept_complaint", "route_complaint")
@require_GET
def triage(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    sight = Sight.of(user)
    visible = Complaint.objects.visible_to(user)
    waiting = _read(visible.to_triage(), "pending")
    escalations = [_escalation(case, sight, now) for case in waiting]
    unplaced = _unplaced(visible, sight, now)
    asked = _second_persons(user)
    context = {
        "lead": _sentence(waiting, unplaced, asked, now),
        "escalations": escalations,
        "unplaced": unplaced,
        "asked": asked,
        "most": MOST_SHOWN,
        "may_decide": user.has_perm("escalations.accept_complaint"),
        "may_route": user.has_perm("escalations.route_complaint"),
        "sight": sight,
    }
    return page(request, "triage/page.html", _("Triage"), context)


def _read(cases: ComplaintQuerySet, trigger_state: str) -> list[Any]:
    """The most severe first, then the longest waiting; everything a line shows, in a constant number of queries."""
    raised = Trigger.objects.filter(complaint=OuterRef("pk"), state=trigger_state).order_by("raised_at")
    rows = listed(cases).annotate(waits_since=Subquery(raised.values("raised_at")[:1]))
    evidence = Prefetch("triggers__evidence", TriggerEvidence.objects.all())
    told = rows.prefetch_related(Prefetch("triggers", Trigger.objects.select_related("criterion")), evidence)
    read = told.prefetch_related(*READS)
    return list(together(list(read.order_by("-severity", "waits_since", "pk")[:MOST_SHOWN])))


def _escalation(case: Any, sight: Sight, now: datetime) -> Escalation:
    triggers = [row for row in case.triggers.all() if row.state == Trigger.State.PENDING]
    words = [" ".join(row.words.split()) for trigger in triggers for row in trigger.evidence.all()]
    return Escalation(
        row=row_of(case, sight, now),
        kinds=list(dict.fromkeys(str(trigger.get_kind_display()) for trigger in triggers)),
        words=list(dict.fromkeys(words)) if sight.evidence else [],
        explanations=[t.explanation for t in triggers if sight.evidence and not t.evidence.all()],
        waits=clocks.span(now - case.waits_since) if case.waits_since else "–",
        missing=completeness(case),
        is_urgent=case.severity == Severity.CRITICAL,
    )


@dataclass(frozen=True)
class Unplaced:
    """An accepted case that waits for routing, and why."""

    row: Row
    reason: str
    waits: str


def _unplaced(visible: ComplaintQuerySet, sight: Sight, now: datetime) -> list[Unplaced]:
    latest = Decision.objects.filter(reference=OuterRef("reference"), placed=False).order_by("-pk")
    cases = visible.accepted().annotate(reason=Subquery(latest.values("reason")[:1]))
    return [
        Unplaced(
            row_of(case, sight, now),
            case.reason or _("Routing has not looked at it yet."),
            clocks.span(now - case.waits_since) if case.waits_since else "–",
        )
        for case in _read(cases, "accepted")
    ]


@dataclass(frozen=True)
class Asked:
    """What a first person asked for, and a second must confirm."""

    confirmation: Any
    label: str
    is_mine: bool


def _second_persons(user: User) -> list[Asked]:
    open_ones = Confirmation.objects.filter(Scope.of(user).rows("complaint__"), answered_at=None)
    rows = open_ones.select_related("complaint", "asked_by").order_by("asked_at")[:MOST_SHOWN]
    return [Asked(row, label_of(row.action), row.asked_by_id == user.pk) for row in rows]


def _sentence(waiting: list[Any], unplaced: list[Unplaced], asked: list[Asked], now: datetime) -> str:
    """ "12 to decide; the oldest waits 3 h; 2 could not be placed: …" """
    parts = [_to_decide(waiting, now)]
    if unplaced:
        said = _("%s could not be placed") % _count(unplaced)
        parts.append(f"{said}: {unplaced[0].reason.rstrip('.')}" if unplaced[0].reason else said)
    others = sum(1 for one in asked if not one.is_mine)
    if others:
        parts.append(ngettext("%d waits for a second person", "%d wait for a second person", others) % others)
    return f"{'; '.join(parts)}."


def _count(rows: Sized) -> str:
    """More than are shown are not counted."""
    return f"{MOST_SHOWN}+" if len(rows) >= MOST_SHOWN else str(len(rows))


def _to_decide(waiting: list[Any], now: datetime) -> str:
    if not waiting:
        return _("Nothing waits for your decision")
    count = _count(waiting)
    oldest = min((case.waits_since for case in waiting if case.waits_since), default=None)
    if oldest is None:
        return _("%s to decide") % count
    return _("%(count)s to decide; the oldest waits %(span)s") % {"count": count, "span": clocks.span(now - oldest)}
