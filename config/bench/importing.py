"""import.cfpb: how fast a file of the public complaint database is taken in."""

import csv
import gzip
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from config.bench.measure import ROUNDS, Figure, alternate, timed
from escalations.models import Complaint, Point

ROWS_A_ROUND = 2000
FILE = "cfpb-complaints-dev.csv.gz"


def shared_data() -> Path:
    """Where the real files lie, which are no part of the project."""
    named = os.environ.get("REDRESS_SHARED_DATA")
    return Path(named) if named else Path(settings.BASE_DIR).parent / "shared" / "data"


def figures() -> Iterator[Figure]:
    path = shared_data() / FILE
    if not path.is_file():
        yield Figure("import.cfpb", None, "complaints/s", more={"why": f"../shared/data/{FILE} is absent"})
        return
    with tempfile.TemporaryDirectory() as folder:
        parts = list(_parts(path, Path(folder)))
        compared = alternate(lambda n: _import(parts[n]), _bulk_create)
    yield Figure(
        "import.cfpb",
        round(ROWS_A_ROUND / compared.median, 1),
        "complaints/s",
        ratio=compared.ratio(of_rates=True),
        against="bulk_create_with_history of the same complaints and their points (rate over rate)",
        more={
            "statement": f"import_complaints, {ROWS_A_ROUND} rows of {FILE} a round, parsed, checked and adopted",
            **compared.spread(of_rates=True),
        },
    )


def _parts(path: Path, folder: Path) -> Iterator[Path]:
    """The file in pieces of one round each, so that no round finds its rows taken in already."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        for number in range(ROUNDS + 1):
            part = folder / f"{number}.csv"
            with part.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([header, *itertools.islice(reader, ROWS_A_ROUND)])
            yield part


def _import(part: Path) -> float:
    before = Complaint.objects.count()
    with Path(os.devnull).open("w") as nowhere:
        seconds = timed(
            lambda: call_command("import_complaints", str(part), format="cfpb", stdout=nowhere, stderr=nowhere)
        )
    taken = Complaint.objects.count() - before
    if taken != ROWS_A_ROUND:
        raise RuntimeError(f"{taken} of {ROWS_A_ROUND} rows were taken in: the figure would not be honest.")
    return seconds


def _bulk_create(number: int) -> float:
    """The same rows as complaints and points, with history, and nothing else: no checks, no people, no events."""
    rows = list(Complaint.objects.filter(external_system="cfpb").order_by("-pk")[:ROWS_A_ROUND])
    points = list(Point.objects.filter(complaint__in=[row.pk for row in rows]))

    def write() -> None:
        copies = [_copy(row, number, place) for place, row in enumerate(rows)]
        bulk_create_with_history(copies, Complaint, batch_size=ROWS_A_ROUND, default_date=timezone.now())
        by_old = dict(zip((row.pk for row in rows), copies, strict=True))
        bulk_create_with_history([_copied(point, by_old) for point in points], Point, batch_size=ROWS_A_ROUND)

    return timed(write)


def _copy(row: Complaint, number: int, place: int) -> Complaint:
    values: dict[str, Any] = {
        f.attname: getattr(row, f.attname) for f in Complaint._meta.concrete_fields if not f.primary_key
    }
    return Complaint(**{**values, "reference": f"B-{number}-{place}", "external_system": f"bench-{number}"})


def _copied(point: Point, by_old: dict[int, Complaint]) -> Point:
    values = {f.attname: getattr(point, f.attname) for f in Point._meta.concrete_fields if not f.primary_key}
    return Point(**{**values, "complaint_id": by_old[point.complaint_id].pk})
