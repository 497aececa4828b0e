"""Learning what words tell: which are counted, and what each says about the outcome."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from escalations.detection.risk.wording import Vocabulary
from escalations.plain_words import plain_words

Array = np.ndarray[Any, np.dtype[Any]]
MOST_WORDS = 50_000
IN_TEXTS = 3
"""Texts that a word must stand in to count: what fewer people wrote may name one of them."""
FEWEST_TEXTS = 60
FEWEST_OF_EACH = 10


def vocabulary_of(texts: Sequence[str], in_texts: int = IN_TEXTS) -> tuple[Vocabulary, csr_matrix] | None:
    """The words that are counted, with those of each text weighed; None where the texts have no word in common."""
    vectorizer = TfidfVectorizer(
        analyzer=plain_words, sublinear_tf=True, min_df=in_texts, max_features=MOST_WORDS, dtype=np.float32
    )
    try:
        weighed = vectorizer.fit_transform(texts)
    except ValueError:
        return None
    places = {word: int(place) for word, place in sorted(vectorizer.vocabulary_.items())}
    return Vocabulary(places, vectorizer.idf_.astype(np.float32)), weighed


def fitted(weighed: csr_matrix, outcome: Array) -> LogisticRegression:
    """Deterministic: the solver starts at zero and draws nothing."""
    return LogisticRegression(C=1.0, max_iter=200).fit(weighed, outcome)


def enough(outcome: Array) -> bool:
    """Whether texts with these outcomes can teach anything."""
    hits = int(outcome.sum())
    return len(outcome) >= FEWEST_TEXTS and min(hits, len(outcome) - hits) >= FEWEST_OF_EACH
