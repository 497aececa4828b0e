"""Sending what is queued. A message is claimed, sent outside any lock, and then reported to the case.

A mail that cannot go out stays queued, with the error, and is tried again later; it is never lost.
"""

from datetime import datetime, timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from escalations.actors import Actor
from escalations.customer.inviting import invitation
from escalations.files import opened
from escalations.models import Message
from escalations.workflow import perform
from routing.locking import lock

log = structlog.get_logger(__name__)
POST = Actor.system("post")
LONGEST_SENDING = timedelta(minutes=10)
"""A worker that has not reported after this long is taken for dead; its message goes out again."""
MOST_TRIES = 12
BATCH = 50


class NobodyToSendTo(Exception):
    """The party has no e-mail address any more."""


class FileHeld(Exception):
    """A file of the message was not scanned yet, or is held: the message waits for it."""


def send_queued(*, now: datetime | None = None) -> int:
    """Send what waits; returns how many messages went out. One is claimed at a time: a worker that dies, or a mail
    server that is slow, holds up no other message."""
    waiting = Message.objects.filter(_due(now or timezone.now())).order_by("pk").values_list("pk", flat=True)
    return sum(_send_one(pk, now or timezone.now()) for pk in list(waiting[:BATCH]))


def _due(now: datetime) -> Q:
    """Queued, or left behind by a worker that died."""
    queued = Q(state=Message.State.QUEUED) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    return queued | Q(state=Message.State.SENDING, next_try_at__lte=now)


def _send_one(pk: int, now: datetime) -> bool:
    message = _claim(pk, now)
    try:
        return message is not None and _send(message)
    except Exception:
        # Perhaps it went out and could not be reported: it stays claimed and goes out again; the others go on.
        log.exception("message_not_reported", message=pk)
        return False


def _claim(pk: int, now: datetime) -> Message | None:
    """Mark it as being sent, so that no second worker takes it; None when one has."""
    with transaction.atomic():
        for message in lock(Message.objects.filter(_due(now), pk=pk)):
            message.state, message.tries = Message.State.SENDING, message.tries + 1
            message.next_try_at = now + LONGEST_SENDING
            message.save(update_fields=["state", "next_try_at", "tries"])
            return Message.objects.select_related("complaint", "party__person", "referral").get(pk=pk)
    return None


def _send(message: Message) -> bool:
    try:
        if not _mail(message).send():
            raise NobodyToSendTo(message.party)
    except Exception as error:  # any failure of any mail backend leaves the message queued
        _put_back(message, error)
        return False
    perform(message.complaint, "sent", actor=POST, message=message)
    return True


def _mail(message: Message) -> EmailMessage:
    """Our own Message-ID is the same at every try, so that a second delivery can be told as one."""
    reference = message.complaint.reference
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    mail = EmailMessage(
        subject=message.subject,
        body=message.body + invitation(message, timezone.now()),
        to=_addressees(message),
        headers={
            "Message-ID": f"<{reference}.{message.pk}@{domain}>",
            "X-Redress-Reference": reference,
        },
    )
    for file in message.attachments.all():
        if not file.is_handed_out or file.path is None:
            raise FileHeld(f"{file.name}: {file.get_state_display()}")
        with opened(file.path) as content:
            mail.attach(file.name, content.read(), file.kind)
    return mail


def _addressees(message: Message) -> list[str]:
    if message.referral:
        return [message.referral.email] if message.referral.email else []
    return [message.party.person.email] if message.party and message.party.person.email else []


def _put_back(message: Message, error: Exception) -> None:
    log.warning("message_not_sent", message=message.pk, tries=message.tries, error=type(error).__name__)
    given_up = message.tries >= MOST_TRIES
    message.state = Message.State.GIVEN_UP if given_up else Message.State.QUEUED
    message.next_try_at = timezone.now() + timedelta(minutes=2 ** min(message.tries, 8))
    message.error = f"{type(error).__name__}: {error}"[:300]
    message.save(update_fields=["state", "next_try_at", "error"])
