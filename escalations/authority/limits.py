"""What somebody may grant on this case: the authority matrix of routing, asked with the case's own sums."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.authority.acting import Acting, acting
from escalations.errors import NotAllowed
from escalations.models.approval import Approval
from escalations.models.party import Party, Person
from escalations.models.remedy import Remedy
from escalations.permissions import Scope
from escalations.placing.conflicts import Conflicts, barred_from_deciding, in_words
from routing.authority import Verdict, levels_to_agree, may, whole_matrix, whole_steps
from routing.locking import lock
from routing.models import ApprovalStep, AuthorityLimit
from routing.models.authority import HIGHEST_LEVEL

if TYPE_CHECKING:
    from escalations.models import Complaint
    from routing.models import User


NOBODYS = Acting(0)
AT_ONCE = timedelta(hours=1)
"""What was decided so shortly after a step began counts as before it: it held the lock first."""


@dataclass(frozen=True)
class Ruling:
    """Whether somebody may decide on a remedy now, why not in a sentence, and in whose authority. `is_last`: nobody has
    to agree after them."""

    allowed: bool
    reason: str = ""
    acting: Acting = NOBODYS
    is_last: bool = True

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Book:
    """The matrix as it is on a day: the limits, and who has to agree one after the other."""

    limits: list[AuthorityLimit]
    steps: list[ApprovalStep]

    @classmethod
    def of(cls, case: "Complaint", at: datetime) -> "Book":
        """As of that moment. The case remembers that of today."""
        day = timezone.localdate(at)
        if day == timezone.localdate():
            return cls(case.matrix, case.approval_steps)
        return cls(whole_matrix(day), whole_steps(day))


def verdict(
    complaint: "Complaint", remedy: Remedy, user: "User", at: datetime | None = None, *, anew: bool = False
) -> Ruling:
    """Whether this person may approve this remedy: nobody who is involved in the case may, nobody twice, nobody their
    own. Counted with what the case, and the customer's other cases of the last year, were granted already: a large
    remedy in small parts is one."""
    (answer,) = verdicts([(complaint, remedy)], user, at, anew=anew)
    return answer


def verdicts(
    pairs: Sequence[tuple["Complaint", Remedy]], user: "User", at: datetime | None = None, *, anew: bool = False
) -> list[Ruling]:
    """The same for many remedies, each with its case, in the order given; a constant number of queries."""
    if not pairs:
        return []
    at = at or timezone.now()
    cases = list({complaint.pk: complaint for complaint, _remedy in pairs}.values())
    book, persons = Book.of(cases[0], at), acting(user, at, anew=anew)
    elsewhere = _granted_elsewhere(cases, at)
    involved = barred_from_deciding(cases) if len(cases) > 1 else [cases[0].barred]
    barred = {case.pk: conflicts for case, conflicts in zip(cases, involved, strict=True)}
    _read_decisions(pairs, book)
    return [_ruling(case, remedy, user, persons, book, elsewhere[case.pk], barred[case.pk]) for case, remedy in pairs]


def _read_decisions(pairs: Sequence[tuple["Complaint", Remedy]], book: Book) -> None:
    """Of those that take several people, who has agreed already."""
    several = [remedy for case, remedy in pairs if remedy.pk and _levels(case, remedy, book)]
    prefetch_related_objects(several, "approvals")


def _ruling(
    case: "Complaint", remedy: Remedy, user: "User", persons: Sequence[Acting], book: Book, elsewhere: list[Remedy],
    involved: Conflicts,
) -> Ruling:  # fmt: skip
    if remedy.limit_kind is None:
        return Ruling(True, _("Anybody may offer an apology."), persons[0])
    if why := in_words(involved, user.pk):
        return Ruling(False, _("You are involved (%(why)s): somebody who is not decides.") % {"why": why})
    levels = _levels(case, remedy, book)
    agreed = _agreed(remedy) if remedy.pk and levels else []
    if any(row.decided_by_id == user.pk for row in agreed):
        return Ruling(False, _("You agreed to this already: the next step takes another person."))
    wanted = levels[len(agreed)] if len(agreed) < len(levels) else 0
    is_last = len(agreed) >= len(levels) - 1
    refused = ""
    for one in persons:
        if one.giver and one.giver.pk in {remedy.proposed_by_id, *involved, *_deciders(agreed)}:
            continue
        answer = _reaches(case, remedy, one.level, wanted, is_last, book, elsewhere)
        if answer.allowed:
            return Ruling(True, answer.reason, one, is_last)
        refused = refused or answer.reason
    return Ruling(False, refused, persons[0], is_last)


def _levels(case: "Complaint", remedy: Remedy, book: Book) -> list[int]:
    """Who has to agree one after the other, by the whole sum of that kind on the case."""
    kind = remedy.limit_kind
    if kind is None:
        return []
    return levels_to_agree(kind, _sum_on_case(case, remedy), remedy.currency, product_code(case), book.steps)


def _agreed(remedy: Remedy) -> list[Approval]:
    return [row for row in remedy.approvals.all() if row.agrees]


def agreed_before(remedy: Remedy, user: "User") -> bool:
    """Whether this person has decided on an earlier step of it: nobody decides twice, nor takes their word back."""
    return any(row.decided_by_id == user.pk for row in _agreed(remedy))


def _deciders(agreed: Iterable[Approval]) -> set[int | None]:
    return {pk for row in agreed for pk in (row.decided_by_id, row.decided_for_id)}


def _reaches(
    case: "Complaint", remedy: Remedy, level: int, wanted: int, is_last: bool, book: Book, elsewhere: list[Remedy]
) -> Verdict:
    if level < wanted:
        said = {"wanted": wanted, "level": level}
        return Verdict(False, _("Somebody of level %(wanted)d has to agree; this is level %(level)d.") % said)
    if not is_last:
        return Verdict(True, _("The first of several people: the next one decides after you."))
    return _verdict(case, remedy, level, book.limits, elsewhere)


def own_ruling(complaint: "Complaint", remedy: Remedy, user: "User", at: datetime) -> Ruling:
    """Whether the proposer's own authority reaches by itself: no second person, nothing that was lent to them."""
    book = Book.of(complaint, at)
    (elsewhere,) = _granted_elsewhere([complaint], at).values()
    if _levels(complaint, remedy, book):
        return Ruling(False, _("This takes several people."), is_last=False)
    return _ruling(complaint, remedy, user, acting(user, at)[:1], book, elsewhere, complaint.barred)


