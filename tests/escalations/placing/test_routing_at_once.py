"""Many processes route at once. Each case is routed once, nobody gets too much, and every choice was the fairest.

The ledger is replayed by the number of the assignment, which is its place in the commit order among assignments of one
team: whoever chooses holds the locks of all active handlers of that team from before the load is read until the
commit, and the number is drawn from the sequence in between. So of two assignments in a team the lower number was
committed first and was seen by the other's choice. Taking and handing over lock the handler whose load they raise, and
so keep that order.
"""

import os
import random
import signal
import time
import traceback
from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from config.bench.assignment_crowd import accepted, found
from escalations.actors import Actor
from escalations.errors import Refusal
from escalations.jobs import cover_absent, route_accepted
from escalations.models import Complaint, Event
from escalations.placing.routing_desk import place_one
from escalations.workflow import perform
from routing.locking import claim, lock
from routing.models import Absence, Assignment, Decision, Handler, User

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ON_POSTGRESQL = connection.vendor == "postgresql"
PROCESSES, CASES = (16, 2000) if ON_POSTGRESQL else (4, 200)
HANDLERS, TEAMS, CAPACITY = 50, 5, 104
HEAVIEST = 4


@pytest.fixture
def chance():
    seed = int(os.environ.get("REDRESS_ROUTING_SEED") or time.time_ns() % 10**9)
    print(f"REDRESS_ROUTING_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def crowd(roles):
    return found(teams=TEAMS, a_team=HANDLERS // TEAMS, capacity=CAPACITY)


def start(work) -> int:
    """A process of its own, with connections of its own; its exit says whether the work raised."""
    connections.close_all()
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        work()
        code = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)


def joined(numbers) -> list[int]:
    return [os.waitpid(number, 0)[1] for number in numbers]


def each_once(keys) -> None:
    assert set(Complaint.objects.filter(pk__in=keys).values_list("state", flat=True)) == {"routed"}
    assert Counter(Event.objects.filter(action="route").values_list("complaint", flat=True)) == Counter(keys)
    assert Assignment.objects.count() == Assignment.objects.open().count() == len(keys)
    assert Decision.objects.filter(placed=True).count() == len(keys)
    assert not Handler.objects.with_load().filter(load__gt=F("capacity")).exists()


def replay() -> None:
    """Each assignment went to the one with the least to do for their capacity, then to who had waited longest."""
    team_of = dict(Handler.objects.values_list("pk", "team"))
    members, load, turn = defaultdict(list), Counter(), Counter()
    for handler, team in team_of.items():
        members[team].append(handler)
    for row in Assignment.objects.order_by("pk"):
        fit = [one for one in members[row.team_id] if load[one] + row.weight <= CAPACITY]
        fairest = min(fit, key=lambda one: (Fraction(load[one], CAPACITY), turn[one], one))
        assert row.handler_id == fairest, f"{row} at {row.pk}"
        load[fairest] += row.weight
        turn[fairest] = row.pk
    for team in members.values():
        loads = [load[one] for one in team]
        assert max(loads) - min(loads) <= HEAVIEST


def test_many_processes_route_many_cases_each_once_and_each_to_the_fairest(crowd):
    keys = accepted(crowd, CASES)
    assert joined([start(route_accepted) for _ in range(PROCESSES)]) == [0] * PROCESSES
    route_accepted()
    each_once(keys)
    replay()


def test_one_by_one_from_many_processes_is_as_fair(crowd, chance):
    keys = accepted(crowd, CASES // 20)
    orders = [chance.sample(keys, len(keys)) for _ in range(4)]
    assert joined([start(lambda own=own: [place_one(pk) for pk in own]) for own in orders]) == [0] * 4
    each_once(keys)
    replay()


def test_whichever_worker_is_killed_in_the_middle_the_sweep_finishes(crowd, chance):
    keys = accepted(crowd, CASES // 4)
    workers = [start(route_accepted) for _ in range(4)]
    time.sleep(chance.uniform(0.05, 0.6))
    for number in workers[:2]:
        os.kill(number, signal.SIGKILL)
    joined(workers)
    route_accepted()
    each_once(keys)
    replay()


def test_routing_rerouting_handing_over_and_absence_at_once_never_deadlock(crowd, chance, staff):
    """PostgreSQL would end a deadlock with an error, and SQLite a wait with a time-out: any is a failure here."""
    manager = staff("mona", "Manager")
    keys = accepted(crowd, CASES // 10)
    route_accepted()
    more = accepted(crowd, CASES // 10, start=len(keys))
    now = timezone.now()
    works = [lambda: route_accepted(), lambda: [place_one(pk) for pk in more[::-1]], lambda: _leave(crowd, now)]
    for action in ("reroute", "reassign", "reroute"):
        seed = chance.random()
        works.append(lambda action=action, seed=seed: _move(action, keys, crowd, manager.pk, random.Random(seed)))
    assert joined([start(work) for work in works]) == [0] * len(works)
    route_accepted()
    cases = Complaint.objects.filter(pk__in=[*keys, *more])
    held = dict(Assignment.objects.open().values_list("reference", "handler"))
    assert held == {case.reference: case.handler_id for case in cases if case.holder_id}
    assert {case.state for case in cases} == {"routed"}


def _move(action, keys, crowd, manager, rng):
    user = User.objects.get(pk=manager)
    for pk in rng.sample(keys, min(25, len(keys))):
        handler = rng.choice(crowd.handlers)
        data = {"handler": handler} | ({"team": handler.team} if action == "reroute" else {})
        try:
            perform(Complaint(pk=pk), action, actor=Actor.of(user), reason="Because.", **data)
        except Refusal:
            continue


def _leave(crowd, now):
    for handler in crowd.handlers[::7]:
        Absence.objects.create(handler=handler, starts_at=now, ends_at=now + timedelta(days=3))
        cover_absent()


def test_what_another_has_in_hand_is_claimed_by_nobody_else_and_waited_for_by_who_locks(crowd):
    """On PostgreSQL `claim` leaves it out; on SQLite a transaction is alone, so there is nothing to leave out."""
    keys = accepted(crowd, 4)
    if not ON_POSTGRESQL:
        with transaction.atomic():
            assert [row.pk for row in claim(Complaint.objects.filter(pk__in=keys))] == keys
        return
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM escalations_complaint WHERE id = %s FOR NO KEY UPDATE", [keys[1]])
        with transaction.atomic():
            assert [row.pk for row in claim(Complaint.objects.filter(pk__in=keys))] == [keys[0], *keys[2:]]
        with pytest.raises(OperationalError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
            lock(Complaint.objects.filter(pk__in=keys))
    finally:
        other.rollback()
        other.close()
