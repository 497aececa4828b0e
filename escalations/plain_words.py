"""The words of a text as statistics see them. Whatever counts words (risk, similar cases) cleans a text here.

Small letters, no accents, every number a #. What only looks like a word is left out: masks (XXXX, ****), web addresses,
mail addresses, tags.
"""

import re
import unicodedata
from collections.abc import Iterator

READ = 20_000
"""Letters that are read of a text, from its beginning. More of the same tells no more."""
LONGEST = 40
"""Letters of the longest word that counts as one."""
NUMBER = "#"

_NO_WORDS = re.compile(r"<[^<>]{0,200}>|\bhttps?://\S{1,500}|\bwww\.\S{1,500}|\b[\w.+-]{1,64}@[\w.-]{1,190}")
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
"""Scripts that put no space between words: each of their letters counts as one."""
_WORD = re.compile(rf"\d[\d.,:/]*|[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+(?:['’][^\W\d_]{{1,3}}\b)?")
_MASK = re.compile(r"x{2,}")
_ACCENTS = re.compile("[\u0300-\u036f]")


def plain_words(text: str) -> list[str]:
    """The words in the order of the text."""
    return [word for word, _written in words_as_written(text)]


def words_as_written(text: str) -> Iterator[tuple[str, str]]:
    """The same, each with how it is written in the text: (sofa, Sofá)."""
    read = text[:READ]
    if "@" in read or "<" in read or "http" in read or "www." in read:
        read = _NO_WORDS.sub(" ", read)
    for written in _WORD.findall(read):
        word = _plain(written)
        if word and len(word) <= LONGEST and not _MASK.fullmatch(word):
            yield word, written


def _plain(written: str) -> str:
    if written[0].isdigit():
        return NUMBER
    small = written.casefold()
    if small.isascii():
        return small
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", small)).replace("’", "'")
