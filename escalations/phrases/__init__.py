"""Phrase lists: how a line is written, how a language inflects and negates, and where lists speak in a text.

Knows texts and lists only: no case, no database.
"""

from escalations.phrases.grammar import LineError, check_lines, lines_of
from escalations.phrases.language import Language, language, languages
from escalations.phrases.wordbook import Negation, Phrases, Place, Quoted, Wordbook

__all__ = [
    "Language", "LineError", "Negation", "Phrases", "Place", "Quoted", "Wordbook", "check_lines", "language",
    "languages", "lines_of",
]  # fmt: skip
