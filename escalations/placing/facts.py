"""What routing is told about a case: its facts, read in a constant number of queries for any number of cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils import timezone

from escalations.models.field_value import FIELD_VALUES, values_of
from escalations.models.trigger import Trigger
from escalations.placing import conflicts
from escalations.placing.glance import Glance, glance
from routing.definitions import Value
from routing.facts import Facts, FreeText
from routing.models import Field

if TYPE_CHECKING:
    from escalations.models import Complaint

NO_CODES = ("", "", "", "")


def facts_of(
    complaints: Sequence["Complaint"], *, at: datetime | None = None, seen: Mapping[int, Glance] | None = None
) -> list[Facts]:
    """The facts of each complaint as they stand, in the order given. `seen` is for a caller that has looked already."""
    at = at or timezone.now()
    seen = glance([complaint.pk for complaint in complaints]) if seen is None else seen
    prefetch_related_objects([complaint for complaint in complaints if seen[complaint.pk].fields], FIELD_VALUES)
    involved = conflicts.conflicts_of(complaints, seen)
    return [
        _facts(complaint, seen[complaint.pk], at, found) for complaint, found in zip(complaints, involved, strict=True)
    ]


def _facts(complaint: "Complaint", seen: Glance, at: datetime, involved: conflicts.Conflicts) -> Facts:
    product, sub_product, issue, sub_issue = seen.points[0] if seen.points else NO_CODES
    return Facts(
        product=product,
        sub_product=sub_product,
        issue=issue,
        sub_issue=sub_issue,
        complaint_type=next(iter(seen.types), ""),
        channel=complaint.channel,
        severity=complaint.severity,
        tier=complaint.tier,
        trigger_kinds=frozenset(kind for kind, state, *_ in seen.triggers if state != Trigger.State.DISMISSED),
        region=complaint.region,
        jurisdiction=complaint.jurisdiction,
        language=complaint.language,
        segment=next(filter(None, seen.segments), ""),
        vulnerabilities=frozenset(seen.needs),
        amount=complaint.amount,
        currency=complaint.currency,
        attempts=len(seen.attempts),
        age_days=max(0, (at - complaint.received_at).days),  # a clock can go backwards
        prior_escalations=sum(seen.prior),
        restricted_kind=complaint.restricted_kind,
        incident=complaint.incident_number,
        excluded_users=frozenset(involved),
        conflicts=conflicts.as_facts(involved),
        fields=_own(complaint) if seen.fields else {},
        text="\n".join(seen.texts),
    )


def _own(complaint: "Complaint") -> dict[str, Value]:
    """The organisation's own fields. A decision keeps its facts for good, so that a personal value is none; of a
    text it keeps the words found."""
    rows = [row for row in complaint.field_values.all() if not row.field.personal]
    texts = {row.field.code: FreeText(row.text) for row in rows if row.field.kind == Field.Kind.TEXT}
    return values_of(rows) | texts
