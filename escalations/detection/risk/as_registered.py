"""What was known of a complaint in the moment of its registration, and nothing that came later.

It is read from what never changes: the first history rows of the case and its points, the event of the registration,
and statements, attempts and earlier complaints dated no later. What keeps no such record (who the customer is, what
they need) is not read at all. So a past case looks today exactly as it looked when it came in, and a new one is judged
by the same facts as those that taught the model.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from escalations.models import Attempt, Complaint
from escalations.placing.glance import rows_of
from routing.facts import OWN

FAILED = (Attempt.Result.FAILED, Attempt.Result.DECLINED)
CODES = ("product", "sub_product", "issue", "sub_issue")
CASE = ("channel", "region", "jurisdiction", "language", "currency", "complaint_type", "severity")

PARTS = """
    SELECT 'case', h.id, h.history_id, h.channel, h.region, h.jurisdiction, h.language, h.currency, t.code,
        CAST(h.severity AS text), CAST(h.amount AS text), CAST(h.happened_on AS text)
    FROM escalations_historicalcomplaint h LEFT JOIN routing_choice t ON t.id = h.complaint_type_id
    WHERE h.history_type = '+' AND h.id {mine}
    UNION ALL
    SELECT 'point', h.complaint_id, h.position, a.code, b.code, d.code, e.code, NULL, NULL, NULL, NULL, NULL
    FROM escalations_historicalpoint h JOIN escalations_complaint c ON c.id = h.complaint_id
        LEFT JOIN routing_choice a ON a.id = h.product_id LEFT JOIN routing_choice b ON b.id = h.sub_product_id
        LEFT JOIN routing_choice d ON d.id = h.issue_id LEFT JOIN routing_choice e ON e.id = h.sub_issue_id
    WHERE h.history_type = '+' AND h.history_date <= c.registered_at AND h.complaint_id {mine}
    UNION ALL
    SELECT 'text', s.complaint_id, s.id, s.text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM escalations_statement s JOIN escalations_complaint c ON c.id = s.complaint_id
    WHERE s.kind IN ('what_happened', 'wanted') AND s.made_at <= c.registered_at AND s.complaint_id {mine}
    UNION ALL
    SELECT 'attempt', a.complaint_id, a.id, a.result, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM escalations_attempt a JOIN escalations_complaint c ON c.id = a.complaint_id
    WHERE a.made_at <= c.registered_at AND a.complaint_id {mine}
    UNION ALL
    SELECT 'earlier', c.id, o.id, CAST(MIN(e.id) AS text), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM escalations_complaint c
        JOIN escalations_party own ON own.complaint_id = c.id AND own.role = 'complainant'
        JOIN escalations_party other ON other.person_id = own.person_id AND other.role = 'complainant'
        JOIN escalations_complaint o ON o.id = other.complaint_id AND o.id <> c.id AND o.registered_at < c.registered_at
        LEFT JOIN escalations_event e
            ON e.complaint_id = o.id AND e.action IN ('accept', 'escalate_further', 'reopen') AND e.at < c.registered_at
    WHERE c.id {mine} GROUP BY c.id, o.id
    UNION ALL
    SELECT 'event', e.complaint_id, e.id, CAST(e.data AS text), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM escalations_event e WHERE e.number = 1 AND e.complaint_id {mine}
    ORDER BY 3"""
"""Each gives: its name, the case, what orders its rows, nine words. As objects of the ORM they would take eight
statements, and longer than scoring itself. The three actions are those that take a complaint up."""


@dataclass(frozen=True)
class AsRegistered:
    """Facts by name, as text (empty where nothing was known), and what the customer had said."""

    facts: dict[str, str]
    text: str


@dataclass
class _Seen:
    """The rows of one case, by part."""

    case: list[list[Any]] = field(default_factory=list)
    point: list[list[Any]] = field(default_factory=list)
    text: list[list[Any]] = field(default_factory=list)
    attempt: list[list[Any]] = field(default_factory=list)
    earlier: list[list[Any]] = field(default_factory=list)
    event: list[list[Any]] = field(default_factory=list)


def as_registered(cases: Sequence[Complaint]) -> list[AsRegistered]:
    """Of each case, in order; one statement for any number of them."""
    found: dict[int, _Seen] = defaultdict(_Seen)
    for part, key, _order, *words in rows_of(PARTS, [case.pk for case in cases]):
        getattr(found[key], part).append(words)
    return [_known(case, found[case.pk]) for case in cases]


def _known(case: Complaint, seen: _Seen) -> AsRegistered:
    *plain, amount, happened = seen.case[0] if seen.case else [None] * 9
    codes = seen.point[0] if seen.point else [None] * 4
    facts = {name: code or "" for name, code in zip(CODES, codes, strict=False)}
    facts |= {name: word or "" for name, word in zip(CASE, plain, strict=True)}
    facts |= {
        "amount": f"{Decimal(amount):.2f}" if amount else "",
        "points": str(len(seen.point)),
        "attempts": str(len(seen.attempt)),
        "failed_attempts": str(sum(words[0] in FAILED for words in seen.attempt)),
        "prior_complaints": str(len(seen.earlier)),
        "prior_escalations": str(sum(words[0] is not None for words in seen.earlier)),
        "days_since": str((case.received_at.date() - date.fromisoformat(happened)).days) if happened else "",
    }
    own = json.loads(seen.event[0][0]).get("fields", {}) if seen.event else {}
    facts |= {f"{OWN}{code}": _plain(value) for code, value in own.items()}
    return AsRegistered(facts, "\n".join(words[0] for words in seen.text))


def _plain(value: Any) -> str:
    return " ".join(sorted(map(str, value))) if isinstance(value, list) else str(value)
