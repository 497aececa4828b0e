"""How an upload reaches us. Django writes a large file to the disk while the request is still being read; when that
disk is full, the request would end in an error page and what was typed beside the file with it. Here the file is
marked as broken instead, and `keep_all` says so on the form."""

from io import BytesIO
from typing import Any

import structlog
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

log = structlog.get_logger(__name__)


class NotWritten(UploadedFile):
    """A file that came while it could not be written down: its name stands, nothing of its content."""


class Handler(TemporaryFileUploadHandler):
    """Reads on to the end of the request, so that the rest of the form is there."""

    broken = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.broken = False
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._broken(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.broken:
            try:
                super().receive_data_chunk(raw_data, start)
            except OSError as error:
                self._broken(error)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.broken:
            return super().file_complete(file_size)
        return NotWritten(file=BytesIO(), name=self.file_name, size=file_size)

    def _broken(self, error: OSError) -> None:
        log.error("upload_not_written", error=type(error).__name__, number=error.errno)
        self.broken = True
        if isinstance(getattr(self, "file", None), TemporaryUploadedFile):
            self.file.close()


def is_whole(given: UploadedFile) -> bool:
    return not isinstance(given, NotWritten)
