"""The virus check. Two ways to connect one, see docs/install.md:

REDRESS_SCANNER names a command that is given the path of a file and says by its exit code what it found: 0 nothing, 1 a
virus, anything else that it could not look (as clamdscan does). REDRESS_SCANNER_FUNCTION names a function in Python,
`package.module.function`, that takes a pathlib.Path and returns the name of what it found, or nothing; whatever it
raises says that it could not look. Until one of them has looked, a file is held.
"""

import re
import shlex
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from escalations.models.attachment import Attachment

log = structlog.get_logger(__name__)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for a virus, so that one can see that it works. Known here even without a scanner."""
LONGEST_SCAN = 20
"""Seconds for one file: somebody waits for it at their page."""
LONGEST_TURN, MOST_FAILURES, BATCH = 40.0, 3, 50
"""Of one turn of the sweep: seconds, files in a row that it could not look at, files."""
LONGEST_PAUSE = 60
"""Minutes until a file is tried again that could not be looked at many times."""


@dataclass(frozen=True)
class Verdict:
    """`found` is the name that the scanner gives what it found, or why it could not look."""

    state: str
    found: str = ""


class ScannerDown(Exception):
    """It could not look."""


class Scanner:
    """One turn of checks. After it could not look at one file, the others of the same turn wait as well, so that
    nobody sits through ten timeouts."""

    def __init__(self) -> None:
        self.is_down = False

    def ask(self, path: Path) -> Verdict:
        """What the check says of the file that lies there. Raises FileNotFoundError."""
        with path.open("rb") as content:
            if EICAR in content.read(4096):
                return Verdict(Attachment.State.INFECTED, "EICAR-Test-File")
        look = looks()
        if look is None:
            return Verdict(Attachment.State.CLEAN)
        if self.is_down:
            return Verdict(Attachment.State.WAITING)
        try:
            found = look(path)
        except ScannerDown as why:
            self.is_down = True
            log.error("scanner_down", why=str(why))
            return Verdict(Attachment.State.WAITING, _short(str(why)))
        return Verdict(Attachment.State.INFECTED if found else Attachment.State.CLEAN, _short(found))


def looks() -> Callable[[Path], str] | None:
    """How this installation looks at a file, if it does: gives the name of what was found, or raises ScannerDown."""
    if settings.SCANNER_FUNCTION:
        return _by_function
    return _by_command if settings.SCANNER else None


def _by_function(path: Path) -> str:
    try:
        return str(import_string(settings.SCANNER_FUNCTION)(path) or "")
    except Exception as error:  # whatever a scanner of somebody else raises, it did not look
        raise ScannerDown(type(error).__name__) from error


def _by_command(path: Path) -> str:
    command = [*shlex.split(settings.SCANNER), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_SCAN, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScannerDown(type(error).__name__) from error
    if done.returncode not in (0, 1):
        raise ScannerDown(f"exit code {done.returncode}")
    return _named(done.stdout, path) if done.returncode else ""


def _named(output: bytes, path: Path) -> str:
    """ClamAV says “path: Name FOUND”; of another scanner its first line, in any case without the path."""
    lines = [line.strip() for line in output.decode(errors="replace").replace(str(path), "").splitlines()]
    first = next((line for line in lines if line), "")
    clam = re.fullmatch(r":?\s*(.+?)\s+FOUND", first)
    return (clam[1] if clam else first.strip(": ")) or "virus"


def _short(found: str) -> str:
    return "".join(letter for letter in found if letter.isprintable())[:200]


def scan_waiting(*, now: datetime | None = None) -> int:
    """Look at what could not be looked at when it came. Returns how many are known now. A file that the scanner fails
    on is tried more and more seldom, and holds up no other."""
    from escalations.files.keeping import whole_path

    now, begun, known, failures = now or timezone.now(), time.monotonic(), 0, 0
    due = Q(scan_at=None) | Q(scan_at__lte=now)
    waiting = Attachment.objects.filter(due, state=Attachment.State.WAITING)
    for row in waiting.order_by(F("scan_at").asc(nulls_first=True), "pk")[:BATCH]:
        if failures == MOST_FAILURES or time.monotonic() - begun > LONGEST_TURN:
            break
        try:
            verdict = Scanner().ask(whole_path(row.path or ""))
        except OSError as error:
            log.error("file_missing", file=row.pk)
            verdict = Verdict(Attachment.State.WAITING, type(error).__name__)
        still = Attachment.objects.filter(pk=row.pk, state=Attachment.State.WAITING)
        if verdict.state == Attachment.State.WAITING:
            pause = timedelta(minutes=min(2 ** min(row.scans, 10), LONGEST_PAUSE))
            still.update(found=verdict.found, scans=min(row.scans + 1, 1000), scan_at=now + pause)
            failures += 1
        else:
            known += still.update(state=verdict.state, found=verdict.found, scan_at=None)
            failures = 0
    return known
