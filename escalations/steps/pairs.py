"""Steps that are about two cases: both are locked in the order of their keys, and both tell of it."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from escalations.actions import Action
from escalations.actors import Actor
from escalations.errors import Invalid, WrongState
from escalations.models import CaseLink, Complaint
from escalations.permissions import Scope

if TYPE_CHECKING:
    Data = Mapping[str, Any]


def others(rule: Action, keys: Collection[int], data: "Data", each: "Mapping[int, Data]") -> set[int]:
    """The keys of the cases that a step on these is about as well; asked before any lock is taken."""
    if not rule.pair:
        return set()
    given = [data, *each.values()]
    found = {one["other"].pk for one in given if "other" in one}
    for link in (one["link"] for one in given if "link" in one):
        found |= {link.complaint_id, link.other_id}
    return found or set(
        Complaint.objects.filter(pk__in=keys).exclude(merged_into=None).values_list("merged_into", flat=True)
    )


def checked(rule: Action, actor: Actor, case: Complaint, data: "Data", locked: Mapping[int, Complaint]) -> Complaint:
    """The other case, as it stands under the lock. Raises WrongState where it changed in this very moment, and
    Invalid where this person may not see it: as if there were none."""
    other = locked.get(_key(case, data) or 0)
    if other is None:
        raise WrongState(_("The other complaint changed in this moment. Try again."))
    if actor.user is not None and not Scope.of(actor.user).sees(other):
        raise Invalid({"other": [no_such_case()]})
    return other


def _key(case: Complaint, data: "Data") -> int | None:
    if "other" in data:
        return int(data["other"].pk)
    link: CaseLink | None = data.get("link")
    if link is not None:
        return link.other_id if link.complaint_id == case.pk else link.complaint_id
    return case.merged_into_id


def no_such_case() -> str:
    return _("There is no such case, or it is not yours to see.")
