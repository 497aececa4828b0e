"""The corpus as this process last saw it: what was counted since is read, the rest is kept between two runs."""

from datetime import datetime, timedelta

from django.db.models import Max

from escalations.likeness.corpus import Corpus
from escalations.models import CaseVector

OVERLAP = timedelta(minutes=10)
"""Rows are read again that long: a transaction may end after one that began later."""
MOST = 300_000
"""Complaints that are compared with, the newest."""

Packed = tuple[bytes, bytes]


class Kept:
    """One for each process."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.rows: dict[int, Packed] = {}
        self.seen: datetime | None = None
        self.corpus = Corpus([], [], [])

    def now(self) -> Corpus:
        """All that is counted by now."""
        fresh = self._read(self.seen)
        changed = {key: packed for key, packed in fresh.items() if self.rows.get(key) != packed}
        self.rows |= changed
        if len(self.rows) != CaseVector.objects.count():  # some were erased
            self.rows, changed = self._read(None), {0: (b"", b"")}
        if changed or len(self.corpus) != min(len(self.rows), MOST):
            keys = sorted(self.rows)[-MOST:]
            self.corpus = Corpus(keys, [self.rows[key][0] for key in keys], [self.rows[key][1] for key in keys])
        return self.corpus

    def _read(self, seen: datetime | None) -> dict[int, Packed]:
        rows = CaseVector.objects.filter(made_at__gte=seen - OVERLAP) if seen else CaseVector.objects.all()
        found = rows.order_by().values_list("complaint_id", "words", "facts").iterator(chunk_size=5000)
        read = {key: (bytes(words), bytes(facts)) for key, words, facts in found}
        self.seen = CaseVector.objects.aggregate(latest=Max("made_at"))["latest"]
        return read


_KEPT = Kept()


def corpus() -> Corpus:
    return _KEPT.now()


def forget() -> None:
    """Another database, in tests."""
    _KEPT.forget()
