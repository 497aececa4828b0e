"""Triage: what was escalated and waits for a decision, what no rule could place, what waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from escalations import clocks
from escalations.detection import risk
from escalations.detection.risk import Because, Explained
from escalations.handover import READS, Completeness, completeness
from escalations.models import CaseLink, Complaint, Confirmation, FirstSteps, Trigger, TriggerEvidence
from escalations.models.case_peers import together
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import Scope
from escalations.states import Severity, TriggerKind
from escalations.suggestion import Suggestion, suggestion
from escalations.views.pages import page, person, staff_page
from escalations.views.risk import moved
from escalations.views.rows import Row, Sight, listed, row_of
from escalations.workflow import label_of
from routing.models import Decision, User

MOST_SHOWN = 50
PAGE_SIZE = 25
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Escalation:
    """One case to decide: why it was escalated, in which words, since when, and what nobody has told us yet."""

    row: Row
    kinds: list[str]
    words: list[str]
    explanations: list[str]
    waits: str
    missing: Completeness
    suggestion: Suggestion
    duplicate: str
    risk: Explained | None
    moved: list[Because]
    is_safety: bool
    steps: list[FirstSteps]
    is_urgent: bool


@staff_page("accept_complaint", "route_complaint")
@require_GET
def triage(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    sight = Sight.of(user)
    visible = Complaint.objects.visible_to(user)
    to_decide = visible.to_triage()
    put_off = to_decide.put_off(now)
    shown = put_off if request.GET.get("show") == "later" else to_decide.exclude(pk__in=put_off.values("pk"))
    number = _page(request.GET.get("page", ""))
    score = risk.standing()
    read = _read(_first_to_decide(shown, score.is_shown), "pending", (number - 1) * PAGE_SIZE, PAGE_SIZE + 1)
    waiting, has_next = read[:PAGE_SIZE], len(read) > PAGE_SIZE
    steps = list(FirstSteps.objects.filter(is_active=True))
    duplicates = _duplicates(waiting, visible)
    risks = risk.explained_many(waiting) if score.is_shown else {}
    escalations = [_escalation(case, sight, now, duplicates, steps, risks.get(case.pk)) for case in waiting]
    standing = _standing(to_decide.exclude(pk__in=put_off.values("pk")), put_off)
    unplaced = _unplaced(visible, sight, now)
    asked = _second_persons(user)
    context = {
        "lead": _sentence(standing, unplaced, asked, now),
        "escalations": escalations,
        "score": score,
        "part": {"number": number, "has_next": has_next},
        "later": standing.later,
        "shows_later": request.GET.get("show") == "later",
        "unplaced": unplaced,
        "asked": asked,
        "most": MOST_SHOWN,
        "may_decide": user.has_perm("escalations.accept_complaint"),
        "may_route": user.has_perm("escalations.route_complaint"),
        "sight": sight,
    }
    return page(request, "triage/page.html", _("Triage"), context)


def _page(asked: str) -> int:
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 6 else 1


@dataclass(frozen=True)
class Standing:
    """How many wait for a decision, since when the oldest, and how many were put off."""

    count: int
    oldest: datetime | None
    later: int


def _standing(to_decide: ComplaintQuerySet, put_off: ComplaintQuerySet) -> Standing:
    pending = Trigger.objects.filter(state=Trigger.State.PENDING, complaint__in=to_decide.order_by().values("pk"))
    oldest = pending.order_by("raised_at").values_list("raised_at", flat=True).first()
    counts = [rows.order_by().values("pk")[:MOST_COUNTED].count() for rows in (to_decide, put_off)]
    return Standing(counts[0], oldest, counts[1])


def _duplicates(cases: list[Any], visible: ComplaintQuerySet) -> dict[int, str]:
    """Of each, the open complaint that it may be the same as, where this person may see that one."""
    near = CaseLink.objects.filter(kind=CaseLink.Kind.DUPLICATE, state=CaseLink.State.PROPOSED, complaint__in=cases)
    open_ones = near.filter(other__in=visible.open().order_by().values("pk")).select_related("other")
    return {link.complaint_id: link.other.reference for link in open_ones}


def _first_to_decide(cases: ComplaintQuerySet, by_risk: bool) -> ComplaintQuerySet:
    """By the learned score, then by deadline; somebody in danger before all others. Without a score that may be shown,
    by severity and deadline."""
    if not by_risk:
        return _most_severe_first(cases)
    danger = Trigger.objects.filter(complaint=OuterRef("pk"), state=Trigger.State.PENDING, kind=TriggerKind.SAFETY)
    riskiest = cases.annotate(in_danger=Exists(danger)).riskiest_first()
    return riskiest.order_by("-in_danger", *riskiest.query.order_by)


def _most_severe_first(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    return cases.order_by("-severity", F("due_at").asc(nulls_last=True), "pk")


def _read(cases: ComplaintQuerySet, trigger_state: str, start: int = 0, most: int = MOST_SHOWN) -> list[Any]:
    """In the order of `cases`; everything a line shows, in a constant number of queries."""
    raised = Trigger.objects.filter(complaint=OuterRef("pk"), state=trigger_state).order_by("raised_at")
    rows = listed(cases).annotate(waits_since=Subquery(raised.values("raised_at")[:1]))
    evidence = Prefetch("triggers__evidence", TriggerEvidence.objects.all())
    told = rows.prefetch_related(Prefetch("triggers", Trigger.objects.select_related("criterion")), evidence)
    read = told.prefetch_related(*READS)
    return list(together(list(read[start : start + most])))


def _escalation(
    case: Any, sight: Sight, now: datetime, duplicates: dict[int, str], steps: list[FirstSteps],
    scored: Explained | None,
) -> Escalation:  # fmt: skip
    triggers = [row for row in case.triggers.all() if row.state == Trigger.State.PENDING]
    words = [" ".join(row.words.split()) for trigger in triggers for row in trigger.evidence.all()]
    return Escalation(
        row=row_of(case, sight, now),
        kinds=list(dict.fromkeys(str(trigger.get_kind_display()) for trigger in triggers)),
        words=list(dict.fromkeys(words)) if sight.evidence else [],
        explanations=[t.explanation for t in triggers if sight.evidence and not t.evidence.all()],
        waits=clocks.span(now - case.waits_since) if case.waits_since else "–",
        missing=completeness(case),
        suggestion=suggestion(case),
        duplicate=duplicates.get(case.pk, ""),
        risk=scored,
        moved=moved(scored, sight),
        steps=[one for one in steps if any(trigger.kind == one.kind for trigger in triggers)],
        is_safety=any(trigger.kind == TriggerKind.SAFETY for trigger in triggers),
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
        for case in _read(_most_severe_first(cases), "accepted")
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


def _sentence(standing: Standing, unplaced: list[Unplaced], asked: list[Asked], now: datetime) -> str:
    """ "12 to decide; the oldest waits 3 h; 2 could not be placed: …" """
    parts = [_to_decide(standing, now)]
    if standing.later:
        parts.append(ngettext("%d is put off", "%d are put off", standing.later) % standing.later)
    if unplaced:
        said = _("%s could not be placed") % _count(len(unplaced), MOST_SHOWN)
        parts.append(f"{said}: {unplaced[0].reason.rstrip('.')}" if unplaced[0].reason else said)
    others = sum(1 for one in asked if not one.is_mine)
    if others:
        parts.append(ngettext("%d waits for a second person", "%d wait for a second person", others) % others)
    return f"{'; '.join(parts)}."


def _count(number: int, most: int) -> str:
    """More than that are not counted."""
    return f"{most}+" if number >= most else str(number)


def _to_decide(standing: Standing, now: datetime) -> str:
    if not standing.count:
        return _("Nothing waits for your decision")
    count = _count(standing.count, MOST_COUNTED)
    if standing.oldest is None:
        return _("%s to decide") % count
    return _("%(count)s to decide; the oldest waits %(span)s") % {
        "count": count, "span": clocks.span(now - standing.oldest),
    }  # fmt: skip
