"""Handing a case over whole: the parts that somebody adds, and what an agent is asked for when it goes up by itself."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.handing_over.completeness import gaps
from escalations.models.attempt import Attempt
from escalations.models.case_words import CaseWords
from escalations.models.handover import HandoverRequest, LeftEmpty
from escalations.models.party import Need, Party, Person
from escalations.models.statement import Statement
from escalations.states import HandoverPart

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step


class CaseHandover(CaseWords):
    """The part of Complaint that keeps the handover."""

    if TYPE_CHECKING:
        amount: Any
        currency: Any
        happened_on: Any
        peers: Any

    def complete_handover(
        self, step: "Step", *, happened: str = "", happened_on: date | None = None, wanted: str = "",
        attempt: str = "", attempt_result: str = "", why_failed: str = "", evidence: str = "", question: str = "",
        amount: Decimal | None = None, currency: str = "", product: Any = None, issue: Any = None,
        name: str = "", phone: str = "", email: str = "", need: str = "", adjustment: str = "",
        none: tuple[str, ...] = (),
    ) -> "Rows":  # fmt: skip
        """Add what was missing; `none` names the parts for which there is nothing to say."""
        said = {
            Statement.Kind.WHAT_HAPPENED: happened, Statement.Kind.WANTED: wanted,
            Statement.Kind.WHY_FAILED: why_failed, Statement.Kind.EVIDENCE: evidence, Statement.Kind.QUESTION: question,
        }  # fmt: skip
        rows: Rows = [self.statement(step, kind, text) for kind, text in said.items() if text]
        if attempt:
            rows.append(self.attempt(step, attempt, attempt_result))
        if amount is not None:
            self.amount, self.currency = amount, currency or self.currency
        self.happened_on = happened_on or self.happened_on
        rows += self._about(product, issue)
        rows += self._customer(name, phone, email, need, adjustment)
        rows += [
            LeftEmpty(complaint=self.itself, part=part, said_by=step.person, said_at=step.at)
            for part in none
            if part in gaps(self.itself)
        ]
        self.compare_again()
        given = _given(self.itself, rows, amount, happened_on, none)
        step.note(parts=sorted(given))
        return [*rows, *self._answered(step, given)]

    def _answered(self, step: "Step", given: set[str]) -> "Rows":
        """What the agent was asked for when the case went up by itself is answered by whoever gives the last of it."""
        request = HandoverRequest.objects.unanswered().filter(complaint=self.itself).first()
        if request is None or set(request.still_asks_for(gaps(self.itself))) - given:
            return []
        request.answered_at = step.at
        return [request]

    def asked_anew(self, step: "Step") -> None:
        """It goes back to the frontline: what its agent was asked for goes with it, and is asked again when it goes up
        by itself once more."""
        prefetch_related_objects(self.peers, "handover_request")
        request = getattr(self.itself, "handover_request", None)
        if request is not None:
            step.gone.append(request)

    def attempt(self, step: "Step", what: str, result: str, promised_on: Any = None) -> Attempt:
        told = {"what": what, "result": result, "promised_on": promised_on}
        return Attempt(complaint=self.itself, made_at=step.at, made_by=step.person, **told)

    def _about(self, product: Any, issue: Any) -> "Rows":
        point = self.main_point
        if product is None and issue is None:
            return []
        point.product, point.issue = product or point.product, issue or point.issue
        return [point]

    def _customer(self, name: str, phone: str, email: str, need: str, adjustment: str) -> "Rows":
        """Who they are and what matters about them: of the person who complains, not of who speaks for them."""
        person = next((party.person for party in self.parties.all() if party.role != Party.Role.REPRESENTATIVE), None)
        if person is None or not (name or phone or email or need):
            return []
        if name and person.name and name != person.name:
            raise Invalid({"name": [_("Their name is known already.")]})
        person.name, person.phone = name or person.name, phone or person.phone
        person.email = email.casefold() or person.email
        rows: Rows = [person] if name or phone or email else []
        return [*rows, Need(person=person, driver=need, adjustment=adjustment)] if need else rows


def _given(case: Any, rows: "Rows", amount: Any, happened_on: Any, none: tuple[str, ...]) -> set[str]:
    """The codes of the parts that this step gave, for the record."""
    kinds = {row.kind for row in rows if isinstance(row, Statement)}
    parts = {
        HandoverPart.HAPPENED: Statement.Kind.WHAT_HAPPENED in kinds,
        HandoverPart.WANTED: Statement.Kind.WANTED in kinds,
        HandoverPart.FAILED: Statement.Kind.WHY_FAILED in kinds,
        HandoverPart.EVIDENCE: Statement.Kind.EVIDENCE in kinds,
        HandoverPart.TRIED: any(isinstance(row, Attempt) for row in rows),
        HandoverPart.AMOUNT: amount is not None,
        HandoverPart.WHEN: happened_on is not None,
        HandoverPart.ABOUT: case.main_point in rows,
        HandoverPart.CUSTOMER: any(isinstance(row, Person) for row in rows),
        HandoverPart.NEEDS: any(isinstance(row, Need) for row in rows),
    }
    return {str(part) for part, is_given in parts.items() if is_given} | set(none)
