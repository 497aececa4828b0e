"""Which encoding a file of text is in, told by how it begins: for every reader of files alike."""

MARKS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""What a file in these encodings begins with; the longer ones first."""
HEAD = 4096
"""So many bytes tell the encoding."""


def encoding_of(head: bytes) -> str:
    """UTF-16 or UTF-32: by the mark that the file begins with, or by its zeros; empty where neither says so."""
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding
    head = head[:HEAD]
    if (nulls := head.count(0)) * 4 <= len(head):
        return ""
    even = head[::2].count(0)  # of plain letters the upper byte is nothing, and stands first or second
    return "utf-16-be" if even * 2 > nulls else "utf-16-le"
