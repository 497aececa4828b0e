"""Bytes without a row: the step was rolled back, or the process was killed between the disk and the database, or
between the commit of an erasure and the removal. Each turn of the sweep looks at one of the 256 folders, so each is
looked at a few times a day, and a turn costs one listing and one query."""

from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.utils import timezone

from escalations.files.keeping import folder
from escalations.models.attachment import Attachment

log = structlog.get_logger(__name__)
FOLDERS, BATCH = 256, 500
YOUNG = timedelta(days=1)
"""A file may lie here this long before its row is there: a step that waits for a lock, a slow request."""


def remove_orphans(*, now: datetime | None = None) -> int:
    """Take away what nobody names in the folder whose turn it is. Returns how many files."""
    now = now or timezone.now()
    turn = int(now.timestamp()) // 60 % FOLDERS
    return clear(f"{turn:02x}", now)


def clear(name: str, now: datetime) -> int:
    """One folder, by the two letters that are its name."""
    lies = folder() / name
    old = {f"{name}/{path.name}": path for path in lies.iterdir() if _is_old(path, now)} if lies.is_dir() else {}
    named: set[str | None] = set()
    for start in range(0, len(old), BATCH):
        some = list(old)[start : start + BATCH]
        named |= set(Attachment.objects.filter(path__in=some).values_list("path", flat=True))
    orphans = [path for key, path in old.items() if key not in named and _came_here(path)]
    for path in orphans:
        path.unlink(missing_ok=True)
    if orphans:
        log.warning("orphans_removed", folder=name, files=len(orphans))
    return len(orphans)


def _came_here(path: Path) -> bool:
    """Since this database knows of files at all. A database that is new, or another by mistake, takes nothing away."""
    first = Attachment.objects.order_by("pk").values_list("added_at", flat=True).first()
    return first is not None and path.stat().st_mtime > first.timestamp()


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < (now - YOUNG).timestamp()
    except FileNotFoundError:
        return False  # discarded in this moment
