"""Who must not handle a case because they are involved in it: named in it, declared a conflict, tried to settle it,
granted a remedy on it; and the line manager of each. Routing is told by ids and codes only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from escalations.models.trigger import Trigger
from escalations.placing.glance import Glance, glance
from escalations.states import TriggerKind
from routing.candidates import CONFLICTS
from routing.models import User
from routing.wording import listed

if TYPE_CHECKING:
    from escalations.models import Complaint, NamedStaff

Conflicts = dict[int, set[str]]
"""By user, the codes of `routing.candidates.CONFLICTS`."""


def conflicts_of(complaints: Sequence["Complaint"], seen: Mapping[int, Glance] | None = None) -> list[Conflicts]:
    """Of each complaint, in the order given. `seen` is what was seen of them, where the caller has looked already.
    Two queries more for those on which a remedy was decided."""
    looks = glance([complaint.pk for complaint in complaints]) if seen is None else seen
    remedied = [complaint for complaint in complaints if looks[complaint.pk].remedies]
    if remedied:
        prefetch_related_objects(remedied, "remedies", "triggers")
    granted = {complaint.pk: _granted(complaint) for complaint in remedied}
    managers = _managers({user for users in granted.values() for user in users}) if remedied else {}
    for complaint in complaints:
        managers |= {user: manager for user, manager in _told(looks[complaint.pk]) if user and manager}
    return [
        _with_managers(_involved(looks[complaint.pk], granted.get(complaint.pk, ())), managers)
        for complaint in complaints
    ]


def barred_from_deciding(complaints: Sequence["Complaint"]) -> list[Conflicts]:
    """Who must not decide on a remedy of each complaint, in the order given; a constant number of queries. The same
    people as above, but what somebody tried or granted since the case was escalated as it is now is its handling."""
    prefetch_related_objects(complaints, "attempts", "remedies", "triggers", "named_staff")
    named = ([row for row in case.named_staff.all() if row.lifted_at is None] for case in complaints)
    found = [_deciding(complaint, rows) for complaint, rows in zip(complaints, named, strict=True)]
    managers = _managers({user for involved in found for user in involved})
    return [_with_managers(involved, managers) for involved in found]


def _deciding(complaint: "Complaint", named: "Iterable[NamedStaff]") -> Conflicts:
    found: Conflicts = defaultdict(set)
    for row in named:
        found[row.user_id].add(row.because)
    for attempt in complaint.attempts.all():
        if attempt.made_by_id and _before_escalation(complaint, attempt.made_at):
            found[attempt.made_by_id].add("attempt")
    for user in _granted(complaint):
        found[user].add("remedy")
    return found


def in_words(conflicts: Conflicts, user: int) -> str:
    """Why this person is involved: "named in the complaint"; empty when they are not."""
    return listed(CONFLICTS[code] for code in CONFLICTS if code in conflicts.get(user, ()))


def _managers(users: set[int]) -> dict[int, int]:
    rows = User.objects.filter(pk__in=users).order_by()
    return {user: manager for user, manager in rows.values_list("pk", "line_manager") if manager}


def _told(look: Glance) -> "list[tuple[int | None, int | None]]":
    return [*look.attempts, *((user, manager) for user, manager, _why in look.named)]


def as_facts(conflicts: Conflicts) -> frozenset[str]:
    """ "named:12", as `routing.facts.Facts.conflicts` has them."""
    return frozenset(f"{code}:{user}" for user, codes in conflicts.items() for code in codes)


def _involved(look: Glance, granted: Iterable[int]) -> Conflicts:
    found: Conflicts = defaultdict(set)
    for user, _manager, because in look.named:
        found[user].add(because)
    for maker, _manager in look.attempts:
        if maker:
            found[maker].add("attempt")
    for user in granted:
        found[user].add("remedy")
    return found


def _granted(complaint: "Complaint") -> set[int]:
    """Who granted one of its remedies that count as a reason."""
    return {
        remedy.decided_by_id
        for remedy in complaint.remedies.all()
        if remedy.decided_by_id and remedy.stands and _before_escalation(complaint, remedy.decided_at)
    }


def _before_escalation(complaint: "Complaint", moment: datetime | None) -> bool:
    """Whether it was before the case was escalated as it is now. What is tried or granted while a case is handled is
    the handling; it is a reason for somebody else only once the case is taken further. Reopening goes on with it."""
    escalated = [
        row.decided_at
        for row in complaint.triggers.all()
        if row.state == Trigger.State.ACCEPTED and row.decided_at and row.kind != TriggerKind.REOPENED
    ]
    return not escalated or (moment is not None and moment <= max(escalated))


def _with_managers(involved: Conflicts, managers: dict[int, int]) -> Conflicts:
    found: Conflicts = defaultdict(set, {user: set(codes) for user, codes in involved.items()})
    for user, codes in involved.items():
        if user in managers:
            found[managers[user]].update(f"manager_of_{code}" for code in codes)
    return dict(found)
