"""Pictures are made anew from their pixels: what else was in the file (where and with what it was taken, a program
behind the picture, a second format in the same bytes) is not in the new one. They stand upright, as their maker meant.
"""

import struct
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP", "tif": "TIFF", "tiff": "TIFF"}
"""By the end of the name: the only decoder that is asked, and the format that comes out."""
MOST_PIXELS = 50_000_000
"""Of all its frames or pages together: a telephone's largest photograph, a fax of twenty pages."""
MOST_FRAMES = 200
MODES = {
    "PNG": ("1", "L", "LA", "RGB", "RGBA"),
    "JPEG": ("L", "RGB"),
    "GIF": ("RGBA",),
    "WEBP": ("RGB", "RGBA"),
    "TIFF": ("1", "L", "RGB"),
}
"""How pixels may be kept; anything else becomes RGB, with its transparency where the format has one."""
SAVED: dict[str, dict[str, Any]] = {
    "PNG": {"compress_level": 6},
    "JPEG": {"quality": 95, "subsampling": "4:4:4"},
    "GIF": {"disposal": 2},
    "WEBP": {"quality": 95},
    "TIFF": {"compression": "tiff_deflate"},
}
BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError, struct.error, MemoryError)
"""What the decoders raise when they are given something else than a picture."""


class NoPicture(Exception):
    """It cannot be shown, or not without harm; the message ends a sentence that begins with its name."""


def look_at(given: IO[bytes], ending: str) -> None:
    """Raises NoPicture for what is none, or is too large. Nothing is decoded for that: a bomb does not go off."""
    with _opened(given, ending) as picture:
        try:
            frames = 1 if picture.format in ("JPEG", "MPO") else getattr(picture, "n_frames", 1)
        except BROKEN as error:
            raise _broken() from error
        if frames > MOST_FRAMES or frames * picture.width * picture.height > MOST_PIXELS:
            raise _too_large()


def write_anew(given: IO[bytes], ending: str, out: IO[bytes]) -> None:
    """All its frames or pages, in the same format. Raises NoPicture for one that breaks off, and OSError with a number
    when the disk is full."""
    kind = FORMATS[ending]
    with _opened(given, ending) as picture:
        try:
            frames, durations = _frames(picture, kind)
        except (*BROKEN, Image.DecompressionBombError) as error:
            raise _broken() from error
        moves: dict[str, Any] = {}
        if len(frames) > 1:
            moves = {"save_all": True, "append_images": frames[1:]}
            if kind != "TIFF":
                moves |= {"duration": durations, "loop": picture.info.get("loop", 0)}
    frames[0].save(out, kind, **SAVED[kind], **moves)


def _frames(picture: Image.Image, kind: str) -> tuple[list[Image.Image], list[int]]:
    """Upright, plain, and with nothing beside their pixels; and for how many milliseconds each is shown."""
    frames: list[Image.Image] = []
    durations, pixels = [], 0
    for frame in _each(picture):
        pixels += frame.width * frame.height
        if pixels > MOST_PIXELS or len(frames) == MOST_FRAMES:
            raise _too_large()
        frame.load()  # WebP says only then how long it is shown
        durations.append(int(frame.info.get("duration", 0)))
        frames.append(_plain(ImageOps.exif_transpose(frame), MODES[kind]))
    return frames, durations


def _each(picture: Image.Image) -> Iterator[Image.Image]:
    """A JPEG is its first picture: what telephones put behind it (depth, a second lens) is none that people sent."""
    if picture.format in ("JPEG", "MPO"):
        picture.load()
        return iter([picture])
    return iter(ImageSequence.Iterator(picture))


def _plain(frame: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    if frame.mode.startswith("I;16"):
        frame = frame.point(lambda value: value / 256).convert("L")
    if frame.mode not in modes:
        clear = frame.has_transparency_data and "RGBA" in modes
        frame = frame.convert("RGBA" if clear or "RGB" not in modes else "RGB")
    plain = Image.new(frame.mode, frame.size)
    plain.paste(frame)
    return plain


def _opened(given: IO[bytes], ending: str) -> Image.Image:
    given.seek(0)
    try:
        return Image.open(given, formats=[FORMATS[ending]])
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except BROKEN as error:
        raise _broken() from error


def _broken() -> NoPicture:
    return NoPicture(_("cannot be opened as a picture: it is damaged or no picture"))


def _too_large() -> NoPicture:
    told = {"pixels": MOST_PIXELS // 1_000_000, "frames": MOST_FRAMES}
    return NoPicture(
        _("is a picture of too many pixels: at most %(pixels)d million, in at most %(frames)d pages or frames") % told
    )
