"""The case and its state machine. Each transition below is one row of the design's table.

Nobody calls a transition directly: `escalations.workflow.perform` does, after lock, state, authority and needs.
A transition sets fields and returns the rows that go with it, unsaved; the workflow stores them.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMField, FSMModelMixin, transition
from simple_history.models import HistoricalRecords

from escalations.actions import PERMISSIONS
from escalations.actors import CUSTOMER
from escalations.models.answer import Verdict
from escalations.models.case_actions import CaseActions
from escalations.models.case_referrals import check_aside
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import may
from escalations.states import (
    IN_WORK,
    OPEN,
    Channel,
    ClosedAs,
    RestrictedKind,
    Severity,
    State,
    Tier,
    TriggerKind,
)
from routing.models.weights import weight_of

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step
    from routing.models import Decision, Handler


class Complaint(CaseActions, FSMModelMixin, models.Model):
    """One row from receipt to closure. What people said, and who they are, stands in tables of its own."""

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    state = FSMField(_("state"), default=State.FRONTLINE, choices=State.choices, protected=True)
    closed_as: Any = models.CharField(_("closed as"), max_length=20, choices=ClosedAs, blank=True)
    set_aside_as = models.CharField(_("set aside as"), max_length=20, blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier, default=Tier.SPECIALIST)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.MEDIUM)
    priority = models.SmallIntegerField(_("priority"), default=0)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.OTHER)
    complaint_type = models.ForeignKey(
        "routing.Choice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("complaint type"),
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    region = models.CharField(_("region"), max_length=80, blank=True)
    jurisdiction = models.CharField(
        _("jurisdiction"), max_length=20, blank=True, help_text=_("Whose law and regulator apply, such as UK.")
    )
    amount = models.DecimalField(_("amount in dispute"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    restricted_kind = models.CharField(_("restricted"), max_length=30, choices=RestrictedKind, blank=True)

    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), db_index=True)
    registered_at = models.DateTimeField(_("registered at"))
    resolved_at = models.DateTimeField(_("outcome given at"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("customer answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(
        _("closed at"),
        null=True,
        blank=True,
        help_text=_("Empty for adopted cases whose file had no such date."),
    )
    offer_until = models.DateField(
        _("the offer stands until"), null=True, blank=True, help_text=_("Also when the file is closed before.")
    )  # fmt: skip
    due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registered by"),
    )
    team = models.ForeignKey(
        "routing.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    handler = models.ForeignKey(
        "routing.Handler", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handler")
    )
    external_system = models.CharField(_("from the system"), max_length=40, blank=True)
    external_id = models.CharField(_("its number there"), max_length=100, blank=True)
    external_outcome = models.CharField(_("outcome there"), max_length=100, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("goes on in")
    )
    incident = models.ForeignKey(
        "escalations.Incident", models.PROTECT, null=True, blank=True, related_name="complaints",
        verbose_name=_("incident"),
    )  # fmt: skip
    compared_at = models.DateTimeField(
        _("compared with others at"), null=True, blank=True, editable=False,
        help_text=_("Empty: new or changed since; a job compares it."),
    )  # fmt: skip
    latest_event = models.PositiveIntegerField(_("number of events"), default=0)
    look_at = models.DateTimeField(
        _("criteria look again"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Set by each step that may change what the criteria see, and to when time alone may."),
    )

    history = HistoricalRecords(excluded_fields=["compared_at", "look_at"])
    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-received_at", "-pk"]
        default_permissions = ("view",)
        permissions = [*PERMISSIONS]
        indexes = [
            models.Index(fields=["id"], name="complaint_to_compare", condition=models.Q(compared_at=None)),
            models.Index(fields=["handler", "state", "due_at"], name="complaint_mine"),
            models.Index(fields=["team", "state", "due_at"], name="complaint_team"),
            models.Index(fields=["state", "due_at"], name="complaint_state_due"),
            models.Index(fields=["registered_by", "-received_at"], name="complaint_own"),
            models.Index(fields=["look_at"], name="complaint_look_at", condition=models.Q(look_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_system", "external_id"],
                condition=~models.Q(external_id=""),
                name="external_id_once",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_as="", state__in=OPEN)
                | models.Q(state=State.CLOSED) & ~models.Q(closed_as="")
                | models.Q(state=State.RESOLVED, closed_as=ClosedAs.SETTLED),
                name="closed_as_says_how",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """To be worked on. What was merged into another goes on there."""
        return self.state in OPEN and self.merged_into_id is None

    @property
    def main_point(self) -> Any:
        """The first point, whose product and issue stand for the complaint; from a prefetch where there is one."""
        return min(self.points.all(), key=lambda point: point.position, default=None)

    @property
    def holder(self) -> "Handler | None":
        """Who works it right now: the ledger of assignments follows this."""
        return self.handler if self.holder_id else None

    @property
    def holder_id(self) -> int | None:
        """The key of the holder, for those who need no more."""
        return self.handler_id if self.state in IN_WORK and self.merged_into_id is None else None

    @property
    def weight(self) -> int:
        """What the case takes of a handler's capacity, by severity and tier."""
        return weight_of(self.severity, self.tier, self.weights)

    # --- the transitions -------------------------------------------------------------------------------------

    @transition(field=state, source=State.FRONTLINE, target=State.RESOLVED, permission=may("settle"))
    def settle(self, step: "Step", *, cause: Any, letter: str) -> "Rows":
        """Settled by the frontline: the light cause and the summary letter go with it."""
        self.closed_as = ClosedAs.SETTLED
        self.resolved_at = step.at
        return [*self.causes_set(cause), self.letter(step, "summary_resolution", letter)]

    @transition(field=state, source=State.FRONTLINE, target=State.TRIGGERED, permission=may("trigger"))
    def trigger(self, step: "Step", *, hits: Any = (), kind: str = TriggerKind.AGENT) -> "Rows":
        """Escalate. `hits` are what the criteria found; without them somebody asks, of the given kind."""
        return self.triggers_raised(step, hits, kind)

    @transition(field=state, source=State.TRIGGERED, target=State.TRIGGERED, permission=may("accept"))
    def accept(self, step: "Step") -> "Rows":
        """Agree that the case is to be escalated; routing takes only what was accepted."""
        return [*self.answered(step, Verdict.ESCALATE), *self.triggers_accepted(step)]

    @transition(
        field=state,
        source=State.TRIGGERED,
        target=GET_STATE(
            lambda complaint, step, **data: State.ROUTED if complaint.was_routed else State.FRONTLINE,
            states=[State.FRONTLINE, State.ROUTED],
        ),
        permission=may("send_back"),
    )
    def send_back(self, step: "Step") -> "Rows":
        """The criteria are not met: to the frontline, or to the same handler if it was ever routed."""
        last = self.last_assignment
        if last is not None:
            self.team, self.handler = last.team, last.handler if last.handler.is_active else None
        else:
            self.asked_anew(step)
        return [*self.answered(step, Verdict.SEND_BACK), *self.triggers_dismissed(step)]

    @transition(field=state, source=State.TRIGGERED, target=State.ROUTED, permission=may("route"))
    def route(
        self, step: "Step", *, decision: "Decision | None" = None, team: Any = None, handler: Any = None
    ) -> "Rows":
        """Placed by a stored decision; by hand, a decision is stored that says who chose and why."""
        return self.placed(step, decision or self.decided_by_hand(step, team, handler))

    @transition(field=state, source=State.ROUTED, target=State.ROUTED, permission=may("take"))
    def take(self, step: "Step") -> "Rows":
        """A handler of the team takes what nobody holds."""
        self.handler = step.handler
        step.note(handler=self.handler.pk)
        return []

    @transition(field=state, source=IN_WORK, target=State.ROUTED, permission=may("reroute"))
    def reroute(
        self, step: "Step", *, decision: "Decision | None" = None, team: Any = None, handler: Any = None
    ) -> "Rows":
        """Other expertise is needed."""
        return self.placed(step, decision or self.decided_by_hand(step, team, handler))

    @transition(field=state, source=State.ROUTED, target=State.INVESTIGATING, permission=may("investigate"))
    def investigate(self, step: "Step") -> "Rows":
        return []

    @transition(field=state, source=State.INVESTIGATING, target=State.COMMUNICATING, permission=may("communicate"))
    def communicate(self, step: "Step") -> "Rows":
        """Findings, outcomes and remedies are complete: the customer is told."""
        self.offer_begins(step)
        return []

    @transition(field=state, source=State.COMMUNICATING, target=State.INVESTIGATING, permission=may("reinvestigate"))
    def reinvestigate(self, step: "Step") -> "Rows":
        """What comes of it takes a new answer of the customer, whatever they said to the outcome before."""
        self.acknowledged_at = None
        return []

    @transition(field=state, source=State.COMMUNICATING, target=State.RESOLVED, permission=may("resolve"))
    def resolve(self, step: "Step", *, agreed: bool = False, offer_until: Any = None, said_by: Any = None) -> "Rows":
        """The outcome is given. When the customer agrees, or takes this step, what was approved is accepted; else it
        is offered until its day."""
        agreed = agreed or step.actor.kind == CUSTOMER
        if agreed:
            self.check_decides(step, said_by)
        self.resolved_at = step.at
        step.note(agreed=agreed)
        if not agreed:
            self.offer_begins(step, offer_until)
            return []
        self.acknowledged_at = step.at
        return self.remedies_accepted()

    @transition(
        field=state,
        source=[State.TRIGGERED, *IN_WORK, State.RESOLVED, State.CLOSED],
        target=State.TRIGGERED,
        permission=may("escalate_further"),
    )
    def escalate_further(self, step: "Step") -> "Rows":
        """One tier up, accepted already."""
        self.tier = min(self.tier + 1, Tier.EXECUTIVE)
        step.note(tier=int(self.tier))
        return [*self.opened_again(), self.trigger_accepted(step, TriggerKind.FURTHER)]

    @transition(field=state, source=State.RESOLVED, target=State.CLOSED, permission=may("close"))
    def close(self, step: "Step") -> "Rows":
        """How it ended is worked out from its points; a settled case stays settled."""
        self.closed_as = self.closed_as or self.outcome_of_points()
        self.closed_at = step.at
        step.note(silence=self.acknowledged_at is None and self.last_refusal is None)
        if self.last_refusal is not None:
            step.note(refused=True)
        if self.offer_until and self.offer_stands:
            step.note(offer_until=self.offer_until.isoformat())
        return []

    @transition(field=state, source=[State.RESOLVED, State.CLOSED], target=State.TRIGGERED, permission=may("reopen"))
    def reopen(self, step: "Step") -> "Rows":
        """Something new came up inside the window; routing prefers the handler who had it."""
        return [*self.opened_again(), self.trigger_accepted(step, TriggerKind.REOPENED)]

    @transition(field=state, source=OPEN, target=State.CLOSED, permission=may("withdraw"))
    def withdraw(self, step: "Step", *, words: str, channel: str = "", said_by: Any = None) -> "Rows":
        """The customer's own word, or of who speaks for them, is kept as a message and confirmed in writing."""
        party = self.check_decides(step, said_by)
        self.closed_as, self.closed_at = ClosedAs.WITHDRAWN, step.at
        return self.withdrawal(step, words, channel, party)

    @transition(field=state, source=OPEN, target=State.CLOSED, permission=may("set_aside"))
    def set_aside(
        self, step: "Step", *, kind: str, letter: str = "", firm: str = "", firm_email: str = "",
        firm_letter: str = "",
    ) -> "Rows":  # fmt: skip
        """Not ours to answer, by two people; a letter where one is due."""
        check_aside(kind=kind, letter=letter, firm=firm, firm_letter=firm_letter)
        step.note(kind=kind, before=self.closed_as)
        self.closed_as, self.closed_at, self.set_aside_as = ClosedAs.SET_ASIDE, step.at, kind
        if firm:
            return self.referred(step, firm, firm_email, letter, firm_letter)
        return [self.letter(step, "referral", letter)] if letter else []

    @transition(
        field=state,
        source=State.CLOSED,
        target=GET_STATE(lambda complaint, step, **data: complaint.state_before_set_aside, states=list(OPEN)),
        permission=may("restore"),
    )
    def restore(self, step: "Step") -> "Rows":
        """Back to where it stood before it was set aside, by two people. Nothing is reverted in the record."""
        before = self.set_aside_event.data.get("before", "")
        self.closed_as, self.closed_at, self.set_aside_as = before, None, ""
        return []
