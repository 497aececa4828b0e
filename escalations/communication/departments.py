"""The e-mail that brings another department the link to its task. The question stands behind the link, not in it."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import Task
from routing.locking import lock

log = structlog.get_logger(__name__)
BATCH, MOST_TRIES, LONGEST_SENDING = 200, 12, timedelta(minutes=10)


def link_of(task: Task) -> str:
    return f"{settings.BASE_URL}{reverse('escalations:answer', args=[task.token])}"


def tell_departments(*, now: datetime | None = None) -> int:
    """Send the links that wait. Returns how many went out."""
    now = now or timezone.now()
    waiting = Task.objects.open().filter(next_try_at__lte=now).order_by("pk").values_list("pk", flat=True)
    return sum(_tell(pk, now) for pk in list(waiting[:BATCH]))


def _tell(pk: int, now: datetime) -> bool:
    task = _claimed(pk, now)
    if task is None:
        return False
    try:
        _mail(task).send()
    except Exception as error:  # any failure of any mail backend: tried again later
        log.warning("department_not_told", task=pk, tries=task.tries, error=type(error).__name__)
        later = None if task.tries >= MOST_TRIES else now + timedelta(minutes=2 ** min(task.tries, 8))
        Task.objects.filter(pk=pk).update(next_try_at=later)
        return False
    Task.objects.filter(pk=pk).update(told_at=now, next_try_at=None)
    return True


def _claimed(pk: int, now: datetime) -> Task | None:
    """So that no second worker sends it."""
    with transaction.atomic():
        for task in lock(Task.objects.open().filter(pk=pk, next_try_at__lte=now)):
            task.tries, task.next_try_at = task.tries + 1, now + LONGEST_SENDING
            task.save(update_fields=["tries", "next_try_at"])
            return Task.objects.select_related("complaint", "asked_by").get(pk=pk)
    return None


def _mail(task: Task) -> EmailMessage:
    reference = task.complaint.reference
    body = _(
        "%(who)s asks %(department)s about the complaint %(reference)s and needs an answer by %(day)s.\n\n"
        "Read the question and answer it here, without an account:\n%(link)s\n\n"
        "The link is for this question only. Pass it on only to whoever answers it."
    ) % {
        "who": task.asked_by, "department": task.department, "reference": reference,
        "day": date_format(task.due_on, "j M Y"), "link": link_of(task),
    }  # fmt: skip
    return EmailMessage(
        subject=_("%s: a question for you") % reference, body=body, to=[task.email],
        headers={"Auto-Submitted": "auto-generated", "X-Redress-Reference": reference},
    )  # fmt: skip
