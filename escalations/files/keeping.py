"""Where files lie: below the data directory, in folders by the beginning of a made-up name."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.files import pictures
from escalations.files.checking import Checked, Unwelcome, checked, unwelcome_picture
from escalations.files.receiving import is_whole
from escalations.files.scanning import Scanner

log = structlog.get_logger(__name__)
MOST_FILES = 10


@dataclass(frozen=True)
class Stored:
    """A file that lies there already; its row is made with the step that it belongs to. `original` is the digest of
    what came, `found` what the virus check said."""

    name: str
    kind: str
    size: int
    digest: str
    path: str
    state: str
    original: str = ""
    found: str = ""


def keep_all(given: Iterable[UploadedFile]) -> list[Stored]:
    """All of them, or none: raises Invalid with what is wrong with each. Nothing is locked meanwhile."""
    files = list(given)
    if len(files) > MOST_FILES:
        raise Invalid({"files": [_("At most %d files at once; none of these was kept.") % MOST_FILES]})
    kept: list[Stored] = []
    try:
        if not all(is_whole(one) for one in files):
            raise OSError(0, "The disk was full when it came.")
        return _all_kept([_looked_at(one) for one in files], kept)
    except Problems as problems:
        discard(kept)
        raise Invalid({"files": problems.sentences}) from problems
    except OSError as error:
        discard(kept)
        log.error("files_not_kept", error=type(error).__name__, number=error.errno)
        raise Invalid({"files": [_("Files cannot be kept at the moment, and none was. Try again later.")]}) from error


class Problems(Exception):
    """What is wrong with some of the files, a sentence each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(*sentences)
        self.sentences = list(sentences)


def _looked_at(given: UploadedFile) -> "tuple[UploadedFile, Checked | Unwelcome]":
    try:
        return given, checked(given)
    except Unwelcome as reason:
        return given, reason


def _all_kept(files: "Sequence[tuple[UploadedFile, Checked | Unwelcome]]", kept: list[Stored]) -> list[Stored]:
    """Adds to `kept` one by one. A picture may prove to be none only when it is made anew."""
    problems = [str(found) for _given, found in files if isinstance(found, Unwelcome)]
    scanner = Scanner()
    for given, found in files:
        if isinstance(found, Checked) and not problems:
            try:
                kept.append(_kept(given, found, scanner))
            except Unwelcome as reason:
                problems.append(str(reason))
    if problems:
        raise Problems(problems)
    return kept


def _kept(given: UploadedFile, found: Checked, scanner: Scanner) -> Stored:
    made_up = secrets.token_hex(16)
    path = f"{made_up[:2]}/{made_up}"
    target = whole_path(path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _write(given, found, target)
        original, digest = _digest(cast(IO[bytes], given)), _digest_of(target)
        verdict = scanner.ask(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    size = target.stat().st_size
    return Stored(found.name, found.kind, size, digest, path, verdict.state, original, verdict.found)


def _write(given: UploadedFile, found: Checked, target: Path) -> None:
    """On the disk when this returns: what is accepted is kept."""
    with target.open("x+b") as out:  # TIFF is read while it is written
        target.chmod(0o600)
        if found.is_picture:
            try:
                pictures.write_anew(cast(IO[bytes], given), found.ending, out)
            except pictures.NoPicture as reason:
                raise unwelcome_picture(found.name, reason) from reason
        else:
            given.seek(0)
            for piece in given.chunks():
                out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return _digest(content)


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    while piece := content.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def discard(files: Iterable[Stored]) -> None:
    """What was kept for a step that was refused."""
    for one in files:
        remove(one.path)


def remove(path: str) -> None:
    """Its bytes are gone; harmless to repeat."""
    whole_path(path).unlink(missing_ok=True)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "cases"


def whole_path(path: str) -> Path:
    return folder() / path


def opened(path: str) -> IO[bytes]:
    """Raises FileNotFoundError where somebody has taken it away."""
    return whole_path(path).open("rb")
