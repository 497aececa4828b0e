"""The files: the page's own numbers, nothing that a spreadsheet would run, and a note of who took them."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from analytics import pages, reports, trends
from analytics.models import Download
from escalations.models.append_only import WrittenOnce
from routing.models import Choice
from tests.analytics.test_page import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def download(client, house):
    def get(form, **asked):
        client.force_login(house.analyst)
        return client.get(reverse(f"analytics:trends_{form}"), asked)

    return get


def from_csv(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode())))


def sheet(response, name: str = "Trends") -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(response.content))[name].rows)


def from_xlsx(response) -> list[list[str]]:
    """As a spreadsheet shows it: 30 with the format 0.0 is "30.0"."""
    return [[shown(cell) for cell in row] for row in sheet(response)]


def shown(cell) -> str:
    if cell.value is None:
        return ""
    return f"{cell.value:.1f}" if cell.number_format == "0.0" else str(cell.value)


class Tables(Text):
    """The tables of the page by kind, as rows of figures without their names."""

    def __init__(self, html: str) -> None:
        self.tables, self.cells = {}, []
        super().__init__(html, "td")
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.rows = self.tables.setdefault(dict(attrs)["data-kind"], [])
        if tag == "tr":
            self.rows.append([])
        if tag == "td" and dict(attrs).get("class") == "number":
            self.rows[-1].append("")
            self.inside += 1

    def handle_endtag(self, tag):
        if tag == "td":
            self.inside = 0

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data.strip()


@pytest.fixture
def mixed(taken_in, house, case):
    """Open, closed, adopted with and without dates and outcomes, over three months and two products."""
    for day, (days, outcome) in enumerate(
        [(1, "upheld"), (2.5, "partly"), (7, "not_upheld"), (20, ""), (0.3, "upheld")]
    ):
        taken_in(f"2026-08-0{day + 1}", days, outcome)
        taken_in(f"2026-10-0{day + 1}", days * 1.7, outcome, product=house.loan)
    taken_in("2026-09-05", adopted=True)
    taken_in("2026-10-05", product=None)
    case("closed")


@pytest.mark.parametrize("by", ["product", "issue", "channel", "team", "cause"])
def test_page_csv_and_xlsx_hold_the_same_numbers(by, download, client, mixed):
    lines = from_csv(download("csv", by=by))
    assert from_xlsx(download("xlsx", by=by)) == lines
    figures = [[cell or "–" for cell in line[3:]] for line in lines[1:]]
    keys = [tuple(line[:2]) for line in lines[1:]]
    tables = Tables(client.get(reverse("analytics:trends"), {"by": by}).content.decode()).tables
    total = [line for key, line in zip(keys, figures, strict=True) if key == ("All", "All")]
    months = [line for (month, group), line in zip(keys, figures, strict=True) if month != "All" and group == "All"]
    groups = [line for (month, group), line in zip(keys, figures, strict=True) if month == "All" and group != "All"]
    cells = [line for (month, group), line in zip(keys, figures, strict=True) if "All" not in (month, group)]
    assert (len(total), len(months)) == (1, 12)
    assert tables["month"][1:] == months + total
    assert tables["group"][1:] == groups + total
    assert tables["cell"][1:] == cells


def test_the_figures_of_the_file_are_those_worked_out_by_hand(download, taken_in):
    for days, outcome in ((4, "upheld"), (1, "upheld"), (10, "not_upheld"), (2, "partly")):
        taken_in("2026-10-01", days, outcome)
    taken_in("2026-10-02")
    taken_in("2026-10-02", adopted=True)
    lines = from_csv(download("csv", since="2026-10", until="2026-10"))
    assert lines == [
        ["Month", "Product", "Complete", "Complaints", "Still open", "Closed", "Days unknown", "Median days",
         "90 % within, days", "Decided", "Upheld", "Share upheld, %"],
        ["All", "All", "yes", "6", "1", "5", "1", "3.0", "8.2", "4", "3", "75.0"],
        ["2026-10", "All", "yes", "6", "1", "5", "1", "3.0", "8.2", "4", "3", "75.0"],
        ["All", "Credit card", "yes", "6", "1", "5", "1", "3.0", "8.2", "4", "3", "75.0"],
        ["2026-10", "Credit card", "yes", "6", "1", "5", "1", "3.0", "8.2", "4", "3", "75.0"],
    ]  # fmt: skip


def test_numbers_are_numbers_in_the_spreadsheet(download, mixed):
    row = sheet(download("xlsx"))[1][3:]
    assert {cell.data_type for cell in row} == {"n"}
    assert [cell.number_format for cell in row] == ["General"] * 4 + ["0.0"] * 2 + ["General"] * 2 + ["0.0"]


def test_the_spreadsheet_says_what_it_counts_and_how(download, mixed):
    said = "\n".join(row[0].value for row in sheet(download("xlsx"), "About"))
    assert "complaints in October" in said
    assert "Received from December 2025 to November 2026, by product." in said
    assert "November 2026 is not over" in said
    assert "Days unknown for 1 closed complaint" in said
    assert "PERCENTILE.INC" in said


@pytest.mark.parametrize(
    "label", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "https://x.org"]
)
def test_a_formula_in_a_name_does_not_come_back_as_one(label, download, taken_in, house):
    Choice.objects.filter(pk=house.card.pk).update(label=label)
    taken_in("2026-10-01", 4, "upheld")
    cell = label if label.startswith("https") else f"'{label}"
    file = download("xlsx", since="2026-10", until="2026-10")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    found = book["Trends"]["B4"]
    assert (found.value, found.data_type, found.hyperlink) == (cell.replace("\r", "_x000D_"), "s", None)
    lines = list(csv.reader(io.StringIO(download("csv", since="2026-10").content.decode(), newline="")))
    assert cell in [line[1] for line in lines]


def test_files_are_named_after_the_question_and_sent_as_downloads(download):
    for form, kind in pages.TYPES.items():
        response = download(form, by="team", since="2026-01", until="2026-10")
        assert response["Content-Type"] == kind
        assert response["Content-Disposition"] == (
            f'attachment; filename="complaints-by-team-2026-01-to-2026-10.{form}"'
        )
        assert "no-store" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"


def test_an_empty_report_can_be_downloaded_too(download):
    lines = from_csv(download("csv", since="2026-10", until="2026-10"))
    assert [line[3] for line in lines] == ["Complaints", "0", "0"]
    assert from_xlsx(download("xlsx", since="2026-10", until="2026-10")) == lines


def test_each_download_is_written_down_with_who_what_and_when(download, taken_in, house, today):
    taken_in("2026-10-03", channel="email")
    download("csv", channel="email", until="2026-10")
    (row,) = Download.objects.all()
    assert (row.user, row.report, row.format, row.complaints) == (house.analyst, "trends", "csv", 1)
    assert row.question == "since=2025-11&until=2026-10&by=product&top=10&channel=email"


def test_looking_at_the_page_and_a_refused_question_write_nothing(download, client):
    download("csv", by="colour")
    client.get(reverse("analytics:trends"))
    assert not Download.objects.exists()


def test_no_file_is_sent_when_its_download_cannot_be_written_down(download, client, monkeypatch):
    monkeypatch.setattr(Download, "save", lambda *args, **kwargs: 1 / 0)
    client.raise_request_exception = False
    response = download("csv")
    assert response.status_code == 500
    assert b"Complaints" not in response.content


def test_the_log_of_downloads_cannot_be_changed(download):
    download("xlsx")
    row = Download.objects.get()
    row.complaints = 0
    for forbidden in (row.save, row.delete, Download.objects.all().delete):
        with pytest.raises(WrittenOnce):
            forbidden()


def test_compliance_reads_the_log_in_the_admin_and_nobody_writes_it(download, client, house):
    download("csv")
    row = Download.objects.get()
    listed, shown = (
        reverse("admin:analytics_download_changelist"),
        reverse("admin:analytics_download_change", args=[row.pk]),
    )
    client.force_login(house.compliance)
    assert "Quin" in client.get(listed).content.decode()
    assert client.get(shown).status_code == 200
    assert client.post(shown, {"complaints": 5}).status_code == 403
    assert client.get(reverse("admin:analytics_download_add")).status_code == 403
    assert client.post(reverse("admin:analytics_download_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    client.force_login(house.analyst)
    assert client.get(listed).status_code == 403


def test_the_files_have_a_writer_for_each_format_of_the_log():
    assert set(reports.WRITERS) == set(pages.TYPES) == set(Download.Format.values)


def test_the_figures_have_a_heading_each(report):
    assert len(reports.heading(report())) == 3 + len(trends.FIGURES)
