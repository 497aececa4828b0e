"""What belongs to a case: linked, merged, proposed to be either; only what this person may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from escalations.models import CaseLink, Complaint
from escalations.permissions import Scope
from escalations.quotes import first_sentence, shortened
from escalations.views.reading import beside
from escalations.views.rows import Sight, what_about
from escalations.workflow import Offer
from routing.models import User


@dataclass(frozen=True)
class Linked:
    """One other complaint: what it is about, how it belongs here, and what can be done about that."""

    case: Any
    words: str
    is_quoted: bool
    how: list[str]
    why: list[str]
    links: list[CaseLink]
    is_proposed: bool
    may_merge: bool


@dataclass(frozen=True)
class Family:
    """`into`: where this one goes on, None where it stands for itself or where that is not shown to this person."""

    proposed: list[Linked]
    agreed: list[Linked]
    merged: list[Linked]
    into: Any
    is_merged: bool
    offers: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.proposed or self.agreed or self.merged or self.is_merged)

    @property
    def duplicate(self) -> Any:
        """What this one would be merged into, of what is proposed."""
        found = (one for one in self.proposed if one.may_merge and CaseLink.Kind.DUPLICATE in _kinds(one))
        return next((one.case for one in found), None)


def family(case: Complaint, user: User, sight: Sight, offered: dict[str, Offer]) -> Family:
    """Of a case read whole; in one query, however many there are."""
    links: list[CaseLink] = beside(case, "links")
    keys = {link.other_id if link.complaint_id == case.pk else link.complaint_id for link in links}
    rows = Complaint.objects.visible_to(user).with_opening().with_product()
    near = Q(pk__in=keys) | Q(merged_into=case) | Q(pk=case.merged_into_id or 0)
    others = {row.pk: row for row in rows.filter(near).order_by("-pk")}
    found = [_linked(row, [one for one in links if row.pk in (one.complaint_id, one.other_id)], case, sight, offered)
             for row in others.values()]  # fmt: skip
    apart = [one for one in found if one.case.merged_into_id != case.pk and one.case.pk != case.merged_into_id]
    return Family(
        proposed=[one for one in apart if one.is_proposed],
        agreed=[one for one in apart if not one.is_proposed],
        merged=[one for one in found if one.case.merged_into_id == case.pk],
        into=others.get(case.merged_into_id or 0),
        is_merged=case.merged_into_id is not None,
        offers=frozenset(name for name in ("link", "unlink", "merge", "unmerge", "join_incident") if name in offered),
    )


def _linked(row: Any, links: list[CaseLink], case: Complaint, sight: Sight, offered: dict[str, Offer]) -> Linked:
    quoted = bool(sight.words and row.opening_words)
    return Linked(
        case=row,
        words=shortened(first_sentence(row.opening_words)) if quoted else what_about(row.issue_name, row.product_name),
        is_quoted=quoted,
        how=[str(link.get_kind_display()) for link in links],
        why=list(dict.fromkeys(reason for link in links for reason in link.reasons)),
        links=links,
        is_proposed=bool(links) and all(link.state == CaseLink.State.PROPOSED for link in links),
        may_merge="merge" in offered and row.is_open,
    )


def _kinds(one: Linked) -> set[str]:
    return {link.kind for link in one.links}


def goes_on_in(case: Complaint, user: User) -> Complaint | None:
    """Where a merged case goes on, if this person may see that one."""
    into = case.merged_into
    return into if into is not None and Scope.of(user).sees(into) else None


def banner(case: Complaint, user: User) -> str:
    """What whoever opens a merged case must know first; empty for one that stands for itself."""
    if case.merged_into_id is None:
        return ""
    into = goes_on_in(case, user)
    if into is None:
        return _("It was merged into a case that is not yours to see, and goes on there.")
    return _("It was merged into %s, and goes on there. This record stays.") % into
