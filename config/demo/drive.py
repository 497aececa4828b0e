"""Plays the plan: every step of every case in the order of time, with what the clock does in between."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from config.demo.bank import Bank, Look
from config.demo.fields import DAYS
from config.demo.office import at_time
from config.demo.plan import Planned
from escalations import jobs
from escalations.detection import business_days
from escalations.states import Severity

Moment = tuple[datetime, int, int, Callable[[], object]]


def play(planned: list[Planned], bank: Bank, until: datetime, advance: Callable[[float], object]) -> None:
    """Everything before `until`; `advance` is told which part of it is done, from 0 to 1."""
    ahead = [*_moments(planned, bank, until), *_sweeps(_clock(planned, until), len(planned))]
    heapify(ahead)
    done = 0
    while ahead:
        heappop(ahead)[-1]()
        done += 1
        # A sweep looks at every case: not before what the others do in the same minute is done.
        for moment in _sweeps(bank.take_looks(until), len(planned) + done):
            heappush(ahead, moment)
        if done % 25 == 0 or not ahead:
            advance(done / (done + len(ahead)))
    bank.look(until)


def _moments(planned: list[Planned], bank: Bank, until: datetime) -> Iterator[Moment]:
    for number, one in enumerate(planned):
        for order, (at, step) in enumerate(one.moments):
            if at < until:
                yield at, number, order, _bound(step, bank, one, at)


def _sweeps(looks: Iterable[Look], number: int) -> Iterator[Moment]:
    """Behind every case of the same second, and in an order that is the same each time."""
    for order, (at, job) in enumerate(sorted(looks, key=lambda look: (look[0], look[1].__name__))):
        yield at, number, order, _look(job, at)


def _bound(step: Callable[..., None], bank: Bank, one: Planned, at: datetime) -> Callable[[], object]:
    return lambda: step(bank, one.case, at)


def _look(job: Callable[..., int], at: datetime) -> Callable[[], object]:
    return lambda: job(at=at)


def _clock(planned: list[Planned], until: datetime) -> Iterator[Look]:
    """The sweep looks each minute; here it looks when there is something to see. Near the end of a minute, because
    people act at its beginning."""
    seen: set[Look] = set()
    for one in planned:
        received = one.case.draft.received_at or until
        severity = Severity(one.case.draft.severity)
        for days in (DAYS["acknowledge"], DAYS["final_response"]):
            seen.add((received + timedelta(days=days[severity], seconds=50), jobs.flag_late))
        old = business_days.after(received, 3) + timedelta(seconds=50)
        if len(one.moments) == 1 or one.moments[1][0] > old:
            seen.add((old, jobs.examine_new))
    first = min((at for at, _job in seen), default=until)
    for at in _mornings(first, until):
        seen |= {(at + timedelta(seconds=30), jobs.cover_absent), (at + timedelta(seconds=50), jobs.route_accepted)}
    return (entry for entry in seen if entry[0] < until)


def _mornings(first: datetime, until: datetime) -> Iterable[datetime]:
    days = (until.date() - first.date()).days
    return (at_time(first.date() + timedelta(days=day), 6, 30) for day in range(days + 1))
