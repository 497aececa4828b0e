"""When a case is looked at again because time alone may make a criterion hold."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from escalations.detection import business_days
from escalations.detection.compiled import Compiled
from escalations.detection.definition import Definition
from escalations.detection.judging import end_of, missed_on
from escalations.models import Complaint, Criterion
from escalations.states import State

AGE_FACT = "age_days"
Test = Criterion.Test


def next_look(
    case: Complaint, compiled: Compiled | None, at: datetime, raised: Collection[str] = ()
) -> datetime | None:
    """The first moment after `at` at which a criterion that has not been raised may begin to hold; None for never."""
    if compiled is None or not case.is_open:
        return None
    moments = (moment for one in compiled.definitions if one.code not in raised for moment in _moments(one, case, at))
    return min((moment for moment in moments if moment > at), default=None)


def _moments(one: Definition, case: Complaint, at: datetime) -> Iterator[datetime]:
    if any(condition.fact == AGE_FACT for condition in one.conditions):
        yield case.received_at + timedelta(days=(at - case.received_at).days + 1)
    if case.state != State.FRONTLINE:
        return
    if one.test == Test.AGE:
        yield business_days.after(case.received_at, one.number)
    if one.test == Test.PROMISE and case.pk and (missed := missed_on(case)):
        yield missed


def first_look(
    case: Complaint, compiled: Compiled | None, at: datetime, promised: Collection[date] = ()
) -> datetime | None:
    """The same for a case that is just being registered, with the days that were promised before."""
    own = next_look(case, compiled, at)
    asks = compiled is not None and bool(compiled.having(Test.PROMISE))
    ends = [end_of(day) for day in promised] if asks else []
    return min((moment for moment in (own, *ends) if moment is not None), default=None)
