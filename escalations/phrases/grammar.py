"""How a line of a phrase list is written, and the literal forms that it stands for.

Words are literal, of any case, with or without accents. `~` behind a word stands for its usual inflections, `*` for
any ending, `{one, other}` for one of several, `<name>` for a group of the language, `...` for up to three words.
Nothing in a line is a regular expression.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TypeVar

from django.utils.translation import gettext as _

from escalations.phrases.language import Language, Tokens, tokens_of

MOST_FORMS = 6_000
"""Forms that one line may stand for."""
LONGEST_LINE = 1_000
GAP = "..."
ANY_ENDING = "*"
_GROUP = re.compile(r"\{([^{}]*)\}|<(\w+)>")
_NAMED = re.compile(r"<(\w+)>")
_WAYS_APART = ","
T = TypeVar("T")


class LineError(ValueError):
    """What is wrong with a line, in words; the number of the line counts from one."""

    def __init__(self, number: int, line: str, problem: str) -> None:
        self.number, self.line, self.problem = number, line, problem
        super().__init__(_("Line %(number)d (“%(line)s”): %(problem)s") % {
            "number": number, "line": line if len(line) <= 60 else f"{line[:59]}…", "problem": problem,
        })  # fmt: skip


class _Wrong(ValueError):
    """A problem of a line whose number the caller knows."""


@dataclass(frozen=True)
class Form:
    """One way to say it: runs of words, with a gap of up to three words between two runs. The last word of a run that
    `open_ends` has True for may go on with any ending."""

    runs: tuple[Tokens, ...]
    open_ends: tuple[bool, ...]


def lines_of(text: str) -> list[str]:
    """The lines of a list as they are stored: blank ones and comments (#) stay, spaces at the ends go."""
    return [" ".join(line.split()) for line in text.splitlines()]


def check_lines(lines: Iterable[str], language: Language | None) -> None:
    """Raises LineError for the first line that cannot be read, or would match everything."""
    for _readable in _each(lines, language, _check):
        continue


def all_forms(lines: Iterable[str], language: Language | None) -> Iterator[list[Form]]:
    """The forms of each line that says something. Raises LineError."""
    return _each(lines, language, forms_of)


def _each(lines: Iterable[str], language: Language | None, read: Callable[[str, Language | None], T]) -> Iterator[T]:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                yield read(line, language)
            except _Wrong as wrong:
                raise LineError(number, line, str(wrong)) from wrong


@lru_cache(maxsize=10_000)
def _check(line: str, language: Language | None) -> None:
    """That a line has forms is remembered, for a list is checked at each step up to its publication; the forms, which
    are many, and what is wrong, in the words of whoever asks, are not."""
    forms_of(line, language)


def forms_of(line: str, language: Language | None) -> list[Form]:
    if len(line) > LONGEST_LINE:
        raise _Wrong(_("A line has at most %d letters.") % LONGEST_LINE)
    found: dict[Form, None] = {}
    for written in _written_out(line, language):
        for form in _forms(written.split(), language):
            found[form] = None
            if len(found) > MOST_FORMS:
                raise _Wrong(_("It stands for more than %d forms. Divide it.") % MOST_FORMS)
    return list(found)


def _written_out(line: str, language: Language | None) -> list[str]:
    """The line for each choice of its groups."""
    pieces: list[Sequence[str]] = []
    done = 0
    for match in _GROUP.finditer(line):
        pieces += [[line[done : match.start()]], _choices(match, language)]
        done = match.end()
    pieces.append([line[done:]])
    if any(mark in piece[0] for piece in pieces[::2] for mark in "{}"):
        raise _Wrong(_("A { and its } belong together, and none stands inside another."))
    ways = 1
    for piece in pieces:
        ways *= len(piece)
    if ways > MOST_FORMS:
        raise _Wrong(_("It stands for more than %d forms. Divide it.") % MOST_FORMS)
    return ["".join(way) for way in product(*pieces)]


def _choices(match: re.Match[str], language: Language | None) -> Sequence[str]:
    if match[1] is None:
        return _group(match[2], language)
    ways: list[str] = []
    for way in match[1].split(_WAYS_APART):
        named = _NAMED.fullmatch(way.strip())
        ways += _group(named[1], language) if named else [way.strip()]
    return ways


def _group(name: str, language: Language | None) -> Sequence[str]:
    groups = language.groups if language else {}
    if name not in groups:
        offered = ", ".join(f"<{one}>" for one in groups) or _("none")
        raise _Wrong(_("There is no group <%(name)s>. There are: %(offered)s.") % {"name": name, "offered": offered})
    return groups[name]


def _forms(words: Sequence[str], language: Language | None) -> Iterator[Form]:
    runs: list[list[list[Tokens]]] = [[]]
    open_ends = [False]
    for word in words:
        if word in (GAP, "…"):
            runs.append([])
            open_ends.append(False)
            continue
        if open_ends[-1]:
            raise _Wrong(_("A * stands at the end of the line, or before a “...”."))
        runs[-1].append(_inflected(word.rstrip("*~"), "~" in word, language))
        open_ends[-1] = word.endswith(ANY_ENDING)
        if ANY_ENDING in word.rstrip("*"):
            raise _Wrong(_("A * stands at the end of a word."))
    if any(not any(any(ways) for ways in run) for run in runs):
        raise _Wrong(_("It has no letter or digit, or would match every text."))
    for way in product(*(list(_said(run, language)) for run in runs)):
        yield Form(tuple(way), tuple(open_ends))


def _inflected(word: str, with_endings: bool, language: Language | None) -> list[Tokens]:
    tokens = tokens_of(word)
    if not with_endings or not tokens:
        return [tokens]
    if language is None:
        raise _Wrong(_("Only a list with a language knows inflections (~)."))
    return [(*tokens[:-1], form) for form in language.inflected(tokens[-1])]


def _said(run: Sequence[Sequence[Tokens]], language: Language | None) -> Iterator[Tokens]:
    for way in product(*run):
        tokens = tuple(token for part in way for token in part)
        yield from _equivalent(tokens, language) if language else [tokens]


def _equivalent(tokens: Tokens, language: Language) -> list[Tokens]:
    """The same with "don't" for "do not", and so on. The longest saying at each place counts."""
    ways: list[Tokens] = [()]
    at = 0
    while at < len(tokens):
        length = next(
            (n for n in (4, 3, 2, 1) if tokens[at : at + n] in language.equivalents and at + n <= len(tokens)), 0
        )
        choices = language.equivalents[tokens[at : at + length]] if length else [tokens[at : at + 1]]
        ways = [(*way, *choice) for way in ways for choice in choices]
        if len(ways) > MOST_FORMS:
            raise _Wrong(_("It stands for more than %d forms. Divide it.") % MOST_FORMS)
        at += length or 1
    return ways
