"""Files: what is taken, where it lies, who gets it back, and what the virus check holds."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from escalations.files import scan_waiting
from escalations.files.checking import KINDS, Unwelcome, checked
from escalations.files.keeping import whole_path
from escalations.files.scanning import EICAR
from escalations.models import Attachment, Message, UnsentText
from tests.escalations.views.conftest import at_desk  # noqa: F401

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def packed(**parts):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return whole.getvalue()


def picture(size=(4, 4)):
    whole = io.BytesIO()
    Image.new("RGB", size).save(whole, "PNG")
    return whole.getvalue()


def given(name, content):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "cases"


@pytest.mark.parametrize(("name", "content", "says"), [
    ("page.png", HTML, "is no png file"),
    ("evidence.pdf", packed(a="x"), "is no pdf file"),
    ("drawing.svg", SVG, "of a kind that is not taken"),
    ("drawing.png", SVG, "is no png file"),
    ("page.html", HTML, "of a kind that is not taken"),
    ("page.txt", HTML, "is no txt file"),
    ("macro.docx", packed(word__document_xml="<a/>", word__vbaProject_bin="x"), "holds macros"),
    ("bomb.xlsx", packed(xl__sheet_xml="0" * 20_000_000), "far more than it seems"),
    ("archive.docx", packed(other="x"), "is no docx file"),
    ("broken.png", picture()[:40], "cannot be opened as a picture"),
    ("nothing.pdf", b"", "is empty"),
    ("noending", PDF, "of a kind that is not taken"),
])  # fmt: skip
def test_what_a_file_is_not_is_said_and_it_is_not_taken(name, content, says):
    with pytest.raises(Unwelcome, match=says):
        checked(given(name, content))


def test_a_picture_of_too_many_pixels_is_not_taken(monkeypatch):
    monkeypatch.setattr("escalations.files.checking.MOST_PIXELS", 15)
    with pytest.raises(Unwelcome, match="too many pixels"):
        checked(given("large.png", picture()))


def test_a_name_cannot_lead_elsewhere_or_read_backwards():
    found = checked(given("../../etc/inv\u202efdp.exe\r\n.pdf", PDF))
    assert found.name == "invfdp.exe.pdf" and found.kind == "application/pdf"
    assert len(checked(given(f"{'a' * 300}.pdf", PDF)).name) == 100
    assert not {"html", "htm", "svg", "zip", "exe", "js"} & KINDS.keys()


def post(client, case, action="note", **data):
    return client.post(f"/cases/{case.reference}/do/{action}/", data)


def test_a_file_comes_with_a_note_and_goes_out_only_to_who_may_read_it(at_desk, house, case, uploads):  # noqa: F811
    complaint = case("investigating")
    handler = at_desk(complaint.handler.user)
    assert post(handler, complaint, body="See the scan.", files=given("../scan.pdf", PDF)).status_code == 303
    row = Attachment.objects.get()
    assert (row.name, row.message.body, row.state, row.size) == ("scan.pdf", "See the scan.", "clean", len(PDF))
    assert whole_path(row.path).read_bytes() == PDF and "scan" not in row.path
    address = f"/cases/{complaint.reference}/files/{row.pk}/"
    assert f'href="{address}"' in handler.get(f"/cases/{complaint.reference}/").content.decode()
    answer = handler.get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="scan.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    refused = {
        who: at_desk(getattr(house, who)).get(address).status_code for who in ("stranger", "analyst", "supervisor")
    }
    assert refused == {"stranger": 404, "analyst": 403, "supervisor": 403}
    other = case("investigating")
    assert handler.get(f"/cases/{other.reference}/files/{row.pk}/").status_code == 404


def test_a_file_that_is_too_large_is_told_of_and_what_was_typed_stays(at_desk, house, case, uploads, settings):  # noqa: F811
    settings.FILE_MAX_MB = 1
    complaint = case("investigating")
    answer = post(
        at_desk(complaint.handler.user),
        complaint,
        body="Long and dear words.",
        files=given("big.pdf", PDF + b"0" * 1_200_000),
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "a file may have 1 MB" in page and "Long and dear words." in page
    assert not Message.objects.filter(body__startswith="Long").exists() and not list(uploads.rglob("*"))


def test_a_refused_file_leaves_nothing_behind_even_beside_a_good_one(at_desk, house, case, uploads):  # noqa: F811
    complaint = case("investigating")
    files = [given("good.pdf", PDF), given("page.png", HTML)]
    answer = post(at_desk(complaint.handler.user), complaint, "attach", files=files)
    assert answer.status_code == 422 and "is no png file" in answer.content.decode()
    assert not Attachment.objects.exists() and not list(uploads.rglob("*"))


def test_a_file_of_a_refused_step_does_not_stay(at_desk, house, case, uploads):  # noqa: F811
    complaint = case("investigating")
    answer = post(at_desk(complaint.handler.user), complaint, body="Ask @stan.", files=given("scan.pdf", PDF))
    assert answer.status_code == 422 and "Stan may not see" in answer.content.decode()
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_what_looks_like_a_virus_is_held(at_desk, house, case, uploads):  # noqa: F811
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    post(client, complaint, "attach", files=given("test.txt", EICAR))
    row = Attachment.objects.get()
    answer = client.get(f"/cases/{complaint.reference}/files/{row.pk}/")
    assert row.state == "infected" and answer.status_code == 409 and EICAR not in answer.content


@pytest.mark.parametrize(
    ("command", "state", "after"), [("false", "infected", "infected"), ("no-such-scanner", "waiting", "clean")]
)
def test_while_the_scanner_is_down_nothing_new_is_handed_out(
    at_desk, house, case, uploads, settings, command, state, after  # noqa: F811
):  # fmt: skip
    settings.SCANNER = command
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    post(client, complaint, "attach", files=given("scan.pdf", PDF))
    row = Attachment.objects.get()
    assert row.state == state
    assert client.get(f"/cases/{complaint.reference}/files/{row.pk}/").status_code == 409
    settings.SCANNER = "true"
    scan_waiting()
    row.refresh_from_db()
    assert row.state == after


def test_what_was_sent_is_no_draft_any_more(at_desk, house, case, uploads):  # noqa: F811
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    client.post(f"/cases/{complaint.reference}/unsent/note/", {"body": "Half a thought"})
    assert UnsentText.objects.get().texts == {"body": "Half a thought"}
    post(client, complaint, body="Half a thought, and the rest.")
    assert not UnsentText.objects.exists()
    assert not [path for path in Path(uploads).rglob("*") if path.is_file()]
