"""Cells of a CSV file that people open in a spreadsheet: what would be run as a formula gets an apostrophe in front."""

import re

# As a spreadsheet sees it: behind spaces, and in the wide forms too. Source: OWASP, CSV Injection.
FORMULA = re.compile(r"'*([\s\ufeff\u200b-\u200f\u2060\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n])")


def safe_cell(value: str) -> str:
    """Apostrophes that are there already get one more, so that reading takes off exactly what writing put on."""
    return f"'{value}" if FORMULA.match(value) else value


def plain_cell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
