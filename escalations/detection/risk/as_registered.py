"""What was known of a complaint in the moment of its registration, and nothing that came later.

It is read from what never changes: the first history rows of the case and its points, the event of the registration,
and statements, attempts and earlier complaints dated no later. What keeps no such record (who the customer is, what
they need) is not read at all. So a past case looks today exactly as it looked when it came in, and a new one is judged
by the same facts as those that taught the model.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from escalations.models import Attempt, Complaint, Event, Party, Point, Statement
from routing.facts import OWN
from routing.models import Choice

SAID = (Statement.Kind.WHAT_HAPPENED, Statement.Kind.WANTED)
FAILED = (Attempt.Result.FAILED, Attempt.Result.DECLINED)
PLAIN = ("channel", "region", "jurisdiction", "language", "currency")
CODES = ("product", "sub_product", "issue", "sub_issue")
CASE_COLUMNS = ("id", "complaint_type_id", "severity", "amount", "happened_on", *PLAIN)
POINT_COLUMNS = ("complaint_id", "position", "history_date", *(f"{name}_id" for name in CODES))
ESCALATED = ("accept", "escalate_further", "reopen")
"""Steps that take a complaint up; each leaves an event."""


@dataclass(frozen=True)
class AsRegistered:
    """Facts by name, as text (empty where nothing was known), and what the customer had said."""

    facts: dict[str, str]
    text: str


def as_registered(cases: Sequence[Complaint]) -> list[AsRegistered]:
    """Of each case, in order; in a number of queries that does not grow with them."""
    keys = [case.pk for case in cases]
    moment = {case.pk: case.registered_at for case in cases}
    first = {row["id"]: row for row in _first_rows(Complaint, CASE_COLUMNS, id__in=keys)}
    points = _points(moment)
    choices = _choices(first.values(), points)
    texts, (tried, failed) = _texts(keys), _attempts(keys)
    before, up = _earlier(moment)
    own = dict(Event.objects.filter(complaint__in=keys, number=1).values_list("complaint_id", "data"))
    found = []
    for case in cases:
        row, main = first.get(case.pk, {}), (points.get(case.pk) or [{}])[0]
        facts = {name: choices.get(main.get(f"{name}_id"), "") for name in CODES}
        facts |= {name: str(row.get(name) or "") for name in PLAIN}
        facts |= {
            "complaint_type": choices.get(row.get("complaint_type_id"), ""),
            "severity": str(row.get("severity", "")),
            "amount": "" if row.get("amount") is None else f"{row['amount']:f}",
            "points": str(len(points.get(case.pk, ()))),
            "attempts": str(tried[case.pk]),
            "failed_attempts": str(failed[case.pk]),
            "prior_complaints": str(before[case.pk]),
            "prior_escalations": str(up[case.pk]),
            "days_since": _days(row.get("happened_on"), case.received_at),
        }
        facts |= {f"{OWN}{code}": _plain(value) for code, value in own.get(case.pk, {}).get("fields", {}).items()}
        found.append(AsRegistered(facts, texts.get(case.pk, "")))
    return found


def _first_rows(model: Any, columns: Sequence[str], **which: Any) -> Iterable[dict[str, Any]]:
    rows = model.history.filter(history_type="+", **which).order_by("history_id")
    found: Iterable[dict[str, Any]] = rows.values(*columns)
    return found


def _points(moment: Mapping[int, datetime]) -> dict[int, list[dict[str, Any]]]:
    """The points that a case was registered with, the main one first; those added later carry a later date."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in _first_rows(Point, POINT_COLUMNS, complaint_id__in=list(moment)):
        if row["history_date"] <= moment[row["complaint_id"]]:
            found[row["complaint_id"]].append(row)
    return {key: sorted(rows, key=lambda row: row["position"]) for key, rows in found.items()}


def _choices(first: Iterable[dict[str, Any]], points: dict[int, list[dict[str, Any]]]) -> dict[Any, str]:
    wanted: set[Any] = {row.get("complaint_type_id") for row in first}
    wanted |= {rows[0].get(f"{name}_id") for rows in points.values() for name in CODES}
    return dict(Choice.objects.filter(pk__in=wanted - {None}).values_list("pk", "code"))


def _texts(keys: Sequence[int]) -> dict[int, str]:
    said: dict[int, list[str]] = defaultdict(list)
    rows = Statement.objects.filter(complaint__in=keys, kind__in=SAID, made_at__lte=F("complaint__registered_at"))
    for key, text in rows.order_by("pk").values_list("complaint_id", "text"):
        said[key].append(text)
    return {key: "\n".join(texts) for key, texts in said.items()}


def _attempts(keys: Sequence[int]) -> tuple[Counter[int], Counter[int]]:
    """How many had been made, and how many of them had failed."""
    rows = Attempt.objects.filter(complaint__in=keys, made_at__lte=F("complaint__registered_at"))
    made = list(rows.values_list("complaint_id", "result"))
    return Counter(key for key, _result in made), Counter(key for key, result in made if result in FAILED)


def _earlier(moment: Mapping[int, datetime]) -> tuple[Counter[int], Counter[int]]:
    """How many other complaints of the same complainant had been registered, and how many of them taken up, before."""
    complainant = Party.Role.COMPLAINANT
    own = Party.objects.filter(role=complainant, complaint__in=list(moment), person__parties__role=complainant)
    theirs = own.values_list(
        "complaint_id", "person__parties__complaint_id", "person__parties__complaint__registered_at"
    )
    earlier = {(key, other) for key, other, at in theirs if other != key and at < moment[key]}
    if not earlier:
        return Counter(), Counter()
    steps = Event.objects.filter(complaint__in={other for _key, other in earlier}, action__in=ESCALATED)
    taken = dict(steps.order_by("-at").values_list("complaint_id", "at"))  # the first of each is the last to be put in
    up = Counter(key for key, other in earlier if other in taken and taken[other] < moment[key])
    return Counter(key for key, _other in earlier), up


def _days(happened_on: Any, received_at: datetime) -> str:
    return "" if happened_on is None else str((received_at.date() - happened_on).days)


def _plain(value: Any) -> str:
    return " ".join(sorted(map(str, value))) if isinstance(value, list) else str(value)
