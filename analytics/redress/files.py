"""The redress report as files: the same lines as on the page, with the same figures."""

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from analytics.pages import written
from analytics.redress.totals import GROUPS, HEADING, Sum, Totals, sentence
from analytics.reports import PLAIN, write_about
from escalations.cells import escaped

COUNTED = 3
"""The column of the number of remedies; sums of money stand after it."""


def rows(found: Totals) -> Iterator[list[Any]]:
    """What it is grouped by, and the group, before the figures."""
    yield [_("By"), _("Group"), *(str(name) for name in HEADING)]
    tables: dict[str, Sequence[Sum]] = {_("All"): found.whole, **{str(GROUPS[by]): s for by, s in found.groups.items()}}
    for by, sums in tables.items():
        for one in sums:
            yield [escaped(cell) for cell in (by, *one.cells)]


def as_csv(found: Totals) -> bytes:
    return written(rows(found))


def as_xlsx(found: Totals) -> bytes:
    """Sums are numbers with two decimals, so that a spreadsheet can go on with them."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        sheet, money = book.add_worksheet(_("Redress")), book.add_format({"num_format": "#,##0.00"})
        table = list(rows(found))
        sheet.write_row(0, 0, table[0], book.add_format({"bold": True, "text_wrap": True, "valign": "top"}))
        for number, row in enumerate(table[1:], start=1):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell, money if isinstance(cell, Decimal) else None)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(table) - 1, len(table[0]) - 1)
        sheet.set_column(1, 1, 40)
        sheet.set_column(COUNTED + 1, COUNTED + 4, 14)
        write_about(book, [sentence(found), note()])
    return file.getvalue()


def note() -> str:
    """What must be known to read the figures."""
    return _(
        "A remedy counts in the month in which it was granted. Goodwill is no redress and stands apart. Nothing is "
        "converted. Only what you may see as a case is counted."
    )


WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


def name(found: Totals, form: str) -> str:
    return f"redress-{found.asked.since}-to-{found.asked.until}.{form}"
