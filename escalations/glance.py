"""What routing asks of some cases, read at one glance: one statement for any number of cases, composed once.

The rows of a dozen tables come in one result, each with the name of its part, its case, what orders it, two keys and
up to four words. As objects of the ORM they would take a dozen statements, and longer than everything else about
placing a case together.
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
        SELECT 'attempts', a.complaint_id, a.id, CAST(a.made_by_id AS bigint), CAST(u.line_manager_id AS bigint),
            CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text)
        FROM escalations_attempt a LEFT JOIN routing_user u ON u.id = a.made_by_id WHERE a.complaint_id {mine}""",
    "named": """
        SELECT 'named', n.complaint_id, n.id, n.user_id, u.line_manager_id, NULL, NULL, NULL, NULL
        FROM escalations_namedstaff n JOIN routing_user u ON u.id = n.user_id
        WHERE n.lifted_at IS NULL AND n.complaint_id {mine}""",
    "texts": """
        SELECT 'texts', s.complaint_id, s.id, NULL, NULL, s.text, NULL, NULL, NULL
        FROM escalations_statement s WHERE s.kind = 'what_happened' AND s.complaint_id {mine}""",
    "segments": """
        SELECT 'segments', p.complaint_id, p.id, NULL, NULL, w.segment, NULL, NULL, NULL
        FROM escalations_party p JOIN escalations_person w ON w.id = p.person_id
        WHERE w.segment <> '' AND p.complaint_id {mine}""",
    "needs": """
        SELECT 'needs', p.complaint_id, n.id, NULL, NULL, n.driver, NULL, NULL, NULL
        FROM escalations_party p JOIN escalations_need n ON n.person_id = p.person_id
        WHERE n.ended_on IS NULL AND p.complaint_id {mine}""",
    "points": """
        SELECT 'points', p.complaint_id, p.position, NULL, NULL, a.code, b.code, c.code, d.code
        FROM escalations_point p
            LEFT JOIN routing_choice a ON a.id = p.product_id LEFT JOIN routing_choice b ON b.id = p.sub_product_id
            LEFT JOIN routing_choice c ON c.id = p.issue_id LEFT JOIN routing_choice d ON d.id = p.sub_issue_id
        WHERE p.complaint_id {mine}""",
    "types": """
        SELECT 'types', c.id, 0, NULL, NULL, t.code, NULL, NULL, NULL
        FROM escalations_complaint c JOIN routing_choice t ON t.id = c.complaint_type_id WHERE c.id {mine}""",
    "prior": """
        SELECT 'prior', own.complaint_id, 0, COUNT(DISTINCT other.complaint_id), NULL, NULL, NULL, NULL, NULL
        FROM escalations_party own
            JOIN escalations_party other ON other.person_id = own.person_id AND other.complaint_id < own.complaint_id
            JOIN escalations_trigger t ON t.complaint_id = other.complaint_id AND t.state = 'accepted'
        WHERE own.complaint_id {mine} GROUP BY own.complaint_id""",
    "remedies": """
        SELECT 'remedies', r.complaint_id, 0, NULL, NULL, NULL, NULL, NULL, NULL
        FROM escalations_remedy r WHERE r.decided_by_id IS NOT NULL AND r.complaint_id {mine}""",
    "fields": """
        SELECT 'fields', v.complaint_id, 0, NULL, NULL, NULL, NULL, NULL, NULL
        FROM escalations_fieldvalue v WHERE v.complaint_id {mine}""",
}  # fmt: skip
"""Each gives: its name, the case, what orders its rows, two keys, four words."""
ALL = " UNION ALL ".join(PARTS.values()) + " ORDER BY 3"


@dataclass
class Glance:
    """What was seen of one case. `attempts` and `named` are pairs: who, and their line manager. `points` hold the codes
    of product, sub-product, issue and sub-issue, the main point first. `prior` is the number of the same people's
    earlier complaints that were escalated, where there are any. `remedies` and `fields` say whether there are any, to
    be read by who needs them."""

    attempts: list[tuple[int | None, int | None]] = field(default_factory=list)
    named: list[tuple[int, int | None]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    points: list[tuple[str, str, str, str]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    prior: list[int] = field(default_factory=list)
    remedies: list[bool] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)


Words = tuple[str | None, ...]


def _pair(first: Any, second: Any, _words: Words) -> Any:
    return first, second


def _key(first: Any, _second: Any, _words: Words) -> Any:
    return first


def _word(_first: Any, _second: Any, words: Words) -> Any:
    return words[0]


def _codes(_first: Any, _second: Any, words: Words) -> Any:
    return tuple(word or "" for word in words)


def _is_there(_first: Any, _second: Any, _words: Words) -> Any:
    return True


READ: dict[str, Callable[[Any, Any, Words], Any]] = {
    "attempts": _pair, "named": _pair, "texts": _word, "segments": _word, "needs": _word, "points": _codes,
    "types": _word, "prior": _key, "remedies": _is_there, "fields": _is_there,
}  # fmt: skip


def glance(cases: Collection[int]) -> dict[int, Glance]:
    """Of each of these complaints, by primary key; one statement. A complaint that is not there is seen as empty."""
    found: dict[int, Glance] = defaultdict(Glance)
    for part, case, _order, first, second, *words in rows_of(ALL, cases):
        getattr(found[case], part).append(READ[part](first, second, tuple(words)))
    return found


def rows_of(statement: str, cases: Collection[int]) -> list[tuple[Any, ...]]:
    """What the statement answers about these cases: they stand wherever it says `{mine}`."""
    if not cases:
        return []
    composed, number = _composed(statement, connection.vendor)
    keys = list(cases) if connection.vendor == "postgresql" else json.dumps(list(cases))
    with connection.cursor() as cursor:
        cursor.execute(composed, [keys] * number)
        return cursor.fetchall()


@cache
def _composed(statement: str, vendor: str) -> tuple[str, int]:
    """For this database, and how often it names the cases."""
    mine = "= ANY(CAST(%s AS bigint[]))" if vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    return statement.replace("{mine}", mine), statement.count("{mine}")
