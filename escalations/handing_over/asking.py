"""What went up by itself with gaps: the agent who registered it is asked at once, on their page and by e-mail.

The question is a row; the e-mail only tells of it. Both look for what waits, so a lost or doubled job changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.communication.telling import tell
from escalations.errors import Refusal
from escalations.handing_over.completeness import READS, gaps
from escalations.models import Complaint, HandoverRequest, Message
from escalations.models.case_peers import together
from escalations.states import IN_WORK, State, TriggerKind
from escalations.workflow import REASON_LIMIT, perform

log = structlog.get_logger(__name__)
BATCH = 200
DETECTOR = Actor.system("detector")


def ask_for_gaps(*, at: datetime | None = None) -> int:
    """One question for each case that went up since, once. Returns how many cases were looked at."""
    at = at or timezone.now()
    went_up = Complaint.objects.filter(state__in=[State.TRIGGERED, *IN_WORK], handover_request=None)
    cases: Sequence[Complaint] = list(went_up.select_related("registered_by").order_by("pk")[:BATCH])
    if cases:
        prefetch_related_objects(together(cases), *READS, "triggers")
        # Two workers may look at once: the second one's rows are there already.
        HandoverRequest.objects.bulk_create([_request(case, at) for case in cases], ignore_conflicts=True)
    return len(cases)


def _request(case: Complaint, at: datetime) -> HandoverRequest:
    parts = gaps(case) if _went_up_by_itself(case) else []
    agent = case.registered_by if parts and case.registered_by and case.registered_by.is_active else None
    return HandoverRequest(
        complaint=case, parts=[str(part) for part in parts], asked_at=at, asked_of=agent,
        next_try_at=at if agent and agent.email else None, answered_at=None if parts else at,
    )  # fmt: skip


def _went_up_by_itself(case: Complaint) -> bool:
    """By a criterion or by the customer's word; an agent who escalates was asked on the same page."""
    return any(row.criterion_id or row.kind == TriggerKind.CUSTOMER for row in case.triggers.all())


def raise_what_customers_ask(*, at: datetime | None = None) -> int:
    """Escalate what a customer asked to be escalated: by reply, by phone, at the desk. Returns how many were raised."""
    asking = Message.objects.filter(asks=Message.Asks.WAITING).select_related("complaint__merged_into").order_by("pk")
    return sum(_raise(message, at) for message in asking[:BATCH])


@transaction.atomic
def _raise(message: Message, at: datetime | None) -> bool:
    """False where another worker was quicker. What it is marked as and the step are one: neither stands alone."""
    if not Message.objects.filter(pk=message.pk, asks=Message.Asks.WAITING).update(asks=Message.Asks.RAISED):
        return False
    case = message.complaint.merged_into or message.complaint
    case.refresh_from_db()
    try:
        if case.state == State.FRONTLINE:
            perform(case, "trigger", actor=Actor.customer(), reason=message.body[:REASON_LIMIT], at=at)
        elif case.state == State.CLOSED:
            perform(case, "escalate_further", actor=Actor.customer(), reason=message.body[:REASON_LIMIT], at=at)
        else:
            reason = _("The customer asks for it to be taken further.")
            perform(case, "add_trigger", actor=DETECTOR, reason=reason, at=at, kind=TriggerKind.CUSTOMER)
    except Refusal as refusal:
        # Out of the window, or moved in this moment: whoever reads the message decides what comes of it.
        log.info("request_not_raised", message=message.pk, code=refusal.code)
    return True


def tell_agents(*, now: datetime | None = None) -> int:
    """Send the e-mails that tell of a question. Returns how many went out."""
    reads = ("complaint", "asked_of")
    return tell(
        HandoverRequest.objects.all(), _mail, reads=reads, now=now, still=lambda request: not request.answered_at
    )


def _mail(request: HandoverRequest) -> EmailMessage:
    """Names the parts that are missing, and nothing of what the customer said."""
    reference, agent = request.complaint.reference, request.asked_of
    address = f"{settings.BASE_URL}{reverse('escalations:act', args=[reference, 'complete_handover'])}"
    lines = "\n".join(f"- {label}" for label in request.labels)
    body = _(
        "%(reference)s was escalated by itself. Whoever takes it over still lacks:\n\n%(parts)s\n\n"
        "Add it here: %(address)s"
    ) % {"reference": reference, "parts": lines, "address": address}
    return EmailMessage(
        subject=_("%s: what is still missing") % reference, body=body, to=[agent.email] if agent else [],
        headers={"Auto-Submitted": "auto-generated", "X-Redress-Reference": reference},
    )  # fmt: skip
