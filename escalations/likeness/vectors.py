"""A complaint as numbers: its words counted under hashed names, its product and issue beside them.

Hashing needs no vocabulary, so that a case is counted once, by itself, whatever comes after it. Weights (TF-IDF:
frequent in this text, rare in all) are worked out when cases are compared, from the counts of all.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

SIZE = 2**18
"""How many hashed names there are. Two words share one seldom enough: 60 words a text, 262,144 names."""
LONGEST = 20_000
"""Letters of a case that are counted: a hundred kilobytes of pasted mail say no more about what it is."""

WORD = re.compile(r"[^\W\d_]{3,}")
USUAL_WORDS = """
the and was for that this with have not had but they are from were you which been has would their there what when
will who can could did does him her his she our out them then than these those any all also into only other over
such very just about after again because before being your get got how its may more most much now one see some too
two upon way went where while why yet
que uma com não para por mais como mas dos das foi ele ela seu sua quando muito nos nas isso esse esta este pelo
pela até ser tem são está foram meu minha aos num numa já também só eles elas entre sem mesmo
"""
SAYS_NOTHING = frozenset(USUAL_WORDS.split())
"""Of English and Portuguese; words of other languages are weighed down by how many complaints use them."""


def words_of(text: str) -> list[str]:
    """The words that say something; names that were masked (XXXX) and numbers are none."""
    found = WORD.findall(text[:LONGEST].casefold())
    return [word for word in found if word not in SAYS_NOTHING and set(word) != {"x"}]


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
