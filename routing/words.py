"""Words and phrases in texts: case, accents and punctuation do not count, boundaries of words do.

A list holds literal words or wildcard words (`refus*`), never regular expressions from a user.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_WORD = 64
MOST_WILDCARDS = 2
TOKEN = re.compile(r"\w+")
PATTERN_TOKEN = re.compile(r"[\w*]+")


@cache
def _marks() -> dict[int, None]:
    """The combining marks, which stand behind their letter once a text is decomposed."""
    return {code: None for code in range(0x300, 0x20000) if unicodedata.category(chr(code)) == "Mn"}


def fold(text: str) -> str:
    """The text without case and accents: `PROMESSA não` and `promessa nao` become the same."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFKD", folded).translate(_marks()).casefold()


def spread(text: str) -> str:
    """The words of a text, folded, with one space before, between and after them.

    A word is cut at 64 letters, which bounds the work that one endless word can cause.
    """
    return " " + " ".join(word[:LONGEST_WORD] for word in TOKEN.findall(fold(text))) + " "


def check_words(words: Iterable[str]) -> None:
    """Refuse what could never match or would match everything."""
    for word in words:
        if not TOKEN.search(fold(word)):
            raise ValidationError(_("“%(word)s” has no letter or digit.") % {"word": word})
        if word.count("*") > MOST_WILDCARDS:
            raise ValidationError(_("“%(word)s” has more than two wildcards (*).") % {"word": word})


class WordList:
    """Words and phrases to look for, prepared once."""

    def __init__(self, words: Iterable[str]) -> None:
        self._literal: dict[str, str] = {}
        self._wildcard: dict[str, re.Pattern[str]] = {}
        for word in words:
            tokens = " ".join(PATTERN_TOKEN.findall(fold(word)))
            if not TOKEN.search(tokens):
                continue
            if "*" in tokens:
                parts = (re.escape(part) for part in tokens.split("*"))
                self._wildcard[word] = re.compile(" " + "[^ ]*".join(parts) + " ")
            else:
                self._literal[word] = f" {tokens} "

    def found(self, text: str) -> frozenset[str]:
        """Those words of the list, as the list writes them, that stand in the text."""
        if not text or not (self._literal or self._wildcard):
            return frozenset()
        words = spread(text)
        literal = {word for word, needle in self._literal.items() if needle in words}
        return frozenset(literal | {word for word, pattern in self._wildcard.items() if pattern.search(words)})
