"""The lines of the report as the page shows them: names and figures in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from analytics.trends import FIGURES, Line, Report
from analytics.wording import month_name, number

NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """`part` is the length of its bar, in percent of the longest."""

    name: str
    group: str
    figures: list[str]
    part: int = 0

    @property
    def named(self) -> list[tuple[str | Promise, str]]:
        """Each figure with its name, for a screen too narrow for a head above them."""
        return list(zip(FIGURES.values(), self.figures, strict=True))


def of(report: Report) -> dict[str, Any]:
    return {
        "figures": FIGURES.values(),
        "total": _row(report.total),
        "months": _rows(report.months),
        "groups": _rows(report.groups),
        "cells": _rows(report.cells),
    }


def _rows(lines: Sequence[Line]) -> list[Row]:
    longest = max((line.complaints for line in lines), default=0) or 1
    return [_row(line, round(100 * line.complaints / longest)) for line in lines]


def _row(line: Line, part: int = 0) -> Row:
    figures = [NOTHING if value is None else number(value) for value in line.figures]
    if line.month is None:
        return Row(line.group or "", "", figures, part)
    month = month_name(line.month, year=True)
    name = month if line.complete else _("%(month)s (not over)") % {"month": month}
    return Row(name, line.group or "", figures, part)
