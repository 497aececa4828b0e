"""A case whose holder turns out to be involved in it: named later, or the line manager of who is; or who may not see it
any more, because it was restricted or their clearance was taken; or who works here no more.

It stays with them until somebody allocates it elsewhere; meanwhile its page, triage, and the first page of coordinators
and managers say so."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from escalations.models.named_staff import NamedStaff
from escalations.permissions import Scope
from escalations.states import IN_WORK
from routing.models import User
from routing.wording import listed

if TYPE_CHECKING:
    from escalations.models import Complaint


def why_wrong(case: "Complaint") -> str:
    """Why its holder should not have it, in a sentence; empty where nothing is wrong. Of all cases
    `Complaint.objects.in_wrong_hands` finds them."""
    if case.handler is None or case.state not in IN_WORK:
        return ""
    if not (case.handler.is_active and case.handler.user.is_active):
        return _("%(handler)s holds the case and works here no more: it goes to somebody else.") % {
            "handler": case.handler
        }
    if case.restricted_kind and case.restricted_kind not in Scope.of(case.handler.user).clearances:
        said = _("%(handler)s holds the case and may not see it (%(kind)s): it goes to somebody with the clearance.")
        return said % {"handler": case.handler, "kind": case.get_restricted_kind_display()}
    rows = [row for row in case.named_staff.all() if row.lifted_at is None]
    if any(row.user_id == case.handler.user_id and row.because == NamedStaff.Because.DECLARED for row in rows):
        said = _("%(handler)s holds the case and declared a conflict of interest: it goes to somebody else.")
        return said % {"handler": case.handler}
    return is_involved(case, [row.user for row in rows])


def is_involved(case: "Complaint", named: list[User]) -> str:
    """The same, when these colleagues are named."""
    holder = case.handler
    if holder is None:
        return ""
    if any(user.pk == holder.user_id for user in named):
        return _("%(handler)s holds the case and is named in it: it goes to somebody else.") % {"handler": holder}
    below = [user for user in named if user.line_manager_id == holder.user_id]
    if not below:
        return ""
    values = {"handler": holder, "named": listed(user.display_name for user in below)}
    return (
        _("%(handler)s holds the case and is line manager of %(named)s, who is named in it: it goes to somebody else.")
        % values
    )
