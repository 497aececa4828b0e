"""All lists of a set of criteria as one automaton: where each list speaks in a text, what is negated left out.

The automaton finds phrases, silent phrases and negators in one pass; what is asked of a hit looks at a bounded
stretch around it. So a text costs time in proportion to its length, whatever it says.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from escalations.phrases.folding import Folded, fold
from escalations.phrases.grammar import Form, all_forms
from escalations.phrases.language import Language, language, languages
from escalations.phrases.negating import Negating
from escalations.phrases.quotation import Quotation
from escalations.phrases.spans import Spans

MOST_PLACES = 20
"""Places kept of one list in one text; the first of them say enough."""
LONGEST_ENDING = 40
"""Letters that a * stands for, at most."""
GAP_WORDS, REACH_BYTES = 3, 160
FEW_BYTES = 100_000
"""Up to so many bytes of phrases the automaton is a table (fast, large), beyond a compact one."""
SAMPLE = 6_000


_Span = tuple[int, int, int, int]
"""From, to; and from, to of the run of words in it that the automaton found."""


class Negation(StrEnum):
    """What takes a hit back: that somebody does not want it, or any "not" before it as well; or nothing."""

    ANY = "any"
    WISH = "wish"
    NONE = "none"


class Quoted(StrEnum):
    """What is skipped: the agent's words in quotation marks and earlier mails; earlier mails; or only our own mails."""

    SKIP = "skip"
    EARLIER = "earlier"
    READ = "read"


@dataclass(frozen=True)
class Phrases:
    """One list: lines of one language (empty: of any), and lines in whose reach it is silent."""

    language: str
    lines: Sequence[str]
    silent: Sequence[str] = ()
    negation: Negation = Negation.ANY
    quoted: Quoted = Quoted.SKIP


class Place(NamedTuple):
    """Letters from the start of the original text; `text[start:end]` are the exact words."""

    start: int
    end: int


class _Beside:
    """Runs of words of which one stands beside what the automaton found."""

    def __init__(self, runs: Iterable[bytes]) -> None:
        self.runs = frozenset(runs)
        self.sizes = sorted({len(run.split()) for run in self.runs})


@dataclass(frozen=True)
class _Way:
    """Forms of one list, hung on the run of words that the automaton knows: what stands before and behind it, across
    gaps, as one of several runs."""

    owner: int
    before: tuple[_Beside, ...] = ()
    after: tuple[_Beside, ...] = ()
    is_open: bool = False
    ends_open: bool = False
    in_one_clause: bool = False
    is_plain: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_plain", not (self.before or self.after or self.is_open))


@dataclass
class _Entry:
    """What a pattern of the automaton stands for."""

    fires: list[_Way] = field(default_factory=list)
    silences: list[_Way] = field(default_factory=list)
    negates: list[tuple[int, str]] = field(default_factory=list)


class Wordbook:
    """Lists, compiled once. Raises LineError for a line that cannot be read."""

    def __init__(self, lists: Sequence[Phrases]) -> None:
        self.lists = lists
        self._known = {one.language for one in lists}
        self._speaks = tuple(_spoken(self._known))
        entries: dict[bytes, _Entry] = {}
        for name, lines_of in (("fires", "lines"), ("silences", "silent")):
            for key, ways in _hung(lists, lines_of).items():
                getattr(entries.setdefault(key, _Entry()), name).extend(ways)
        self._phrases = len(entries)
        for number, spoken in enumerate(self._speaks):
            for kind in ("wish", "plain", "after", "false"):
                for forms in all_forms(getattr(spoken.negators, kind), spoken):
                    for form in forms:
                        entries.setdefault(_bytes(form.runs[0]), _Entry()).negates.append((number, kind))
        few = sum(map(len, entries)) <= FEW_BYTES
        how = Implementation.DFA if few else Implementation.ContiguousNFA
        self._automaton = BytesAhoCorasick(list(entries), implementation=how)
        self._entries = list(entries.values())
        self._fires = [bool(entry.fires) for entry in self._entries]

    def __len__(self) -> int:
        """How many different runs of words it looks for."""
        return self._phrases

    def find(self, text: str, language: str = "") -> dict[int, list[Place]]:
        """By number of the list: the places where it speaks, in order, without overlaps. `language` is that of the
        text, empty when it is not known."""
        folded = fold(text)
        raw = self._automaton.find_matches_as_indexes(folded.words, overlapping=True)
        fires = self._fires
        if not [True for index, _start, _end in raw if fires[index]]:
            return {}
        return _Reading(self, folded, raw, language).places()

    def speaks(self, number: int, tongue: str, words: bytes) -> bool:
        """Whether the list is for this text: of its language, of any, or of the one that the text seems to be in."""
        wanted = self.lists[number].language
        own = language(tongue)
        if not wanted or own is None or own.code == wanted or own.code not in self._known:
            return True
        other = language(wanted)
        said = set(words[:SAMPLE].decode(errors="ignore").split())
        return other is None or len(said & other.common) >= len(said & own.common)


