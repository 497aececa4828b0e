"""The report as files: the same lines as on the page, with the same figures."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from analytics.trends import FIGURES, Line, Report
from analytics.wording import definitions, notes, scope, sentence
from escalations.cells import escaped

# Whatever stands in a cell is text or a number, never something that runs or opens.
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def heading(report: Report) -> list[str]:
    return [_("Month"), str(report.question.dimension.label), _("Complete"), *(str(name) for name in FIGURES.values())]


def rows(report: Report) -> Iterator[list[Any]]:
    """Heading and lines, escaped. Where a line is not of one month or one group, it says "All"."""
    yield [escaped(name) for name in heading(report)]
    for line in report.lines:
        yield [escaped(cell) for cell in (*_keys(line), *line.figures)]


def _keys(line: Line) -> tuple[str, str, str]:
    every = _("All")
    month = every if line.month is None else str(line.month)
    return month, every if line.group is None else line.group, _("yes") if line.complete else _("no")


def as_csv(report: Report) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows(report))
    return file.getvalue().encode()


def as_xlsx(report: Report) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        figures = book.add_worksheet(_("Trends"))
        count = 0
        for count, row in enumerate(rows(report)):
            figures.write_row(count, 0, row, None if count else bold)
        figures.autofilter(0, 0, count, len(row) - 1)
        figures.freeze_panes(1, 2)
        figures.set_column(1, 1, 40)
        about = book.add_worksheet(_("About"))
        about.set_column(0, 0, 100, wrapped)
        about.write_column(
            0, 0, [escaped(text) for text in (sentence(report), scope(report), *notes(report), *definitions())]
        )
    return file.getvalue()


WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


def name(report: Report, form: str) -> str:
    """Of the file. Only our own words and dates, nothing that somebody typed."""
    question = report.question
    return f"complaints-by-{question.by}-{question.since}-to-{question.until}.{form}"
