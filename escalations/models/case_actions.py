"""What may happen to a case without moving it, and the parts that transitions share.

Like the transitions, these set fields and return unsaved rows; `escalations.workflow` stores them.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from escalations.actors import CUSTOMER
from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.models.case_closing import CaseClosing
from escalations.models.case_evidence import CaseEvidence
from escalations.models.case_fields import CaseFields
from escalations.models.case_handover import CaseHandover
from escalations.models.case_links import CaseLinks
from escalations.models.case_outcome import CaseOutcome
from escalations.models.case_peers import CasePeers
from escalations.models.case_referrals import CaseReferrals, check_aside
from escalations.models.case_triage import CaseTriage
from escalations.models.case_waiting import CaseWaiting
from escalations.models.case_words import own_row
from escalations.models.named_staff import NamedStaff
from escalations.models.point import Point
from escalations.models.remedy import Remedy
from escalations.models.statement import Statement
from escalations.models.trigger import Trigger, TriggerEvidence
from escalations.states import Channel, TriggerKind
from routing.assignment import PlacementRefused

if TYPE_CHECKING:
    from escalations.step import Rows, Step
    from routing.models import Decision, Handler, Team


EXPLANATION_LETTERS = 300


class CaseActions(
    CaseFields,
    CaseHandover,
    CaseLinks,
    CaseReferrals,
    CaseTriage,
    CaseWaiting,
    CaseEvidence,
    CaseOutcome,
    CaseClosing,
    CasePeers,
):
    """The part of Complaint that is not a transition."""

    # --- facts -----------------------------------------------------------------------------------------------

    def edit(self, step: "Step", **changes: Any) -> "Rows":
        """Correct severity, amount, region, jurisdiction, language, product or issue of the main point."""
        point = self.main_point
        changed_point = False
        for name, value in changes.items():
            target = point if name in {"product", "sub_product", "issue", "sub_issue"} else self
            changed_point |= target is point and getattr(point, name) != value
            setattr(target, name, value)
        step.note(changed=sorted(changes))
        self.compare_again()
        return [point] if changed_point else []

    def add_statement(self, step: "Step", *, kind: str, text: str) -> "Rows":
        self.compare_again()
        return [self.statement(step, kind, text)]

    def add_point(self, step: "Step", *, product: Any = None, issue: Any = None) -> "Rows":
        self.compare_again()
        position = max(point.position for point in self.points.all()) + 1
        return [Point(complaint=self.itself, position=position, product=product, issue=issue)]

    def record_attempt(self, step: "Step", *, what: str, result: str, why: str = "", promised_on: Any = None) -> "Rows":
        """What was tried, what came of it, and why it did not work where it did not; by when it was promised."""
        step.note(result=result)
        self.compare_again()
        return [
            self.attempt(step, what, result, promised_on),
            *([self.statement(step, Statement.Kind.WHY_FAILED, why)] if why else []),
        ]

    def name_staff(self, step: "Step", *, user: Any) -> "Rows":
        """The complaint is about this colleague: from now on they, and their line manager, do not get it. Where one of
        them has it already the event says so, and it waits `in_wrong_hands` to be allocated elsewhere."""
        from escalations.wrong_hands import is_involved

        if any(row.user_id == user.pk and row.lifted_at is None for row in self.named_staff.all()):
            raise WrongState(_("%(user)s is named already.") % {"user": user})
        step.note(user=user.pk)
        if is_involved(self.itself, [user]):
            step.note(holder=self.handler_id)
        return [NamedStaff(complaint=self.itself, user=user, named_at=step.at, named_by=step.actor.user)]

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

    def restrict(self, step: "Step", *, kind: str) -> "Rows":
        """Only people with the clearance see it from now on; an empty kind lifts it."""
        step.note(before=self.restricted_kind, kind=kind)
        self.restricted_kind = kind
        return []

    def reassign(self, step: "Step", *, handler: "Handler | None" = None, decision: "Decision | None" = None) -> "Rows":
        """Cover for absence: a colleague goes on, nothing is done again. Routing brings its decision."""
        if handler and handler.pk == self.handler_id:
            raise Invalid({"handler": [_("%(handler)s holds the case already.") % {"handler": handler}]})
        chosen = decision or self.decided_by_hand(step, handler.team if handler else None, handler)
        step.note(before=self.handler_id, handler=chosen.handler_id)
        self.team_id, self.handler_id = chosen.team_id, chosen.handler_id
        return self.kept(step, chosen)

    # --- triggers --------------------------------------------------------------------------------------------

    def add_trigger(self, step: "Step", *, hits: Any = (), kind: str = TriggerKind.AGENT) -> "Rows":
        """Found after escalation: whoever works the case sees it and may take it further."""
        return self.triggers_raised(step, hits, kind)

    def triggers_raised(self, step: "Step", hits: Any, kind: str) -> "Rows":
        """One for each hit, but none that was raised already, by whoever examined it in the same moment."""
        raised = {trigger.code for trigger in self.triggers.all()}
        fresh = [hit for hit in hits if hit.criterion.code not in raised]
        if hits and not fresh:
            raise WrongState(_("This was found already."))
        rows: Rows = []
        for hit in fresh:
            found_by = hit.criterion
            trigger = self._trigger(
                step, found_by.kind, explanation=hit.explanation[:EXPLANATION_LETTERS], criterion_id=found_by.pk,
                code=found_by.code, first_sign_at=min(hit.since or step.at, step.at),
            )  # fmt: skip
            rows += [trigger, *(TriggerEvidence(trigger=trigger, **place) for place in hit.places)]
        if not hits:
            kind = TriggerKind.CUSTOMER if step.actor.kind == CUSTOMER else kind
            rows.append(self._trigger(step, kind, explanation=_("%s asks") % step.raised_by))
        step.note(kinds=sorted({row.kind for row in rows if isinstance(row, Trigger)}))
        return rows

    def trigger_accepted(self, step: "Step", kind: str) -> Trigger:
        return self._trigger(
            step,
            kind,
            explanation=_("%s asks") % step.raised_by,
            state=Trigger.State.ACCEPTED,
            decided_at=step.at,
            decided_by=step.actor.user,
        )

    @property
    def waits_for_triage(self) -> bool:
        """Whether a trigger is still to be decided on."""
        prefetch_related_objects(self.peers, "triggers")
        return any(row.state == Trigger.State.PENDING for row in self.triggers.all())

    def triggers_accepted(self, step: "Step") -> "Rows":
        pending = [row for row in self.triggers.all() if row.state == Trigger.State.PENDING]
        return self._triggers_decided(step, Trigger.State.ACCEPTED, pending)

    def triggers_dismissed(self, step: "Step") -> "Rows":
        """Those of this escalation: what had been accepted before the case was last worked on stays so."""
        last = self.last_assignment
        standing = [row for row in self.triggers.all() if row.state != Trigger.State.DISMISSED]
        latest = [row for row in standing if last is None or row.raised_at > last.since]
        return self._triggers_decided(step, Trigger.State.DISMISSED, latest)

    def _triggers_decided(self, step: "Step", state: str, decided: list[Trigger]) -> "Rows":
        for row in decided:
            row.state, row.decided_at, row.decided_by = state, step.at, step.actor.user
        return [*decided]

    def _trigger(self, step: "Step", kind: str, **fields: Any) -> Trigger:
        told = {"first_sign_at": step.at, "raised_at": step.at, "raised_by": step.raised_by}
        return Trigger(complaint=self.itself, kind=kind, **{**told, **fields})

    # --- routing ---------------------------------------------------------------------------------------------

    def placed(self, step: "Step", decision: "Decision") -> "Rows":
        """Take over what the decision says. A tier is a minimum: it never goes down."""
        self.compare_again()
        self.team_id, self.handler_id = decision.team_id, decision.handler_id
        outcome = decision.outcome or {}
        self.tier = max(self.tier, outcome.get("tier") or self.tier)
        self.priority = outcome.get("priority") or 0
        step.note(team=self.team_id, handler=self.handler_id)
        return self.kept(step, decision)

    def kept(self, step: "Step", decision: "Decision") -> "Rows":
        """The event tells which decision it was: by its key, or as a row that is stored with the step."""
        if decision._state.adding:
            return [decision]
        step.note(decision=decision.pk)
        return []

    def decided_by_hand(self, step: "Step", team: "Team | None", handler: "Handler | None") -> "Decision":
        """Not saved yet."""
        asked = {"team": team, "handler": handler, "by": step.person, "reason": step.reason, "at": step.at}
        try:
            return self.hand_desk.send(self.reference, self.facts, **asked)
        except PlacementRefused as refused:
            raise Invalid({refused.code: [refused.message]}) from refused

    @property
    def was_routed(self) -> bool:
        return self.last_assignment is not None

    @property
    def state_before_set_aside(self) -> str:
        return self.set_aside_event.from_state

    # --- investigation and remedies --------------------------------------------------------------------------

    def propose_remedy(
        self,
        step: "Step",
        *,
        kind: str,
        amount: Decimal | None = None,
        currency: str = "",
        point: Point | None = None,
    ) -> "Rows":
        """Approved at once where the proposer's own authority reaches; else it waits for somebody who may."""
        from escalations.authority import hold_customers, verdict

        remedy = Remedy(
            complaint=self.itself,
            point=point,
            kind=kind,
            amount=amount,
            currency=currency if amount is not None else "",
            proposed_by=step.person,
            proposed_at=step.at,
        )
        hold_customers(self.itself)
        if verdict(self.itself, remedy, step.person).allowed:
            remedy.state, remedy.decided_by, remedy.decided_at = (
                Remedy.State.APPROVED,
                step.actor.user,
                step.at,
            )
        step.note(kind=kind, amount=str(amount) if amount is not None else None, state=remedy.state)
        return [remedy]

    def approve_remedy(self, step: "Step", *, remedy: Remedy) -> "Rows":
        """By somebody else than the proposer, whose authority reaches."""
        from escalations.authority import check, hold_customers

        hold_customers(self.itself)
        check(self.itself, own_row(self.remedies, remedy), step.person)
        return self._remedy_decided(step, remedy, Remedy.State.APPROVED)

    def refuse_remedy(self, step: "Step", *, remedy: Remedy) -> "Rows":
        """By anybody who may decide here and is not involved, whatever their authority."""
        from escalations.authority import check_impartial

        check_impartial(self.itself, step.person)
        return self._remedy_decided(step, remedy, Remedy.State.REFUSED)

    def schedule_remedy(self, step: "Step", *, remedy: Remedy, due_on: Any, owner: Any) -> "Rows":
        remedy = self.granted(remedy)
        remedy.due_on, remedy.owner = due_on, owner
        step.note(remedy=remedy.pk, due_on=str(due_on))
        return [remedy]

    def pay_remedy(self, step: "Step", *, remedy: Remedy, payment_reference: str = "") -> "Rows":
        remedy = self.granted(remedy)
        remedy.state, remedy.paid_at, remedy.payment_reference = Remedy.State.PAID, step.at, payment_reference
        step.note(remedy=remedy.pk, amount=str(remedy.amount) if remedy.amount is not None else None)
        return [remedy]

    def remedies_accepted(self) -> "Rows":
        accepted = [row for row in self.remedies.all() if row.state == Remedy.State.APPROVED]
        for row in accepted:
            row.state = Remedy.State.ACCEPTED
        return accepted

    def granted(self, remedy: Remedy) -> Remedy:
        """The remedy as it stands now; refused unless it was granted and is still to be paid."""
        remedy = own_row(self.remedies, remedy)
        if remedy.state not in (Remedy.State.APPROVED, Remedy.State.ACCEPTED):
            raise WrongState(_("This remedy is “%s”.") % remedy.get_state_display())
        return remedy

    def acknowledge_outcome(self, step: "Step", *, accepted: bool, words: str = "") -> "Rows":
        """The customer has answered. A yes accepts what was approved; a no is kept, and leaves the offer open."""
        step.note(accepted=accepted)
        said = [self.said(step, words, Channel.PHONE)] if words else []
        if not accepted:
            return [*said]
        self.acknowledged_at = step.at
        self.due_after_closing(step)
        return [*said, *self.remedies_accepted()]

    def _remedy_decided(self, step: "Step", remedy: Remedy, state: str) -> "Rows":
        remedy = own_row(self.remedies, remedy)
        if remedy.state != Remedy.State.PROPOSED:
            raise WrongState(_("This remedy is “%s” already.") % remedy.get_state_display())
        remedy.state, remedy.decided_by, remedy.decided_at = state, step.actor.user, step.at
        step.note(remedy=remedy.pk, state=state)
        return [remedy]

    def opened_again(self) -> "Rows":
        """Clears what closing and giving the outcome had set; the handler is chosen anew."""
        self.closed_as, self.closed_at, self.resolved_at, self.acknowledged_at = "", None, None, None
        self.team, self.handler = None, None
        return []

    # --- deadlines and second persons --------------------------------------------------------------------------

    def miss_deadline(self, step: "Step", *, clock: Any) -> "Rows":
        clock = own_row(self.clocks, clock)
        if not clock.is_running or clock.missed_at:
            raise WrongState(_("This deadline was met, or flagged already."))
        clock.missed_at, clock.next_at = step.at, None
        step.note(clock=clock.kind, due_at=clock.due_at.isoformat())
        return [clock]

    def decline_confirmation(self, step: "Step", *, confirmation: Any) -> "Rows":
        confirmation = own_row(self.confirmations, confirmation)
        if confirmation.answered_at:
            raise WrongState(_("This was answered already."))
        confirmation.answered_by, confirmation.answered_at, confirmation.confirmed = (
            step.actor.user,
            step.at,
            False,
        )
        step.note(declined=confirmation.action)
        return [confirmation]

    def asked_to_confirm(self, step: "Step", action: str, data: dict[str, Any]) -> "Rows":
        if action == "set_aside":
            check_aside(**data)
        step.note(asked=action)
        return [
            apps.get_model("escalations.Confirmation")(
                complaint=self.itself,
                action=action,
                asked_by=step.person,
                asked_at=step.at,
                reason=step.reason,
                data=data,
            )
        ]
