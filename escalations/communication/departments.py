"""The e-mail that brings another department the link to its task. The question stands behind the link, not in it."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.communication.telling import tell
from escalations.models import Task


def link_of(task: Task) -> str:
    return f"{settings.BASE_URL}{reverse('escalations:answer', args=[task.token])}"


def tell_departments(*, now: datetime | None = None) -> int:
    """Send the links that wait. Returns how many went out."""
    return tell(Task.objects.open(), _mail, reads=("complaint", "asked_by"), now=now)


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