def rule_on(complaint: "Complaint", remedy: Remedy, user: "User", at: datetime) -> Ruling:
    """Raises NotAllowed, with who can, unless this person may approve this remedy of somebody else."""
    if remedy.proposed_by_id == user.pk:
        raise NotAllowed(_("You proposed this remedy yourself."), _("A colleague with the authority can approve it."))
    ruling = verdict(complaint, remedy, user, at, anew=True)
    if not ruling.allowed:
        raise NotAllowed(ruling.reason, _("Somebody with a higher authority level can."))
    return ruling


def rule_on_refusal(complaint: "Complaint", remedy: Remedy, user: "User", at: datetime) -> Ruling:
    """The same for refusing: whoever proposed it takes it back; else it takes the authority that is asked for."""
    if remedy.proposed_by_id == user.pk:
        return Ruling(True, acting=Acting(Scope.of(user).level))
    check_impartial(complaint, user)
    if agreed_before(remedy, user):
        raise NotAllowed(_("You agreed to this already: the next step takes another person."))
    persons = acting(user, at)
    enough = [one for one in persons if one.level >= _least(complaint, remedy, at)]
    own_giver = [one for one in enough if one.giver is None or one.giver.pk != remedy.proposed_by_id]
    if not own_giver:
        raise NotAllowed(
            _("You may not refuse what you could not approve."), _("Somebody with a higher authority level can.")
        )
    return Ruling(True, acting=own_giver[0])


def _least(complaint: "Complaint", remedy: Remedy, at: datetime) -> int:
    """The lowest level that may take the next step; the highest of all where none may grant it."""
    level = asked_level(complaint, remedy, at)
    return HIGHEST_LEVEL if level is None else level


