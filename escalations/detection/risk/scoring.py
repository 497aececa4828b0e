"""Scores complaints by what was known when they were registered, and acts on it where the policy says so.

The score is taken by the sweep, not by the intake: registering costs nothing more. Which cases wait for a score stands
in the version's row: everything above `reached` is looked at, and `reached` follows what was there ten minutes ago, so
that what was still being written then is not passed over. With nothing new, two short queries are all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.detection.definition import Proposer
from escalations.detection.hits import Hit
from escalations.detection.proposing import propose
from escalations.detection.risk.as_registered import as_registered
from escalations.detection.risk.in_use import loaded
from escalations.models import Complaint, RiskMode, RiskModel, RiskPolicy, RiskScore, TriageAnswer, Trigger
from escalations.states import State, TriggerKind

if TYPE_CHECKING:
    from escalations.detection.risk.model import Model

BY_RISK = Proposer("learned-risk", TriggerKind.RISK)
BATCH = 200
BUDGET_SECONDS = 10
"""How long one sweep scores; the rest waits for the next."""
SETTLED = timedelta(minutes=10)
"""No registration takes so long to be written."""
REASONS_KEPT = 8


def score_new(*, at: datetime | None = None) -> int:
    """Score the open cases that the version in use has not scored, and escalate where it may. Returns how many were
    scored."""
    at, policy = at or timezone.now(), RiskPolicy.current()
    row = policy.model
    if row is None:
        return 0
    newest = Complaint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    scored = _catch_up(row, newest, at) if newest > row.reached else 0
    if policy.mode == RiskMode.ACT and row.threshold is not None:
        act(row, at)
    return scored


def _catch_up(row: RiskModel, newest: int, at: datetime) -> int:
    model = loaded(row)
    if model is None:
        return 0
    began, after, scored = monotonic(), row.reached, 0
    while cases := _waiting(row, after):
        score(cases, row, model, at)
        scored, after = scored + len(cases), cases[-1].pk
        if monotonic() - began > BUDGET_SECONDS:
            return scored
    if row.seen_at is None or row.seen_at <= at - SETTLED:
        passed = row.seen if row.seen_at else row.reached
        RiskModel.objects.filter(pk=row.pk).update(reached=passed, seen=newest, seen_at=at)
    return scored


def _waiting(row: RiskModel, after: int) -> list[Complaint]:
    done = RiskScore.objects.filter(complaint=OuterRef("pk"), model=row)
    return list(Complaint.objects.open().filter(~Exists(done), pk__gt=after).order_by("pk")[:BATCH])


def score(cases: Sequence[Complaint], row: RiskModel, model: "Model", at: datetime) -> list[RiskScore]:
    """Score these cases and keep it, over what an earlier version said of them."""
    scores = []
    for case, known in zip(cases, as_registered(cases), strict=True):
        judged = model.judge(known.facts, known.text)
        reasons = [vars(reason) for reason in judged.reasons[:REASONS_KEPT]]
        scores.append(RiskScore(complaint=case, score=judged.probability, model=row, scored_at=at, reasons=reasons))
    return RiskScore.objects.bulk_create(
        scores, update_conflicts=True, unique_fields=["complaint"],
        update_fields=["score", "model", "scored_at", "reasons"],
    )  # fmt: skip


def act(row: RiskModel, at: datetime) -> int:
    """Escalate to triage what the frontline still holds above the working point. Not again what it raised before, and
    not what a person has looked at in triage. Returns how many."""
    raised = Trigger.objects.filter(complaint=OuterRef("complaint"), kind=TriggerKind.RISK)
    answered = TriageAnswer.objects.filter(complaint=OuterRef("complaint"))
    above = RiskScore.objects.filter(model=row, score__gte=row.threshold, complaint__state=State.FRONTLINE)
    above = above.filter(~Exists(raised), ~Exists(answered), complaint__merged_into=None)
    rows = list(above.select_related("complaint").order_by("-score")[:BATCH])
    hits = {one.complaint_id: [Hit(BY_RISK, _told(one, row))] for one in rows}
    return sum(1 for result in propose([one.complaint for one in rows], hits, at=at) if result.event)


def _told(score: RiskScore, row: RiskModel) -> str:
    says = _("Learned risk %(percent)d %%, by version %(number)d; the working point is %(threshold)d %%.")
    threshold = round((row.threshold or 0) * 100)
    return says % {"percent": round(score.score * 100), "number": row.number, "threshold": threshold}
