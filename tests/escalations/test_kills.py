"""Workers are killed at any moment, again and again. In the end everything was done, and what must be once was once."""

import os
import random
import signal
import time
from datetime import timedelta

import pytest
from django.core.mail.backends.filebased import EmailBackend
from django.db import connections
from django.utils import timezone

from escalations.communication.post import LONGEST_SENDING, send_queued
from escalations.jobs import sweep
from escalations.models import Clock, Complaint, Event, Message
from routing.models import Assignment, Choice, Decision, Field, Handler
from tests.criteria import worded

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUNDS, WORKERS = 12, 2
LONGEST_LIFE = 0.25  # seconds


def start_worker() -> int:
    """A process that sweeps until it is killed; returns its number. It begins with connections of its own."""
    connections.close_all()
    number = os.fork()
    if number:
        return number
    try:
        while True:
            sweep()
    finally:
        os._exit(1)


def kill(numbers: list[int]) -> None:
    for number in numbers:
        os.kill(number, signal.SIGKILL)
    ended = [os.waitpid(number, 0)[1] for number in numbers]
    assert all(os.WIFSIGNALED(status) for status in ended), "a worker ended by itself: its sweep failed"


@pytest.fixture
def chance(request):
    seed = int(os.environ.get("REDRESS_KILL_SEED") or time.time_ns() % 10**9)
    print(f"REDRESS_KILL_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def postbox(settings, tmp_path):
    """Each mail that goes out is a file."""
    settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.{EmailBackend.__name__}"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


@pytest.fixture
def odd(house):
    Handler.objects.update(capacity=1000)
    return Choice.objects.create(field=Field.objects.built_in("product"), code="odd", label="Odd")


def test_whatever_moment_a_worker_is_killed_nothing_is_lost_and_nothing_done_twice(
    case, deeds, house, in_force, odd, chance, postbox
):
    in_force(regulator=worded("regulator", "ombudsman"))
    placeable, unplaceable, spoken, late, letters = [], [], [], [], []
    for _round in range(ROUNDS):
        placeable.append(case("accepted", severity=chance.randrange(1, 4)))
        unplaceable.append(case("accepted", product=odd))
        late.append(case(received_at=timezone.now() - timedelta(days=6)))
        spoken.append(case())
        deeds.do(spoken[-1], "receive", "customer", body="I go to the ombudsman.")
        some = chance.sample([*placeable, *unplaceable, *spoken], 2)
        letters += [deeds.do(one, "write", "coordinator").data["message_ids"][0] for one in some]
        workers = [start_worker() for _worker in range(WORKERS)]
        time.sleep(chance.uniform(0.01, LONGEST_LIFE))
        kill(workers)
    sweep()
    send_queued(now=timezone.now() + LONGEST_SENDING)

    assert once("route") == pks(placeable)
    assert {one.state for one in fresh(placeable)} == {"routed"}
    assert once("trigger", actor_name="detector") == pks(spoken)
    assert once("miss_deadline") == pks(late)
    assert set(Clock.objects.filter(complaint__in=late, kind="acknowledge").values_list("next_at", flat=True)) == {None}
    assert {one.state for one in fresh(unplaceable)} == {"triggered"}
    for one in unplaceable:
        assert [d.placed for d in Decision.objects.filter(reference=one.reference)] == [False]
    assert set(Message.objects.filter(pk__in=letters).values_list("state", flat=True)) == {"sent"}
    sent = "".join(path.read_text() for path in postbox.iterdir())
    assert [pk for pk in letters if f".{pk}@" not in sent] == []
    assert once("sent") == sorted(Message.objects.filter(pk__in=letters).values_list("complaint", flat=True))
    the_record_is_whole()


def pks(cases: list[Complaint]) -> list[int]:
    return sorted(one.pk for one in cases)


def fresh(cases: list[Complaint]) -> list[Complaint]:
    return list(Complaint.objects.filter(pk__in=pks(cases)))


def once(action: str, **only: object) -> list[int]:
    return sorted(Event.objects.filter(action=action, **only).values_list("complaint", flat=True))


def the_record_is_whole() -> None:
    """Numbers without a gap, a history row for each event, and a ledger that says who holds what."""
    for complaint in Complaint.objects.all():
        events = list(complaint.events.order_by("number"))
        assert [event.number for event in events] == list(range(1, complaint.latest_event + 1))
        assert {event.history_id for event in events} == set(complaint.history.values_list("history_id", flat=True))
        held = list(Assignment.objects.open().filter(reference=complaint.reference))
        assert [row.handler for row in held] == ([complaint.holder] if complaint.holder else [])
