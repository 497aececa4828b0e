"""The text of an answer, whatever it came in: a page, JSON, CSV or a spreadsheet."""

import html
import io
import zipfile

from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return html.unescape(body.decode("utf-8", errors="replace"))
