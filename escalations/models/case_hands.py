"""In whose hands a case is: who must not have it, who hands it to whom."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.models.case_words import CaseWords, own_row
from escalations.models.named_staff import NamedStaff

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step
    from routing.models import Decision, Handler, Team


class CaseHands(CaseWords):
    """The part of Complaint about the people who work it."""

    if TYPE_CHECKING:
        held_before: Any

        def decided_by_hand(self, step: "Step", team: "Team | None", handler: "Handler | None") -> "Decision": ...
        def kept(self, step: "Step", decision: "Decision") -> "Rows": ...

    def name_staff(self, step: "Step", *, user: Any) -> "Rows":
        """The complaint is about this colleague: from now on they, and their line manager, do not get it."""
        return self._barred(step, user, NamedStaff.Because.NAMED)

    def declare_conflict(self, step: "Step", *, user: Any = None) -> "Rows":
        """Somebody is too near to the case; why, the reason says. A handler declares it of themselves, a coordinator or
        a manager of anybody. Whoever holds the case keeps it until it is allocated elsewhere."""
        user = user or step.person
        if user.pk != step.person.pk and not step.may_oversee:
            raise NotAllowed(_("You declare a conflict of your own."), _("A manager can declare that of a colleague."))
        return self._barred(step, user, NamedStaff.Because.DECLARED)

    def _barred(self, step: "Step", user: Any, because: str) -> "Rows":
        """Where one of them has it already the event says so, and it waits `in_wrong_hands` to be allocated
        elsewhere."""
        from escalations.placing.wrong_hands import is_involved

        if any(row.user_id == user.pk and row.lifted_at is None for row in self.named_staff.all()):
            raise WrongState(_("%(user)s is named already.") % {"user": user})
        step.note(user=user.pk)
        if is_involved(self.itself, [user]):
            step.note(holder=self.handler_id)
        row = NamedStaff(complaint=self.itself, user=user, named_at=step.at, named_by=step.actor.user, because=because)
        return [row]

    def lift_naming(self, step: "Step", *, naming: NamedStaff) -> "Rows":
        """They were named by mistake. Nobody lifts it for themselves."""
        naming = own_row(self.named_staff, naming)
        if naming.lifted_at:
            raise WrongState(_("This was lifted already."))
        if naming.user_id == step.person.pk:
            raise NotAllowed(_("You are named yourself."), _("A colleague can lift it."))
        naming.lifted_at = step.at
        step.note(user=naming.user_id)
        return [naming]

    def reassign(self, step: "Step", *, handler: "Handler | None" = None, decision: "Decision | None" = None) -> "Rows":
        """Cover for absence: a colleague goes on, nothing is done again. Routing brings its decision."""
        if handler and handler.pk == self.handler_id:
            raise Invalid({"handler": [_("%(handler)s holds the case already.") % {"handler": handler}]})
        return self._handed(step, handler, decision)

    def take_over(self, step: "Step") -> "Rows":
        """A manager goes on with it themselves."""
        own = getattr(step.person, "handler", None)
        if own is None or not own.is_active:
            raise NotAllowed(_("You are no handler, so that you cannot hold a case."))
        return self.reassign(step, handler=own)

    def hand_back(self, step: "Step") -> "Rows":
        """The manager who has taken it over gives it back to whoever had it before."""
        return self._handed(step, self.held_before)

    def _handed(self, step: "Step", handler: "Handler | None", decision: "Decision | None" = None) -> "Rows":
        chosen = decision or self.decided_by_hand(step, handler.team if handler else None, handler)
        step.note(before=self.handler_id, handler=chosen.handler_id)
        self.team_id, self.handler_id = chosen.team_id, chosen.handler_id
        return self.kept(step, chosen)
