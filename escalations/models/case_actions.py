"""What may happen to a case without moving it, and the parts that transitions share.

Like the transitions, these set fields and return unsaved rows; `escalations.workflow` stores them.
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from escalations.actors import CUSTOMER
from escalations.errors import Invalid, WrongState
from escalations.models.case_closing import CaseClosing
from escalations.models.case_desk import CaseDesk
from escalations.models.case_erasure import CaseErasure
from escalations.models.case_evidence import CaseEvidence
from escalations.models.case_fields import CaseFields
from escalations.models.case_handover import CaseHandover
from escalations.models.case_hands import CaseHands
from escalations.models.case_links import CaseLinks
from escalations.models.case_money import CaseMoney
from escalations.models.case_outcome import CaseOutcome
from escalations.models.case_page import CasePage
from escalations.models.case_peers import CasePeers
from escalations.models.case_referrals import CaseReferrals, check_aside
from escalations.models.case_triage import CaseTriage
from escalations.models.case_words import heard_by, own_row
from escalations.models.point import Point
from escalations.models.statement import Statement
from escalations.models.trigger import Trigger, TriggerEvidence
from escalations.states import TriggerKind
from routing.assignment import PlacementRefused

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step
    from routing.models import Decision, Handler, Team


EXPLANATION_LETTERS = 300


class CaseActions(
    CaseDesk,
    CaseErasure,
    CaseFields,
    CaseMoney,
    CaseHands,
    CaseHandover,
    CaseLinks,
    CaseReferrals,
    CaseTriage,
    CaseEvidence,
    CaseOutcome,
    CaseClosing,
    CasePage,
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

    def restrict(self, step: "Step", *, kind: str) -> "Rows":
        """Only people with the clearance see it from now on; an empty kind lifts it."""
        step.note(before=self.restricted_kind, kind=kind)
        self.restricted_kind = kind
        return []

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

    def acknowledge_outcome(
        self, step: "Step", *, accepted: bool, words: str = "", channel: str = "", said_by: Any = None
    ) -> "Rows":
        """The customer has answered, or who speaks for them. A yes accepts what was approved; a no is kept, and leaves
        the offer open."""
        party = self.check_decides(step, said_by)
        step.note(accepted=accepted)
        said = [self.said(step, words, heard_by(step, channel), said_by=party)] if words else []
        if not accepted:
            return [*said]
        self.acknowledged_at = step.at
        self.due_after_closing(step)
        return [*said, *self.remedies_accepted()]

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
