"""Who must not handle a case because they are involved in it: named in it, tried to settle it, granted a remedy on it;
and the line manager of each. Routing is told by ids and codes only."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from escalations.models.remedy import Remedy
from escalations.models.trigger import Trigger
from escalations.states import TriggerKind
from routing.models import User

if TYPE_CHECKING:
    from escalations.models import Complaint

PREFETCH = ("attempts", "remedies", "named_staff", "triggers")
Conflicts = dict[int, set[str]]
"""By user, the codes of `routing.candidates.CONFLICTS`."""


def conflicts_of(complaints: Sequence["Complaint"]) -> list[Conflicts]:
    """Of each complaint (with `PREFETCH` read), in the order given; one query more for the line managers."""
    involved = [_involved(complaint) for complaint in complaints]
    keys = {user for found in involved for user in found}
    rows = User.objects.filter(pk__in=keys).order_by() if keys else User.objects.none()
    managers = {user: manager for user, manager in rows.values_list("pk", "line_manager") if manager}
    return [_with_managers(found, managers) for found in involved]


def as_facts(conflicts: Conflicts) -> frozenset[str]:
    """ "named:12", as `routing.facts.Facts.conflicts` has them."""
    return frozenset(f"{code}:{user}" for user, codes in conflicts.items() for code in codes)


def _involved(complaint: "Complaint") -> Conflicts:
    found: Conflicts = defaultdict(set)
    for row in complaint.named_staff.all():
        if row.lifted_at is None:
            found[row.user_id].add("named")
    for attempt in complaint.attempts.all():
        if attempt.made_by_id:
            found[attempt.made_by_id].add("attempt")
    for remedy in complaint.remedies.all():
        if remedy.decided_by_id and remedy.stands and _granted_before(complaint, remedy):
            found[remedy.decided_by_id].add("remedy")
    return found


def _granted_before(complaint: "Complaint", remedy: Remedy) -> bool:
    """Whether it was granted before the case was escalated as it is now. What is granted while a case is handled is
    the handling; it is a reason for somebody else only once the case is taken further. Reopening goes on with it."""
    escalated = [
        row.decided_at
        for row in complaint.triggers.all()
        if row.state == Trigger.State.ACCEPTED and row.decided_at and row.kind != TriggerKind.REOPENED
    ]
    return not escalated or (remedy.decided_at is not None and remedy.decided_at <= max(escalated))


def _with_managers(involved: Conflicts, managers: dict[int, int]) -> Conflicts:
    found: Conflicts = defaultdict(set, {user: set(codes) for user, codes in involved.items()})
    for user, codes in involved.items():
        if user in managers:
            found[managers[user]].update(f"manager_of_{code}" for code in codes)
    return dict(found)
