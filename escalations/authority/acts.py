"""Authority beyond money: to reject a complaint, to sign a final response, to open a closed case again. Asked of the
same matrix as amounts.

An act that no row of the matrix speaks of is for whoever may take the step.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from escalations.actions import HANDLER, MANAGER
from escalations.authority.acting import Acting, acting
from escalations.authority.limits import check_impartial, product_code
from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.states import Outcome, State
from routing.authority import Kind, is_governed, lowest, may
from routing.models import AuthorityLimit, Handler

if TYPE_CHECKING:
    from escalations.models import Complaint
    from routing.models import User

ACTS = AuthorityLimit.OPEN_ACTS
MOST_NAMES = 3


def rejects(complaint: "Complaint") -> bool:
    """Whether what is decided on any of its points is a no."""
    return any(point.outcome == Outcome.NOT_UPHELD for point in complaint.own_points)


def acts_on(complaint: "Complaint") -> tuple[AuthorityLimit.Kind, ...]:
    """The acts that can be agreed to as the case stands: once it is closed, that it is opened again."""
    return tuple(kind for kind in ACTS if (kind == Kind.REVERSE_CLOSURE) == (complaint.state == State.CLOSED))


def lacks(complaint: "Complaint", kind: str, user: "User | None", at: datetime) -> str:
    """Why this person may not do this act on the case by themselves, and who can agree to it; empty when they may."""
    if user is None or not is_governed(kind, complaint.matrix) or _is_authorised(complaint, kind):
        return ""
    product, limits = product_code(complaint), complaint.matrix
    if any(may(one.level, kind, product=product, matrix=limits).allowed for one in acting(user, at, anew=False)):
        return ""
    said = {"act": Kind(kind).label, "who": _who(complaint, kind, at)}
    return _("The authority to %(act)s, or the agreement of somebody who has it: %(who)s.") % said


def may_authorise(complaint: "Complaint", kind: str, user: "User", at: datetime) -> Acting:
    """In whose authority this person agrees to the act. Raises a refusal where they may not, or nobody needs to."""
    if kind not in acts_on(complaint):
        raise Invalid({"kind": [_("Choose what you agree to.")]})
    if not is_governed(kind, complaint.matrix):
        raise Invalid({"kind": [_("The authority limits say nothing of this: whoever works the case may do it.")]})
    if _is_authorised(complaint, kind):
        raise WrongState(_("Somebody agreed to this already."))
    if complaint.handler_id and complaint.handler and complaint.handler.user_id == user.pk:
        raise NotAllowed(_("You work this case yourself."), _("A colleague with the authority can agree to it."))
    check_impartial(complaint, user)
    product, limits = product_code(complaint), complaint.matrix
    for one in acting(user, at):
        own_giver = one.giver and complaint.handler and one.giver.pk == complaint.handler.user_id
        if not own_giver and may(one.level, kind, product=product, matrix=limits).allowed:
            return one
    who = _("%(who)s can.") % {"who": _who(complaint, kind, at)}
    raise NotAllowed(_("Your authority does not reach this: %(act)s.") % {"act": Kind(kind).label}, who)


def _is_authorised(complaint: "Complaint", kind: str) -> bool:
    """Since the case was escalated as it is now: what is opened again is agreed to again."""
    decided = [row.decided_at for row in complaint.triggers.all() if row.decided_at and row.state == "accepted"]
    since = max(decided, default=None)
    rows = complaint.authorisations.all()
    return any(row.kind == kind and (since is None or row.given_at >= since) for row in rows)


def _who(complaint: "Complaint", kind: str, at: datetime) -> str:
    """A few who have the authority and are in now; else of which level somebody has to be."""
    level = lowest(kind, product=product_code(complaint))
    if level is None:
        return _("no level has it")
    people = Handler.objects.active().filter(authority__level__gte=level).with_absence(at).filter(is_absent=False)
    near = people.filter(team=complaint.team_id, user__groups__name__in=[HANDLER, MANAGER])
    if complaint.restricted_kind:
        near = near.filter(user__clearances__kind=complaint.restricted_kind)
    own = complaint.handler_id or 0
    names = [str(one) for one in near.exclude(pk=own).distinct().order_by("authority__level", "pk")[:MOST_NAMES]]
    return ", ".join(names) or _("somebody of level %(level)d or above") % {"level": level}
