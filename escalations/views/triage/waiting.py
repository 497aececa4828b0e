"""The list of triage: what waits for a decision, for a place or for a second person, one line each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _

from escalations import clocks
from escalations.handing_over.completeness import READS, Completeness, completeness
from escalations.models import Confirmation, Event, NamedStaff, Trigger, TriggerEvidence
from escalations.models.case_peers import together
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import Scope
from escalations.placing.wrong_hands import why_wrong
from escalations.states import TriggerKind
from escalations.views import brief
from escalations.views.rows import Row, Sight, listed, row_of
from escalations.workflow import label_of
from routing.models import Decision, User

MOST_SHOWN = 50
PAGE_SIZE = 25
MOST_WORDS = 2


@dataclass(frozen=True)
class Escalation:
    """One case to decide: why it was escalated, in which words, since when, and what nobody has told us yet. `told` is
    what holds of it where no words raised it, `asks` who asked for it and why. `percent` is the learned risk where
    triage shows one."""

    row: Row
    kinds: list[str]
    words: list[str]
    told: list[str]
    asks: list[brief.Asked]
    waits: str
    missing: Completeness
    percent: int | None
    is_safety: bool


@dataclass(frozen=True)
class Unplaced:
    """An accepted case that waits for routing, and why."""

    row: Row
    reason: str
    waits: str


@dataclass(frozen=True)
class Wrong:
    """A case whose holder is involved in it, and why."""

    row: Row
    reason: str


@dataclass(frozen=True)
class Asked:
    """What a first person asked for, and a second must confirm."""

    confirmation: Any
    label: str
    is_mine: bool


def escalations(
    cases: ComplaintQuerySet, number: int, by_risk: bool, sight: Sight, now: datetime
) -> tuple[list[Escalation], bool]:
    """That page of the cases to decide, in the order of triage, and whether there is another one."""
    first, start = _first_to_decide(cases, by_risk), (number - 1) * PAGE_SIZE
    read = _read(first.with_risk(), "pending", start, PAGE_SIZE + 1)
    return [_escalation(case, sight, now, by_risk) for case in read[:PAGE_SIZE]], len(read) > PAGE_SIZE


def unplaced(visible: ComplaintQuerySet, sight: Sight, now: datetime) -> list[Unplaced]:
    cases = with_reason(visible.accepted())
    return [
        Unplaced(row_of(case, sight, now), why_unplaced(case), waits(case.waits_since, now))
        for case in _read(_most_severe_first(cases), "accepted")
    ]


def in_wrong_hands(visible: ComplaintQuerySet, sight: Sight, now: datetime) -> list[Wrong]:
    named = Prefetch("named_staff", NamedStaff.objects.select_related("user"))
    rows = listed(_most_severe_first(visible.in_wrong_hands())).select_related("handler__user").prefetch_related(named)
    return [Wrong(row_of(case, sight, now), why_wrong(case)) for case in rows[:MOST_SHOWN]]


def with_reason(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    """Adds `reason`: why routing could not place them."""
    latest = Decision.objects.filter(reference=OuterRef("reference"), placed=False).order_by("-pk")
    return cases.annotate(reason=Subquery(latest.values("reason")[:1]))


def why_unplaced(case: Any) -> str:
    return case.reason or _("Routing has not looked at it yet.")


def second_persons(user: User) -> list[Asked]:
    open_ones = Confirmation.objects.filter(Scope.of(user).rows("complaint__"), answered_at=None)
    rows = open_ones.select_related("complaint", "asked_by").order_by("asked_at")[:MOST_SHOWN]
    return [Asked(row, label_of(row.action), row.asked_by_id == user.pk) for row in rows]


def waits(since: datetime | None, now: datetime) -> str:
    return clocks.span(now - since) if since else "–"


def in_percent(score: float | None) -> int | None:
    """Never 0 and never 100: nobody is sure."""
    return None if score is None else min(99, max(1, round(score * 100)))


def said_in(triggers: list[Trigger]) -> list[str]:
    """The words that raised them, each once."""
    return list(dict.fromkeys(" ".join(row.words.split()) for one in triggers for row in one.evidence.all()))


def kinds_of(triggers: list[Trigger]) -> list[str]:
    return list(dict.fromkeys(str(trigger.get_kind_display()) for trigger in triggers))


def pending(case: Any) -> list[Trigger]:
    return [row for row in case.triggers.all() if row.state == Trigger.State.PENDING]


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
    asked = Prefetch("events", Event.objects.filter(action__in=brief.RAISING))
    read = rows.prefetch_related("triggers", evidence, asked, *READS)
    return list(together(list(read[start : start + most])))


def _escalation(case: Any, sight: Sight, now: datetime, shows_risk: bool) -> Escalation:
    triggers = pending(case)
    asks = brief.asked(case, triggers)
    return Escalation(
        row=row_of(case, sight, now),
        kinds=kinds_of(triggers),
        words=said_in(triggers)[:MOST_WORDS] if sight.evidence else [],
        told=brief.told(triggers, asks, sight),
        asks=list(dict.fromkeys(asks.values())),
        waits=waits(case.waits_since, now),
        missing=completeness(case),
        percent=in_percent(case.risk_score) if shows_risk else None,
        is_safety=any(trigger.kind == TriggerKind.SAFETY for trigger in triggers),
    )
