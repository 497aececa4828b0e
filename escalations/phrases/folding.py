"""A text as the phrase lists search it: small letters without accents, one space between words, and the way back.

Every letter of the original keeps its place: a hit is told in letters of what was written, also behind an emoji, a
combining mark or a letter that becomes two when it is folded (ß, İ, ﬁ).
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

STOP, PAUSE = b".", b","
"""In `Folded.clauses`: the end of a sentence or paragraph, and a pause inside one."""

_PARAGRAPH = 2
_STOPS, _PAUSES, _KEPT = ".!?…", ",;:()[]–—|", "@$%£€"
_TYPED = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": ",", "—": ",", "…": ".", "\u2028": "\n", "\u2029": "\n"}
)
"""Typographic letters that have one plain one in their place; most texts have none beside them."""
_TYPED_LETTERS = re.compile("[’‘“”–—…\u2028\u2029]")
_ODD = re.compile(r"[^\x00-\xac\xae-\xc5\xc7-\xdd\xe0-\xe5\xe7-\xfd\xff]")
"""What does not become exactly one plain byte: ß, æ, þ, the soft hyphen, and everything beyond Latin-1."""
_RUN = re.compile(rb"[ \n]{2,}|\n")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that put no space between words: each of their letters counts as a word."""
_TWO = {"ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"}


def _plain(letter: str) -> str:
    """One letter folded: nothing for marks and invisible ones, a space or a stop for what is no part of a word."""
    folded = "".join(_TWO.get(one, one) for one in letter.casefold())
    decomposed = unicodedata.normalize("NFKD", folded)
    kept = "".join(_TWO.get(one, one) for one in decomposed if unicodedata.category(one) not in ("Mn", "Cf"))
    return "".join(_sorted(one) for one in kept.casefold())


def _sorted(letter: str) -> str:
    if letter in _STOPS or letter in "。！？؟।":
        return "."
    if letter in _PAUSES or letter in "、，；：،":
        return ","
    if letter == "\n":
        return "\n"
    if letter in _KEPT or letter.isalnum() or unicodedata.category(letter)[0] == "M":
        return f" {letter} " if _UNSPACED.match(letter) else letter
    return " "


def _table() -> bytes:
    """Latin-1 to plain bytes, one for one. The odd ones never come here."""
    plain = [_plain(chr(code)) for code in range(256)]
    return bytes(ord(one) if len(one) == 1 and ord(one) < 256 else 0x20 for one in plain)


_LATIN = _table()
_START, _BEFORE = (0,), (-1,)
"""Where nothing was added or taken away, every letter stands one place further than in the original."""
_SPACES = bytes(0x20 if code in b".,\n" else code for code in range(256))


@lru_cache(maxsize=4096)
def _odd(letter: str) -> bytes:
    return _plain(letter).encode()


class Folded:
    """`words`: padded with a space at both ends, words with single spaces, two or more where a sentence or a pause
    is between them. `clauses` is the same with the stops and pauses. Places in both are the same."""

    __slots__ = ("_here", "_there", "clauses", "original", "words")

    def __init__(self, original: str, clauses: bytes, here: Sequence[int], there: Sequence[int]) -> None:
        self.original, self.clauses, self.words = original, clauses, clauses.translate(_SPACES)
        self._here, self._there = here, there

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where words[start:end] stands in the original; the marks on its last letter belong to it."""
        first, last = self._origin(start), self._origin(end - 1) + 1
        while last < len(self.original) and unicodedata.category(self.original[last]) == "Mn":
            last += 1
        return first, last

    def _origin(self, at: int) -> int:
        found = bisect_right(self._here, at) - 1
        return self._there[found] + at - self._here[found]


def fold(text: str) -> Folded:
    """Fold a text. Linear in its length."""
    here: Sequence[int] = _START
    there: Sequence[int] = _BEFORE
    if text.isascii():
        latin = f" {text} ".encode("ascii").translate(_LATIN)
    else:
        latin, here, there = _from_unicode(text)
    if text[-1:].isspace():
        latin = latin.rstrip() + b" "
    if b"  " in latin or b"\n" in latin:
        latin, here, there = _single_spaced(latin, here, there)
    return Folded(text, latin, here, there)


def _from_unicode(text: str) -> tuple[bytes, list[int], list[int]]:
    """The plain bytes, and from where on they stand how far from the original."""
    typed = text.translate(_TYPED) if _TYPED_LETTERS.search(text) else text
    pieces, here, there, length, done = [b" "], [0], [-1], 1, 0
    for match in _ODD.finditer(typed):
        start = match.start()
        if start > done:
            pieces.append(typed[done:start].encode("latin-1").translate(_LATIN))
            length += start - done
        odd = _odd(match[0])
        pieces.append(odd)
        if len(odd) != 1:
            for extra in range(1, len(odd)):
                here.append(length + extra)
                there.append(start)
            length += len(odd)
            here.append(length)
            there.append(start + 1)
        else:
            length += 1
        done = start + 1
    pieces += [typed[done:].encode("latin-1").translate(_LATIN), b" "]
    return b"".join(pieces), here, there


def _single_spaced(latin: bytes, here: Sequence[int], there: Sequence[int]) -> tuple[bytes, list[int], list[int]]:
    """Runs of spaces and line breaks as one space, of several line breaks as the end of a sentence."""
    pieces, done, lost = [], 0, 0
    new_here, new_there, kept = [0], [there[0]], 1
    for match in _RUN.finditer(latin):
        start, end = match.span()
        pieces += [latin[done:start], b"." if match[0].count(b"\n") >= _PARAGRAPH else b" "]
        while kept < len(here) and here[kept] <= start:
            new_here.append(here[kept] - lost)
            new_there.append(there[kept])
            kept += 1
        done = end
        if end - start > 1:
            last = kept
            while last < len(here) and here[last] <= end:
                last += 1
            found = last - 1
            lost += end - start - 1
            new_here.append(end - lost)
            new_there.append(there[found] + end - here[found])
            kept = last
    while kept < len(here):
        new_here.append(here[kept] - lost)
        new_there.append(there[kept])
        kept += 1
    pieces.append(latin[done:])
    return b"".join(pieces), new_here, new_there
