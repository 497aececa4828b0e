"""What somebody typed, and the cases that it finds among those that they may see."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import BooleanField, Expression, F, Q, QuerySet
from django.utils import timezone

from escalations.searching.index import INDEXED, Indexed
from routing.statements import SQL, composed

if TYPE_CHECKING:
    from escalations.models.complaint_queryset import ComplaintQuerySet

LONGEST = 100
"""Letters of a question that are looked at."""
MOST_WORDS = 8
MOST_TEXTS = SQL(5_000)
"""So many of the newest texts that have the words are looked through. A word that more of them have says too little to
find a case by, and must not cost more as the years go by."""
OLDEST_YEAR = 2000
PHRASES = re.compile(r'"([^"]*)"')
REFERENCE = re.compile(r"(?:R-?)?(\d{4})-(\d{1,12})\Z", re.IGNORECASE)
REFERENCE_BEGUN = re.compile(r"R-[\d-]*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """Words and phrases, all of which one text must have. A lone word also finds longer ones that begin with it."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)

    def for_sqlite(self) -> str:
        """As FTS5 reads it. Every word is quoted, so that none of them is an operator."""
        lone = [f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in self.words]
        return " AND ".join([*lone, *(f'"{" ".join(phrase)}"' for phrase in self.phrases)])

    def for_postgresql(self) -> str:
        """As to_tsquery reads it. Words are letters and digits only, so that none of them is an operator."""
        lone = [f"{word}:*" if len(word) > 1 else word for word in self.words]
        return " & ".join([*lone, *(" <-> ".join(phrase) for phrase in self.phrases)])


def words_of(text: str) -> list[str]:
    """Small letters without accents, parted by whatever is neither letter nor digit, as the indexes hold them."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain.lower())


def parse(asked: str) -> Asked:
    """What stands in double quotes is a phrase."""
    phrases = [tuple(words_of(phrase)) for phrase in PHRASES.findall(asked)]
    words = dict.fromkeys(words_of(PHRASES.sub(" ", asked)))
    lone = [*words, *(phrase[0] for phrase in phrases if len(phrase) == 1)]
    return Asked(tuple(lone[:MOST_WORDS]), tuple(phrase for phrase in phrases if len(phrase) > 1)[:MOST_WORDS])


def found(
    cases: "ComplaintQuerySet", asked: str, *, by_name: bool, by_words: bool, now: datetime | None = None
) -> "ComplaintQuerySet":
    """Of these cases those that are asked for, newest first. Give those that somebody may see.

    A reference, the beginning of one or its number alone finds by reference. Other words find the customer who has
    them in name or e-mail (`by_name`: whoever may know who that is), and the cases in which somebody said or wrote
    all of them in one text (`by_words`: whoever may read what was said).
    """
    asked = asked.replace("\x00", "").strip()[:LONGEST]
    named = _references(asked, now or timezone.now())
    if named is not None:
        return cases.filter(named).order_by("-pk")
    wanted = parse(asked)
    if not wanted:
        return cases.none()
    places = [_rows("party", "person", wanted, "person__")] if by_name else []
    if by_words:
        places += [_rows("statement", "statement", wanted), _rows("message", "message", wanted)]
    if not places:
        return cases.none()
    # One set of keys, from which the database can go to the cases; three conditions would make it look at every case.
    return cases.filter(pk__in=places[0].union(*places[1:])).order_by("-pk")


def _references(asked: str, now: datetime) -> Q | None:
    """The references that are meant, as a condition that an index answers; None when no reference is meant."""
    if asked.isdecimal() and len(asked) <= 12:
        years = range(OLDEST_YEAR, now.year + 2)
        return Q(reference__in=[f"R-{year}-{int(asked):06d}" for year in years])
    if whole := REFERENCE.match(asked):
        year, number = whole.groups()
        return Q(reference=f"R-{year}-{int(number):06d}") | Q(reference__startswith=f"R-{year}-{number}")
    if REFERENCE_BEGUN.match(asked):
        return Q(reference__startswith=asked.upper())
    return None


def _rows(model: str, indexed: str, wanted: Asked, prefix: str = "") -> QuerySet[Any]:
    """The keys of the cases of the rows that match."""
    rows = apps.get_model("escalations", model)._default_manager.alias(
        matches=Matches(INDEXED[indexed], wanted, prefix)
    )
    return rows.filter(matches=True).order_by().values("complaint")


class Matches(Expression):
    """Whether the index of a table finds a row: full text on PostgreSQL, FTS5 on SQLite."""

    conditional = True

    def __init__(self, indexed: Indexed, wanted: Asked, prefix: str = "") -> None:
        super().__init__(output_field=BooleanField())
        self.indexed, self.wanted = indexed, wanted
        self.key: Any = F(f"{prefix}pk")

    def get_source_expressions(self) -> list[Any]:
        return [self.key]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.key,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        key, values = compiler.compile(self.key)
        if connection.vendor == "postgresql":
            rows, asked = _postgresql(self.indexed, self.wanted)
            # As an array, which is looked up key by key: for a set of unknown size the planner reads the whole table.
            return f"({key} = ANY (ARRAY({rows})))", [*values, *asked]
        rows = self.indexed.composed(
            "SELECT rowid FROM {index} WHERE {index} MATCH %s ORDER BY rowid DESC LIMIT {most}", most=MOST_TEXTS
        )
        return f"({key} IN ({rows}))", [*values, self.wanted.for_sqlite()]


def _postgresql(indexed: Indexed, wanted: Asked) -> tuple[SQL, list[str]]:
    """Phrases are looked for among the texts that have their words: in which order these stand, only the texts tell."""
    has = SQL("words @@ to_tsquery('simple', %s)")
    newest = indexed.composed(
        "SELECT id, words FROM {index} WHERE {has} ORDER BY id DESC LIMIT {most}", has=has, most=MOST_TEXTS
    )
    found = composed("SELECT id FROM ({newest}) AS newest", newest=newest)
    if not wanted.phrases:
        return found, [wanted.for_postgresql()]
    loose = wanted.for_postgresql().replace(" <-> ", " & ")
    return composed("{found} WHERE {has}", found=found, has=has), [loose, wanted.for_postgresql()]
