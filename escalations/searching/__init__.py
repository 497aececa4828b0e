"""Finding cases by reference, customer or what was said: one function, whichever the database is."""

from escalations.searching.asking import found, words_of
from escalations.searching.index import forget, install, mend, remove

__all__ = ["forget", "found", "install", "mend", "remove", "words_of"]
