"""A model as a file: written whole, and read back only when it is what was written.

The file is a zip of two: `manifest.json` (format, libraries, columns, the model card, the digest of the other) and
`model.skops`, plain arrays stored by skops. Nothing is unpickled: no type is trusted beyond skops' own list of harmless
ones, so a file from anywhere can at worst be refused.
"""

import hashlib
import io
import json
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from escalations.detection.risk.model import Model

FORMAT = 1
"""Raised when older code could not read what newer code writes, or the other way round."""
TRUSTED: list[str] = []
"""Types that skops may make beside numpy's arrays and Python's plain values: none is needed."""
LARGEST = 512 * 1024 * 1024
MANIFEST, LEARNED = "manifest.json", "model.skops"


class ModelUnusable(Exception):
    """The model cannot be used. `code` is missing, damaged, other_version or tampered; the message says it in words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def packed(model: Model) -> bytes:
    """The content of the file."""
    from skops.io import dumps  # brings scikit-learn with it: a hundred megabytes that only learning and scoring need

    learned = dumps(model.plain)
    manifest = {**model.manifest, "format": FORMAT, "libraries": LIBRARIES, "digest": digest(learned)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.writestr(LEARNED, learned)
    return buffer.getvalue()


def unpacked(content: bytes) -> Model:
    """The model. Raises ModelUnusable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest = json.loads(_entry(archive, MANIFEST))
            learned = _entry(archive, LEARNED)
    except Exception as error:  # zipfile, zlib and json each have their own words for a broken file
        raise ModelUnusable("damaged", _("This is no model file, or it is damaged.")) from error
    _check(manifest, learned)
    from skops.io import loads

    try:
        return Model.read(loads(learned, trusted=TRUSTED), manifest)
    except Exception as error:  # whatever skops or numpy say about content that was made up
        raise ModelUnusable("damaged", _("The model file holds something else than a model.")) from error


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST:
        raise ValueError("too large")
    return archive.read(name)


def _check(manifest: Any, learned: bytes) -> None:
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        says = _(
            "The model file is of format %(found)s; this version of Redress reads format %(wanted)s. Train it again."
        )
        raise ModelUnusable("other_version", says % {"found": found, "wanted": FORMAT})
    if manifest.get("digest") != digest(learned):
        raise ModelUnusable("tampered", _("The model file is not as it was written: its digest differs."))


def save(model: Model, path: Path) -> None:
    """Write the file whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(packed(model))
    beside.replace(path)


def load(path: Path) -> Model:
    """Read a file. Raises ModelUnusable, also when it is not there."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelUnusable("missing", _("There is no model file %s, or it cannot be read.") % path) from error
    return unpacked(content)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


LIBRARIES = {name: version(name) for name in ("scikit-learn", "skops", "numpy", "scipy")}
"""What a model was made with. Its arrays are read by our own code, so other versions of these read it too."""
