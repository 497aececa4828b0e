"""What to do at once for what was raised on a case: whom to call, what to say, when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.models import Complaint, FirstSteps, Trigger
from escalations.views.reading import beside

FRESH = timedelta(days=7)


@dataclass(frozen=True)
class AtOnce:
    """The steps of one kind of trigger; `look_again` counts from the first sign. What is a week old stays folded."""

    steps: FirstSteps
    look_again: datetime | None
    is_overdue: bool
    is_fresh: bool


def at_once(case: Complaint, now: datetime) -> list[AtOnce]:
    """For each kind that was raised on an open case, read whole, and not dismissed."""
    signs: dict[str, datetime] = {}
    for trigger in case.triggers.all() if case.is_open else ():
        if trigger.state != Trigger.State.DISMISSED:
            signs[trigger.kind] = min(trigger.first_sign_at, signs.get(trigger.kind, trigger.first_sign_at))
    return [_of(steps, signs[steps.kind], now) for steps in beside(case, "first_steps") if steps.kind in signs]


def _of(steps: FirstSteps, sign: datetime, now: datetime) -> AtOnce:
    hours = steps.check_back_hours
    moment = sign + timedelta(hours=hours) if hours else None
    return AtOnce(steps, moment, moment is not None and moment <= now, now - sign <= FRESH)
