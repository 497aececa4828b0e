"""What colleagues are told of: named in a note, an answer that came, evidence about to be deleted. Counted in the menu,
listed on a page; what cannot wait until they look goes by e-mail too."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.communication.telling import tell
from escalations.models import Complaint, Notice
from routing.models import User

MOST_COUNTED = 100
UNSEEN = "unseen notices"


def unseen_by(user: User) -> int:
    """How many they have not dealt with; asked once a request."""
    return user.kept[UNSEEN] if UNSEEN in user.kept else remember(user, _count(user))


def remember(user: User, number: int) -> int:
    """For who has counted them with something else."""
    user.kept[UNSEEN] = number
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
    reads = ("complaint", "user", "evidence")
    return tell(
        Notice.objects.all(), _mail, reads=reads, now=now, still=lambda row: _still_tells(row, now), told="mailed_at"
    )


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
