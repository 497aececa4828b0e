"""Every look at a restricted complaint leaves a row: who, which case, where, when. Other cases cost nothing.

Whoever holds no clearance sees none of them, so nothing is asked for most people.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from escalations.models.look import Look
from escalations.permissions import Scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from escalations.models import Complaint
    from routing.models import User

SAME_LOOK = timedelta(minutes=10)
"""Looking again at the same place within this is the same look."""


def looked(user: "User", cases: Iterable["Complaint"], place: str) -> None:
    """This person gets to see these cases at this place now. Call it with what is shown, before it is."""
    if Scope.of(user).clearances:
        looked_at_keys(user, {case.pk for case in cases if case.restricted_kind}, place)


def looked_at_references(user: "User", references: "Sequence[str] | QuerySet[Any, str]", place: str) -> None:
    """The same by reference, of what the floor below keeps of a case: its facts, and where it went."""
    from escalations.models import Complaint

    if Scope.of(user).clearances:
        rows = Complaint.objects.filter(reference__in=references).exclude(restricted_kind="")
        looked_at_keys(user, set(rows.order_by().values_list("pk", flat=True)), place)


def looked_at_keys(user: "User", restricted: set[int], place: str) -> None:
    """The same by key, of cases that are known to be restricted. Two queries where there are any."""
    if not restricted:
        return
    now = timezone.now()
    recent = Look.objects.filter(user=user.pk, place=place, looked_at__gt=now - SAME_LOOK, complaint__in=restricted)
    fresh = restricted - set(recent.values_list("complaint", flat=True))
    Look.objects.bulk_create(Look(complaint_id=pk, user=user, place=place, looked_at=now) for pk in sorted(fresh))
