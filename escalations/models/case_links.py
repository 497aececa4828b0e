"""Cases that belong together: linked, merged and taken apart again. Each such step is told on both cases."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from escalations.errors import Invalid, WrongState
from escalations.models.case_words import CaseWords
from escalations.models.event import Event
from escalations.models.incident import Incident, number_of
from escalations.models.link import CaseLink
from escalations.models.remedy import Remedy
from escalations.models.trigger import Trigger, TriggerEvidence
from escalations.states import RestrictedKind, State
from routing.locking import lock

if TYPE_CHECKING:
    from escalations.models.complaint import Complaint
    from escalations.steps.step import Rows, Step

NO_REMEDY = (Remedy.State.REFUSED,)
ORDER = list(State)


class CaseLinks(CaseWords):
    """The part of Complaint that knows other complaints."""

    if TYPE_CHECKING:
        pk: Any
        state: Any
        received_at: Any
        merged: Any
        incident: Any
        incident_id: Any
        merged_into: Any
        merged_into_id: Any

    # --- links -----------------------------------------------------------------------------------------------

    def link(self, step: "Step", *, other: "Complaint", kind: str) -> "Rows":
        """These two belong together. What was proposed is agreed to by this."""
        if other.pk == self.pk:
            raise Invalid({"other": [_("A complaint is not linked with itself.")]})
        if CaseLink.objects.between(self.itself, other).filter(kind=kind, state=CaseLink.State.AGREED).exists():
            raise WrongState(_("They are linked so already."))
        step.note(other=other.pk, kind=kind)
        return [self._link(step, other, kind)]

    def linked(self, step: "Step", *, other: "Complaint", kind: str = "") -> "Rows":
        """The same, told on the other case."""
        step.note(other=other.pk, kind=kind)
        return []

    def unlink(self, step: "Step", *, link: CaseLink) -> "Rows":
        """Turn down what was proposed, or take back what was agreed; it is not proposed again."""
        link = CaseLink.objects.standing().of(self.itself).filter(pk=link.pk).first() or _gone()
        other = link.other if link.complaint_id == self.pk else link.complaint
        step.note(other=other.pk, kind=link.kind)
        return [_turned_down(link, step)]

    unlinked = linked

    def _link(self, step: "Step", other: "Complaint", kind: str) -> CaseLink:
        link = CaseLink.objects.between(self.itself, other).filter(kind=kind).first()
        if link is None:
            first, second = sorted((self.itself, other), key=lambda case: case.pk)
            link = CaseLink(complaint=second, other=first, kind=kind, proposed_at=step.at)
        link.state, link.decided_at, link.decided_by = CaseLink.State.AGREED, step.at, step.actor.user
        return link

    # --- incidents ------------------------------------------------------------------------------------------

    @property
    def incident_number(self) -> str:
        """Of the incident that it belongs to, such as “I-00007”; empty for none."""
        return number_of(self.incident_id)

    def join_incident(self, step: "Step", *, incident: Any) -> "Rows":
        """One of the complaints of one cause; it keeps a record of its own."""
        if incident.pk == self.incident_id:
            raise WrongState(_("It belongs to this incident already."))
        (incident,) = lock(Incident.objects.filter(pk=incident.pk)) or [incident]
        if incident.is_closed:
            raise WrongState(_("This incident was closed: open it again first, or choose another."))
        step.note(incident=incident.pk, before=self.incident_id)
        self.incident = incident
        return []

    def leave_incident(self, step: "Step") -> "Rows":
        step.note(incident=self.incident_id)
        self.incident = None
        return []

    # --- merging ---------------------------------------------------------------------------------------------

    def merge(self, step: "Step", *, other: "Complaint") -> "Rows":
        """This complaint goes on in the other: out of lists, counts and load. Both records stay."""
        self._check_merge(other)
        self.merged_into = other
        step.note(other=other.pk)
        return [self._link(step, other, CaseLink.Kind.DUPLICATE)]

    def _check_merge(self, other: "Complaint") -> None:
        """Raises Invalid when this is the wrong way round, or would hide something."""
        wrong = ""
        if other.pk == self.pk:
            wrong = _("A complaint is not merged into itself.")
        elif ORDER.index(State(other.state)) < ORDER.index(State(self.state)):
            wrong = _("This one has gone further: merge the other into it instead.")
        elif self.merged.exists():
            wrong = _("Others were merged into this one: merge the other into it instead, or take those apart first.")
        elif self.restricted_kind and other.restricted_kind != self.restricted_kind:
            wrong = _("This one is restricted (%s): the other must be restricted in the same way first.") % (
                RestrictedKind(self.restricted_kind).label
            )
        elif any(row.state not in NO_REMEDY for row in self.remedies.all()):
            wrong = _("This one has a remedy of its own: merge the other into it instead.")
        if wrong:
            raise Invalid({"other": [wrong]})

    def absorb(self, step: "Step", *, other: "Complaint") -> "Rows":
        """The other goes on here: with the earlier receipt, and with what it was escalated for."""
        step.note(other=other.pk)
        return [*self._counted_from(step, [*self.merged.all(), other]), *self._taken_over(step, other)]

    def unmerge(self, step: "Step") -> "Rows":
        """A complaint of its own again, as it stood; that it is the same as the other is turned down with it."""
        step.note(other=self.merged_into_id)
        said = CaseLink.objects.standing().between(self.itself, self.merged_into).filter(kind=CaseLink.Kind.DUPLICATE)
        self.merged_into = None
        return [_turned_down(link, step) for link in said]

    def release(self, step: "Step", *, other: "Complaint") -> "Rows":
        """The other goes its own way again, and takes with it what it was escalated for."""
        step.note(other=other.pk)
        absorbed = [event for event in self._events("absorb") if event.data.get("other") == other.pk]
        brought = set(absorbed[-1].data.get("trigger_ids", ())) if absorbed else set()
        waiting = [row for row in self.triggers.all() if row.pk in brought and row.state == Trigger.State.PENDING]
        for row in waiting:
            row.state, row.decided_at, row.decided_by = Trigger.State.DISMISSED, step.at, step.actor.user
        stay = [case for case in self.merged.all() if case.pk != other.pk]
        return [*self._counted_from(step, stay, besides=other), *waiting]

    def _events(self, action: str) -> list[Event]:
        return list(Event.objects.filter(complaint=self.itself, action=action).order_by("number"))

    def _counted_from(self, step: "Step", merged: "list[Complaint]", besides: "Complaint | None" = None) -> "Rows":
        """The deadlines that count from the receipt count from the earliest of all that is one complaint now."""
        from escalations.clocks import counted_from

        receipts = [self.received_at, *(case.received_at for case in merged)]
        was = [*receipts, *([besides.received_at] if besides else [])]
        moved = counted_from(self.itself, min(receipts), {*was})
        if moved:
            step.note(started_at=min(receipts).isoformat(), due={row.kind: row.due_at.isoformat() for row in moved})
        return [*moved]

    def _taken_over(self, step: "Step", other: "Complaint") -> "Rows":
        """What the other was escalated for and this one was not: further triggers, with the words."""
        known = {(row.kind, row.code) for row in self.triggers.all()}
        rows: Rows = []
        for old in other.triggers.prefetch_related("evidence").exclude(state=Trigger.State.DISMISSED):
            if (old.kind, old.code) in known:
                continue
            new = Trigger(
                complaint=self.itself, kind=old.kind, criterion_id=old.criterion_id, code=old.code,
                first_sign_at=old.first_sign_at, raised_at=step.at, raised_by=step.raised_by,
                explanation=f"{other.reference}: {old.explanation}"[:300],
            )  # fmt: skip
            rows += [new, *(_copied(row, new) for row in old.evidence.all())]
        return rows


def _copied(row: TriggerEvidence, trigger: Trigger) -> TriggerEvidence:
    """The same words in the same place: the text stays with the case it was said in."""
    return TriggerEvidence(
        trigger=trigger, statement_id=row.statement_id, message_id=row.message_id, words=row.words, start=row.start,
        end=row.end,
    )  # fmt: skip


def _turned_down(link: CaseLink, step: "Step") -> CaseLink:
    link.state, link.decided_at, link.decided_by = CaseLink.State.DISMISSED, step.at, step.actor.user
    return link


def _gone() -> Any:
    raise WrongState(_("This link is not there any more."))