def _spoken(known: set[str]) -> Iterator[Language]:
    """The languages whose negators count: those of the lists, all when a list is for any."""
    for code, one in languages().items():
        if code in known or "" in known:
            yield one


def _bytes(tokens: Sequence[str], *, is_open: bool = False) -> bytes:
    return f" {' '.join(tokens)}{'' if is_open else ' '}".encode()


def _hung(lists: Sequence[Phrases], name: str) -> dict[bytes, list[_Way]]:
    """By run of words: the ways of all lists that hang on it. Those that differ only in the one run before or behind
    a gap are one way, so that a hit is asked once."""
    ways: dict[bytes, dict[tuple[object, ...], set[bytes]]] = {}
    for owner, one in enumerate(lists):
        for forms in all_forms(getattr(one, name), language(one.language)):
            for form in forms:
                key, shape, beside = _placed(owner, form)
                ways.setdefault(key, {}).setdefault(shape, set()).update(beside)
    return {key: [_way(shape, beside) for shape, beside in shapes.items()] for key, shapes in ways.items()}


def _placed(owner: int, form: Form) -> tuple[bytes, tuple[object, ...], Sequence[bytes]]:
    """The longest run is what the automaton looks for; the others are looked for beside it."""
    runs = [_bytes(run, is_open=is_open) for run, is_open in zip(form.runs, form.open_ends, strict=True)]
    longest = max(range(len(runs)), key=lambda number: len(runs[number]))
    tokens = [token for run in form.runs for token in run]
    in_one_clause = len(tokens) > 1 and any(len(token) > 1 for token in tokens)
    before, after = tuple(reversed(runs[:longest])), tuple(runs[longest + 1 :])
    flags = (owner, form.open_ends[longest], form.open_ends[-1], in_one_clause)
    if len(runs) == 2:
        return runs[longest], (*flags, len(before), len(after)), before or after
    return runs[longest], (*flags, before, after), ()


def _way(shape: tuple[Any, ...], beside: set[bytes]) -> _Way:
    owner, is_open, ends_open, in_one_clause, before, after = shape
    if beside:
        runs = (_Beside(beside),)
        return _Way(owner, runs if before else (), runs if after else (), is_open, ends_open, in_one_clause)
    each = [tuple(_Beside([run]) for run in runs) for runs in (before, after)]
    return _Way(owner, each[0], each[1], is_open, ends_open, in_one_clause)


