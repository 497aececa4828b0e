"""Which of the cases that wait for routing are looked at again: those about which something changed.

A case that could not be placed leaves a note of the look: how far its own record went, and a seal of everything that
counts for it on routing's side. As long as neither changes there is nothing new to find out, and asking for ten
thousand such cases takes one query.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from escalations.models import Complaint, LastLook
from routing.models import Decision
from routing.standing import Standing

STALE = timedelta(hours=1)
"""So long a look holds at most: cases grow older, and what other cases of a customer say is no part of the seal."""


@dataclass(frozen=True)
class Looks:
    """One sweep's view: how routing stands at its beginning. A change that comes later is found by the next sweep."""

    standing: Standing
    at: datetime

    @classmethod
    def begin(cls, at: datetime) -> "Looks":
        return cls(Standing.now(at), at)

    def due(self) -> list[int]:
        """The keys of the cases to look at, the most severe first, then those that wait longest."""
        fresh = LastLook.objects.filter(
            complaint=OuterRef("pk"), number=OuterRef("latest_event"), seal__in=self.standing.seals,
            looked_at__gt=self.at - STALE, looked_at__lte=self.at,
        )  # fmt: skip
        waiting = Complaint.objects.accepted().exclude(Exists(fresh))
        return list(waiting.order_by("-severity", "received_at", "pk").values_list("pk", flat=True))

    def remember(self, unplaced: Iterable[tuple[Complaint, Decision]]) -> None:
        rows = [
            LastLook(
                complaint=case, number=case.latest_event, seal=self.standing.seal(decision.team_id), looked_at=self.at
            )
            for case, decision in unplaced
        ]
        LastLook.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["complaint"], update_fields=["number", "seal", "looked_at"]
        )
