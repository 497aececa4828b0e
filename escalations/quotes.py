"""The customer's own words, short enough for a title or a line of a list. Nothing is added and nothing reworded."""

import re

LINE_LETTERS = 90
TITLE_LETTERS = 160
GREETING_LETTERS = 15
"""A first sentence shorter than this ("Dear all.") says nothing yet: the next one goes with it."""

_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")


def first_sentence(text: str, letters: int = TITLE_LETTERS) -> str:
    """The first sentence, shortened at the end of a word where it is longer than that many letters."""
    start = " ".join(text[: letters * 4].split())
    ends = (match.end() for match in _END.finditer(start) if match.end() > GREETING_LETTERS)
    return shortened(start[: next(ends, len(start))], letters)


def shortened(text: str, letters: int = LINE_LETTERS) -> str:
    """One line of at most that many letters, cut after a word."""
    line = " ".join(text[: letters * 4].split())
    if len(line) <= letters:
        return line
    kept = line[: letters - 1]
    word = kept.rsplit(" ", 1)[0] if " " in kept else kept
    return f"{word.rstrip(' ,;:–-')}…"
