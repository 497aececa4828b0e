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
_USUAL = """
a about after again all also am an and any are as at be because been before being but by can could did do does for from
get got had has have he her him his how i if in into is it its just may me more most much my no not now of on one only
or other our out over she so some such than that the their them then there these they this those to too two up upon us
very was way we went were what when where which while who why will with would yet you your
another both each either every following however please regarding since thank thanks therefore
ao aos ate as com como da das de dela dele do dos e ela elas ele eles em entre era essa esse esta este eu foi foram ha
isso ja lhe mais mas me mesmo meu minha muito na nao nas nem no nos num numa o os ou para pela pelo por quando que
se sem ser seu so sua sao tambem te tem um uma voce
ambos cada conforme favor obrigado obrigada outra outro porem qualquer seguinte segue todo toda
"""
USUAL = frozenset(_USUAL.split())
"""Words of English and Portuguese that say nothing about a complaint; those of other languages are told by how many
complaints use them."""
FEWEST_LETTERS = 3

_NO_WORDS = re.compile(r"<[^<>]{0,200}>|\bhttps?://\S{1,500}|\bwww\.\S{1,500}|\b[\w.+-]{1,64}@[\w.-]{1,190}")
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
"""Scripts that put no space between words: each of their letters counts as one."""
_WORD = re.compile(rf"\d[\d.,:/]*|[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+(?:['’][^\W\d_]{{1,3}}\b)?")
_MASK = re.compile(r"x{2,}")
_ACCENTS = re.compile("[\u0300-\u036f]")


def plain_words(text: str) -> list[str]:
    """The words in the order of the text."""
    return [word for word, _written in words_as_written(text)]


def telling(word: str) -> bool:
    """Whether a word, as `plain_words` gives it, can say anything by itself: no filler, no number, no stump."""
    return (len(word) >= FEWEST_LETTERS and word not in USUAL) or (len(word) == 1 and ord(word) > 0x0E00)


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
