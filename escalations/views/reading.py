"""Reading one case whole: the same number of queries whatever has happened to it."""

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.utils.translation import gettext as _

from escalations.models import (
    Attempt,
    Complaint,
    Confirmation,
    Event,
    LeftEmpty,
    Message,
    Need,
    Party,
    Point,
    Remedy,
    Statement,
    Trigger,
    TriggerEvidence,
)
from escalations.models.field_value import FIELD_VALUES
from routing.models import User

WHOLE = (
    Prefetch(
        "points",
        Point.objects.select_related("product", "sub_product", "issue", "sub_issue", "cause__parent"),
    ),
    FIELD_VALUES,
    Prefetch("attempts", Attempt.objects.select_related("made_by")),
    Prefetch("statements", Statement.objects.select_related("taken_by")),
    Prefetch("triggers", Trigger.objects.select_related("criterion", "decided_by")),
    Prefetch("triggers__evidence", TriggerEvidence.objects.all()),
    Prefetch("messages", Message.objects.select_related("written_by", "party__person")),
    Prefetch("remedies", Remedy.objects.select_related("point__issue", "proposed_by", "decided_by", "owner")),
    "clocks",
    "referrals",
    Prefetch("left_empty", LeftEmpty.objects.all()),
    Prefetch("parties", Party.objects.select_related("person")),
    Prefetch("parties__person__needs", Need.objects.current()),
    "parties__person__identifiers",
    Prefetch("confirmations", Confirmation.objects.select_related("asked_by")),
    Prefetch("events", Event.objects.order_by("number")),
)


def find(user: User, reference: str) -> Complaint:
    """The case with that reference, if this person may see it. Raises Http404 as if there were none otherwise."""
    rows = Complaint.objects.visible_to(user).select_related("team", "handler__user", "registered_by", "complaint_type")
    case = rows.filter(reference=reference).first() if "\x00" not in reference else None
    if case is None:
        raise Http404(_("There is no such case, or it is not yours to see."))
    return case


def find_whole(user: User, reference: str) -> Complaint:
    """The same with everything that hangs off it."""
    case = find(user, reference)
    prefetch_related_objects([case], *WHOLE)
    return case
