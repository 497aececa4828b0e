import csv
import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from escalations.importing import FORMATS, take_in
from escalations.importing.mapping import parsed

SHARED = Path(os.environ.get("REDRESS_SHARED_DATA") or settings.BASE_DIR.parent / "shared" / "data")


@pytest.fixture
def shared():
    """A real file; the test skips where it is absent."""

    def find(name):
        if not (SHARED / name).is_file():
            pytest.skip(f"../shared/data/{name} is absent")
        return SHARED / name

    return find


def as_csv(rows, separator=","):
    """Rows of dictionaries as the text of a CSV file."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def bring(tmp_path, db):
    """Imports a generic file given as text, bytes or rows: `bring(rows)`, `bring(text, mapping={...})`."""

    def run(content, mapping=None, name="file.csv", **options):
        path = tmp_path / name
        if isinstance(content, list):
            content = as_csv(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        how = parsed(mapping) if mapping is not None else FORMATS["generic"]()
        summary = take_in(path, how, **options)
        summary.path = path
        return summary

    return run


@pytest.fixture
def command(tmp_path, db):
    """Runs the command; what it printed."""

    def run(*arguments, **options):
        out, err = io.StringIO(), io.StringIO()
        call_command("import_complaints", *map(str, arguments), stdout=out, stderr=err, **options)
        return out.getvalue() + err.getvalue()

    return run


def row(number=1, **given):
    """One line of a generic file that can be taken in; give what should differ."""
    return {
        "external_id": f"C-{number}",
        "received_at": "2026-03-02 14:30",
        "name": "Ana Silva",
        "what_happened": "You charged me twice.",
        "product": "Credit card",
        **given,
    }


def rejected(summary):
    """The rows of the file of rejected lines."""
    csv.field_size_limit(4_000_000)
    with summary.rejected_path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
