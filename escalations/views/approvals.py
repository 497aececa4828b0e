"""Approvals: remedies that wait, with what is needed to decide on them; those within reach first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.authority.limits import Ruling, verdicts
from escalations.looking import looked
from escalations.models import Approval as Decision
from escalations.models import Complaint, Event, Look, Party, Point, Remedy, Statement
from escalations.permissions import Scope, can
from escalations.views.money import why_not_yours
from escalations.views.pages import page, person, staff_page
from escalations.views.rows import Row, Sight, ago, listed, row_of
from routing.models import User

MOST_SHOWN = 50


@dataclass(frozen=True)
class Approval:
    """One remedy that waits: the case for it on one screen, and why this person may not decide, where they may not."""

    remedy: Remedy
    row: Row
    point: Point | None
    finding: str
    granted: list[Remedy]
    asked_ago: str
    why_not: str
    because: str
    agreed: list[Decision]
    is_last: bool
    for_whom: User | None


@staff_page("approve_remedy_complaint")
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    user = person(request)
    waiting = waiting_for(user)
    ready = [one for one in waiting if not one.why_not]
    context = {
        "lead": _sentence(ready, waiting),
        "ready": ready,
        "beyond": [one for one in waiting if one.why_not],
        "most": MOST_SHOWN,
    }
    return page(request, "approvals.html", _("Approvals"), context)


def waiting_for(user: User) -> list[Approval]:
    """All remedies that wait where this person sees them, the oldest first; those that they may not decide say why."""
    rule, actor = ACTIONS["approve_remedy"], Actor.of(user)
    rows = Remedy.objects.filter(Scope.of(user).rows("complaint__"), state=Remedy.State.PROPOSED)
    found = (
        rows.filter(complaint__state__in=rule.sources)
        .select_related("proposed_by", "calculation")
        .order_by("proposed_at")
    )
    remedies = list(found[:MOST_SHOWN])
    cases = _cases({remedy.complaint_id for remedy in remedies})
    pairs = [(cases[row.complaint_id], row) for row in remedies if can(actor, rule, cases[row.complaint_id])]
    looked(user, cases.values(), Look.Place.APPROVALS)
    sight = Sight.of(user)
    why = _reasons(remedies)
    prefetch_related_objects(
        remedies, Prefetch("approvals", Decision.objects.select_related("decided_by", "decided_for"))
    )
    answers = verdicts(pairs, user) if pairs else []
    return [
        _approval(case, remedy, sight, why_not_yours(remedy, user, answer), answer, why.get(remedy.pk, ""))
        for (case, remedy), answer in zip(pairs, answers, strict=True)
    ]


def _cases(keys: set[int]) -> dict[int, Any]:
    parts = (
        Prefetch("points", Point.objects.select_related("product", "issue", "cause__parent")),
        Prefetch("statements", Statement.objects.filter(kind=Statement.Kind.FINDING)),
        Prefetch("parties", Party.objects.all()),
        "remedies",
    )
    return {case.pk: case for case in listed(Complaint.objects.filter(pk__in=keys)).prefetch_related(*parts)}


def _reasons(remedies: list[Remedy]) -> dict[int, str]:
    """By remedy, why it was proposed: the words of whoever did."""
    rows = Event.objects.filter(complaint__in={row.complaint_id for row in remedies}, action="propose_remedy")
    told = rows.exclude(reason="").values_list("reason", "data")
    return {pk: reason for reason, data in told for pk in data.get("remedy_ids", ())}


def _approval(case: Any, remedy: Remedy, sight: Sight, why_not: str, ruling: Ruling, because: str) -> Approval:
    now = timezone.now()
    point = next((row for row in case.points.all() if row.pk == remedy.point_id), case.main_point)
    said = [row for row in case.statements.all() if sight.words]
    findings = [row.text for row in said if point and row.point_id == point.pk] or [row.text for row in said]
    return Approval(
        remedy=remedy,
        row=row_of(case, sight, now),
        point=point,
        finding=findings[-1] if findings else "",
        granted=[row for row in case.remedies.all() if row.stands],
        asked_ago=ago(remedy.proposed_at, now),
        why_not=why_not,
        because=because,
        agreed=list(remedy.approvals.all()),
        is_last=ruling.is_last,
        for_whom=ruling.acting.giver,
    )


def _sentence(ready: list[Approval], waiting: list[Approval]) -> str:
    beyond = len(waiting) - len(ready)
    if not waiting:
        return _("No remedy waits for approval.")
    first = (
        ngettext("%d remedy waits for your decision", "%d remedies wait for your decision", len(ready)) % len(ready)
        if ready
        else _("Nothing waits for your decision")
    )
    if not beyond:
        return f"{first}."
    others = ngettext("%d waits for somebody else", "%d wait for somebody else", beyond) % beyond
    return f"{first}; {others}."