def asked_level(complaint: "Complaint", remedy: Remedy, at: datetime, besides: Approval | None = None) -> int | None:
    """The lowest level that can take the next step on this remedy, `besides` what was agreed just now; None: none."""
    book = Book.of(complaint, at)
    agreed = (len(_agreed(remedy)) if remedy.pk else 0) + (1 if besides else 0)
    levels = _levels(complaint, remedy, book)
    wanted = levels[agreed] if agreed < len(levels) else 0
    is_last = agreed >= len(levels) - 1
    elsewhere = _granted_elsewhere([complaint], at)[complaint.pk]
    for level in range(HIGHEST_LEVEL + 1):
        if _reaches(complaint, remedy, level, wanted, is_last, book, elsewhere).allowed:
            return level
    return None


def next_level(level: int | None) -> int | None:
    """Who is asked as well when nobody answers."""
    return None if level is None else min(level + 1, HIGHEST_LEVEL)


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
    together = _sum_on_case(complaint, remedy)
    answer = asked(remedy.limit_kind, amount=together)
    if answer.allowed and remedy.amount is not None and remedy.is_money:
        granted = [row for row in complaint.remedies.all() if row.stands and row.is_money and row.pk != remedy.pk]
        others = [row for row in elsewhere if row.is_money]
        together = total([*granted, *others, remedy], remedy.currency)
        answer = asked("total", amount=together, per="customer_year")
    if answer.allowed or together == remedy.amount:
        return answer
    return Verdict(False, f"{answer.reason} {_counted_in(complaint, remedy, elsewhere)}")


def _counted_in(complaint: "Complaint", remedy: Remedy, elsewhere: list[Remedy]) -> str:
    """What was granted already, so that a remedy in parts is seen as one."""
    here = total([row for row in complaint.remedies.all() if row.stands and row.pk != remedy.pk], remedy.currency)
    there = total(elsewhere, remedy.currency)
    said = {"here": f"{here or 0:,.2f}", "there": f"{there or 0:,.2f}", "currency": remedy.currency}
    sentence = _("Granted already: %(here)s %(currency)s on this case, %(there)s on others of the customer in a year.")
    return sentence % said


def _sum_on_case(complaint: "Complaint", remedy: Remedy) -> Decimal | None:
    """All of that kind that stands on the case, this one with it: over every point."""
    granted = [row for row in complaint.remedies.all() if row.stands and row.pk != remedy.pk]
    return total([*(row for row in granted if row.limit_kind == remedy.limit_kind), remedy], remedy.currency)


def product_code(complaint: "Complaint") -> str:
    """The product that limits are asked for; empty where the case has none."""
    return getattr(getattr(complaint.main_point, "product", None), "code", "")


def total(remedies: Iterable[Remedy], currency: str) -> Decimal | None:
    """Summed in Python: SQLite sums decimals as floats. Another currency has limits and sums of its own. None when
    no money is meant."""
    amounts = [row.amount for row in remedies if row.amount is not None and row.currency == currency]
    return sum(amounts, Decimal(0)) if amounts else None


def hold_customers(*complaints: "Complaint") -> None:
    """Until the transaction ends no other case of the same customers can be granted anything: so two approvals at
    once do not pass the limit of the year together. Persons are locked after complaints and before handlers."""
    lock(Person.objects.filter(pk__in={person for complaint in complaints for person in _customers(complaint)}))


def _customers(complaint: "Complaint") -> list[int]:
    return [party.person_id for party in complaint.parties.all() if party.role != Party.Role.REPRESENTATIVE]


def _granted_elsewhere(complaints: Sequence["Complaint"], at: datetime) -> dict[int, list[Remedy]]:
    """By complaint: what its customers were granted on other cases in the year up to that moment."""
    cases_of: dict[int, set[int]] = defaultdict(set)
    for complaint in complaints:
        for person in _customers(complaint):
            cases_of[person].add(complaint.pk)
    year = (at - timedelta(days=365), at + AT_ONCE)
    granted = Remedy.objects.filter(complaint__parties__person__in=cases_of, decided_at__range=year)
    found: dict[int, dict[int, Remedy]] = {complaint.pk: {} for complaint in complaints}
    for remedy in granted.annotate(person=F("complaint__parties__person")):
        for pk in cases_of.get(remedy.person, ()):
            if remedy.stands and remedy.complaint_id != pk:
                found[pk][remedy.pk] = remedy
    return {pk: list(rows.values()) for pk, rows in found.items()}
