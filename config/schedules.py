"""What the worker does by itself. The rows are django-q's; this table says which there must be."""

from django_q.models import Schedule
from django_q.tasks import async_task

SWEEP = "escalations.jobs.sweep"
EVERY_MINUTE = {"sweep": SWEEP}


def ensure() -> None:
    """Create the schedules that are missing; harmless to repeat, an existing one keeps its next time."""
    for name, task in EVERY_MINUTE.items():
        minute = {"func": task, "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1}
        Schedule.objects.update_or_create(name=name, defaults=minute)


def look_now() -> None:
    """The scheduler looks every half minute only: this one is for a worker that has just been started."""
    async_task(SWEEP)
