"""What the words of a text say about the outcome: weighed by TF-IDF, then by a logistic regression."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from escalations.plain_words import plain_words, telling

Array = np.ndarray[Any, np.dtype[Any]]
TELLING = 2.6
"""Rarity from which a word explains something: it stands in a fifth of the texts at most."""


@dataclass(frozen=True)
class Vocabulary:
    """The words that are counted, and how rare each is. Learned from texts alone, never from outcomes."""

    words: dict[str, int]
    rarity: Array

    def weigh(self, words: Iterable[str]) -> dict[int, float]:
        """The words of one text by their places, as scikit-learn weighs them: (1 + log n) × rarity, length one."""
        places = self.words
        counts = Counter(places[word] for word in words if word in places)
        weights = {place: (1 + math.log(n)) * float(self.rarity[place]) for place, n in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {place: weight / length for place, weight in weights.items()}


@dataclass(frozen=True)
class Wording:
    """A vocabulary with what each of its words tells: positive makes the outcome likelier."""

    vocabulary: Vocabulary
    tells: Array
    base: float

    def told(self, words: Iterable[str]) -> tuple[float, dict[str, float]]:
        """What these words of a text say in log odds, and what each adds to that. Words that stand in many texts, and
        fillers, are left out of the latter: they explain nothing."""
        weighed = self.vocabulary.weigh(words)
        rare = (place for place in weighed if self.vocabulary.rarity[place] >= TELLING and telling(self._names[place]))
        told = {self._names[place]: weighed[place] * float(self.tells[place]) for place in rare}
        return self._sum(weighed.items()), told

    def log_odds(self, texts: Sequence[str]) -> Array:
        """One value for each text; not a number for one that is empty."""
        weighed = (self.vocabulary.weigh(plain_words(text)).items() if text.strip() else None for text in texts)
        return np.array([np.nan if one is None else self._sum(one) for one in weighed], dtype=float)

    def _sum(self, weighed: Any) -> float:
        return self.base + sum(weight * float(self.tells[place]) for place, weight in weighed)

    def ranked(self) -> list[str]:
        """The words that explain something, from those that say most for the outcome to those most against."""
        rare = np.flatnonzero(self.vocabulary.rarity >= TELLING)
        ranked = (self._names[place] for place in rare[np.argsort(-self.tells[rare], kind="stable")])
        return [word for word in ranked if telling(word)]

    @cached_property
    def _names(self) -> list[str]:
        return list(self.vocabulary.words)

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "words": "\n".join(self._names), "rarity": self.vocabulary.rarity, "tells": self.tells,
            "base": self.base,
        }  # fmt: skip

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Wording":
        names = plain["words"].split("\n")
        if not len(names) == len(plain["rarity"]) == len(plain["tells"]):
            raise ValueError("words and weights do not belong together")
        return cls(
            Vocabulary({name: place for place, name in enumerate(names)}, plain["rarity"]),
            plain["tells"],
            plain["base"],
        )
