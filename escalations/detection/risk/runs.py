"""Training on the organisation's own past, as a job: asked for, claimed, told how far it is, taken up again when its
worker is gone. And the steps of those who decide: which version is in use, and what it may do.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from escalations.models import RiskMode, RiskModel, RiskModelFile, RiskPolicy
from escalations.models.risk import MOST_TRIES
from routing.locking import lock

if TYPE_CHECKING:
    from routing.models import User

log = structlog.get_logger(__name__)
TASK = f"{__name__}.run"
PATIENCE = timedelta(minutes=2)
"""A training that waited so long may have lost its task: the sweep gives it another."""
TIMEOUT_SECONDS = 540
"""The worker's longest run of one training; below the queue's `retry`, after which another worker takes the task."""
TRAIN, USE = "escalations.train_riskmodel", "escalations.use_riskmodel"
State = RiskModel.State


def ask(by: "User | None" = None, *, at: datetime | None = None) -> RiskModel:
    """Ask for a new version by the policy as it stands; the one that waits or runs already, if there is one.

    Raises PermissionDenied. `by` is None for the schedule.
    """
    if by is not None and not by.has_perm(TRAIN):
        raise PermissionDenied(_("You may not train risk models."))
    policy = RiskPolicy.current()
    try:
        with transaction.atomic():
            if waiting := RiskModel.objects.unfinished().first():
                return waiting
            number = (RiskModel.objects.aggregate(last=Max("number"))["last"] or 0) + 1
            row = RiskModel.objects.create(
                number=number, outcomes=policy.outcomes, flagged=policy.flagged, asked_by=by,
                asked_at=at or timezone.now(),
            )  # fmt: skip
            async_task(TASK, row.pk, q_options={"timeout": TIMEOUT_SECONDS})
            return row
    except IntegrityError:  # somebody asked in the same moment
        return RiskModel.objects.order_by("-number")[0]


def train_due(*, at: datetime | None = None) -> int:
    """Ask for a new version when the last is as old as the policy says, and give a task to what lost its own. Nothing
    is trained by itself before somebody trained a first version. Returns how many tasks were made."""
    at = at or timezone.now()
    left = [row for row in RiskModel.objects.to_train(at) if row.heard_at or row.asked_at < at - PATIENCE]
    for row in left:
        async_task(TASK, row.pk, q_options={"timeout": TIMEOUT_SECONDS})
    last = RiskModel.objects.first()
    days = RiskPolicy.current().retrain_days if last else 0
    if last and days and last.asked_at <= at - timedelta(days=days):
        ask(at=at)
        return len(left) + 1
    return len(left)


def run(pk: int) -> bool:
    """Train a version that waits, or that a killed worker left. False when there was nothing to do, or it failed."""
    row = _claimed(pk)
    if row is None:
        return False
    from escalations.detection.risk.training import TooLittle

    try:
        _train(row)
    except TooLittle as error:
        _tell(row, state=State.FAILED, problem=str(error), finished_at=timezone.now())
        return False
    except Exception as error:
        log.exception("risk_training_failed", model=pk)
        problem = _("It broke off with an error (%s). The log has the details.") % type(error).__name__
        _tell(row, state=State.FAILED, problem=problem, finished_at=timezone.now())
        return False
    return True


def _claimed(pk: int) -> RiskModel | None:
    now = timezone.now()
    with transaction.atomic():
        for row in lock(RiskModel.objects.to_train(now).filter(pk=pk)):
            row.tries, row.heard_at, row.done, row.state = row.tries + 1, now, 0, State.RUNNING
            if row.tries > MOST_TRIES:
                row.state, row.finished_at = State.FAILED, now
                row.problem = _("Its worker was lost %d times. Is there too little memory?") % MOST_TRIES
            row.save()
            return row if row.state == State.RUNNING else None
    return None


def _tell(row: RiskModel, **values: Any) -> bool:
    """Write to the row, if it is still ours: `heard_at` is what this worker wrote last."""
    now = timezone.now()
    mine = RiskModel.objects.filter(pk=row.pk, state=State.RUNNING, heard_at=row.heard_at)
    row.heard_at = now
    return bool(mine.update(heard_at=now, **values))


def _train(row: RiskModel) -> None:
    from escalations.detection.risk import keeping, past_cases
    from escalations.detection.risk.training import Told, train

    examples, days, groups, unknown = past_cases.read(row.outcomes)
    told = Told(
        outcome=", ".join(row.outcome_labels()), positive=[], dates=days, groups=groups, share=row.flagged / 100,
        more={"unknown": unknown},
    )  # fmt: skip

    def tell(done: float) -> None:
        _tell(row, done=round(done * 100))

    model = train(examples, told, tell)
    content, card = keeping.packed(model), model.manifest["card"]
    with transaction.atomic():
        if _tell(
            row, state=State.READY, done=100, finished_at=timezone.now(), card=card, threshold=card["threshold"],
            digest=keeping.digest(content),
        ):  # fmt: skip
            RiskModelFile.objects.update_or_create(model=row, defaults={"content": content})


# --- which is in use, and what it may do -------------------------------------------------------------------------


def use(row: RiskModel, by: "User", reason: str = "") -> RiskPolicy:
    """Put a version in use: a new one, or an older one again. Every open case is scored anew by it.

    Raises PermissionDenied, or ValidationError when it is not ready or cannot be read.
    """
    from escalations.detection.risk.in_use import loaded

    _check(by)
    if not row.is_ready:
        raise ValidationError(_("%s is not ready.") % row)
    if loaded(row) is None:
        raise ValidationError(_("%s cannot be read. It stays out of use.") % row)
    with transaction.atomic():
        RiskModel.objects.filter(pk=row.pk).update(reached=0, seen=0, seen_at=None, problem="")
        return _changed(by, reason, model=row)


def switch(mode: str, by: "User", reason: str = "") -> RiskPolicy:
    """Say what scores may do from now on. Raises PermissionDenied or ValidationError."""
    _check(by)
    if mode not in RiskMode.values:
        raise ValidationError(_("There is no such mode."))
    with transaction.atomic():
        return _changed(by, reason, mode=mode)


def _check(by: "User") -> None:
    if not by.has_perm(USE):
        raise PermissionDenied(_("You may not decide how the risk score is used."))


def _changed(by: "User", reason: str, **values: Any) -> RiskPolicy:
    """One history row, with who and why."""
    RiskPolicy.objects.get_or_create(pk=1)
    policy: Any
    (policy,) = lock(RiskPolicy.objects.filter(pk=1))
    for name, value in values.items():
        setattr(policy, name, value)
    policy._history_user, policy._change_reason = by, reason
    policy.save()
    return policy
