"""Who decides for whom while somebody is away, what is to change in who may decide what, and who has looked at what is
restricted."""

from datetime import datetime, timedelta
from decimal import Decimal

from config.demo.bank import Bank
from escalations.models import ApprovalNotice, Complaint, Look
from escalations.permissions import Scope
from routing import second_person
from routing.models import (
    Absence,
    AuthorityChange,
    AuthorityLevel,
    AuthorityLimit,
    Delegation,
    Handler,
    OnAbsence,
    Team,
)

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
    _changes(bank, until)
    _away_today(until)


def _away_today(until: datetime) -> None:
    """Somebody of Care is ill. That team leaves the cases of who is away where they are, because
    people in trouble should not meet a new voice each week: the manager's page proposes who could go on with them."""
    Team.objects.filter(code="care").update(on_absence=OnAbsence.HOLD)
    ill = Handler.objects.get(user__username="imani")
    ill.absences.create(starts_at=until - timedelta(hours=1), ends_at=until + timedelta(days=6), reason="Illness")


def _changes(bank: Bank, until: datetime) -> None:
    """A limit that the second person refused to raise, one that waits, and a trainee who is to be a specialist."""
    sam, margaret = bank.people["sam"], bank.people["margaret"]
    limits = AuthorityLimit.objects.filter(level__level=2, per="case")
    asked = (
        ("distress", 300, "The ombudsman's awards went up in April.", 20),
        ("goodwill", 150, "A hamper costs more.", 1),
    )
    for kind, amount, why, days in asked:
        limit = limits.get(kind=kind)
        limit.amount = Decimal(amount)
        second_person.propose(limit, by=sam, why=why, at=until - timedelta(days=days))
    first, no = AuthorityChange.objects.earliest("pk"), "So much is for the gravest cases: they ask level 3."
    second_person.refuse(first, by=margaret, why=no, at=until - timedelta(days=19))
    tomasz = Handler.objects.get(user=bank.people["tomasz"])
    tomasz.authority = AuthorityLevel.objects.get(level=2)
    why = "Six months as a trainee; his letters need no second reader any more."
    second_person.propose(tomasz, by=sam, why=why, at=until - timedelta(hours=20))


def _looks(bank: Bank, until: datetime) -> None:
    for case in Complaint.objects.exclude(restricted_kind="").order_by("pk"):
        for number, name in enumerate(READERS):
            begin = max(case.received_at + timedelta(hours=2), until - timedelta(days=3))
            at = min(begin + timedelta(hours=5 * number, minutes=case.pk % 50), until)
            if Scope.of(bank.people[name]).sees(case):
                Look.objects.create(complaint=case, user=bank.people[name], place=Look.Place.PAGE, looked_at=at)
