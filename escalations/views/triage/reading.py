"""The right side of triage: one case with all that a decision on it needs, and the decisions themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalations.actors import Actor
from escalations.detection import risk
from escalations.detection.suggesting import suggestion
from escalations.handing_over.completeness import completeness
from escalations.models import CaseLink, Complaint, Confirmation, Trigger
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.placing.wrong_hands import why_wrong
from escalations.states import State, TriggerKind
from escalations.views import brief, head
from escalations.views.at_once import at_once
from escalations.views.reading import read_whole
from escalations.views.risk import moved
from escalations.views.rows import Sight, listed, row_of
from escalations.views.triage.waiting import kinds_of, pending, said_in, waits, why_unplaced, with_reason
from escalations.workflow import label_of, offers
from routing.models import User


@dataclass(frozen=True)
class Standing:
    """What a chosen case waits for here. None of them: it does not wait here any more."""

    decides: bool
    unplaced: bool
    asked: list[Confirmation]
    wrong: str = ""

    @property
    def waits(self) -> bool:
        return self.decides or self.unplaced or bool(self.asked) or bool(self.wrong)


def chosen(visible: ComplaintQuerySet, reference: str, user: User) -> Any | None:
    """The case with that reference with everything that hangs off it; None when this person may not see one."""
    if not reference or "\x00" in reference:
        return None
    rows = with_reason(listed(visible.filter(reference=reference)))
    case = rows.select_related("team", "handler__user", "registered_by", "complaint_type").first()
    return read_whole(case, user) if case is not None else None


def standing(case: Complaint) -> Standing:
    triggers = case.triggers.all()
    in_triage = case.state == State.TRIGGERED and case.merged_into_id is None
    accepted = in_triage and any(row.state == Trigger.State.ACCEPTED for row in triggers)
    decides = in_triage and not accepted and bool(pending(case))
    asked = [row for row in case.confirmations.all() if row.answered_at is None]
    return Standing(decides, accepted, asked, why_wrong(case))


def reading(
    case: Any, stands: Standing, user: User, visible: ComplaintQuerySet, sight: Sight, now: datetime
) -> dict[str, Any]:
    """What the right side shows of a case that `chosen` has read."""
    triggers, spans = pending(case), brief.evidence(case, sight)
    shown = triggers or [row for row in case.triggers.all() if row.state == Trigger.State.ACCEPTED]
    reasons = brief.asked(case, shown)
    score = risk.explained(case) if stands.decides and risk.standing().is_shown else None
    title, is_quoted = head.title(case, sight)
    offered = {offer.action: offer for offer in offers(case, Actor.of(user), now)}
    return {
        "case": case,
        "row": row_of(case, sight, now),
        "stands": stands,
        "title": title,
        "is_quoted": is_quoted,
        "facts_line": head.facts_line(case),
        "kinds": kinds_of(shown),
        "words": said_in(shown) if sight.evidence else [],
        "explanations": brief.told(shown, reasons, sight),
        "reasons": list(dict.fromkeys(reasons.values())),
        "waits": waits(min((row.raised_at for row in shown), default=None), now),
        "is_safety": any(row.kind == TriggerKind.SAFETY for row in triggers),
        "suggestion": suggestion(case) if stands.decides else None,
        "risk": score,
        "moved": moved(score, sight),
        "duplicate": _duplicate(case, visible),
        "reason": why_unplaced(case) if stands.unplaced else "",
        "asked": [(row, label_of(row.action), row.asked_by_id == user.pk) for row in stands.asked],
        "offers": offered,
        "at_once": at_once(case, now),
        "brief": brief.lines(case, sight, spans),
        "complete": completeness(case),
        "may_complete": "complete_handover" in offered,
    }


def _duplicate(case: Complaint, visible: ComplaintQuerySet) -> str:
    """The open complaint that it may be the same as, where this person may see that one."""
    near = CaseLink.objects.filter(kind=CaseLink.Kind.DUPLICATE, state=CaseLink.State.PROPOSED, complaint=case)
    open_ones = near.filter(other__in=visible.open().order_by().values("pk"))
    return open_ones.order_by("pk").values_list("other__reference", flat=True).first() or ""
