"""The report as files: the same lines as on the page, with the same figures."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from analytics.pages import written
from analytics.trends import FIGURES, Line, Report
from analytics.wording import definitions, notes, scope, sentence
from escalations.cells import escaped

# Whatever stands in a cell is text or a number, never something that runs or opens.
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


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
    return written(rows(report))


def as_xlsx(report: Report) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        _write_figures(book, list(rows(report)))
        write_about(book, [sentence(report), scope(report), *notes(report), *definitions()])
    return file.getvalue()


def _write_figures(book: xlsxwriter.Workbook, table: list[list[Any]]) -> None:
    sheet = book.add_worksheet(_("Trends"))
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    one_decimal = book.add_format({"num_format": "0.0"})
    sheet.write_row(0, 0, table[0], heading)
    for number, row in enumerate(table[1:], start=1):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, one_decimal if isinstance(cell, float) else None)
    sheet.autofilter(0, 0, len(table) - 1, len(table[0]) - 1)
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, 1, 40)


def write_about(book: xlsxwriter.Workbook, sentences: Iterable[str]) -> None:
    """A sheet of what must be known to read the figures."""
    sheet = book.add_worksheet(_("About"))
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    sheet.write_column(0, 0, [escaped(text) for text in sentences])


WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


def name(report: Report, form: str) -> str:
    """Of the file. Only our own words and dates, nothing that somebody typed."""
    question = report.question
    by = question.by.replace(":", "-")  # of a field its code, which is letters, digits and hyphens
    return f"complaints-by-{by}-{question.since}-to-{question.until}.{form}"
