"""Files: what is taken, where it lies, who gets it back, and what the virus check holds."""

import errno
import io
import os
import signal
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from escalations.checks import scanner_is_there
from escalations.errors import WrongState
from escalations.files import keep_all, remove_orphans, scan_waiting
from escalations.files.checking import KINDS, Unwelcome, checked
from escalations.files.keeping import whole_path
from escalations.files.orphans import clear
from escalations.files.scanning import EICAR
from escalations.models import Attachment, FileAccess, Message, UnsentText

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


def test_a_name_cannot_lead_elsewhere_or_read_backwards():
    found = checked(given("../../etc/inv\u202efdp.exe\r\n.pdf", PDF))
    assert found.name == "invfdp.exe.pdf" and found.kind == "application/pdf"
    assert len(checked(given(f"{'a' * 300}.pdf", PDF)).name) == 100
    assert not {"html", "htm", "svg", "zip", "exe", "js"} & KINDS.keys()


def post(client, case, action="note", **data):
    return client.post(f"/cases/{case.reference}/do/{action}/", data)


def test_a_file_comes_with_a_note_and_goes_out_only_to_who_may_read_it(at_desk, house, case, uploads, caplog):
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
    assert [record.msg["code"] for record in caplog.records if "file_refused" in str(record.msg)] == [
        "not_found", "not_allowed",
    ], "the third did not come as far"  # fmt: skip
    assert [(one.attachment, one.user, one.by) for one in FileAccess.objects.all()] == [
        (row, complaint.handler.user, "staff")
    ], "a row for each time somebody gets it, and none for who was refused"
    shown = at_desk(house.compliance).get(f"/admin/escalations/fileaccess/?q={complaint.reference}").content.decode()
    assert "scan.pdf" in shown and str(complaint.handler.user) in shown
    other = case("investigating")
    assert handler.get(f"/cases/{other.reference}/files/{row.pk}/").status_code == 404


def test_more_files_and_more_downloads_cost_no_more_queries(at_desk, house, case, deeds, uploads, queries):
    complaint = case("investigating")
    client = at_desk(house.compliance)
    lists = ["/admin/escalations/attachment/", "/admin/escalations/fileaccess/"]
    pages = [f"/cases/{complaint.reference}/", *lists]
    taken = []
    for number in (1, 5):
        files = keep_all([given(f"{number}{one}.pdf", PDF) for one in range(number)])
        deeds.do(complaint, "attach", "manager", files=files)
        for row in Attachment.objects.all():
            client.get(f"/cases/{complaint.reference}/files/{row.pk}/")
        taken.append([queries(client, page) for page in pages])
    assert taken[0] == taken[1] and FileAccess.objects.count() == 7


def test_a_file_that_is_too_large_is_told_of_and_what_was_typed_stays(at_desk, house, case, uploads, settings):
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


@pytest.mark.parametrize("broken", ["too many", "while it came", "while it was kept"])
def test_when_files_cannot_be_kept_none_is_and_what_was_typed_stays(
    at_desk, house, case, uploads, settings, monkeypatch, broken
):  # fmt: skip
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    files = [given(f"scan{number}.pdf", PDF) for number in range(200 if broken == "too many" else 2)]
    if broken == "while it came":
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
        monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", full)
    elif broken == "while it was kept":
        monkeypatch.setattr("escalations.files.keeping.os.fsync", full)
    complaint = case("investigating")
    answer = post(at_desk(complaint.handler.user), complaint, body="Long and dear words.", files=files)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Long and dear words." in page
    assert ("At most 10 files at once" if broken == "too many" else "cannot be kept at the moment") in page
    assert not Attachment.objects.exists() and not [path for path in uploads.rglob("*") if path.is_file()]


