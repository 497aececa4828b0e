"""Pictures are made anew: what they show stays, what else was in the file does not. No database is needed for that."""

import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from escalations.errors import Invalid
from escalations.files import keep_all
from escalations.files.checking import Unwelcome, checked
from escalations.files.keeping import whole_path

ORIENTATION, MODEL, GPS = 0x0112, 0x0110, 0x8825
SCRIPT = b"<script>alert(document.cookie)</script>"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT, settings.SCANNER, settings.SCANNER_FUNCTION = tmp_path, "", ""
    return tmp_path / "cases"


def picture(kind, size=(40, 20), frames=1, **options):
    """Red at the left, blue at the right, so that one sees which side is up; further frames are green."""
    first = Image.new("RGB", size, "red")
    first.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    more = [Image.new("RGB", size, (0, 60 * number, 0)) for number in range(1, frames)]
    whole = io.BytesIO()
    first.save(whole, kind, **({"save_all": True, "append_images": more} if more else {}), **options)
    return whole.getvalue()


def kept(name, content):
    """What came of it: the row's facts, and the picture that lies there now."""
    (stored,) = keep_all([SimpleUploadedFile(name, content)])
    found = whole_path(stored.path).read_bytes()
    assert (stored.digest, stored.size) == (hashlib.sha256(found).hexdigest(), len(found))
    assert stored.original == hashlib.sha256(content).hexdigest()
    return found, Image.open(io.BytesIO(found))


def test_where_and_with_what_a_photograph_was_taken_does_not_stay_and_it_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION], exif[MODEL] = 6, "Ana's telephone"
    exif.get_ifd(GPS)[1] = "N"
    found, shown = kept("holiday.jpg", picture("JPEG", exif=exif, comment=SCRIPT, quality=95))
    assert not shown.getexif() and "comment" not in shown.info and b"telephone" not in found
    assert shown.size == (20, 40), "turned as its maker held it"
    top, bottom = shown.getpixel((10, 5)), shown.getpixel((10, 35))
    assert top[0] > 200 > top[2] and bottom[2] > 200 > bottom[0]


def test_a_picture_that_is_a_page_and_an_archive_as_well_comes_out_as_a_picture_only():
    packed, text = io.BytesIO(), PngImagePlugin.PngInfo()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.html", SCRIPT)
    text.add_text("Comment", SCRIPT.decode())
    whole = picture("PNG", pnginfo=text) + SCRIPT + packed.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(whole)) and whole.count(SCRIPT) > 1
    found, shown = kept("map.png", whole)
    assert not zipfile.is_zipfile(io.BytesIO(found)) and b"script" not in found and not shown.info
    assert shown.getpixel((5, 5)) == (255, 0, 0) and shown.getpixel((35, 5)) == (0, 0, 255)


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("moves.gif", "GIF", {"duration": [90, 180, 270], "loop": 0, "comment": SCRIPT}),
        ("moves.webp", "WEBP", {"duration": [90, 180, 270], "lossless": True, "xmp": SCRIPT}),
        ("fax.tiff", "TIFF", {"description": SCRIPT.decode(), "software": "a scanner"}),
    ],
)
def test_all_frames_and_pages_stay_and_nothing_that_was_beside_them(name, kind, options):
    found, shown = kept(name, picture(kind, frames=3, **options))
    assert shown.n_frames == 3 and b"script" not in found and b"scanner" not in found
    shown.seek(2)
    assert shown.convert("RGB").getpixel((5, 5))[1] in range(112, 129)
    assert kind == "TIFF" or shown.info["duration"] == 270


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_way_to_write_pixels_is_understood(mode):
    whole, kind = io.BytesIO(), "TIFF" if mode == "CMYK" else "PNG"
    white = Image.new("I;16", (8, 8), 65535) if mode == "I;16" else Image.new("RGB", (8, 8), "white").convert(mode)
    white.save(whole, kind)
    _found, shown = kept(f"white.{'tif' if mode == 'CMYK' else 'png'}", whole.getvalue())
    assert shown.convert("L").getpixel((4, 4)) > 250


def test_a_small_file_that_unpacks_to_a_huge_picture_is_told_of_and_not_unpacked(uploads):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for side in (8_000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(b"0" * 999))
            + chunk(b"IEND", b"")
        )
        with pytest.raises(Unwelcome, match="too many pixels: at most 50 million"):
            checked(SimpleUploadedFile("bomb.png", bomb))


def test_a_picture_that_breaks_off_is_refused_and_nothing_stays(uploads):
    whole = picture("JPEG", size=(400, 400), quality=95)
    with pytest.raises(Invalid, match=r"“half\.jpg” cannot be opened as a picture"):
        keep_all([SimpleUploadedFile("good.png", picture("PNG")), SimpleUploadedFile("half.jpg", whole[:1500])])
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_a_picture_of_a_telephone_that_others_cannot_show_is_refused_with_what_to_do():
    with pytest.raises(Unwelcome, match="Send it as JPEG or PNG"):
        checked(SimpleUploadedFile("IMG_1.HEIC", b"\0\0\0\x18ftypheic"))
