"""All complaints as one matrix, weighted, and which rows of it are like a given one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer

from escalations.likeness.vectors import SIZE, place_of, unpacked
from escalations.plain_words import telling, words_as_written

WORDS_COUNT = 0.7
"""How much the words weigh against product and issue; they are four of the ten facts that a reader compares."""
FACTS_WEIGH = np.array([0.30, 0.10, 0.40, 0.20], dtype=np.float32)
"""Product, sub-product, issue, sub-issue: the issue says most. Together 1."""
TOO_RARE = 5
"""A word that fewer complaints use may be somebody's name: it is never given as a reason."""
MOST_WORDS = 4


@dataclass(frozen=True)
class Near:
    """One row that is like another: `words` how like in words alone, `likeness` in words and facts, 0 to 1."""

    key: int
    words: float
    likeness: float


class Corpus:
    """Complaints by key. Made from what `vectors` packed; asks no database."""

    def __init__(self, keys: Sequence[int], words: Sequence[bytes], facts: Sequence[bytes]) -> None:
        self.keys = np.array(keys, dtype=np.int64)
        self.row_of = {int(key): row for row, key in enumerate(keys)}
        indptr, places, counts = unpacked(words)
        matrix = csr_matrix((counts, places, indptr), shape=(len(keys), SIZE))
        self.used_by = np.bincount(places, minlength=SIZE)
        self.words: Any = TfidfTransformer(sublinear_tf=True).fit_transform(matrix) if len(keys) else matrix
        self.facts = np.frombuffer(b"".join(map(bytes, facts)), dtype="<u4").reshape(-1, len(FACTS_WEIGH))

    def __len__(self) -> int:
        return len(self.keys)

    def near(self, key: int, among: Any = None, *, most: int = 20, least: float = 0.15) -> list[Near]:
        """Those most like this one, the likest first; `among` is a mask of the rows that count."""
        row = self.row_of.get(key)
        if row is None:
            return []
        in_words, in_all = self.likeness(row)
        in_all = np.where(among, in_all, 0) if among is not None else in_all
        in_all[row] = 0
        best = np.argsort(-in_all, kind="stable")[:most]
        return [Near(int(self.keys[at]), float(in_words[at]), float(in_all[at])) for at in best if in_all[at] >= least]

    def likeness(self, row: int) -> tuple[Any, Any]:
        """Of every row: likeness in words (cosine), and in words and facts together."""
        one = self.words[row]
        in_words = np.asarray((self.words @ one.T).todense(), dtype=np.float32).ravel().clip(0, 1)
        own = self.facts[row]
        in_facts = ((self.facts == own) & (own != 0)) @ FACTS_WEIGH
        # Without words of its own, product and issue are all there is to go by.
        part = WORDS_COUNT if one.nnz else 0.0
        return in_words, part * in_words + (1 - part) * in_facts

    def of_keys(self, keys: Any) -> Any:
        """The mask of the rows with these keys."""
        return np.isin(self.keys, np.fromiter(keys, dtype=np.int64, count=-1))

    def shared_words(self, key: int, other: int, text: str) -> list[str]:
        """The words of `text` (that of `key`) that weigh most in both; none that may be a name."""
        mine, theirs = self.words[self.row_of[key]], self.words[self.row_of[other]]
        both = mine.multiply(theirs).tocsr()
        weight = dict(zip(both.indices.tolist(), both.data.tolist(), strict=True))
        written = {word: as_written for word, as_written in reversed(list(words_as_written(text))) if telling(word)}
        found = {word: weight.get(place_of(word), 0.0) for word in written}
        usual = [word for word, value in found.items() if value and self.used_by[place_of(word)] >= TOO_RARE]
        return [written[word].casefold() for word in sorted(usual, key=lambda w: (-found[w], w))[:MOST_WORDS]]
