"""Approvals that nobody answers: who is asked is reminded, then the next level is asked as well.

What waits is a remedy in a state with the moment to look again; whom to tell is a row too, so a lost or doubled job
changes nothing.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actions import ACTIONS, HANDLER, MANAGER
from escalations.actors import Actor
from escalations.communication.telling import tell
from escalations.errors import Refusal
from escalations.models import ApprovalNotice, Remedy
from routing.models import Handler

if TYPE_CHECKING:
    from escalations.models import Complaint

log = structlog.get_logger(__name__)
CLOCK = Actor.system("clock")
BATCH, MOST_TOLD = 200, 5
PUSHED_ASIDE = timedelta(hours=1)


def remind_approvers(*, at: datetime | None = None) -> int:
    """One step on each case with an approval that is overdue. Returns how many."""
    at = at or timezone.now()
    decided_in = ACTIONS["approve_remedy"].sources
    overdue = Remedy.objects.filter(
        state=Remedy.State.PROPOSED, look_at__lte=at, complaint__state__in=decided_in, complaint__merged_into=None
    ).select_related("complaint")
    return sum(_remind(remedy, at) for remedy in overdue.order_by("look_at", "pk")[:BATCH])


def _remind(remedy: Remedy, at: datetime) -> bool:
    from escalations.workflow import perform

    try:
        perform(remedy.complaint, "remind_approver", actor=CLOCK, at=at, remedy=remedy)
    except Refusal as refusal:
        # Decided in this moment, or the case stands where nobody decides. Pushed aside, so that it stops no other.
        log.info("approver_not_reminded", remedy=remedy.pk, code=refusal.code)
        Remedy.objects.filter(pk=remedy.pk, look_at__lte=at).update(look_at=at + PUSHED_ASIDE)
        return False
    return True


def notices(complaint: "Complaint", remedy: Remedy, at: datetime) -> list[ApprovalNotice]:
    """Unsaved: one for each of those who are asked and in, the nearest level first."""
    level = remedy.asked_level or 0
    near = Q(user__groups__name=MANAGER) | Q(user__groups__name=HANDLER, team=complaint.team_id)
    people = Handler.objects.active().filter(near, authority__level__gte=level).exclude(user=remedy.proposed_by_id)
    people = people.exclude(user__in=list(complaint.barred)).with_absence(at).filter(is_absent=False)
    if complaint.restricted_kind:
        people = people.filter(user__clearances__kind=complaint.restricted_kind)
    asked = people.distinct().order_by("authority__level", "pk")[:MOST_TOLD]
    return [ApprovalNotice(remedy=remedy, user=one.user, made_at=at, next_try_at=at) for one in asked if one.user.email]


def tell_approvers(*, now: datetime | None = None) -> int:
    """Send the e-mails that remind of what is not decided yet. Returns how many went out."""
    reads = ("remedy__complaint", "user")
    return tell(ApprovalNotice.objects.all(), _mail, reads=reads, now=now, still=_waits)


def _waits(notice: ApprovalNotice) -> bool:
    return notice.remedy.state == Remedy.State.PROPOSED


def _mail(notice: ApprovalNotice) -> EmailMessage:
    """Names the case, and nothing of what it is about."""
    reference = notice.remedy.complaint.reference
    address = f"{settings.BASE_URL}{reverse('escalations:approvals')}"
    body = _("A remedy on %(reference)s waits for a decision that is yours to take.\n\nDecide here: %(address)s")
    return EmailMessage(
        subject=_("%s: an approval waits") % reference,
        body=body % {"reference": reference, "address": address},
        to=[notice.user.email],
        headers={"Auto-Submitted": "auto-generated", "X-Redress-Reference": reference},
    )
