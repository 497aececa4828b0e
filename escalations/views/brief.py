"""The case in four lines: what happened, what was tried, what is wanted, what is open. And what sent it here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from escalations.happened import who
from escalations.models import Attempt, Complaint, Message, Statement, SystemNote, Trigger
from escalations.views.marks import Span, marked
from escalations.views.rows import Sight

MOST_NOTES = 3
RAISING = ("trigger", "add_trigger", "escalate_further", "reopen")
"""Steps by which somebody asks for escalation, with a reason of their own."""
Spans = dict[tuple[str, int], list[Span]]


@dataclass(frozen=True)
class Line:
    """One line of the summary; `is_missing` where nothing was taken down."""

    label: str
    texts: Sequence[SafeString | str]
    is_missing: bool = False
    missing: str = ""


def evidence(case: Complaint, sight: Sight) -> Spans:
    """Where the words of all triggers stand, by the statement or message they stand in."""
    found: Spans = defaultdict(list)
    if not sight.evidence:
        return found
    for trigger in case.triggers.all():
        for row in trigger.evidence.all():
            if row.statement_id:
                found["statement", row.statement_id].append((row.start, row.end))
            elif row.message_id:
                found["message", row.message_id].append((row.start, row.end))
    return found


def text_of(row: Statement | Message, spans: Spans) -> SafeString:
    """What was said, escaped, with the words that raised a trigger marked."""
    if isinstance(row, Statement):
        return marked(row.text, spans.get(("statement", row.pk), ()))
    return marked(row.body, spans.get(("message", row.pk), ()))


def lines(case: Complaint, sight: Sight, spans: Spans) -> list[Line]:
    """The lines, in order. Words that this person may not read are left out and said to be."""
    return [
        _said(case, sight, spans, Statement.Kind.WHAT_HAPPENED, _("What happened"), _("not taken down")),
        _tried(case, sight),
        *_noted(case, sight, spans, Statement.Kind.WHY_FAILED, _("Why that failed")),
        *_known_elsewhere(case, sight),
        _said(case, sight, spans, Statement.Kind.WANTED, _("Wants"), _("nobody has asked yet")),
        *_noted(case, sight, spans, Statement.Kind.REASON, _("The customer's reasons")),
        *_noted(case, sight, spans, Statement.Kind.EVIDENCE, _("Evidence")),
        _said(case, sight, spans, Statement.Kind.QUESTION, _("Open"), _("no open question")),
    ]


def _said(case: Complaint, sight: Sight, spans: Spans, kind: str, label: str, missing: str) -> Line:
    rows = [row for row in case.statements.all() if row.kind == kind]
    if rows and not sight.words:
        return Line(label, [], True, _("the customer's words are not shown to your role"))
    return Line(label, [text_of(row, spans) for row in rows], not rows, missing)


def _noted(case: Complaint, sight: Sight, spans: Spans, kind: str, label: str) -> Iterator[Line]:
    """A line that is left out where nobody noted anything: what is missing is said by the completeness."""
    if any(row.kind == kind for row in case.statements.all()):
        yield _said(case, sight, spans, kind, label, "")


def _known_elsewhere(case: Complaint, sight: Sight) -> Iterator[Line]:
    """The latest notes of other systems; the timeline has all."""
    notes = list(case.system_notes.all())[-MOST_NOTES:]
    if notes and sight.words:
        yield Line(_("Noted elsewhere"), [_note(note) for note in notes])
    elif notes:
        yield Line(_("Noted elsewhere"), [], True, _("what staff noted is not shown to your role"))


def _note(note: SystemNote) -> SafeString:
    day = date_format(timezone.localtime(note.made_at), "j M Y")
    by = ", ".join(one for one in (note.system, note.author, day) if one)
    return format_html("{} <span class='rd-quiet'>– {}</span>", note.text, by)


def _tried(case: Complaint, sight: Sight) -> Line:
    attempts = case.attempts.all()
    texts = [_attempt(attempt) if sight.words else attempt.get_result_display() for attempt in attempts]
    return Line(_("Tried so far"), texts, not texts, _("nothing was tried, or nobody wrote it down"))


def _attempt(attempt: Attempt) -> SafeString:
    return format_html("{} <span class='rd-quiet'>– {}</span>", attempt.what, attempt.get_result_display())


@dataclass(frozen=True)
class Raised:
    """One trigger: why it was escalated, whether that was accepted, the words, and why whoever asked for it did."""

    trigger: Trigger
    words: list[str]
    tone: str
    asked: "Asked | None" = None


@dataclass(frozen=True)
class Asked:
    """Why somebody asked for escalation, as it stands in the record. A customer's own words stand in the summary."""

    who: str
    why: str


def asked(case: Complaint, raised: Iterable[Trigger]) -> dict[int, Asked]:
    """By the key of the trigger; what a criterion found asks nothing."""
    told = {row.at: row for row in case.events.all() if row.action in RAISING and row.reason}
    found = ((row, told.get(row.raised_at)) for row in raised if row.criterion_id is None)
    return {row.pk: Asked(who(step.actor_kind, step.actor_name), step.reason) for row, step in found if step}


def told(raised: Iterable[Trigger], asks: Mapping[int, Asked], sight: Sight) -> list[str]:
    """What holds of the case where neither words nor a request raised it: "Severity is High"."""
    silent = [row for row in raised if sight.evidence and row.pk not in asks and not row.evidence.all()]
    return list(dict.fromkeys(row.explanation for row in silent))


TONE_OF = {Trigger.State.PENDING: "soon", Trigger.State.ACCEPTED: "met", Trigger.State.DISMISSED: "none"}


def triggers(case: Complaint, sight: Sight) -> list[Raised]:
    reasons = asked(case, case.triggers.all())
    return [
        Raised(
            trigger,
            _words(row.words for row in trigger.evidence.all()) if sight.evidence else [],
            TONE_OF[Trigger.State(trigger.state)],
            reasons.get(trigger.pk),
        )
        for trigger in case.triggers.all()
    ]


def _words(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(word.split()) for word in words))
