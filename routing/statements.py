"""SQL for what the ORM has no words for, put together from names and pieces. Values never stand in it: each has its %s.

Whatever composes a statement does so here, so that a text from elsewhere cannot become a part of one.
"""

from collections.abc import Iterable

from django.db import connection


class SQL(str):
    """A piece of a statement: written in the source, or composed of such."""

    __slots__ = ()


def name(of: str, row: str = "") -> SQL:
    """A table or a column, quoted; of the `row` that is called so."""
    quoted = connection.ops.quote_name(of)
    return SQL(f"{row}.{quoted}" if row else quoted)


def listed(pieces: Iterable[SQL]) -> SQL:
    return SQL(", ".join(pieces))


def composed(text: str, **pieces: SQL) -> SQL:
    """`text`, which stands in the source, with the pieces at its {places}. Raises TypeError for plain text as a piece,
    and KeyError where one is missing."""
    for place, piece in pieces.items():
        if not isinstance(piece, SQL):
            raise TypeError(f"{place} is plain text, no piece of a statement")
    return SQL(text.format(**pieces))
