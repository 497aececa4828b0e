"""What a language brings along: inflections, sayings that are the same, negation, how speech is reported.

One TOML file a language in `languages/`; docs/criteria.md describes it. Adding a language is adding a file.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from escalations.phrases.folding import fold

FOLDER = Path(__file__).parent / "languages"
Tokens = tuple[str, ...]


@lru_cache(maxsize=20_000)
def tokens_of(text: str) -> Tokens:
    """The words of a text as they stand in a folded one: "Don't" is ("don", "t")."""
    return tuple(fold(text).words.decode().split())


@dataclass(frozen=True)
class Negators:
    """Words that take back what follows. `wish`: nobody intends it ("do not want to"); `plain`: it is not so ("not a").
    `after` stands behind ("is not what I want"). `false` only look like it ("will not hesitate to")."""

    wish: Sequence[str]
    plain: Sequence[str]
    after: Sequence[str]
    false: Sequence[str]


@dataclass(frozen=True, eq=False)
class Language:
    """One language's file, read: there is one of each in a process."""

    code: str
    name: str
    common: frozenset[str]
    inflections: Mapping[str, Sequence[str]]
    irregular: Mapping[str, Sequence[str]]
    groups: Mapping[str, Sequence[str]]
    equivalents: Mapping[Tokens, Sequence[Tokens]]
    negators: Negators
    breakers: re.Pattern[bytes]
    conditions: re.Pattern[bytes]
    continuers: re.Pattern[bytes]
    returns: re.Pattern[bytes]
    speech: frozenset[str]
    own_speech: frozenset[str]
    own: frozenset[str]

    def inflected(self, word: str) -> Sequence[str]:
        """The usual forms of a word: by the longest ending that the language's table has."""
        if word in self.irregular:
            return self.irregular[word]
        for length in range(len(word), -1, -1):
            ending = word[len(word) - length :]
            if ending in self.inflections:
                stem = word[: len(word) - length]
                return list(dict.fromkeys([word, *(stem + new for new in self.inflections[ending])]))
        return [word]


@cache
def languages() -> Mapping[str, Language]:
    """All that are shipped, by code."""
    found = (_read(path) for path in sorted(FOLDER.glob("*.toml")))
    return {one.code: one for one in found}


@lru_cache(maxsize=256)
def language(code: str) -> Language | None:
    """The language of a code such as `pt`, `pt-BR` or `pt_br`; None where there is no file for it."""
    return languages().get(re.split("[-_]", code.lower())[0]) if code else None


def _read(path: Path) -> Language:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    negation, speech = told["negation"], told["speech"]
    return Language(
        code=path.stem,
        name=told["name"],
        common=frozenset(told["common"]),
        inflections={ending: forms.split() for ending, forms in told["inflections"].items()},
        irregular={word: forms.split() for word, forms in told["irregular"].items()},
        groups=told["groups"],
        equivalents=_equivalents(told["equivalents"]["same"]),
        negators=Negators(*(negation[name] for name in ("wish", "plain", "after", "false"))),
        breakers=_any_of(negation["breakers"]),
        conditions=_any_of(negation["conditions"]),
        continuers=re.compile(rb" *" + _any_of(negation["continuers"]).pattern),
        returns=_any_of(negation.get("returns", ()), before=b" .,"),
        speech=_words(speech["theirs"]),
        own_speech=_words(speech["own"]),
        own=_words(speech["own_subjects"]),
    )


def _words(told: Any) -> frozenset[str]:
    return frozenset(word for phrase in told for word in tokens_of(phrase))


def _any_of(phrases: Iterable[str], before: bytes = b" ") -> re.Pattern[bytes]:
    """Finds one of these phrases, whole, before one of these letters; nothing where there are none."""
    ways = sorted({" ".join(tokens_of(phrase)) for phrase in phrases}, key=lambda way: (-len(way), way))
    return re.compile(
        b" (?:" + (b"|".join(re.escape(way.encode()) for way in ways) or b"(?!)") + b")(?=[" + before + b"])"
    )


def _equivalents(sets: Iterable[Sequence[str]]) -> dict[Tokens, Sequence[Tokens]]:
    """Each saying, and all that say the same, itself among them."""
    found: dict[Tokens, Sequence[Tokens]] = {}
    for same in sets:
        ways = list(dict.fromkeys(tokens_of(way) for way in same))
        found |= dict.fromkeys(ways, ways)
    return found
