"""One-time codes, for whom we know no postcode: made when the mail with it leaves, and known to nobody else."""

import secrets
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from escalations.models import CustomerLink, LinkCode
from routing.locking import lock

log = structlog.get_logger(__name__)
LIVES = timedelta(minutes=15)
MOST_ASKED = 3
"""Codes that a link is sent within the time that one lives."""
DIGITS, BATCH = 8, 50
SEND_JOB = "escalations.jobs.send_codes"


def ask(link: CustomerLink, now: datetime) -> None:
    """Inside the transaction that holds the link. Nothing where a postcode is the proof, or too many were asked for."""
    person = link.party.person
    if person.known_postcode or not person.email or link.codes.filter(asked_at__gt=now - LIVES).count() >= MOST_ASKED:
        return
    LinkCode.objects.create(link=link, asked_at=now)
    async_task(SEND_JOB)


def use(link: CustomerLink, typed: str, now: datetime) -> bool:
    """Inside the transaction that holds the link: whether it was one that was sent. It never works again."""
    code = "".join(typed.split())
    usable = link.codes.filter(used_at=None, sent_at__gt=now - LIVES).exclude(code_digest="")
    fitting = [row for row in usable if constant_time_compare(row.code_digest, _digest(row, code))]
    for row in fitting:
        row.used_at = now
        row.save(update_fields=["used_at"])
    return bool(fitting)


def send_waiting(*, now: datetime | None = None) -> int:
    """Send the codes that were asked for; returns how many went out. One that could not be sent is tried again as long
    as somebody may still wait for it."""
    now = now or timezone.now()
    waiting = LinkCode.objects.filter(sent_at=None, asked_at__gt=now - LIVES).order_by("pk")
    return sum(_send(pk, now) for pk in list(waiting.values_list("pk", flat=True)[:BATCH]))


def _send(pk: int, now: datetime) -> bool:
    made = _made(pk, now)
    if made is None:
        return False
    row, code = made
    try:
        _mail(row, code).send()
    except Exception as error:  # any failure of any mail backend: asked anew in the next turn
        log.warning("code_not_sent", code=pk, error=type(error).__name__)
        LinkCode.objects.filter(pk=pk).update(sent_at=None, code_digest="")
        return False
    return True


def _made(pk: int, now: datetime) -> tuple[LinkCode, str] | None:
    """Under the lock, so that no second worker makes another; None when one has."""
    with transaction.atomic():
        for row in lock(LinkCode.objects.filter(pk=pk, sent_at=None)):
            code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
            row.sent_at, row.code_digest = now, _digest(row, code)
            row.save(update_fields=["sent_at", "code_digest"])
            return LinkCode.objects.select_related("link__complaint", "link__party__person").get(pk=pk), code
    return None


def _digest(row: LinkCode, code: str) -> str:
    """Salted with the secret key: eight digits would else be found from their digest."""
    return salted_hmac(f"link code {row.pk}", code, algorithm="sha256").hexdigest()


def _mail(row: LinkCode, code: str) -> EmailMessage:
    reference = row.link.complaint.reference
    body = _(
        "Your code is %(code)s. It opens the page of your complaint %(reference)s once, within %(minutes)d minutes.\n\n"
        "You did not ask for it? Then nobody has seen anything; there is nothing to do."
    )
    told = {"code": f"{code[:4]} {code[4:]}", "reference": reference, "minutes": LIVES.total_seconds() // 60}
    return EmailMessage(
        subject=_("%s: your code") % reference, body=body % told, to=[row.link.party.person.email],
        headers={"Auto-Submitted": "auto-generated", "X-Redress-Reference": reference},
    )  # fmt: skip
