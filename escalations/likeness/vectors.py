"""A complaint as numbers: its words counted under hashed names, its product and issue beside them.

Hashing needs no vocabulary, so that a case is counted once, by itself, whatever comes after it. Weights (TF-IDF:
frequent in this text, rare in all) are worked out when cases are compared, from the counts of all.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

from escalations.plain_words import plain_words, telling

SIZE = 2**18
"""How many hashed names there are. Two words share one seldom enough: 60 words a text, 262,144 names."""


def words_of(text: str) -> list[str]:
    """The words that say something, cleaned as everywhere (`escalations/plain_words.py`)."""
    return [word for word in plain_words(text) if telling(word)]


COUNTER = HashingVectorizer(analyzer=words_of, n_features=SIZE, alternate_sign=False, norm=None, dtype=np.float32)


def place_of(word: str) -> int:
    """The hashed name of one word, as the counter gives it."""
    return abs(int(murmurhash3_32(word.encode(), seed=0))) % SIZE


def counted(texts: Sequence[str]) -> list[bytes]:
    """For each text the places (4 bytes each) and the counts (1 byte each, at most 255), packed one after the other."""
    matrix = COUNTER.transform(texts)
    matrix.sort_indices()
    rows: list[bytes] = []
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        places = matrix.indices[start:end].astype("<u4")
        counts = np.minimum(matrix.data[start:end], 255).astype("u1")
        rows.append(places.tobytes() + counts.tobytes())
    return rows


def packed_facts(codes: Iterable[str]) -> bytes:
    """Product, issue and the like as hashed names; the order says which."""
    return np.array([place_of(code) if code else 0 for code in codes], dtype="<u4").tobytes()


def unpacked(rows: Sequence[bytes]) -> tuple[Any, Any, Any]:
    """(indptr, places, counts) of all rows together, as a sparse matrix wants them."""
    lengths = np.fromiter((len(row) // 5 for row in rows), dtype=np.int64, count=len(rows))
    places = np.frombuffer(b"".join(bytes(row[: len(row) // 5 * 4]) for row in rows), dtype="<u4").astype(np.int32)
    counts = np.frombuffer(b"".join(bytes(row[len(row) // 5 * 4 :]) for row in rows), dtype="u1").astype(np.float32)
    return np.concatenate([[0], np.cumsum(lengths)]), places, counts
