"""What somebody may grant on this case: the authority matrix of routing, asked with the case's own sums."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actions import HANDLER, MANAGER
from escalations.conflicts import barred_from_deciding, in_words
from escalations.errors import NotAllowed
from escalations.models.party import Party, Person
from escalations.models.remedy import Remedy
from escalations.permissions import Scope
from routing.authority import Verdict, ceilings, may, whole_matrix
from routing.locking import lock
from routing.models import AuthorityLimit, Handler

if TYPE_CHECKING:
    from escalations.models import Complaint
    from routing.models import User


def verdict(complaint: "Complaint", remedy: Remedy, user: "User") -> Verdict:
    """Whether this person may approve this remedy: nobody who is involved in the case may. Counted with what the case,
    and the customer's other cases of the last year, were granted already: a large remedy in small parts is one."""
    (answer,) = verdicts([(complaint, remedy)], user)
    return answer


def verdicts(pairs: Sequence[tuple["Complaint", Remedy]], user: "User") -> list[Verdict]:
    """The same for many remedies, each with its case, in the order given; a constant number of queries."""
    if all(remedy.limit_kind is None for _case, remedy in pairs):
        return [Verdict(True, _("Anybody may offer an apology.")) for _pair in pairs]
    matrix = whole_matrix()
    cases = list({complaint.pk: complaint for complaint, _remedy in pairs}.values())
    elsewhere = _granted_elsewhere(cases)
    level, barred = Scope.of(user).level, barred_by_case(cases, user)
    return [
        _verdict(case, remedy, level, matrix, elsewhere[case.pk])
        if remedy.limit_kind is None or not barred[case.pk]
        else Verdict(False, barred[case.pk])
        for case, remedy in pairs
    ]


def barred_by_case(complaints: Sequence["Complaint"], user: "User") -> dict[int, str]:
    """By case: why this person must not decide on its remedies, as they are involved in it; empty when they are not."""
    # A single case remembers it: its page asks several times.
    barred = barred_from_deciding(complaints) if len(complaints) != 1 else [complaints[0].barred]
    words = (in_words(involved, user.pk) for involved in barred)
    sentence = _("You are involved (%(why)s): somebody who is not decides.")
    return {case.pk: sentence % {"why": why} if why else "" for case, why in zip(complaints, words, strict=True)}


def check_impartial(complaint: "Complaint", user: "User") -> None:
    """Raises NotAllowed when this person is involved in the case and so must neither approve nor refuse."""
    if why := barred_by_case([complaint], user)[complaint.pk]:
        raise NotAllowed(why)


def _verdict(
    complaint: "Complaint", remedy: Remedy, level: int, matrix: list[AuthorityLimit], elsewhere: list[Remedy]
) -> Verdict:
    if remedy.limit_kind is None:
        return Verdict(True, _("Anybody may offer an apology."))
    asked = partial(may, level, currency=remedy.currency, product=product_code(complaint), matrix=matrix)
    granted = [row for row in complaint.remedies.all() if row.stands and row.pk != remedy.pk]
    same_kind = [row for row in granted if row.limit_kind == remedy.limit_kind]
    answer = asked(remedy.limit_kind, amount=_total([*same_kind, remedy], remedy.currency))
    if not answer.allowed or remedy.amount is None:
        return answer
    yearly = _total([*granted, *elsewhere, remedy], remedy.currency)
    return asked("total", amount=yearly, per="customer_year")


@dataclass(frozen=True)
class Allowance:
    """What one person may grant of one kind on one case: `most` in all (None: without limit), `used` of it."""

    label: str
    most: Decimal | None
    used: Decimal
    currency: str

    @property
    def share(self) -> int:
        """How much of it is used, in per cent; at most 100."""
        return min(100, int(self.used * 100 / self.most)) if self.most else 0


def allowances(complaint: "Complaint", user: "User") -> list[Allowance]:
    """What this person may grant on this case without asking anybody, by kind of money; one query."""
    own = ceilings(Scope.of(user).level, product_code(complaint), whole_matrix())
    standing = [row for row in complaint.remedies.all() if row.stands]
    return [_allowance(limit, [row for row in standing if row.limit_kind == kind]) for kind, limit in own.items()]


def _allowance(limit: AuthorityLimit, granted: Sequence[Remedy]) -> Allowance:
    used = _total(granted, limit.currency) or Decimal(0)
    return Allowance(str(limit.get_kind_display()), limit.amount, used, limit.currency)


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


def product_code(complaint: "Complaint") -> str:
    """The product that limits are asked for; empty where the case has none."""
    return getattr(getattr(complaint.main_point, "product", None), "code", "")


def check(complaint: "Complaint", remedy: Remedy, user: "User") -> None:
    """Raises NotAllowed, with who can, unless this person may approve this remedy of somebody else."""
    who = _("Somebody with a higher authority level can.")
    if remedy.proposed_by_id == user.pk:
        raise NotAllowed(_("You proposed this remedy yourself."), _("A colleague with the authority can approve it."))
    check_impartial(complaint, user)
    answer = verdict(complaint, remedy, user)
    if not answer.allowed:
        raise NotAllowed(answer.reason, who)


def _total(remedies: Iterable[Remedy], currency: str) -> Decimal | None:
    """Summed in Python: SQLite sums decimals as floats. Another currency has limits and sums of its own. None when
    no money is meant."""
    amounts = [row.amount for row in remedies if row.amount is not None and row.currency == currency]
    return sum(amounts, Decimal(0)) if amounts else None


def hold_customers(complaint: "Complaint") -> None:
    """Until the transaction ends no other case of the same customers can be granted anything: so two approvals at
    once do not pass the limit of the year together. Persons are locked after complaints and before handlers."""
    lock(Person.objects.filter(pk__in=_customers(complaint)))


def _customers(complaint: "Complaint") -> list[int]:
    return [party.person_id for party in complaint.parties.all() if party.role != Party.Role.REPRESENTATIVE]


def _granted_elsewhere(complaints: Sequence["Complaint"]) -> dict[int, list[Remedy]]:
    """By complaint: what its customers were granted on other cases in the last year."""
    cases_of: dict[int, set[int]] = defaultdict(set)
    for complaint in complaints:
        for person in _customers(complaint):
            cases_of[person].add(complaint.pk)
    since = timezone.now() - timedelta(days=365)
    granted = Remedy.objects.filter(complaint__parties__person__in=cases_of, decided_at__gte=since)
    found: dict[int, dict[int, Remedy]] = {complaint.pk: {} for complaint in complaints}
    for remedy in granted.annotate(person=F("complaint__parties__person")):
        for pk in cases_of.get(remedy.person, ()):
            if remedy.stands and remedy.complaint_id != pk:
                found[pk][remedy.pk] = remedy
    return {pk: list(rows.values()) for pk, rows in found.items()}
