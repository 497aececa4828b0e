"""Words and phrases in texts: case, accents and punctuation do not count, boundaries of words do.

A list holds literal words or wildcard words (`refus*`), never regular expressions from a user.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from ahocorasick_rs import AhoCorasick
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
    """Words and phrases to look for, prepared once. All are looked for at the same time, in one pass over the text.

    The machine knows literals only, so a word with wildcards is entered by its longest literal part; where that occurs,
    its pattern says whether the word does.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.all = frozenset(words)
        self._patterns: dict[str, re.Pattern[str]] = {}
        by_part: dict[str, list[str]] = {}
        for word in sorted(self.all):
            tokens = " ".join(token[:LONGEST_WORD] for token in PATTERN_TOKEN.findall(fold(word)))
            if not TOKEN.search(tokens):
                continue
            parts = f" {tokens} ".split("*")
            by_part.setdefault(max(parts, key=len), []).append(word)
            if len(parts) > 1:
                self._patterns[word] = re.compile("[^ ]*".join(map(re.escape, parts)))
        self._words = list(by_part.values())
        # Most parts are one word, and the whole of it: nothing more is to be asked of those.
        self._sure = ["" if len(words) > 1 or words[0] in self._patterns else words[0] for words in self._words]
        self._machine = AhoCorasick(list(by_part)) if by_part else None

    def found(self, text: str) -> frozenset[str]:
        """Those words of the list, as the list writes them, that stand in the text."""
        if not text or self._machine is None:
            return frozenset()
        words = spread(text)
        places = {place for place, _start, _end in self._machine.find_matches_as_indexes(words, overlapping=True)}
        found = {self._sure[place] for place in places}
        if "" in found:
            asked = (place for place in places if not self._sure[place])
            found |= {word for place in asked for word in self._words[place] if self._stands(word, words)}
        return frozenset(found - {""})

    def _stands(self, word: str, words: str) -> bool:
        pattern = self._patterns.get(word)
        return pattern is None or pattern.search(words) is not None
