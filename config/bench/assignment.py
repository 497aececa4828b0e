"""routing.assignment, routing.sweep and routing.fairness: whole routings, one case a transaction and in batches."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from config.bench import assignment_crowd as crowd
from config.bench.measure import Figure, alternate, timed
from config.bench.organisation import Silence
from escalations.models import Complaint, Event
from escalations.placing.routing_desk import place_one, place_waiting
from routing.models import Assignment, Decision, Handler

TEAMS, A_TEAM, CAPACITY = 5, 10, 1000
CLIENTS, CASES_A_ROUND, SWEPT = 16, 400, 1000
"""On SQLite, which has one writer at a time, there are four clients."""


def _house() -> Any:
    call_command("roles", verbosity=0, stdout=Silence())
    return crowd.found(teams=TEAMS, a_team=A_TEAM, capacity=CAPACITY)


def assignment() -> Iterator[Figure]:
    house, number = _house(), CLIENTS if connection.vendor == "postgresql" else 4
    for key in crowd.accepted(house, TEAMS):
        place_one(key)
    made, samples = TEAMS, list(Decision.objects.order_by("team"))

    def round_of(clients: Pool) -> float:
        nonlocal made
        keys = crowd.accepted(house, CASES_A_ROUND, start=made)
        made += CASES_A_ROUND
        seconds = timed(lambda: clients.map(_do, keys, chunksize=5))
        routed = Complaint.objects.filter(pk__in=keys, state="routed").count()
        if routed != CASES_A_ROUND:
            raise RuntimeError(f"{routed} of {CASES_A_ROUND} were routed: the figure would not be honest.")
        _honest()
        Assignment.objects.open().update(until=timezone.now())  # handlers hold what they would hold in life
        return seconds

    bare = partial(_bare, samples, [handler.pk for handler in house.handlers], timezone.now())
    with _clients(number, place_one) as ours, _clients(number, bare) as theirs:
        compared = alternate(lambda n: round_of(ours), lambda n: round_of(theirs))
    yield Figure(
        "routing.assignment",
        round(CASES_A_ROUND / compared.median, 1),
        "routings/s",
        ratio=compared.ratio(of_rates=True),
        against="the case locked, then the same rows (decision, case, history, assignment, event) by the ORM in one "
        "transaction, nobody chosen and no handler locked (rate over rate)",
        more={
            "statement": f"place_one under {number} clients, {TEAMS} teams of {A_TEAM}: all of it",
            "clients": number,
            **compared.spread(of_rates=True),
        },
    )


_WORK: list[Callable[[int], object]] = []


def _clients(number: int, work: Callable[[int], object]) -> Pool:
    """Processes that live through all rounds, as workers do, each with a connection of its own. They inherit the work,
    so that a task is no more than a key."""
    connections.close_all()
    return get_context("fork").Pool(number, _WORK.append, (work,))


def _do(key: int) -> None:
    _WORK[-1](key)


def _bare(samples: Sequence[Decision], handlers: Sequence[int], now: datetime, pk: int) -> None:
    """The same writes by the ORM, spread over teams and handlers as ours are. History is written by simple-history when
    the case is saved."""
    sample = samples[pk % TEAMS]
    held: dict[str, Any] = {
        "team_id": sample.team_id,
        "handler_id": handlers[pk % TEAMS * A_TEAM + pk // TEAMS % A_TEAM],
    }
    stored = ("facts", "matched", "outcome", "candidates", "ruleset_id", "rule_id", "weight", "reason")
    values = {name: getattr(sample, name) for name in stored}
    with transaction.atomic():
        rows = Complaint.objects.select_for_update() if connection.features.has_select_for_update else Complaint.objects
        case = rows.get(pk=pk)
        decision = Decision.objects.create(reference=case.reference, decided_at=now, placed=True, **values, **held)
        case.__dict__["state"] = "routed"  # protected: only the workflow moves it, but this is what it costs
        case.team_id, case.handler_id, case.latest_event = held["team_id"], held["handler_id"], case.latest_event + 1
        case.save()
        Assignment.objects.create(reference=case.reference, **held, weight=1, since=now)
        Event.objects.create(
            complaint=case, number=case.latest_event, at=now, action="route", from_state="triggered", to_state="routed",
            actor_kind="system", actor_name="routing", reason=sample.reason, data={"decision": decision.pk},
            history_id=1,
        )  # fmt: skip


def _honest() -> None:
    held = Assignment.objects.open()
    if held.values("reference").distinct().count() != held.count():
        raise RuntimeError("A case was given twice: the figure would not be honest.")


def _swept() -> float:
    crowd.accepted(_house(), SWEPT)
    seconds = timed(place_waiting)
    if Assignment.objects.open().count() != SWEPT:
        raise RuntimeError("Not every case was placed: the figure would not be honest.")
    _honest()
    return seconds


def sweep() -> Iterator[Figure]:
    yield Figure(
        "routing.sweep",
        round(SWEPT / _swept(), 1),
        "routings/s",
        more={
            "statement": f"place_waiting, one worker, {SWEPT} cases in batches of 100 over {TEAMS} teams of {A_TEAM}"
        },
    )


def fairness() -> Iterator[Figure]:
    """After a sweep, over the handlers of one team, who have equal skills and capacity: the widest gap of any team."""
    _swept()
    loads: dict[int, list[int]] = {}
    for handler in Handler.objects.with_load():
        loads.setdefault(handler.team_id, []).append(handler.load)
    over = any(load > CAPACITY for team in loads.values() for load in team)
    gap = max(max(team) - min(team) for team in loads.values())
    yield Figure(
        "routing.fairness",
        round(gap / CAPACITY, 5),
        "of the capacity",
        more={"largest_gap": gap, "heaviest_case": 4, "over_capacity": over, "statement": "largest minus smallest"},
    )
