"""Complaints from files of other systems. The formats that need no mapping are in FORMATS; docs/import.md tells all."""

from collections.abc import Callable
from pathlib import Path

from escalations.importing.mapping import FileMapping, MappingError, load
from escalations.importing.reading import UnreadableFile
from escalations.importing.rows import HeaderError
from escalations.importing.run import Summary, take_in
from escalations.importing.template import template_csv, template_download

__all__ = [
    "FORMATS", "FileMapping", "HeaderError", "MappingError", "Summary", "UnreadableFile", "load", "take_in",
    "template_csv", "template_download",
]  # fmt: skip

FORMATS: dict[str, Callable[[], FileMapping]] = {
    "cfpb": lambda: load(Path(__file__).with_name("cfpb.json")),
    "generic": FileMapping,
}
