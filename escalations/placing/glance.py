"""What routing asks of some cases, read at one glance: one statement for any number of cases, composed once.

The rows of a dozen tables come in one result, each with the name of its part, its case, what orders it, two keys and
up to four words. As objects of the ORM they would take a dozen statements, and longer than everything else about
placing a case together. What a row points at is looked up in place: a join would prepare for many rows, of few cases.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection

PARTS: dict[str, str] = {
    "attempts": """
        SELECT 'attempts', a.complaint_id, a.id, CAST(a.made_by_id AS bigint),
            CAST((SELECT line_manager_id FROM routing_user WHERE id = a.made_by_id) AS bigint),
            CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text)
        FROM escalations_attempt a WHERE a.complaint_id {mine}""",
    "named": """
        SELECT 'named', n.complaint_id, n.id, n.user_id, u.line_manager_id, n.because, NULL, NULL, NULL
        FROM escalations_namedstaff n JOIN routing_user u ON u.id = n.user_id
        WHERE n.lifted_at IS NULL AND n.complaint_id {mine}""",
    "texts": """
        SELECT 'texts', s.complaint_id, s.id, NULL, NULL, s.text, NULL, NULL, NULL
        FROM escalations_statement s WHERE s.kind = 'what_happened' AND s.complaint_id {mine}""",
    "segments": """
        SELECT 'segments', p.complaint_id, p.id, NULL, NULL,
            (SELECT segment FROM escalations_person WHERE id = p.person_id), NULL, NULL, NULL
        FROM escalations_party p WHERE p.complaint_id {mine}""",
    "needs": """
        SELECT 'needs', p.complaint_id, n.id, NULL, NULL, n.driver, NULL, NULL, NULL
        FROM escalations_party p JOIN escalations_need n ON n.person_id = p.person_id
        WHERE n.ended_on IS NULL AND p.complaint_id {mine}""",
    "points": """
        SELECT 'points', p.complaint_id, p.position, NULL, NULL,
            (SELECT code FROM routing_choice WHERE id = p.product_id),
            (SELECT code FROM routing_choice WHERE id = p.sub_product_id),
            (SELECT code FROM routing_choice WHERE id = p.issue_id),
            (SELECT code FROM routing_choice WHERE id = p.sub_issue_id)
        FROM escalations_point p WHERE p.complaint_id {mine}""",
    "types": """
        SELECT 'types', c.id, 0, NULL, NULL, (SELECT code FROM routing_choice WHERE id = c.complaint_type_id),
            NULL, NULL, NULL
        FROM escalations_complaint c WHERE c.complaint_type_id IS NOT NULL AND c.id {mine}""",
    "prior": """
        SELECT 'prior', own.complaint_id, 0, COUNT(DISTINCT CASE WHEN EXISTS (
                SELECT 1 FROM escalations_trigger t WHERE t.complaint_id = other.complaint_id AND t.state = 'accepted'
            ) THEN other.complaint_id END), NULL, NULL, NULL, NULL, NULL
        FROM escalations_party own
            JOIN escalations_party other ON other.person_id = own.person_id AND other.complaint_id < own.complaint_id
        WHERE own.complaint_id {mine} GROUP BY own.complaint_id""",
    "remedies": """
        SELECT 'remedies', r.complaint_id, 0, NULL, NULL, NULL, NULL, NULL, NULL
        FROM escalations_remedy r WHERE r.decided_by_id IS NOT NULL AND r.complaint_id {mine}""",
    "fields": """
        SELECT 'fields', v.complaint_id, 0, NULL, NULL, NULL, NULL, NULL, NULL
        FROM escalations_fieldvalue v WHERE v.complaint_id {mine}""",
    "triggers": """
        SELECT 'triggers', t.complaint_id, ROW_NUMBER() OVER (ORDER BY t.decided_at, t.id), NULL, NULL, t.kind, t.state,
            CASE WHEN t.decided_at IS NULL THEN '' ELSE 'decided' END, NULL
        FROM escalations_trigger t WHERE t.complaint_id {mine}""",
}  # fmt: skip
"""Each gives: its name, the case, what orders its rows, two keys, four words."""
WHO_KNOWS_THE_CUSTOMER = """
    SELECT 'known_to', latest.complaint_id, 0, a.handler_id, NULL,
        (SELECT continuity FROM escalations_policy WHERE id = 1), NULL, NULL, NULL
    FROM (
        SELECT own.complaint_id, MAX(a.id) AS number
        FROM escalations_party own
            JOIN escalations_party other ON other.person_id = own.person_id AND other.complaint_id <> own.complaint_id
            JOIN escalations_complaint c ON c.id = other.complaint_id
            JOIN routing_assignment a ON a.reference = c.reference
        WHERE own.role <> 'representative' AND other.role <> 'representative' AND own.complaint_id {mine}
            AND NOT EXISTS (SELECT 1 FROM escalations_policy WHERE id = 1 AND continuity = 'never')
        GROUP BY own.complaint_id
    ) latest JOIN routing_assignment a ON a.id = latest.number"""
"""Who last handled another complaint of the same people, and what the house wants that to count for. Who speaks for
many customers is none of them."""
FACTS = " UNION ALL ".join(PARTS.values()) + " ORDER BY 3"
TO_PLACE = " UNION ALL ".join([*PARTS.values(), WHO_KNOWS_THE_CUSTOMER]) + " ORDER BY 3"


@dataclass
class Glance:
    """What was seen of one case. `attempts` and `named` begin with who, and their line manager; `named` ends with
    why. `points` hold the codes of product, sub-product, issue and sub-issue, the main point first. `prior` is the
    number of the same people's earlier complaints that were escalated, where there are any. `remedies` and `fields`
    say whether there are any, to be read by who needs them. `triggers` hold kind, state and whether that was
    decided, in the order in which it was; `known_to` the handler who knows the customer with the house's
    continuity, empty where it was never saved."""

    attempts: list[tuple[int | None, int | None]] = field(default_factory=list)
    named: list[tuple[int, int | None, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    points: list[tuple[str, str, str, str]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    prior: list[int] = field(default_factory=list)
    remedies: list[bool] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)
    triggers: list[tuple[str, str, str, str]] = field(default_factory=list)
    known_to: list[tuple[int, str]] = field(default_factory=list)


Words = tuple[str | None, ...]


def _pair(first: Any, second: Any, _words: Words) -> Any:
    return first, second


def _pair_and_word(first: Any, second: Any, words: Words) -> Any:
    return first, second, words[0]


def _key(first: Any, _second: Any, _words: Words) -> Any:
    return first


def _word(_first: Any, _second: Any, words: Words) -> Any:
    return words[0]


def _codes(_first: Any, _second: Any, words: Words) -> Any:
    return tuple(word or "" for word in words)


def _key_and_word(first: Any, _second: Any, words: Words) -> Any:
    return first, words[0] or ""


def _is_there(_first: Any, _second: Any, _words: Words) -> Any:
    return True


READ: dict[str, Callable[[Any, Any, Words], Any]] = {
    "attempts": _pair, "named": _pair_and_word, "texts": _word, "segments": _word, "needs": _word, "points": _codes,
    "types": _word, "prior": _key, "remedies": _is_there, "fields": _is_there,
    "triggers": _codes, "known_to": _key_and_word,
}  # fmt: skip


def glance(cases: Collection[int], *, to_place: bool = False) -> dict[int, Glance]:
    """Of each of these complaints, by primary key; one statement. A complaint that is not there is seen as empty.
    Who knows the customer is looked for only where a case is to be placed."""
    found: dict[int, Glance] = defaultdict(Glance)
    for part, case, _order, first, second, *words in rows_of(TO_PLACE if to_place else FACTS, cases):
        getattr(found[case], part).append(READ[part](first, second, tuple(words)))
    return found


def rows_of(statement: str, cases: Collection[int]) -> list[tuple[Any, ...]]:
    """What the statement answers about these cases: they stand wherever it says `{mine}`."""
    if not cases:
        return []
    composed, number = _composed(statement, connection.vendor, len(cases) == 1)
    with connection.cursor() as cursor:
        cursor.execute(composed, [_given(list(cases))] * number)
        return cursor.fetchall()


def _given(keys: list[int]) -> Any:
    if len(keys) == 1:
        return keys[0]
    return keys if connection.vendor == "postgresql" else json.dumps(keys)


@cache
def _composed(statement: str, vendor: str, alone: bool) -> tuple[str, int]:
    """For this database, and how often it names the cases. One alone is not put as a list: PostgreSQL would take any
    list for a long one, and so plan the statement anew each time."""
    if alone:
        mine = "= CAST(%s AS bigint)"
    else:
        mine = "= ANY(CAST(%s AS bigint[]))" if vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    return statement.replace("{mine}", mine), statement.count("{mine}")
