"""What somebody may grant on this case without asking, and who may more: the sentence that the case page opens with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.actions import HANDLER, MANAGER
from escalations.authority.limits import product_code, total
from escalations.models.remedy import Remedy
from escalations.permissions import Scope
from routing.authority import Kind, ceilings
from routing.models import AuthorityLimit, Handler

if TYPE_CHECKING:
    from escalations.models import Complaint
    from routing.models import User

MOST_NAMES = 3


@dataclass(frozen=True)
class Allowance:
    """What one person may grant of one kind on one case: `most` in all (None: without limit), `used` of it."""

    kind: str
    label: str
    most: Decimal | None
    used: Decimal
    currency: str

    @property
    def share(self) -> int:
        """How much of it is used, in per cent; at most 100."""
        return min(100, int(self.used * 100 / self.most)) if self.most else 0


def currency_of(complaint: "Complaint") -> str:
    """The case's own currency: what it says, or what its remedies are in; else that of the house's limits."""
    named = [complaint.currency, *(row.currency for row in complaint.remedies.all())]
    return next((code for code in (*named, *(row.currency for row in complaint.matrix)) if code), "")


def allowances(complaint: "Complaint", user: "User") -> list[Allowance]:
    """What this person may grant on this case without asking anybody, by kind of money, in the currency of the case."""
    return _of_level(complaint, Scope.of(user).level)


def _of_level(complaint: "Complaint", level: int) -> list[Allowance]:
    currency = currency_of(complaint)
    own = ceilings(level, product_code(complaint), currency, complaint.matrix)
    standing = [row for row in complaint.remedies.all() if row.stands]
    return [
        _allowance(kind, limit, currency, [row for row in standing if row.limit_kind == kind])
        for kind, limit in own.items()
    ]


def _allowance(kind: str, limit: AuthorityLimit, currency: str, granted: Sequence[Remedy]) -> Allowance:
    used = total(granted, currency) or Decimal(0)
    return Allowance(kind, str(limit.get_kind_display()), limit.amount, used, currency)


def who_may_more(complaint: "Complaint", user: "User", at: datetime) -> list[Handler]:
    """Who is in now, not involved, and decides above this person on this case, the lowest level first."""
    managers = Q(user__groups__name=MANAGER)
    colleagues = Q(user__groups__name=HANDLER, team=complaint.team_id)
    above = Handler.objects.active().filter(managers | colleagues, authority__level__gt=Scope.of(user).level)
    above = above.exclude(user__in=list(complaint.barred))
    if complaint.restricted_kind:
        above = above.filter(user__clearances__kind=complaint.restricted_kind)
    present = above.with_absence(at).filter(is_absent=False).select_related("authority")
    return list(present.distinct().order_by("authority__level", "user__first_name", "user__last_name", "pk"))


def you_may(complaint: "Complaint", own: Sequence[Allowance]) -> str:
    """ "You may grant up to 250.00 GBP here." """
    currency = currency_of(complaint)
    redress = next((one for one in own if one.kind == Kind.REDRESS), None)
    if redress is None:
        return _("You may grant no redress in %(currency)s by yourself.") % {"currency": currency or "?"}
    if redress.most is None:
        return _("You may grant redress without limit.")
    return _("You may grant up to %(most)s here.") % {"most": _money(redress.most, currency)}


def who_may(complaint: "Complaint", people: Sequence[Handler]) -> str:
    """ "These two colleagues can grant up to 2,000.00 GBP and are in now: Dana Ruiz and Sam Okafor." The nearest level
    that may more."""
    if not people:
        return _("Nobody who may grant more is in now.")
    level = people[0].authority.level
    nearest = [one for one in people if one.authority.level == level]
    redress = next((one for one in _of_level(complaint, level) if one.kind == Kind.REDRESS), None)
    names = ", ".join(str(one) for one in nearest[:MOST_NAMES])
    if redress is None or redress.most is None:
        said = ngettext(
            "This colleague can grant more and is in now: %(names)s.",
            "These %(count)d colleagues can grant more and are in now: %(names)s.",
            len(nearest),
        )
        return said % {"count": len(nearest), "names": names}
    said = ngettext(
        "This colleague can grant up to %(most)s and is in now: %(names)s.",
        "These %(count)d colleagues can grant up to %(most)s and are in now: %(names)s.",
        len(nearest),
    )
    return said % {"count": len(nearest), "names": names, "most": _money(redress.most, redress.currency)}


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.2f} {currency}".strip()
