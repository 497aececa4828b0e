"""The job: what is new or has changed is counted, compared with the past, and proposed for linking.

A complaint waits while its `compared_at` is empty, which has an index of its own: with nothing new, one look tells.
"""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils import timezone

from escalations.likeness import proposing
from escalations.likeness.corpus import Corpus
from escalations.likeness.kept import corpus
from escalations.likeness.vectors import counted, packed_facts
from escalations.models import (
    Attempt,
    CaseVector,
    Complaint,
    Mention,
    Message,
    Party,
    Point,
    SimilarCase,
    Statement,
)
from escalations.states import OPEN, ClosedAs

BATCH = 200
SECONDS = 20
"""Longest run: the sweep has other work, and what is left waits for the next one."""
MOST_SIMILAR = 20
TOLD = (Statement.Kind.WHAT_HAPPENED, Statement.Kind.WANTED)


def compare_new(*, at: datetime | None = None) -> int:
    """Compare what waits. Returns how many complaints were looked at."""
    done, ends = 0, monotonic() + SECONDS
    while waiting := _waiting():
        _compare(waiting, at or timezone.now())
        done += len(waiting)
        if monotonic() > ends:
            break
    return done


def _waiting() -> list[Complaint]:
    told = Prefetch("statements", Statement.objects.all())
    said = Prefetch("messages", Message.objects.filter(direction=Message.Direction.IN))
    rows = Complaint.objects.filter(compared_at=None).order_by("pk")
    return list(
        rows.prefetch_related(
            told, said, Prefetch("attempts", Attempt.objects.all()), "points__product", "points__sub_product",
            "points__issue", "points__sub_issue", Prefetch("parties", Party.objects.select_related("person")),
            "parties__person__identifiers",
        )[:BATCH]
    )  # fmt: skip


def _compare(cases: Sequence[Complaint], at: datetime) -> None:
    _count(cases)
    _name(cases)
    fresh = [case for case in cases if case.is_open]
    if fresh:
        known = corpus()
        proposing.propose(fresh, known, at)
        keep_similar(fresh, known)
    _mark(cases, at)


def _mark(cases: Sequence[Complaint], at: datetime) -> None:
    """Compared as they stood: one to which something happened meanwhile waits again."""
    by_number: dict[int, list[int]] = {}
    for case in cases:
        by_number.setdefault(case.latest_event, []).append(case.pk)
    for number, keys in by_number.items():
        Complaint.objects.filter(pk__in=keys, latest_event=number).update(compared_at=at)


def text_of(case: Complaint) -> str:
    """What was said about it, as far as it tells what the case is about."""
    return "\n".join(row.text for row in case.statements.all() if row.kind in TOLD)


def _count(cases: Sequence[Complaint]) -> None:
    now = timezone.now()
    words = counted([text_of(case) for case in cases])
    rows = [
        CaseVector(complaint=case, words=word, facts=packed_facts(_codes(case.main_point)), made_at=now)
        for case, word in zip(cases, words, strict=True)
    ]
    CaseVector.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["complaint"], update_fields=["words", "facts", "made_at"]
    )


def _codes(point: Point | None) -> list[str]:
    """Each with the name of its field, so that a product and an issue of the same code are two."""
    names = ("product", "sub_product", "issue", "sub_issue")
    choices = [(name, getattr(point, name, None)) for name in names]
    return [f"{name}={choice.code}" if choice else "" for name, choice in choices]


def _name(cases: Sequence[Complaint]) -> None:
    """What each names, but for what is the customer's own; kept for those that come later."""
    rows = [
        Mention(complaint=case, kind=one.kind, digest=one.digest) for case in cases for one in proposing.named_in(case)
    ]
    with transaction.atomic():
        Mention.objects.filter(complaint__in=cases).delete()
        Mention.objects.bulk_create(rows, ignore_conflicts=True)


# --- similar past cases --------------------------------------------------------------------------------------------


def keep_similar(cases: Sequence[Complaint], known: Corpus) -> None:
    """The closed complaints that each is most like, in the place of those stored before."""
    still_open = Complaint.objects.filter(Q(state__in=OPEN) | Q(closed_as__in=[ClosedAs.WITHDRAWN, ClosedAs.SET_ASIDE]))
    closed = ~known.of_keys(still_open.order_by().values_list("pk", flat=True))
    rows: list[SimilarCase] = []
    for case in cases:
        text = text_of(case)
        for near in known.near(case.pk, closed, most=MOST_SIMILAR):
            words = ", ".join(known.shared_words(case.pk, near.key, text))[:200]
            rows.append(SimilarCase(complaint=case, other_id=near.key, likeness=near.likeness, words=words))
    there = set(Complaint.objects.filter(pk__in={row.other_id for row in rows}).values_list("pk", flat=True))
    with transaction.atomic():
        SimilarCase.objects.filter(complaint__in=cases).delete()
        SimilarCase.objects.bulk_create([row for row in rows if row.other_id in there], ignore_conflicts=True)
