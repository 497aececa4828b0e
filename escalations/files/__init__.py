"""Files of cases: checked when they come, kept outside the web root, scanned, handed out with permission."""

from escalations.files.checking import Checked, checked
from escalations.files.keeping import Stored, discard, keep_all, opened
from escalations.files.scanning import scan_waiting

__all__ = ["Checked", "Stored", "checked", "discard", "keep_all", "opened", "scan_waiting"]
