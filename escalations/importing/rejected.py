"""FILE.rejected.csv: the lines that could not be taken in, as they stood, with line number and reason.

Mended, it can be imported like the file itself: same separator, encoding and columns; ours at the end are passed over.
"""

import csv
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from escalations.cells import FORMULA
from escalations.importing.reading import Record

LINE, REASON, TEXT = "rejected_line", "rejected_reason", "rejected_text"
OURS = (LINE, REASON, TEXT)
"""The columns at the end. `rejected_text` is the line as it stood, where it could not be divided into its columns."""


def kept(cell: str) -> str:
    """The cell as a spreadsheet may see it: one apostrophe in front of what would run as a formula."""
    return f"'{cell}" if FORMULA.match(cell.lstrip("'")) else cell


def restored(cell: str) -> str:
    """What `kept` was given."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell.lstrip("'")) else cell


class RejectedLines:
    """Writes the file, from the first rejected line on. What an earlier run left there is replaced."""

    def __init__(self, path: Path, header: Sequence[str], separator: str, encoding: str) -> None:
        self.path, self.header, self.separator, self.encoding = path, list(header), separator, encoding
        self._file: TextIO | None = None

    def add(self, record: Record, reason: str) -> None:
        width = len(self.header)
        cells = record.cells if len(record.cells) == width else [""] * width
        told = reason.encode(self.encoding, "replace").decode(self.encoding)
        row = [*(kept(cell) for cell in cells), str(record.line), kept(told), kept(record.text)]
        csv.writer(self._opened(), delimiter=self.separator).writerow(row)

    def flush(self) -> None:
        if self._file:
            self._file.flush()

    def close(self) -> None:
        """Without a rejected line there is no file: one of an earlier run is taken away."""
        if self._file:
            self._file.close()
        else:
            with suppress(FileNotFoundError):
                self.path.unlink()

    def _opened(self) -> TextIO:
        if self._file is None:
            self._file = self.path.open("w", encoding=self.encoding, errors="surrogateescape", newline="")
            csv.writer(self._file, delimiter=self.separator).writerow([*self.header, *OURS])
        return self._file


def place_beside(file: Path, elsewhere: Path) -> Path:
    """FILE.rejected.csv beside the file; in `elsewhere` when nothing may be written there."""
    name = f"{file.name}.rejected.csv"
    return (file.parent if os.access(file.parent, os.W_OK) else elsewhere) / name
