"""Remedies: proposed, decided on by who has the authority, scheduled, paid, come back; and how they were worked out.

Like the transitions, these set fields and return unsaved rows; `escalations.workflow` stores them. A remedy that was
refused stays refused: what is still to be given is proposed anew.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.models.approval import Approval, Authorisation
from escalations.models.calculation import Calculation, CalculationCheck, CalculationLine, DayCount, Rounding
from escalations.models.case_words import CaseWords, own_row
from escalations.models.point import Point
from escalations.models.remedy import Remedy
from escalations.money import interest
from routing.authority import Kind, is_governed

if TYPE_CHECKING:
    from escalations.authority.limits import Ruling
    from escalations.steps.step import Rows, Step

MOST = Decimal("9999999999.99")
LONGEST_YEARS = 60


class CaseMoney(CaseWords):
    """The part of Complaint that puts things right."""

    if TYPE_CHECKING:
        policy: Any
        calculations: Any

    # --- proposing and deciding ------------------------------------------------------------------------------

    def propose_remedy(
        self, step: "Step", *, kind: str, amount: Decimal | None = None, currency: str = "",
        point: Point | None = None, calculation: Calculation | None = None,
    ) -> "Rows":  # fmt: skip
        """Approved at once where the proposer's own authority reaches; else it waits for somebody who may."""
        from escalations.authority.limits import asked_level, hold_customers, own_ruling

        remedy = Remedy(
            complaint=self.itself, point=point, kind=kind, amount=checked(amount, kind), proposed_by=step.person,
            currency=currency if amount is not None else "", proposed_at=step.at,
            calculation=self._worked_out(calculation, kind, amount, currency),
        )  # fmt: skip
        self._refuse_unworked(remedy)
        hold_customers(self.itself)
        ruling = own_ruling(self.itself, remedy, step.person, step.at)
        if ruling.allowed:
            remedy.state, remedy.decided_by, remedy.decided_at = self._granted_as, step.actor.user, step.at
            remedy.decided_level = ruling.acting.level
        else:
            remedy.asked_level = asked_level(self.itself, remedy, step.at)
            remedy.look_at = self._reminded_from(step)
        step.note(kind=kind, amount=str(amount) if amount is not None else None, state=remedy.state)
        return [remedy]

    @property
    def _granted_as(self) -> str:
        """Offered to the customer; where they have said yes already, what is granted on top is theirs, to be paid."""
        return Remedy.State.ACCEPTED if self.acknowledged_at else Remedy.State.APPROVED

    def _refuse_unworked(self, remedy: Remedy) -> None:
        from escalations.money.working_out import is_needed, what_needs_one

        if remedy.calculation is None and is_needed(self.itself, remedy):
            said = _("Work out what is due first, and choose the calculation: the house wants one for %s.")
            raise Invalid({"calculation": [said % what_needs_one(self.policy)]})

    def approve_remedy(self, step: "Step", *, remedy: Remedy, amount: Decimal | None = None) -> "Rows":
        """By somebody else than the proposer, whose authority reaches; `amount` lowers it. Where the matrix asks for
        several people, all but the last only agree to it."""
        from escalations.authority.limits import asked_level, hold_customers, rule_on

        remedy = self.waiting(remedy)
        asked = remedy.amount
        if amount is not None and amount != asked:
            remedy.amount = self._lowered(step, remedy, amount)
        hold_customers(self.itself)
        ruling = rule_on(self.itself, remedy, step.person, step.at)
        outcome = Approval.Outcome.AGREED if remedy.amount == asked else Approval.Outcome.LOWERED
        decision = self._decision(step, remedy, ruling, outcome, asked)
        if ruling.is_last:
            self._decided(step, remedy, ruling, self._granted_as)
        else:
            remedy.asked_level = asked_level(self.itself, remedy, step.at, besides=decision)
            remedy.look_at, remedy.reminders = self._reminded_from(step), 0
        step.note(
            remedy=remedy.pk, state=remedy.state, amount=str(remedy.amount) if remedy.amount is not None else None
        )
        return [decision, remedy]

    def refuse_remedy(self, step: "Step", *, remedy: Remedy) -> "Rows":
        """By whoever could decide on it; whoever proposed it takes it back."""
        from escalations.authority.limits import rule_on_refusal

        remedy = self.waiting(remedy)
        ruling = rule_on_refusal(self.itself, remedy, step.person, step.at)
        decision = self._decision(step, remedy, ruling, Approval.Outcome.REFUSED, remedy.amount)
        self._decided(step, remedy, ruling, Remedy.State.REFUSED)
        step.note(remedy=remedy.pk, state=remedy.state)
        return [decision, remedy]

    def waiting(self, remedy: Remedy) -> Remedy:
        """The remedy as it stands now; refused unless it waits to be decided on."""
        remedy = own_row(self.remedies, remedy)
        if remedy.state != Remedy.State.PROPOSED:
            raise WrongState(_("This remedy is “%s” already.") % remedy.get_state_display())
        return remedy

    def _lowered(self, step: "Step", remedy: Remedy, amount: Decimal) -> Decimal:
        if remedy.amount is None:
            raise Invalid({"amount": [_("There is no amount to change.")]})
        if checked(amount, remedy.kind) is None or amount > remedy.amount:
            more = _(
                "You can lower it. For more, refuse it: it is proposed anew, so that two people mean the same sum."
            )
            raise Invalid({"amount": [more]})
        if not step.reason.strip():
            raise Invalid({"reason": [_("Say why you change the amount.")]})
        return amount

    def _decision(
        self, step: "Step", remedy: Remedy, ruling: "Ruling", outcome: str, asked: Decimal | None
    ) -> Approval:
        return Approval(
            complaint=self.itself, remedy=remedy, position=len(remedy.approvals.all()) + 1, outcome=outcome,
            asked_amount=asked, amount=remedy.amount, currency=remedy.currency, level=ruling.acting.level,
            decided_by=step.person, decided_for=ruling.acting.giver, decided_at=step.at, reason=step.reason,
        )  # fmt: skip

    def _decided(self, step: "Step", remedy: Remedy, ruling: "Ruling", state: str) -> None:
        remedy.state, remedy.decided_by, remedy.decided_at = state, step.actor.user, step.at
        remedy.decided_for, remedy.decided_level = ruling.acting.giver, ruling.acting.level
        remedy.asked_level = remedy.look_at = None

    def _reminded_from(self, step: "Step") -> Any:
        return step.at + timedelta(hours=self.policy.approval_hours)

    def remind_approver(self, step: "Step", *, remedy: Remedy) -> "Rows":
        """Nobody has answered in time: whoever is asked is reminded, and after that the next level is asked as well."""
        from escalations.authority.limits import next_level
        from escalations.authority.reminding import notices

        remedy = self.waiting(remedy)
        if remedy.look_at is None or remedy.look_at > step.at:
            raise WrongState(_("It is not time to remind anybody."))
        if remedy.reminders < self.policy.approval_reminders:
            remedy.reminders += 1
        else:
            remedy.asked_level, remedy.reminders = next_level(remedy.asked_level), 0
        remedy.look_at = self._reminded_from(step)
        step.note(remedy=remedy.pk, level=remedy.asked_level, reminder=remedy.reminders)
        return [remedy, *notices(self.itself, remedy, step.at)]

    def authorise(self, step: "Step", *, kind: str) -> "Rows":
        """A colleague with the authority for an act beyond money agrees to it on this case."""
        from escalations.authority.acts import may_authorise

        ruling = may_authorise(self.itself, kind, step.person, step.at)
        step.note(kind=kind, level=ruling.level)
        row = Authorisation(
            complaint=self.itself, kind=kind, level=ruling.level, given_by=step.person, given_for=ruling.giver,
            given_at=step.at,
        )  # fmt: skip
        return [row]

    @property
    def reopening_takes_authority(self) -> bool:
        """Whether the matrix says who may open a closed case again."""
        return is_governed(Kind.REVERSE_CLOSURE, self.itself.matrix)

    # --- paying ----------------------------------------------------------------------------------------------

    def schedule_remedy(self, step: "Step", *, remedy: Remedy, due_on: Any, owner: Any) -> "Rows":
        """It gets a day and an owner. What the customer has accepted, or what came back, is to be paid then."""
        remedy = self.granted(remedy)
        if due_on < timezone.localdate(step.at):
            raise Invalid({"due_on": [_("This day has passed.")]})
        remedy.due_on, remedy.owner = due_on, owner
        if remedy.state != Remedy.State.APPROVED:
            remedy.state = Remedy.State.DUE
        step.note(remedy=remedy.pk, due_on=str(due_on))
        return [remedy]

    def pay_remedy(self, step: "Step", *, remedy: Remedy, payment_reference: str = "") -> "Rows":
        remedy = self.granted(remedy)
        remedy.state, remedy.paid_at, remedy.payment_reference = Remedy.State.PAID, step.at, payment_reference
        step.note(remedy=remedy.pk, amount=str(remedy.amount) if remedy.amount is not None else None)
        return [remedy]

    def payment_failed(
        self, step: "Step", *, remedy: Remedy, came_back: bool = False, payment_reference: str = ""
    ) -> "Rows":
        """The payment was turned down, or was made and came back (`came_back`). It is scheduled or paid again."""
        remedy = own_row(self.remedies, remedy)
        possible = (Remedy.State.PAID,) if came_back else (Remedy.State.DUE, Remedy.State.ACCEPTED, Remedy.State.PAID)
        if remedy.state not in possible or not remedy.is_money:
            raise WrongState(_("This remedy is “%s”.") % remedy.get_state_display())
        remedy.state = Remedy.State.RETURNED if came_back else Remedy.State.FAILED
        remedy.failed_at, remedy.paid_at = step.at, None
        remedy.due_on, remedy.owner = None, None
        remedy.payment_reference = payment_reference or remedy.payment_reference
        step.note(remedy=remedy.pk, state=remedy.state)
        return [remedy]

    def remedies_accepted(self) -> "Rows":
        accepted = [row for row in self.remedies.all() if row.state == Remedy.State.APPROVED]
        for row in accepted:
            row.state = Remedy.State.DUE if row.due_on and row.owner_id else Remedy.State.ACCEPTED
        return [*accepted]

    def granted(self, remedy: Remedy) -> Remedy:
        """The remedy as it stands now; refused unless it was granted and is not with the customer."""
        remedy = own_row(self.remedies, remedy)
        if remedy.state not in Remedy.PAYABLE:
            raise WrongState(_("This remedy is “%s”.") % remedy.get_state_display())
        return remedy

    # --- working out -----------------------------------------------------------------------------------------

    def calculate(
        self, step: "Step", *, principal: Decimal, currency: str, starts_on: date, ends_on: date, rate_name: str = "",
        percent: Decimal | None = None, day_count: str = DayCount.ACTUAL_365, set_off: Decimal = Decimal(0),
        rounding: str = Rounding.HALF_UP,
    ) -> "Rows":  # fmt: skip
        """Simple interest, at the dated rates of that name or at `percent`, and what is set off. Every step is kept."""
        from escalations.money.working_out import worked_out

        if not Decimal(0) < principal <= MOST or set_off < 0:
            raise Invalid({"principal": [_("Say a sum above nothing.")]})
        if not timedelta(0) < ends_on - starts_on <= timedelta(days=366 * LONGEST_YEARS):
            raise Invalid({"ends_on": [_("The last day comes after the first, at most %d years.") % LONGEST_YEARS]})
        made = Calculation(
            complaint=self.itself, principal=principal, currency=currency, starts_on=starts_on, ends_on=ends_on,
            rate_name=rate_name, day_count=day_count, set_off=set_off, rounding=rounding, made_by=step.person,
            made_at=step.at,
        )  # fmt: skip
        try:
            due = worked_out(made, percent)
        except interest.NoRate as none:
            raise Invalid({"starts_on": [_("There is no rate for the first day.")]}) from none
        made.interest, made.total = due.interest, due.total
        step.note(interest=str(made.interest), total=str(made.total))
        lines = (
            CalculationLine(calculation=made, position=number, **vars(stretch))
            for number, stretch in enumerate(due.stretches, start=1)
        )
        return [made, *lines]

    def check_calculation(self, step: "Step", *, calculation: Calculation) -> "Rows":
        """A second person agrees. It is worked out again first, from its own lines."""
        from escalations.money.working_out import is_right, second_person

        calculation = own_row(self.calculations, calculation)
        if second_person(calculation):
            raise WrongState(_("This calculation was checked already."))
        if calculation.made_by_id == step.person.pk:
            raise NotAllowed(_("You made this calculation yourself."), _("A colleague can check it."))
        if not is_right(calculation):
            raise Invalid({"calculation": [_("Worked out again, it comes to something else: make it anew.")]})
        step.note(calculation=calculation.pk)
        return [CalculationCheck(calculation=calculation, checked_by=step.person, checked_at=step.at)]

    def _worked_out(
        self, calculation: Calculation | None, kind: str, amount: Decimal | None, currency: str
    ) -> Calculation | None:
        from escalations.money.working_out import is_sound

        if calculation is None:
            return None
        calculation = own_row(self.calculations, calculation)
        exact = kind == Remedy.Kind.INTEREST
        most = calculation.interest if exact else calculation.total
        if currency != calculation.currency or amount is None or amount > most or (exact and amount != most):
            said = {"most": f"{most:,.2f} {calculation.currency}"}
            raise Invalid({"amount": [_("The calculation comes to %(most)s.") % said]})
        self._refuse_twice(calculation, kind, amount)
        if not is_sound(calculation, self.policy):
            raise Invalid(
                {"calculation": [_("A second person checks this calculation first: a colleague of the team.")]}
            )
        return calculation

    def _refuse_twice(self, calculation: Calculation, kind: str, amount: Decimal) -> None:
        """What was worked out is due once: its remedies come to no more than it together, its interest is one."""
        borne = [
            row for row in self.remedies.all()
            if row.calculation_id == calculation.pk and row.state != Remedy.State.REFUSED
        ]  # fmt: skip
        given = sum((row.amount or Decimal(0) for row in borne), Decimal(0))
        again = kind == Remedy.Kind.INTEREST and any(row.kind == kind for row in borne)
        if again or given + amount > calculation.total:
            said = {"given": f"{given:,.2f} {calculation.currency}"}
            raise Invalid({"amount": [_("Remedies of %(given)s rest on this calculation already.") % said]})


def checked(amount: Decimal | None, kind: str) -> Decimal | None:
    """Raises Invalid for what is no amount of money, whoever asks."""
    if amount is None and kind not in Remedy.MONEY:
        return None
    amount = amount if amount is None else Decimal(amount)
    if amount is None or not amount.is_finite() or not Decimal(0) < amount <= MOST:
        raise Invalid({"amount": [_("Say an amount above nothing and below ten billion.")]})
    if amount != amount.quantize(interest.PENNY):
        raise Invalid({"amount": [_("An amount has at most two decimals.")]})
    return amount
