"""The past cases that are replayed: of each case in the period the latest decision that rules made, with its facts."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Max, TextField
from django.db.models.functions import Cast

from routing.models import Decision

BATCH = 1000


class Past(NamedTuple):
    """One decision: which case, when, by which version, and the facts as it stored them."""

    pk: int
    reference: str
    at: datetime
    ruleset: int
    facts: dict[str, Any]


def chosen(since: datetime, until: datetime, sample: int) -> list[int]:
    """The ids of the decisions to replay, oldest first: one for each case, the latest `sample` cases of the period."""
    rows = Decision.objects.filter(decided_at__gte=since, decided_at__lt=until, ruleset__isnull=False)
    latest = rows.order_by().values("reference").annotate(latest=Max("pk")).order_by("-latest")
    return sorted(latest.values_list("latest", flat=True)[:sample])


def read(keys: Sequence[int]) -> Iterator[list[Past]]:
    """Those decisions, a batch at a time, in the order of their ids.

    Asked for by the first and the last of a batch: the latest cases lie close together, and a thousand ids in a
    statement cost more than the few rows between them that are dropped again. Moments and facts are asked for as text,
    and the facts of a batch are parsed together: as values of the ORM they take longer than deciding.
    """
    wanted = set(keys)
    at, facts = Cast("decided_at", TextField()), Cast("facts", TextField())
    rows = Decision.objects.order_by("pk").values_list("pk", "reference", "ruleset", at, facts)
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        found = [row for row in rows.filter(pk__gte=part[0], pk__lte=part[-1]) if row[0] in wanted]
        told = json.loads(f"[{','.join([row[4] for row in found])}]")
        yield [
            Past(pk, reference, _moment(at), ruleset, facts)
            for (pk, reference, ruleset, at, _text), facts in zip(found, told, strict=True)
        ]


def _moment(text: str) -> datetime:
    """As the database writes it; SQLite leaves out that it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
