"""Files of cases: checked when they come, kept outside the web root, scanned, handed out with permission."""

from escalations.files.checking import KINDS, Checked, checked
from escalations.files.keeping import Stored, discard, keep_all, opened, remove
from escalations.files.orphans import remove_orphans
from escalations.files.scanning import scan_waiting

__all__ = [
    "KINDS", "Checked", "Stored", "checked", "discard", "keep_all", "opened", "remove", "remove_orphans",
    "scan_waiting",
]  # fmt: skip
