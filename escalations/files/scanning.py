"""The virus check. REDRESS_SCANNER names a command that is given the path of a file and says by its exit code what it
found: 0 nothing, 1 a virus, anything else that it could not look (as clamdscan does). Until it has looked, the file is
held; a scanner that is down means that nothing new is handed out."""

import shlex
import subprocess
from pathlib import Path

import structlog
from django.conf import settings

from escalations.models.attachment import Attachment

log = structlog.get_logger(__name__)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for a virus, so that one can see that it works. Known here even without a scanner."""
LONGEST_SCAN = 60
BATCH = 50


def state_of(path: Path) -> str:
    """What the check says of the file that lies there."""
    with path.open("rb") as content:
        if EICAR in content.read(4096):
            return Attachment.State.INFECTED
    return _scanned(path) if settings.SCANNER else Attachment.State.CLEAN


def _scanned(path: Path) -> str:
    command = [*shlex.split(settings.SCANNER), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_SCAN, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("scanner_down", error=type(error).__name__)
        return Attachment.State.WAITING
    if done.returncode not in (0, 1):
        log.error("scanner_down", code=done.returncode)
        return Attachment.State.WAITING
    return Attachment.State.INFECTED if done.returncode else Attachment.State.CLEAN


def scan_waiting() -> int:
    """Look at what could not be looked at when it came. Returns how many are known now."""
    from escalations.files.keeping import whole_path

    known = 0
    for row in Attachment.objects.filter(state=Attachment.State.WAITING).order_by("pk")[:BATCH]:
        try:
            state = state_of(whole_path(row.path))
        except FileNotFoundError:
            log.error("file_missing", file=row.pk)
            continue
        if state == Attachment.State.WAITING:
            break  # it is still down: the next turn of the sweep asks again
        known += Attachment.objects.filter(pk=row.pk, state=Attachment.State.WAITING).update(state=state)
    return known
