"""What somebody may grant on this case: the authority matrix of routing, asked with the case's own sums."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.errors import NotAllowed
from escalations.models.remedy import Remedy
from escalations.permissions import Scope
from routing.authority import Verdict, may

if TYPE_CHECKING:
    from escalations.models import Complaint
    from routing.models import User


def verdict(complaint: "Complaint", remedy: Remedy, user: "User") -> Verdict:
    """Whether this person may approve this remedy, counted with what the case, and the customer's other
    cases of the last year, were granted already. So that a large remedy in small parts is seen as one."""
    if remedy.limit_kind is None:
        return Verdict(True, _("Anybody may offer an apology."))
    level = Scope.of(user).level
    product = getattr(getattr(complaint.main_point, "product", None), "code", "")
    granted = [row for row in complaint.remedies.all() if row.stands and row.pk != remedy.pk]
    same_kind = [row for row in granted if row.limit_kind == remedy.limit_kind]
    answer = may(
        level,
        remedy.limit_kind,
        amount=_total([*same_kind, remedy]),
        currency=remedy.currency,
        product=product,
    )
    if not answer.allowed or remedy.amount is None:
        return answer
    yearly = _total([*granted, *_granted_elsewhere(complaint), remedy])
    return may(level, "total", amount=yearly, currency=remedy.currency, product=product, per="customer_year")


def check(complaint: "Complaint", remedy: Remedy, user: "User") -> None:
    """Raises NotAllowed, with who can, unless this person may approve this remedy of somebody else."""
    who = _("Somebody with a higher authority level can.")
    if remedy.proposed_by_id == user.pk:
        raise NotAllowed(_("You proposed this remedy yourself."), _("A colleague with the authority can approve it."))
    answer = verdict(complaint, remedy, user)
    if not answer.allowed:
        raise NotAllowed(answer.reason, who)


def _total(remedies: Iterable[Remedy]) -> Decimal | None:
    """Summed in Python: SQLite sums decimals as floats. None when no money is meant."""
    amounts = [row.amount for row in remedies if row.amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _granted_elsewhere(complaint: "Complaint") -> Iterable[Remedy]:
    persons = [party.person_id for party in complaint.parties.all() if party.role != "representative"]
    since = timezone.now() - timedelta(days=365)
    found = Remedy.objects.filter(complaint__parties__person__in=persons, decided_at__gte=since).distinct()
    return [row for row in found.exclude(complaint=complaint) if row.stands]
