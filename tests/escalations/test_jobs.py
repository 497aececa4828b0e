"""The sweep: every part is tried, whatever another one does, and whoever runs it can see that it lives."""

import pytest
from django.core import mail
from django.utils.module_loading import import_string

from escalations import jobs
from escalations.actions import ACTIONS
from escalations.models import Complaint, Heartbeat


@pytest.mark.parametrize("job", sorted({rule.job for rule in ACTIONS.values()} - {""}))
def test_every_job_that_a_step_queues_exists_and_finds_nothing_to_do(job, db):
    assert import_string(job)() == 0


def test_one_sweep_does_all_that_waits(case, deeds, criteria):
    said, waiting, written = case(), case("accepted"), case()
    deeds.do(said, "receive", "customer", body="The ombudsman.")
    deeds.do(written, "write", "agent")
    jobs.sweep()
    assert [Complaint.objects.get(pk=one.pk).state for one in (said, waiting)] == ["triggered", "routed"]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("broken", [part.__name__ for part in jobs.PARTS])
def test_a_part_that_fails_stops_no_other_and_the_task_says_so_at_the_end(broken, monkeypatch, db):
    done = []

    def part(name):
        def work():
            done.append(name)
            return 1 / 0 if name == broken else 0

        work.__name__ = name
        return work

    monkeypatch.setattr(jobs, "PARTS", tuple(part(real.__name__) for real in jobs.PARTS))
    with pytest.raises(ExceptionGroup) as failed:
        jobs.sweep()
    assert [type(error) for error in failed.value.exceptions] == [ZeroDivisionError]
    assert len(done) == len(jobs.PARTS)
    assert Heartbeat.age() is not None


def test_the_parts_of_the_sweep_look_at_all_that_a_step_can_leave(db):
    queued = {rule.job.rsplit(".", 1)[-1] for rule in ACTIONS.values()} - {""}
    assert queued <= {part.__name__ for part in jobs.PARTS}
