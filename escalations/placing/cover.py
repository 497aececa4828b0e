"""Cover for whoever is away: a colleague goes on with their cases, or the cases wait for them, as the policy says.

Nothing is done again: the state stays, only the holder changes, with one event for each case. Doing this twice changes
nothing, because by then the absent hold none of them.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import Complaint
from escalations.models.case_peers import together
from escalations.models.clock import Policy
from escalations.placing.facts import facts_of
from escalations.placing.routing_desk import ROUTING
from escalations.states import IN_WORK
from escalations.workflow import perform_many
from routing.absences import away_for_long
from routing.assignment import Cover, cover_many, standing_of
from routing.locking import claim
from routing.models import Absence, Decision

log = structlog.get_logger(__name__)
BATCH = 100


def cover_absent(*, at: datetime | None = None) -> int:
    """Hand the open cases of the absent to colleagues of their team, by the same fairness as any. Returns how many.

    A case that nobody else can take stays where it is and is tried again by the next sweep.
    """
    at = at or timezone.now()
    policy = Policy.current()
    away = away_for_long(at, hours=policy.absence_hours, usual=policy.on_absence)
    held = Complaint.objects.filter(handler__in=away, state__in=IN_WORK).order_by("-severity", "received_at", "pk")
    keys = list(held.values_list("pk", flat=True)) if away else []
    return sum(_tried(keys[start : start + BATCH], away, at) for start in range(0, len(keys), BATCH))


def _tried(keys: list[int], away: dict[int, Absence], at: datetime) -> int:
    try:
        return _cover(keys, away, at)
    except Exception:
        if len(keys) > 1:
            return sum(_tried([key], away, at) for key in keys)
        log.exception("case_not_covered", complaint=keys[0])
        return 0


def _cover(keys: Sequence[int], away: dict[int, Absence], at: datetime) -> int:
    """Lock the cases, look again, find colleagues, hand over: in one transaction, most severe first."""
    with transaction.atomic():
        still = Complaint.objects.filter(pk__in=keys, handler__in=away, state__in=IN_WORK)
        held = {case.pk: case for case in claim(still)}
        cases = together([held[key] for key in keys if key in held])
        found = list(zip(cases, _colleagues(cases, away, at), strict=True))
        covered = [(case, decision) for case, decision in found if decision.placed]
        if not covered:
            return 0
        results = perform_many(
            [case for case, _decision in covered], "reassign", actor=ROUTING, at=at, held=True,
            each={case.pk: {"decision": decision} for case, decision in covered},
            reasons={case.pk: decision.reason for case, decision in covered},
        )  # fmt: skip
        for result in results:
            if result.refusal:
                raise result.refusal
    return len(covered)


def _colleagues(cases: Sequence[Complaint], away: dict[int, Absence], at: datetime) -> list[Decision]:
    standing = standing_of({case.reference: case.team_id or 0 for case in cases})
    covers = [
        Cover(case.reference, facts, standing[case.reference], _because(away[case.handler_id or 0]))
        for case, facts in zip(cases, facts_of(cases, at=at), strict=True)
    ]
    return cover_many(covers, at=at) if covers else []


def _because(absence: Absence) -> str:
    until = date_format(timezone.localtime(absence.ends_at), "j M Y")
    return _("%(handler)s is away until %(day)s.") % {"handler": absence.handler, "day": until}
