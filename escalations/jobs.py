"""What the workers do. Each job only looks for rows that wait, so a lost or doubled one changes nothing.

The sweep runs every minute and looks at everything; the other jobs are nudges to look at once.
"""

from datetime import datetime, timedelta

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations import detection, post, routing_desk
from escalations.actors import Actor
from escalations.errors import Refusal
from escalations.models import Clock, Complaint, Heartbeat, Message
from escalations.needs import needs
from escalations.states import State
from escalations.workflow import perform, perform_many

log = structlog.get_logger(__name__)
CLOCK = Actor.system("clock")
BATCH = 200


def sweep() -> None:
    """Look at all that waits: examine, escalate by age, place, send, flag what is late, close what is silent."""
    Heartbeat.beat()
    examine_new()
    escalate_by_age()
    route_accepted()
    send_queued()
    flag_late()
    close_silent()
    Heartbeat.beat()


def examine_new(*, at: datetime | None = None) -> int:
    """Examine what customers said since; and cases with new attempts. Returns how many messages were examined."""
    messages = list(Message.objects.unexamined().select_related("complaint").order_by("pk")[:BATCH])
    if messages:
        cases = {message.complaint_id: message.complaint for message in messages}
        detection.examine(list(cases.values()), messages, at=at)
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(examined_at=timezone.now())
    return len(messages)


def escalate_by_age(*, at: datetime | None = None) -> int:
    """Escalate what the frontline has held for too long."""
    cases = detection.overdue_with_frontline(at or timezone.now())
    return len(detection.examine(cases, at=at))


def route_accepted(*, at: datetime | None = None) -> int:
    """Place the accepted cases that wait. Returns how many were placed."""
    return routing_desk.place_waiting(at=at)


def send_queued() -> int:
    """Send the messages that are queued. Returns how many went out."""
    return post.send_queued()


def flag_late(*, at: datetime | None = None) -> int:
    """Flag the deadlines that have passed, once each. Returns how many."""
    at = at or timezone.now()
    due = Clock.objects.filter(next_at__lte=at).select_related("complaint").order_by("next_at")[:BATCH]
    return sum(_flag(clock, at) for clock in due)


def _flag(clock: Clock, at: datetime) -> bool:
    try:
        perform(clock.complaint, "miss_deadline", actor=CLOCK, at=at, clock=clock)
    except Refusal as refusal:
        # Met or closed in this moment, by somebody quicker. Pushed aside, so that it cannot stop the others.
        log.info("deadline_not_flagged", clock=clock.pk, code=refusal.code)
        Clock.objects.filter(pk=clock.pk, next_at__lte=at).update(next_at=at + timedelta(minutes=10))
        return False
    return True


def close_silent(*, at: datetime | None = None) -> int:
    """Close what was answered, and has had no reply for the acceptance period. Silence accepts no offer."""
    at = at or timezone.now()
    answered = Complaint.objects.filter(state=State.RESOLVED).order_by("resolved_at")
    complete = [case for case in answered[:BATCH] if not needs(case, "close", CLOCK, at)]
    reason = _("The acceptance period has passed, or the customer has answered; nothing is open.")
    results = perform_many(complete, "close", actor=CLOCK, reason=reason, at=at) if complete else []
    return sum(1 for result in results if result.event)