def test_bytes_without_a_row_are_gone_after_a_day_and_no_others(case, deeds, uploads):
    complaint = case("investigating")
    files = keep_all([given("scan.pdf", PDF)])
    deeds.do(complaint, "attach", "manager", files=files)
    child = os.fork()
    if not child:  # a web process that is killed between the disk and the database
        keep_all([given("lost.pdf", PDF)])
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    there = {path for path in uploads.rglob("*") if path.is_file()}
    (lost,) = there - {whole_path(files[0].path)}
    later = timezone.now() + timedelta(hours=25)
    folders = sorted({path.parent.name for path in there})
    assert [clear(name, timezone.now()) for name in folders] == [0] * len(folders), "somebody may be at it still"
    turn = later + timedelta(minutes=(int(lost.parent.name, 16) - int(later.timestamp()) // 60) % 256)
    assert remove_orphans(now=turn) == 1
    assert [clear(name, later) for name in folders] == [0] * len(folders)
    assert whole_path(files[0].path).read_bytes() == PDF and not lost.exists()
    Attachment.objects.all().delete()
    assert clear(files[0].path[:2], later) == 0, "a database that knows of no file takes none away"


def test_a_refused_file_leaves_nothing_behind_even_beside_a_good_one(at_desk, house, case, uploads):
    complaint = case("investigating")
    files = [given("good.pdf", PDF), given("page.png", HTML)]
    answer = post(at_desk(complaint.handler.user), complaint, "attach", files=files)
    assert answer.status_code == 422 and "is no png file" in answer.content.decode()
    assert not Attachment.objects.exists() and not list(uploads.rglob("*"))


def test_a_file_of_a_refused_step_does_not_stay(at_desk, house, case, uploads):
    complaint = case("investigating")
    answer = post(at_desk(complaint.handler.user), complaint, body="Ask @stan.", files=given("scan.pdf", PDF))
    told = answer.content.decode()
    assert answer.status_code == 422 and "Stan may not see" in told and "please choose them again" in told
    assert not [path for path in uploads.rglob("*") if path.is_file()]


def test_what_looks_like_a_virus_is_held(at_desk, house, case, uploads):
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    post(client, complaint, "attach", files=given("test.txt", EICAR))
    row = Attachment.objects.get()
    answer = client.get(f"/cases/{complaint.reference}/files/{row.pk}/")
    assert row.state == "infected" and answer.status_code == 409 and EICAR not in answer.content


def test_a_held_file_is_released_or_erased_by_who_has_the_right_and_the_record_says_why(
    at_desk, house, case, deeds, uploads, django_capture_on_commit_callbacks
):  # fmt: skip
    complaint = case("investigating")
    handler, manager = at_desk(complaint.handler.user), at_desk(house.manager)
    for name in ("invoice.txt", "other.txt"):
        post(handler, complaint, "attach", files=given(name, EICAR))
    first, second = Attachment.objects.all()
    address = f"/cases/{complaint.reference}/do/release_file/"
    shown = manager.get("/admin/escalations/attachment/?held=yes").content.decode()
    assert "EICAR-Test-File" in shown and f"{address}?file={first.pk}" in shown
    assert f"{address}?file={first.pk}" in manager.get(f"/cases/{complaint.reference}/").content.decode()
    assert handler.post(address, {"file": first.pk, "reason": "It is fine."}).status_code == 403
    assert manager.post(address, {"file": first.pk, "reason": "Our own test."}).status_code == 303
    got = handler.get(f"/cases/{complaint.reference}/files/{first.pk}/")
    assert got.status_code == 200 and b"".join(got.streaming_content) == EICAR
    deeds.do(complaint, "hold", "manager", on="police")
    with pytest.raises(WrongState, match="on hold: a police investigation"):
        deeds.do(complaint, "erase_file", "manager", file=second)
    deeds.do(complaint, "lift_hold", "manager")
    lies = whole_path(second.path)
    with django_capture_on_commit_callbacks(execute=True):
        deeds.do(complaint, "erase_file", "compliance", file=second, reason="Nobody needs it.")
        assert lies.exists(), "not before the commit"
    row = Attachment.objects.get(pk=second.pk)
    assert (row.name, row.path, row.size, row.digest) == ("erased.txt", None, len(EICAR), second.digest)
    assert row.erased_because == "Nobody needs it." and not lies.exists()
    assert handler.get(f"/cases/{complaint.reference}/files/{row.pk}/").status_code == 410
    told = list(complaint.events.filter(action__endswith="_file").values_list("action", "reason", "data__file"))
    assert told == [("release_file", "Our own test.", first.pk), ("erase_file", "Nobody needs it.", second.pk)]


def test_a_file_that_the_scanner_fails_on_holds_up_no_other(case, deeds, uploads, settings):
    settings.SCANNER_FUNCTION = f"{__name__}.no_scanner"
    complaint = case("investigating")
    deeds.do(complaint, "attach", "manager", files=keep_all([given("a.pdf", PDF), given("b.pdf", PDF)]))
    first, second = Attachment.objects.all()
    assert {first.state, second.state} == {"waiting"} and first.found == "ConnectionError"
    whole_path(first.path).rename(uploads / "gone")
    settings.SCANNER_FUNCTION = f"{__name__}.finds_a_virus"
    now = timezone.now()
    assert (scan_waiting(now=now), scan_waiting(now=now)) == (1, 0)
    (uploads / "gone").rename(whole_path(first.path))
    assert scan_waiting(now=now + timedelta(minutes=5)) == 1
    assert set(Attachment.objects.values_list("state", "found")) == {("infected", "Eicar-Signature")}


@pytest.mark.parametrize(("name", "says"), [
    (f"{__name__}.no_scanner", ""), ("nowhere.look", "cannot be found"), (f"{__name__}.PDF", "is no function"),
])  # fmt: skip
def test_a_scanner_that_is_named_wrongly_stops_the_start(settings, name, says):
    settings.SCANNER_FUNCTION = name
    told = scanner_is_there(None)
    assert says in told[0].msg if says else not told


def no_scanner(path):
    raise ConnectionError(path)


def finds_a_virus(path):
    return "Eicar-Signature" if path.read_bytes() == PDF else None


@pytest.mark.parametrize(
    ("command", "state", "after"), [("false", "infected", "infected"), ("no-such-scanner", "waiting", "clean")]
)
def test_while_the_scanner_is_down_nothing_new_is_handed_out(
    at_desk, house, case, uploads, settings, command, state, after
):  # fmt: skip
    settings.SCANNER = command
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    post(client, complaint, "attach", files=given("scan.pdf", PDF))
    row = Attachment.objects.get()
    assert row.state == state
    assert client.get(f"/cases/{complaint.reference}/files/{row.pk}/").status_code == 409
    settings.SCANNER = "true"
    scan_waiting(now=timezone.now() + timedelta(hours=1))
    row.refresh_from_db()
    assert row.state == after


def test_what_was_sent_is_no_draft_any_more(at_desk, house, case, uploads):
    complaint = case("investigating")
    client = at_desk(complaint.handler.user)
    client.post(f"/cases/{complaint.reference}/unsent/note/", {"body": "Half a thought"})
    assert UnsentText.objects.get().texts == {"body": "Half a thought"}
    post(client, complaint, body="Half a thought, and the rest.")
    assert not UnsentText.objects.exists()
    assert not [path for path in Path(uploads).rglob("*") if path.is_file()]
