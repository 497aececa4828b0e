"""What colleagues are told of: named in a note, an answer that came, evidence about to be deleted. Counted in the menu,
listed on a page; what cannot wait until they look goes by e-mail too."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import Complaint, Notice
from routing.locking import lock
from routing.models import User

log = structlog.get_logger(__name__)
MOST_COUNTED = 100
BATCH, MOST_TRIES, LONGEST_SENDING = 200, 12, timedelta(minutes=10)


def unseen_by(user: User) -> int:
    """How many they have not dealt with; asked once a request."""
    kept: int | None = getattr(user, "_redress_unseen", None)
    return remember(user, _count(user)) if kept is None else kept


def remember(user: User, number: int) -> int:
    """For who has counted them with something else."""
    user._redress_unseen = number  # type: ignore[attr-defined]
    return number


def _count(user: User) -> int:
    return Notice.objects.unseen().filter(user=user).order_by()[:MOST_COUNTED].count()


def of(user: User, *, most: int) -> list[Notice]:
    """Those not dealt with, the newest first; of cases that they may still see."""
    seen = Complaint.objects.visible_to(user).order_by().values("pk")
    rows = Notice.objects.unseen().filter(user=user, complaint__in=seen)
    return list(
        rows.select_related("complaint", "message__written_by", "message__task", "evidence").order_by("-pk")[:most]
    )


# --- by e-mail -------------------------------------------------------------------------------------------------------


def tell_colleagues(*, now: datetime | None = None) -> int:
    """Send the e-mails that wait. Returns how many went out."""
    now = now or timezone.now()
    waiting = Notice.objects.filter(next_try_at__lte=now).order_by("pk").values_list("pk", flat=True)
    return sum(_tell(pk, now) for pk in list(waiting[:BATCH]))


def _tell(pk: int, now: datetime) -> bool:
    notice = _claimed(pk, now)
    if notice is None:
        return False
    try:
        _mail(notice).send()
    except Exception as error:  # any failure of any mail backend: tried again later
        log.warning("colleague_not_told", notice=pk, tries=notice.tries, error=type(error).__name__)
        later = None if notice.tries >= MOST_TRIES else now + timedelta(minutes=2 ** min(notice.tries, 8))
        Notice.objects.filter(pk=pk).update(next_try_at=later)
        return False
    Notice.objects.filter(pk=pk).update(mailed_at=now, next_try_at=None)
    return True


def _claimed(pk: int, now: datetime) -> Notice | None:
    """So that no second worker sends it; None when one has, or when there is nothing to tell any more."""
    with transaction.atomic():
        for notice in lock(Notice.objects.filter(pk=pk, next_try_at__lte=now)):
            whole = Notice.objects.select_related("complaint", "user", "evidence").get(pk=pk)
            tells = _still_tells(whole, now)
            notice.tries, notice.next_try_at = notice.tries + 1, now + LONGEST_SENDING if tells else None
            notice.save(update_fields=["tries", "next_try_at"])
            return whole if tells else None
    return None


def _still_tells(notice: Notice, now: datetime) -> bool:
    """They have not seen it, and it can still be kept."""
    evidence = notice.evidence
    if evidence and (not evidence.can_be_lost or (evidence.delete_on and evidence.delete_on < timezone.localdate(now))):
        return False
    return notice.seen_at is None and notice.complaint.is_open and notice.user.is_active


def _mail(notice: Notice) -> EmailMessage:
    """Names the case and the day, and nothing of what it is about."""
    reference, evidence = notice.complaint.reference, notice.evidence
    day = date_format(evidence.delete_on, "j F Y") if evidence and evidence.delete_on else ""
    body = _(
        "Evidence for %(reference)s is deleted by its system on %(day)s, and nobody has asked to keep it.\n\n"
        "Ask its system to keep it, and say so here: %(address)s"
    ) % {
        "reference": reference, "day": day,
        "address": f"{settings.BASE_URL}{reverse('escalations:case', args=[reference])}",
    }  # fmt: skip
    return EmailMessage(
        subject=_("%s: evidence is about to be deleted") % reference, body=body, to=[notice.user.email],
        headers={"Auto-Submitted": "auto-generated", "X-Redress-Reference": reference},
    )  # fmt: skip
