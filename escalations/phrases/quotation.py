"""Whose words they are: earlier mails under a reply, and what an agent is quoted as having said.

Looked at only where something was found, and once a text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

from escalations.phrases.folding import fold
from escalations.phrases.language import Language, languages
from escalations.phrases.spans import Spans

LEAD, TAIL = 70, 45
"""Letters before and behind a quotation in which it is said who speaks."""
LONGEST_QUOTE, LONGEST_HEAD = 1500, 320

_QUOTED_LINE = re.compile(r"^[ \t]{0,8}>.*$", re.MULTILINE)
_WROTE = re.compile(r"\b(?:wrote|escreveu|escribió|a écrit|schrieb)\b[^\n]{0,40}:[ \t]*$", re.MULTILINE | re.IGNORECASE)
_OPENING = re.compile(r"[>\s]*(?:On|Em|No dia|Na|El|Le|Am)\s", re.IGNORECASE)
_HEADER = re.compile(
    r"^[ \t>]*(?:-{2,}[ \t]*(?:original message|forwarded message|mensagem original|mensagem encaminhada)[ \t]*-{2,}"
    r"|_{10,}|begin forwarded message:)[ \t]*$"
    r"|^[ \t>*]*(?:from|de):[^\n]{1,200}\n[ \t>*]*(?:sent|date|to|enviad[ao]|data|para):[^\n]{0,200}$",
    re.MULTILINE | re.IGNORECASE,
)
_OURS = re.compile(
    r"support|service|customer|complaint|\bteam\b|\bcare\b|help ?desk|\bbank\b|no-?reply|do-?not-?reply|\binfo@|"
    r"suporte|atendimento|\bsac\b|equipe|\bbanco\b|ouvidoria|relacionamento|reclama",
    re.IGNORECASE,
)
_QUOTES = re.compile(
    rf"“([^“”]{{1,{LONGEST_QUOTE}}})”|«([^«»]{{1,{LONGEST_QUOTE}}})»|(?<!\w)\"([^\"]{{1,{LONGEST_QUOTE}}})\""
    rf"|(?<![\w'’])['‘]([^'‘’\n]{{2,200}}(?:['’]\w[^'‘’\n]{{1,200}}){{0,4}})['’](?!\w)|``([^`']{{1,{LONGEST_QUOTE}}})''"
)


_MAIL_MARKS = (">", "wrote", "escreveu", "escribi", "écrit", "schrieb", "from:", "de:", "--", "____", "forwarded")
"""What a text holds that quotes a mail."""


def _may_quote(text: str) -> bool:
    """Most texts hold no quotation mark, and are spared the pattern above."""
    if '"' in text or "“" in text or "«" in text or "``" in text:
        return True
    return "‘" in text or ("'" in text and (" '" in text or "\n'" in text or "('" in text or text[0] == "'"))


class Quotation:
    """The stretches of one text that somebody else wrote or said."""

    def __init__(self, text: str) -> None:
        self._text = text

    def is_earlier_mail(self, at: int, *, ours_only: bool) -> bool:
        spans = self._ours if ours_only else self._earlier
        return spans is not None and spans.touch(at, at + 1)

    def is_said_by_us(self, start: int, end: int) -> bool:
        """Inside quotation marks that are put into an agent's mouth."""
        return self._said is not None and self._said.touch(start, end)

    @cached_property
    def _mails(self) -> list[tuple[int, int, bool]]:
        """Each earlier mail, and whether its head says that it is ours."""
        text = self._text
        if "\n" not in text and ">" not in text:
            return []
        small = text.lower()
        if not any(mark in small for mark in _MAIL_MARKS):
            return []
        heads = sorted([*_attributions(text), *(match.span() for match in _HEADER.finditer(text))])
        ends = [end for _start, end in heads]
        found = []
        for match in _QUOTED_LINE.finditer(text):
            head = bisect_right(ends, match.start()) - 1
            is_near = head >= 0 and match.start() - ends[head] <= LONGEST_QUOTE
            found.append((*match.span(), is_near and bool(_OURS.search(text, *heads[head]))))
        quoted = Spans([(start, end) for start, end, _ours in found])
        for start, end in heads:
            # Quoted line by line: the writer may answer in between. Else everything below belongs to the earlier mail.
            if not quoted.touch(end, end + 200):
                found.append((start, len(text), bool(_OURS.search(text, start, min(end + 300, len(text))))))
                break
        return found

    @cached_property
    def _earlier(self) -> Spans | None:
        return Spans([(start, end) for start, end, _ours in self._mails]) if self._mails else None

    @cached_property
    def _ours(self) -> Spans | None:
        ours = [(start, end) for start, end, is_ours in self._mails if is_ours]
        return Spans(ours) if ours else None

    @cached_property
    def _said(self) -> Spans | None:
        text = self._text
        if not _may_quote(text):
            return None
        spans = [match.span() for match in _QUOTES.finditer(text) if _by_us(text, *match.span())]
        return Spans(spans) if spans else None


def _attributions(text: str) -> Iterator[tuple[int, int]]:
    """ "On 3 March 2026, Northmere Bank wrote:", on one line or two."""
    for match in _WROTE.finditer(text):
        lines = text[max(0, match.start() - LONGEST_HEAD) : match.start()].split("\n")[-2:]
        opening = next((line for line in lines if _OPENING.match(line)), None)
        if opening is not None:
            before = "\n".join(lines)
            yield match.start() - len(before) + before.index(opening), match.end()


def _by_us(text: str, start: int, end: int) -> bool:
    lead = fold(text[max(0, start - LEAD) : start]).clauses
    tail = fold(text[end : end + TAIL]).clauses
    sentence = lead[lead.rfind(b".") + 1 :].decode(errors="ignore").replace(",", " ").split()
    behind = tail[: tail.find(b".") if b"." in tail else None].decode(errors="ignore").replace(",", " ").split()
    return any(_they_said(sentence, spoken) or _they_said_behind(behind, spoken) for spoken in languages().values())


def _they_said(words: list[str], spoken: Language) -> bool:
    """ "Your agent told me: ..." but not "I told them: ..."."""
    verb = next((at for at in range(len(words) - 1, -1, -1) if words[at] in spoken.speech), None)
    if verb is None or len(words) - verb > 6:
        return False
    if any(word in spoken.own_speech for word in words[verb:]):
        return False
    return not any(word in spoken.own for word in words[max(0, verb - 3) : verb])


def _they_said_behind(words: list[str], spoken: Language) -> bool:
    verb = next((at for at, word in enumerate(words[:4]) if word in spoken.speech), None)
    return verb is not None and not any(word in spoken.own for word in words[max(0, verb - 1) : verb + 2])
