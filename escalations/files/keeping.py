"""Where files lie: below the data directory, in folders by the beginning of a made-up name."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.files.checking import Unwelcome, checked
from escalations.files.scanning import state_of

MOST_FILES = 10


@dataclass(frozen=True)
class Stored:
    """A file that lies there already; its row is made with the step that it belongs to."""

    name: str
    kind: str
    size: int
    digest: str
    path: str
    state: str


def keep_all(given: Iterable[UploadedFile]) -> list[Stored]:
    """All of them, or none: raises Invalid with what is wrong with each. Nothing is locked meanwhile."""
    files, problems, welcome = list(given), [], []
    if len(files) > MOST_FILES:
        raise Invalid({"files": [_("At most %d files at once.") % MOST_FILES]})
    for one in files:
        try:
            welcome.append((one, checked(one)))
        except Unwelcome as reason:
            problems.append(str(reason))
    if problems:
        raise Invalid({"files": problems})
    return [_kept(one, found.name, found.kind) for one, found in welcome]


def _kept(given: UploadedFile, name: str, kind: str) -> Stored:
    made_up = secrets.token_hex(16)
    path = f"{made_up[:2]}/{made_up}"
    target = whole_path(path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        for piece in given.chunks():
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    target.chmod(0o600)
    return Stored(name, kind, size, digest.hexdigest(), path, state_of(target))


def discard(files: Iterable[Stored]) -> None:
    """What was kept for a step that was refused."""
    for one in files:
        whole_path(one.path).unlink(missing_ok=True)


def whole_path(path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "cases" / path


def opened(path: str) -> IO[bytes]:
    """Raises FileNotFoundError where somebody has taken it away."""
    return whole_path(path).open("rb")
