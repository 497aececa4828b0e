"""What the workers do. Each job only looks for rows that wait, so a lost or doubled one changes nothing.

The sweep runs every minute and looks at everything; the other jobs are nudges to look at once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import Max, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations import detection, files, incidents, searching
from escalations.actors import Actor
from escalations.authority import reminding
from escalations.communication import departments, notices, post
from escalations.customer import codes
from escalations.detection import judgements
from escalations.detection.risk import runs as risk_runs
from escalations.detection.risk import scoring
from escalations.errors import Refusal
from escalations.handing_over import asking
from escalations.likeness import comparing
from escalations.models import Clock, Complaint, Event, EvidenceRequest, Heartbeat, IdempotencyKey, Policy
from escalations.placing import cover, routing_desk, simulating
from escalations.states import State
from escalations.steps.needs import needs
from escalations.workflow import CASE, perform, perform_many

log = structlog.get_logger(__name__)
CLOCK = Actor.system("clock")
BATCH = 200
LATELY = 5_000
"""Events. So far back the sweep looks for an erasure whose own job was lost: by their key, which is indexed."""


def sweep() -> None:
    """Look at all that waits. A part that fails stops no other; the task fails at the end with all that went wrong."""
    Heartbeat.beat()
    errors = [error for part in PARTS if (error := _tried(part))]
    Heartbeat.beat()
    if errors:
        raise ExceptionGroup("Parts of the sweep failed.", errors)


def _tried(part: Callable[[], int]) -> Exception | None:
    try:
        part()
    except Exception as error:
        log.exception("sweep_part_failed", part=part.__name__)
        return error
    return None


def examine_new(*, at: datetime | None = None) -> int:
    """Examine what customers said since, and the cases that changed or fell due. Returns how many were looked at."""
    return detection.look(at or timezone.now())


def forget_erased(*, at: datetime | None = None) -> int:
    """The leavings of words that were erased go from the search as well. Returns of how many cases, lately; where they
    are gone already, looking again costs next to nothing."""
    newest = Event.objects.aggregate(pk=Max("pk"))["pk"] or 0
    since = (at or timezone.now()) - timedelta(hours=1)
    erased = Event.objects.filter(pk__gt=newest - LATELY, action="erase_words", at__gte=since).count()
    if erased:
        searching.forget(connection)
    return erased


def ask_agents(*, at: datetime | None = None) -> int:
    """Ask whoever registered what went up by itself for what its handover lacks, and tell them by e-mail. Returns how
    many cases were looked at."""
    looked_at = asking.ask_for_gaps(at=at)
    asking.tell_agents(now=at)
    return looked_at


def route_accepted(*, at: datetime | None = None) -> int:
    """Place the accepted cases that wait. Returns how many were placed."""
    return routing_desk.place_waiting(at=at)


def cover_absent(*, at: datetime | None = None) -> int:
    """Hand the open cases of the absent to colleagues. Returns how many."""
    return cover.cover_absent(at=at)


def send_queued() -> int:
    """Send the messages that are queued. Returns how many went out."""
    return post.send_queued()


def tell_departments() -> int:
    """Send other departments the links to what they are asked. Returns how many went out."""
    return departments.tell_departments()


def send_codes() -> int:
    """Send the codes that open customers' pages. Returns how many went out."""
    return codes.send_waiting()


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


def warn_of_deletion(*, at: datetime | None = None) -> int:
    """Say once, on the case and to whoever holds it, that its evidence is about to be deleted and nobody has asked to
    keep it. Returns how often."""
    at = at or timezone.now()
    soon = EvidenceRequest.objects.about_to_go(timezone.localdate(at), Policy.current().evidence_days)
    rows = soon.filter(warned_at=None, complaint__in=Complaint.objects.open().order_by().values("pk"))
    return sum(_warn(row, at) for row in rows.select_related("complaint").order_by("delete_on")[:BATCH])


def _warn(request: EvidenceRequest, at: datetime) -> bool:
    try:
        perform(request.complaint, "warn_of_deletion", actor=CLOCK, at=at, request=request)
    except Refusal as refusal:
        # Somebody was quicker: asked to keep it, or closed the case.
        log.info("deletion_not_flagged", request=request.pk, code=refusal.code)
        return False
    return True


def close_silent(*, at: datetime | None = None) -> int:
    """Close what was answered, and has had no reply for the acceptance period. Silence accepts no offer."""
    at = at or timezone.now()
    answered = list(Complaint.objects.filter(state=State.RESOLVED).order_by("pk").values_list("pk", flat=True))
    return sum(_close(answered[start : start + BATCH], at) for start in range(0, len(answered), BATCH))


def _close(keys: list[int], at: datetime) -> int:
    cases = list(Complaint.objects.filter(pk__in=keys, state=State.RESOLVED))
    prefetch_related_objects(cases, *CASE)
    complete = [case for case in cases if not needs(case, "close", CLOCK, at)]
    reason = _("The acceptance period has passed, or the customer has answered; nothing is open.")
    results = perform_many(complete, "close", actor=CLOCK, reason=reason, at=at) if complete else []
    return sum(1 for result in results if result.event)


def tell_colleagues() -> int:
    """Send the e-mails of what colleagues are told. Returns how many went out."""
    return notices.tell_colleagues()


def tell_approvers() -> int:
    """Remind those who are asked to approve. Returns how many were told."""
    return reminding.tell_approvers()


def forget_keys(*, at: datetime | None = None) -> int:
    """Forget the answers to requests that nobody repeats any more. Returns how many."""
    forgotten, _by_model = IdempotencyKey.objects.outlived(at or timezone.now()).delete()
    return forgotten


PARTS: tuple[Callable[[], int], ...] = (
    examine_new,
    asking.raise_what_customers_ask,
    ask_agents,
    cover_absent,
    route_accepted,
    send_queued,
    tell_departments,
    send_codes,
    files.scan_waiting,
    files.remove_orphans,
    flag_late,
    warn_of_deletion,
    tell_colleagues,
    close_silent,
    reminding.remind_approvers,
    reminding.tell_approvers,
    forget_keys,
    forget_erased,
    incidents.run_waiting,
    comparing.compare_new,
    scoring.score_new,
    risk_runs.train_due,
    simulating.take_up_simulations,
    judgements.take_up_judgements,
)
