"""Words and phrases of a criterion in what was said: where they stand, harmless phrases left out."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from escalations.models import Criterion

MOST_PLACES = 20
"""Places kept of one criterion in one text; the first of them say enough."""
LONGEST_ENDING = 60
"""Letters that a * stands for, at most. It bounds the work that one endless word can cause."""


@lru_cache(maxsize=512)
def pattern(words: str) -> re.Pattern[str] | None:
    """Lines of literal words and phrases as one pattern: whole words, any case, * for any ending.

    Nothing in a line is a regular expression: every letter stands for itself, so no line can be slow or break.
    """
    lines = {" ".join(line.split()) for line in words.splitlines() if line.strip(" *\t\r")}
    if not lines:
        return None
    ordered = sorted(lines, key=lambda line: (-len(line), line))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_literal, ordered))})(?!\w)", re.IGNORECASE)


def _literal(line: str) -> str:
    escaped = re.sub(r"(\\\*)+", rf"\\w{{0,{LONGEST_ENDING}}}", re.escape(line).replace(r"\ ", r"\s+"))
    return re.sub("['’]", "['’]", escaped)


def find_words(criterion: Criterion, text: str) -> list[tuple[int, int]]:
    """Where the criterion's words stand in the text, phrases in which they mean something else left out."""
    wanted = pattern(criterion.words)
    found = [match.span() for match in wanted.finditer(text)] if wanted else []
    harmless = pattern(criterion.silent) if found else None
    silent = (match.span() for match in harmless.finditer(text)) if harmless else iter(())
    return list(islice(_outside(found, silent), MOST_PLACES))


def _outside(found: Iterable[tuple[int, int]], silent: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those found that touch no silent one; both in the order of the text, so each is passed once."""
    silence = next(silent, None)
    for start, end in found:
        while silence and silence[1] <= start:
            silence = next(silent, None)
        if silence is None or silence[0] >= end:
            yield start, end
