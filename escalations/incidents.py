"""One step on all complaints of an incident: asked for once, taken by a job in batches, and told for each."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from escalations.actors import Actor
from escalations.errors import WrongState
from escalations.models import Complaint, Incident, IncidentFinding, IncidentLine, IncidentRun
from escalations.models.cause import Cause
from escalations.workflow import perform_many
from routing.locking import lock
from routing.models import Handler, User

BATCH = 50
JOB = "escalations.incidents.run_waiting"
Data = dict[str, Any]


def ask(
    incident: Incident, action: str, user: User, *, reason: str = "", at: datetime | None = None,
    seen: int | None = None, **data: Any,
) -> IncidentRun:  # fmt: skip
    """Ask for a step on every open complaint of the incident that this person may see. `seen` is the key of the latest
    step that they had before them: where another was asked for since, pressed twice or by somebody else, it is refused
    (WrongState), so that four hundred people do not get the same letter twice."""
    keys = (
        Complaint.objects.visible_to(user).open().filter(incident=incident).order_by("pk").values_list("pk", flat=True)
    )
    if action == "record_finding" or action == "confirm_cause":
        data = _found(incident.finding, action)
    with transaction.atomic():
        lock(Incident.objects.filter(pk=incident.pk))
        _refuse_unseen(incident, seen)
        run = IncidentRun.objects.create(
            incident=incident, action=action, reason=reason, data=data, asked_by=user, asked_at=at or timezone.now()
        )
        IncidentLine.objects.bulk_create(IncidentLine(run=run, complaint_id=key) for key in keys)
        async_task(JOB)
    return run


def latest_run(incident: Incident) -> int:
    """The key of the step that was asked for last; 0 where none was."""
    return incident.runs.order_by("-pk").values_list("pk", flat=True).first() or 0


def _refuse_unseen(incident: Incident, seen: int | None) -> None:
    if seen is None or (latest := latest_run(incident)) <= seen:
        return
    run = incident.runs.select_related("asked_by").get(pk=latest)
    said = {"who": run.asked_by, "when": date_format(timezone.localtime(run.asked_at), "j M H:i")}
    raise WrongState(
        _("Meanwhile %(who)s asked for a step on all of them (%(when)s). Look what came of it, then ask again.") % said
    )


def close(incident: Incident, user: User, at: datetime | None = None) -> bool:
    """No complaint joins a closed incident; those in it go on. False while a step is still being taken, or when it was
    closed already."""
    with transaction.atomic():
        (row,) = lock(Incident.objects.filter(pk=incident.pk))
        if row.is_closed or IncidentLine.objects.filter(run__incident=row, state=IncidentLine.State.WAITING).exists():
            return False
        Incident.objects.filter(pk=row.pk).update(closed_at=at or timezone.now(), closed_by=user)
    return True


def open_again(incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(closed_at=None, closed_by=None)


def _found(found: IncidentFinding | None, action: str) -> Data:
    if found is None:
        return {}
    if action == "confirm_cause":
        return {"cause": found.cause_id, "status": "confirmed"}
    return {"finding": found.finding, "outcome": found.outcome, "fault": found.fault, "text": found.text}


def run_waiting(*, at: datetime | None = None) -> int:
    """Take the steps that wait, a batch at a time. Returns for how many complaints; safe to run twice at once."""
    done = 0
    while found := _one_batch(at):
        done += found
    return done


def _one_batch(at: datetime | None) -> int:
    """Lines are locked before the cases, and by this job alone: a second worker waits here and finds them done."""
    first = IncidentLine.objects.filter(state=IncidentLine.State.WAITING).order_by("pk").first()
    if first is None:
        return 0
    with transaction.atomic():
        waiting = IncidentLine.objects.filter(run=first.run_id, state=IncidentLine.State.WAITING).order_by("pk")
        lines = lock(IncidentLine.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)[:BATCH])))
        lines = [line for line in lines if line.state == IncidentLine.State.WAITING]
        if lines:
            _take(IncidentRun.objects.select_related("asked_by").get(pk=first.run_id), lines, at)
    return len(lines)


def _take(run: IncidentRun, lines: list[IncidentLine], at: datetime | None) -> None:
    cases = list(Complaint.objects.filter(pk__in=[line.complaint_id for line in lines]).prefetch_related("points"))
    try:
        data = _typed(run.action, run.data)
    except ObjectDoesNotExist:
        _refuse_all(lines, _("What this step named is not there any more."))
        return
    each = {case.pk: {"point": case.main_point} for case in cases} if run.action in ABOUT_A_POINT else {}
    actor = Actor.of(run.asked_by)
    results = perform_many(cases, run.action, actor=actor, reason=run.reason, at=at, each=each, **data)
    by_case = {result.complaint.pk: result for result in results}
    for line in lines:
        result = by_case.get(line.complaint_id)
        refusal = result.refusal if result else None
        line.state = IncidentLine.State.DONE if result and result.event else IncidentLine.State.REFUSED
        line.why = str(refusal.message)[:300] if refusal else ""
    IncidentLine.objects.bulk_update(lines, ["state", "why"])


def _refuse_all(lines: list[IncidentLine], why: str) -> None:
    for line in lines:
        line.state, line.why = IncidentLine.State.REFUSED, why
    IncidentLine.objects.bulk_update(lines, ["state", "why"])


ABOUT_A_POINT = ("record_finding", "confirm_cause", "propose_remedy")
TYPED: dict[str, Callable[[Any], Any]] = {
    "cause": lambda key: Cause.objects.get(pk=key),
    "handler": lambda key: Handler.objects.get(pk=key),
    "amount": Decimal,
    "until": lambda day: date.fromisoformat(day) if day else None,
}


def _typed(action: str, data: Data) -> Data:
    return {name: TYPED[name](value) if name in TYPED else value for name, value in data.items()}


def progress(run: IncidentRun) -> tuple[int, int, int]:
    """(done, refused, all)."""
    states = list(run.lines.values_list("state", flat=True))
    return states.count("done"), states.count("refused"), len(states)
