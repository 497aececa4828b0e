"""How complete a handover is: which of the ten parts are there, which are missing, and what an agent must give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.models.party import Party, Person
from escalations.models.statement import Statement
from escalations.states import HandoverPart

if TYPE_CHECKING:
    from escalations.models import Complaint

READS = (
    "statements", "attempts", "points", "left_empty", "parties__person__needs", "parties__person__identifiers",
)  # fmt: skip
"""What completeness looks at; whoever lists many cases reads these for all of them."""

MAY_BE_EMPTY = (HandoverPart.NEEDS, HandoverPart.WHEN, HandoverPart.EVIDENCE, HandoverPart.AMOUNT)
"""Where "there is none" is an answer."""

SAID_IN = {
    HandoverPart.HAPPENED: Statement.Kind.WHAT_HAPPENED,
    HandoverPart.WANTED: Statement.Kind.WANTED,
    HandoverPart.EVIDENCE: Statement.Kind.EVIDENCE,
    HandoverPart.FAILED: Statement.Kind.WHY_FAILED,
}
"""The parts that are statements."""

ASKS: dict[HandoverPart, str | Promise] = {
    HandoverPart.CUSTOMER: _("Who the customer is, and one way to reach them."),
    HandoverPart.NEEDS: _("What matters about the customer: what makes it harder for them, or that they were asked."),
    HandoverPart.HAPPENED: _("What happened, in the customer's words."),
    HandoverPart.WHEN: _("The day it happened."),
    HandoverPart.ABOUT: _("The product and the issue."),
    HandoverPart.TRIED: _("At least one attempt to put it right: record what was tried and what came of it."),
    HandoverPart.FAILED: _("Why that did not work."),
    HandoverPart.WANTED: _("What the customer wants, in their words."),
    HandoverPart.EVIDENCE: _("The evidence: what there is, and where."),
    HandoverPart.AMOUNT: _("The amount in dispute, or that no money is."),
}
"""What a refusal asks for, part by part."""


@dataclass(frozen=True)
class Completeness:
    """`have` of `all` parts are there; `missing` names the others, in order."""

    missing: Sequence[HandoverPart]

    @property
    def all(self) -> int:
        return len(HandoverPart)

    @property
    def have(self) -> int:
        return self.all - len(self.missing)

    @property
    def labels(self) -> list[str]:
        return [str(part.label) for part in self.missing]


def completeness(complaint: "Complaint") -> Completeness:
    return Completeness(gaps(complaint))


def gaps(complaint: "Complaint") -> list[HandoverPart]:
    """The parts that nobody has given yet, in order. What it reads, it reads for all cases handled together."""
    prefetch_related_objects(complaint.peers, *READS)
    there = {row.part for row in complaint.left_empty.all()} & set(MAY_BE_EMPTY) | _there(complaint)
    return [part for part in HandoverPart if part not in there]


def required_gaps(complaint: "Complaint") -> list[HandoverPart]:
    """What is missing of what an agent must hand over for a complaint of this type."""
    missing = gaps(complaint)
    return [part for part in complaint.required_parts if part in missing]


def _there(complaint: "Complaint") -> set[str]:
    said = {row.kind for row in complaint.statements.all()}
    point = complaint.main_point
    persons = [party.person for party in complaint.parties.all() if party.role != Party.Role.REPRESENTATIVE]
    found = {
        HandoverPart.CUSTOMER: any(map(_is_known, persons)),
        HandoverPart.NEEDS: any(need.ended_on is None for person in persons for need in person.needs.all()),
        HandoverPart.WHEN: complaint.happened_on is not None,
        HandoverPart.ABOUT: point is not None and point.product_id is not None and point.issue_id is not None,
        HandoverPart.TRIED: bool(complaint.attempts.all()),
        HandoverPart.AMOUNT: complaint.amount is not None,
    }
    return {part for part, is_there in found.items() if is_there} | {
        part for part, kind in SAID_IN.items() if kind in said
    }


def _is_known(person: Person) -> bool:
    """A name, and some way to reach them; a customer number is one, through the other system."""
    reach = person.email or person.phone or person.address
    return bool(person.name and (reach or person.identifiers.all()))