class _Reading:
    """One text, read once: what the automaton found, judged."""

    def __init__(self, book: Wordbook, folded: Folded, raw: Sequence[tuple[int, int, int]], tongue: str) -> None:
        self.book, self.folded, self.tongue = book, folded, tongue
        self.words, self.clauses = folded.words, folded.clauses
        self.found: dict[int, list[_Span]] = {}
        silent: dict[int, list[_Span]] = {}
        self.raw = raw
        entries = book._entries
        for index, start, end in raw:
            entry = entries[index]
            for way in entry.fires:
                if span := self.reached(way, start, end):
                    self.found.setdefault(way.owner, []).append(span)
            for way in entry.silences:
                if span := self.reached(way, start, end):
                    silent.setdefault(way.owner, []).append(span)
        self.silent = {owner: Spans([span[:2] for span in spans]) for owner, spans in silent.items()}
        self.quotation = Quotation(folded.original)

    @cached_property
    def negating(self) -> Negating:
        negating, entries = Negating(self.clauses, self.book._speaks), self.book._entries
        for index, start, end in self.raw:
            for number, kind in entries[index].negates:
                negating.add(number, kind, start, end)
        return negating

    def reached(self, way: _Way, start: int, end: int) -> _Span | None:
        """The words from the first to the last run of the form, and those of the run that was found; None when one of
        them is not there."""
        if way.is_plain:
            is_cut = way.in_one_clause and self.is_cut(start + 1, end - 1, comma=True)
            return None if is_cut else (start + 1, end - 1, start + 1, end - 1)
        first, last = start, self.closed(end) if way.is_open else end
        for beside in way.before:
            if (first := self.to_the_left(beside, first)) < 0:
                return None
        for number, beside in enumerate(way.after, start=1):
            if last:
                last = self.to_the_right(beside, last, is_open=way.ends_open and number == len(way.after))
        if not last:
            return None
        has_gap = bool(way.before or way.after)
        if way.in_one_clause and self.is_cut(first + 1, last - 1, comma=not has_gap):
            return None
        return (first + 1, last - 1, *((start + 1, end - 1) if has_gap else (first + 1, last - 1)))

    def closed(self, end: int) -> int:
        """Behind the ending that a * stands for; 0 when the word goes on for longer than that."""
        return self.words.find(b" ", end, end + LONGEST_ENDING + 1) + 1

    def to_the_left(self, beside: _Beside, start: int) -> int:
        """Where the nearest of these runs begins, with a gap at most before `start`; -1 when none is there."""
        low = max(0, start - REACH_BYTES)
        stretch = self.words[low:start]
        tokens = stretch.split() if not low or stretch[:1] == b" " else stretch.split()[1:]
        for last in range(len(tokens), max(0, len(tokens) - GAP_WORDS) - 1, -1):
            for size in beside.sizes:
                run = b" %s " % b" ".join(tokens[last - size : last]) if size <= last else b""
                if run in beside.runs:
                    return self.words.rfind(run, low, start + 1)
        return -1

    def to_the_right(self, beside: _Beside, end: int, *, is_open: bool) -> int:
        """Behind the nearest of these runs, with a gap at most after `end`; 0 when none is there."""
        stretch = self.words[end - 1 : end - 1 + REACH_BYTES]
        tokens = stretch.split()
        for first in range(min(len(tokens), GAP_WORDS + 1)):
            for size in beside.sizes:
                run = b" %s " % b" ".join(tokens[first : first + size])
                if is_open:
                    run = next((one for one in beside.runs if run.startswith(one)), b"")
                if run in beside.runs:
                    at = self.words.find(run, end - 1)
                    return self.closed(at + len(run)) if is_open else at + len(run)
        return 0

    def is_cut(self, start: int, end: int, *, comma: bool) -> bool:
        between = self.clauses[start:end]
        return b"." in between or (comma and b"," in between)

    def places(self) -> dict[int, list[Place]]:
        found = {}
        for owner in sorted(self.found):
            spans = self.found[owner]
            if len(spans) > 1:
                spans.sort(key=_first_and_longest)
            if places := self.kept(owner, spans):
                found[owner] = places
        return found

    def kept(self, owner: int, spans: Sequence[_Span]) -> list[Place]:
        if not self.book.speaks(owner, self.tongue, self.words):
            return []
        places: list[Place] = []
        done = 0
        for start, end, *inner in spans:
            if start < done or self.is_silenced(owner, start, end, (inner[0], inner[1])):
                continue
            place = Place(*self.folded.place(start, end))
            if self.is_quoted(owner, place):
                continue
            places.append(place)
            done = end
            if len(places) == MOST_PLACES:
                break
        return places

    def is_silenced(self, owner: int, start: int, end: int, inner: tuple[int, int]) -> bool:
        silent = self.silent.get(owner)
        if silent and silent.silence(start, end, inner):
            return True
        one = self.book.lists[owner]
        return one.negation != Negation.NONE and self.negating.reaches(
            start, end, code=one.language, wish_only=one.negation == Negation.WISH
        )

    def is_quoted(self, owner: int, place: Place) -> bool:
        how = self.book.lists[owner].quoted
        if self.quotation.is_earlier_mail(place.start, ours_only=how == Quoted.READ):
            return True
        return how == Quoted.SKIP and self.quotation.is_said_by_us(place.start, place.end)


def _first_and_longest(span: _Span) -> tuple[int, int]:
    return span[0], -span[1]
