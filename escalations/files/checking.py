"""What may come in: by size, by the type that its content has, and by what is packed inside."""

import zipfile
from dataclasses import dataclass
from typing import IO, Any, cast

import magic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.files import pictures

OFFICE = "application/vnd.openxmlformats-officedocument"
PACKED = ("application/zip", "application/octet-stream")
"""What libmagic says of an office file whose parts stand in an order it does not know."""
KINDS: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "png": ("image/png",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "tif": ("image/tiff",),
    "tiff": ("image/tiff",),
    "txt": ("text/plain",),
    "csv": ("text/csv", "text/plain", "application/csv"),
    "eml": ("message/rfc822", "text/plain"),
    "docx": (f"{OFFICE}.wordprocessingml.document", *PACKED),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", *PACKED),
    "odt": ("application/vnd.oasis.opendocument.text",),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet",),
    "mp3": ("audio/mpeg",),
    "wav": ("audio/x-wav", "audio/wav"),
    "m4a": ("audio/x-m4a", "audio/mp4", "video/mp4"),
    "mp4": ("video/mp4",),
}
"""By the end of the name, what the content may be. Nothing that a browser would run: no HTML, no SVG, no archives."""
ZIPPED = {"docx": "word/", "xlsx": "xl/", "odt": "content.xml", "ods": "content.xml"}
"""Formats that are archives, and what must be inside."""
TELEPHONE = ("heic", "heif", "avif")
"""Pictures that most office machines cannot show; a telephone sends JPEG instead where a page asks for that."""
LONGEST_NAME = 100
MOST_PARTS, MOST_UNPACKED, MOST_RATIO = 2_000, 300 * 1024 * 1024, 100
"""Of an archive: parts, bytes when unpacked, and how many times as large it may become."""
SNIFFED = 8192
NAMED = {
    "text/html": gettext_lazy("a web page"),
    "image/svg+xml": gettext_lazy("a drawing with programs in it"),
    "application/zip": gettext_lazy("an archive"),
    "application/octet-stream": gettext_lazy("nothing that is known"),
    "application/x-dosexec": gettext_lazy("a program"),
    "text/plain": gettext_lazy("plain text"),
}
"""What libmagic calls it, in words."""


class Unwelcome(Exception):
    """A file that is not taken; the message says why, to whoever sent it."""


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: the name to show, the type that its content has, and the end of its name."""

    name: str
    kind: str
    ending: str

    @property
    def is_picture(self) -> bool:
        return self.ending in pictures.FORMATS


def checked(given: UploadedFile) -> Checked:
    """Raises Unwelcome, in words, for a file that is too large, of another type than its name says, or dangerous."""
    name = _name(given.name or "")
    limit = settings.FILE_MAX_MB
    if (given.size or 0) > limit * 1024 * 1024:
        size = (given.size or 0) / 1024 / 1024
        told = {"name": name, "size": f"{size:.0f}", "limit": limit}
        raise Unwelcome(_("“%(name)s” has %(size)s MB; a file may have %(limit)s MB.") % told)
    if not given.size:
        raise Unwelcome(_("“%s” is empty.") % name)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in TELEPHONE:
        raise Unwelcome(_("“%s” is a picture that only some telephones show. Send it as JPEG or PNG.") % name)
    if ending not in KINDS:
        told = {"name": name, "kinds": ", ".join(sorted(KINDS))}
        raise Unwelcome(_("“%(name)s” is of a kind that is not taken. These are: %(kinds)s.") % told)
    given.seek(0)
    kind = magic.from_buffer(given.read(SNIFFED), mime=True)
    if kind not in KINDS[ending]:
        told = {"name": name, "ending": ending, "kind": NAMED.get(kind, kind)}
        raise Unwelcome(_("“%(name)s” is no %(ending)s file: its content is %(kind)s.") % told)
    if ending in ZIPPED:
        kind = _archive(given, name, ending)
    elif ending in pictures.FORMATS:
        try:
            pictures.look_at(cast(IO[bytes], given), ending)
        except pictures.NoPicture as reason:
            raise unwelcome_picture(name, reason) from reason
    given.seek(0)
    return Checked(name, kind, ending)


def unwelcome_picture(name: str, reason: pictures.NoPicture) -> Unwelcome:
    return Unwelcome(_("“%(name)s” %(reason)s.") % {"name": name, "reason": reason})


def _name(given: str) -> str:
    """The last part of what the browser called it, without what a file system or a screen could trip over."""
    base = given.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in base if letter.isprintable())
    valid = get_valid_filename(printable.strip(" .") or "file")
    stem, dot, ending = valid.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot else valid[:LONGEST_NAME]


def _archive(given: Any, name: str, ending: str) -> str:
    """Of an office file: what it says it is, without macros, and not a small file that becomes a huge one."""
    given.seek(0)
    try:
        with zipfile.ZipFile(given) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile as error:
        raise Unwelcome(_("“%s” cannot be opened: it is damaged.") % name) from error
    size = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or size > MOST_UNPACKED or size > MOST_RATIO * max(given.size, 1):
        raise Unwelcome(_("“%s” would unpack to far more than it seems: it is not taken.") % name)
    if not any(part.filename.startswith(ZIPPED[ending]) for part in parts):
        raise Unwelcome(_("“%(name)s” is no %(ending)s file.") % {"name": name, "ending": ending})
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise Unwelcome(_("“%s” holds macros, which are not taken. Save it without them.") % name)
    return next(kind for kind in KINDS[ending] if kind not in PACKED)
