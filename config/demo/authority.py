"""Who decides for whom while somebody is away, and who has looked at what is restricted."""

from datetime import datetime, timedelta

from config.demo.bank import Bank
from escalations.models import ApprovalNotice, Complaint, Look
from escalations.permissions import Scope
from routing.models import Absence, Delegation

LENT = (("ruth", "sean", "My cases of Care while I am on leave."),)
"""Who lends their authority, to whom, and why: for as long as they are away."""
READERS = ("ines", "yasmin", "dorothy")


def make(bank: Bank, until: datetime) -> None:
    for giver, taker, reason in LENT:
        absence = Absence.objects.filter(handler__user=bank.people[giver]).latest("ends_at")
        Delegation.objects.create(
            giver=bank.people[giver], taker=bank.people[taker], reason=reason, starts_at=absence.starts_at,
            ends_at=absence.ends_at,
        )  # fmt: skip
    # The mails that remind went to addresses that lead nowhere.
    ApprovalNotice.objects.filter(told_at=None).update(told_at=until, next_try_at=None)
    _looks(bank, until)


def _looks(bank: Bank, until: datetime) -> None:
    for case in Complaint.objects.exclude(restricted_kind="").order_by("pk"):
        for number, name in enumerate(READERS):
            begin = max(case.received_at + timedelta(hours=2), until - timedelta(days=3))
            at = min(begin + timedelta(hours=5 * number, minutes=case.pk % 50), until)
            if Scope.of(bank.people[name]).sees(case):
                Look.objects.create(complaint=case, user=bank.people[name], place=Look.Place.PAGE, looked_at=at)
