from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule

from config import schedules
from config.management.commands.run import is_for_this_machine_only, is_wedged
from config.supervisor import Group
from escalations.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_worker(monkeypatch):
    """A worker group that was started ten minutes ago."""
    monkeypatch.setattr(Group, "age", lambda self: 600.0)
    return Group("worker", [])


def test_the_sweep_is_scheduled_once_however_often_the_installation_is_prepared(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("prepare", verbosity=0)
    call_command("prepare", verbosity=0)
    assert list(Schedule.objects.values_list("name", "minutes", "repeats")) == [("sweep", 1, -1)]


def test_preparing_again_does_not_put_off_what_is_due():
    schedules.ensure()
    due = timezone.now() - timedelta(minutes=3)
    Schedule.objects.update(next_run=due)
    schedules.ensure()
    assert Schedule.objects.get().next_run == due


@pytest.mark.parametrize("task", schedules.EVERY_MINUTE.values())
def test_what_is_scheduled_exists(task):
    assert callable(import_string(task))


def test_a_task_queued_in_a_transaction_that_fails_is_never_run():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        schedules.look_now()
        assert OrmQ.objects.count() == 1
        raise ZeroDivisionError
    assert OrmQ.objects.count() == 0


def test_a_task_is_not_given_to_a_second_worker_while_the_first_may_still_work_on_it():
    numbers = settings.Q_CLUSTER
    fetched_ahead = numbers["queue_limit"] + numbers["workers"]
    assert numbers["retry"] > numbers["timeout"] * fetched_ahead / numbers["workers"]
    assert numbers["max_attempts"] > 0
    assert numbers["ack_failures"] is False


@pytest.mark.parametrize(("minutes", "wedged"), [(1, False), (6, True)])
def test_a_worker_whose_sweep_fell_silent_is_wedged(old_worker, minutes, wedged):
    Heartbeat.objects.create(name="sweep", beat_at=timezone.now() - timedelta(minutes=minutes))
    assert is_wedged(old_worker) is wedged


def test_a_worker_that_never_swept_is_wedged_but_not_right_after_its_start(old_worker, monkeypatch):
    assert is_wedged(old_worker)
    monkeypatch.setattr(Group, "age", lambda self: 20.0)
    assert not is_wedged(old_worker)


@pytest.mark.parametrize(
    ("hosts", "alone"),
    [(["127.0.0.1", "localhost"], True), (["localhost", "complaints.example.org"], False), (["*"], False)],
)
def test_the_demo_with_its_printed_passwords_is_for_this_machine_only(settings, hosts, alone):
    settings.ALLOWED_HOSTS = hosts
    assert is_for_this_machine_only() is alone
