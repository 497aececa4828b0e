"""Who is away for so long that somebody else must go on with their cases."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from routing.models import Absence, Assignment, OnAbsence


def away_for_long(at: datetime, *, hours: int, usual: str) -> dict[int, Absence]:
    """By handler, the absence: of those who hold cases, are away at that moment for at least so many hours in all, and
    in whose team (or, where it has no policy of its own, by the `usual` one) a colleague goes on. One query."""
    holds = Assignment.objects.open().filter(handler=OuterRef("handler"))
    rows = Absence.objects.covering(at).filter(Exists(holds), ends_at__gte=F("starts_at") + timedelta(hours=hours))
    rows = rows.select_related("handler__user", "handler__team").order_by("ends_at", "pk")
    return {row.handler_id: row for row in rows if (row.handler.team.on_absence or usual) == OnAbsence.REASSIGN}
