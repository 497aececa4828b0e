"""The words that made a criterion hold, marked in the text they stand in. Everything around them is escaped."""

from collections.abc import Iterable

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

Span = tuple[int, int]


def marked(text: str, spans: Iterable[Span]) -> SafeString:
    """The text, escaped, with each span (letters from the start) as a `<mark>`; overlapping ones are one."""
    pieces: list[SafeString] = []
    done = 0
    for start, end in joined(spans, len(text)):
        pieces += [escape(text[done:start]), format_html("<mark>{}</mark>", text[start:end])]
        done = end
    pieces.append(escape(text[done:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def joined(spans: Iterable[Span], length: int) -> list[Span]:
    """In order, cut to the text, without overlaps."""
    result: list[Span] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif start < end:
            result.append((start, end))
    return result
