"""What routing is told about a case: its facts, read in a constant number of queries for any number of cases."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils import timezone

from escalations import conflicts
from escalations.models.field_value import FIELD_VALUES, values_of
from escalations.models.party import Party
from escalations.models.statement import Statement
from escalations.models.trigger import Trigger
from routing.definitions import Value
from routing.facts import Facts, FreeText
from routing.models import Field

if TYPE_CHECKING:
    from escalations.models import Complaint

PREFETCH = (
    *conflicts.PREFETCH, "statements", "parties__person__needs", "points__product", "points__sub_product",
    "points__issue", "points__sub_issue", "complaint_type", FIELD_VALUES,
)  # fmt: skip


def facts_of(complaints: Sequence["Complaint"], *, at: datetime | None = None) -> list[Facts]:
    """The facts of each complaint as they stand, in the order given."""
    at = at or timezone.now()
    prefetch_related_objects(complaints, *PREFETCH)
    prior = _prior_escalations(complaints)
    involved = conflicts.conflicts_of(complaints)
    return [
        _facts(complaint, at, prior[complaint.pk], found) for complaint, found in zip(complaints, involved, strict=True)
    ]


def _facts(complaint: "Complaint", at: datetime, prior: int, involved: conflicts.Conflicts) -> Facts:
    point = complaint.main_point
    persons = [party.person for party in complaint.parties.all()]
    triggers = [row for row in complaint.triggers.all() if row.state != Trigger.State.DISMISSED]
    return Facts(
        product=_code(point, "product"),
        sub_product=_code(point, "sub_product"),
        issue=_code(point, "issue"),
        sub_issue=_code(point, "sub_issue"),
        complaint_type=complaint.complaint_type.code if complaint.complaint_type else "",
        channel=complaint.channel,
        severity=complaint.severity,
        tier=complaint.tier,
        trigger_kinds=frozenset(row.kind for row in triggers),
        region=complaint.region,
        jurisdiction=complaint.jurisdiction,
        language=complaint.language,
        segment=next((person.segment for person in persons if person.segment), ""),
        vulnerabilities=frozenset(n.driver for p in persons for n in p.needs.all() if n.ended_on is None),
        amount=complaint.amount,
        currency=complaint.currency,
        attempts=len(complaint.attempts.all()),
        age_days=max(0, (at - complaint.received_at).days),  # a clock can go backwards
        prior_escalations=prior,
        restricted_kind=complaint.restricted_kind,
        excluded_users=frozenset(involved),
        conflicts=conflicts.as_facts(involved),
        fields=_own(complaint),
        text="\n".join(s.text for s in complaint.statements.all() if s.kind == Statement.Kind.WHAT_HAPPENED),
    )


def _own(complaint: "Complaint") -> dict[str, Value]:
    """The organisation's own fields. A decision keeps its facts for good, so that a personal value is none; of a
    text it keeps the words found."""
    rows = [row for row in complaint.field_values.all() if not row.field.personal]
    texts = {row.field.code: FreeText(row.text) for row in rows if row.field.kind == Field.Kind.TEXT}
    return values_of(rows) | texts


def _code(point: object, name: str) -> str:
    choice = getattr(point, name, None)
    return choice.code if choice else ""


def _prior_escalations(complaints: Sequence["Complaint"]) -> Counter[int]:
    """How many other complaints of the same people were escalated before, by complaint."""
    people: dict[int, set[int]] = defaultdict(set)
    for complaint in complaints:
        for party in complaint.parties.all():
            people[party.person_id].add(complaint.pk)
    escalated = (
        Party.objects.filter(person__in=people, complaint__triggers__state=Trigger.State.ACCEPTED)
        .values_list("person_id", "complaint_id").distinct()
    )  # fmt: skip
    earlier: dict[int, set[int]] = defaultdict(set)
    for person, other in escalated:
        for own in people[person]:
            if other < own:
                earlier[own].add(other)
    return Counter({own: len(others) for own, others in earlier.items()})
