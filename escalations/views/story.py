"""The story of a case in one timeline: what was said, what was tried, what was decided, in the order it happened."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.actors import CUSTOMER as CUSTOMER_ACTOR
from escalations.actors import SYSTEM as SYSTEM_ACTOR
from escalations.happened import happened, who
from escalations.models import Attachment, Attempt, Complaint, Event, Message, Statement, SystemNote, Task
from escalations.states import State
from escalations.views.brief import Spans, text_of
from escalations.views.details import Book, detail
from escalations.views.rows import Sight

ALL, CUSTOMER, DECISIONS, NOTES, SYSTEM = "all", "customer", "decisions", "notes", "system"
KINDS: dict[str, str | Promise] = {
    ALL: gettext_lazy("All"),
    CUSTOMER: gettext_lazy("Customer"),
    DECISIONS: gettext_lazy("Decisions"),
    NOTES: gettext_lazy("Notes"),
    SYSTEM: gettext_lazy("System"),
}
TOLD_BY_THEIR_ROWS = {
    "write",
    "receive",
    "note",
    "sent",
    "record_attempt",
    "add_statement",
    "complete_handover",
    "answer_task",
}
"""Events that only say that a message, an attempt or a statement was added: those rows tell the story."""
ON_A_FILE = ("release_file", "erase_file")

TOLD = {
    Statement.Kind.WHAT_HAPPENED: gettext_lazy("told what happened"),
    Statement.Kind.WANTED: gettext_lazy("said what they want"),
    Statement.Kind.QUESTION: gettext_lazy("left a question open"),
    Statement.Kind.EVIDENCE: gettext_lazy("noted the evidence"),
    Statement.Kind.WHY_FAILED: gettext_lazy("noted why it did not work"),
}
STAFF_WROTE = (Statement.Kind.EVIDENCE, Statement.Kind.WHY_FAILED, Statement.Kind.QUESTION)
"""Statements about the case by whoever took them down, not the customer's own words."""


@dataclass
class Entry:
    """One thing in the timeline. `what` ends the sentence that `who` begins; `small` is said aside."""

    at: datetime
    kind: str
    who: str
    what: str
    text: SafeString | str = ""
    small: str = ""
    state: str = ""
    rank: int = 1
    is_quote: bool = False
    files: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True)
class Story:
    """The entries of one page that the filter lets through, and how many there are of each kind. Page 0 ends with the
    newest; `older` and `newer` are how many lie beyond this page."""

    entries: list[Entry]
    chosen: str
    filters: list[dict[str, Any]] = field(default_factory=list)
    page: int = 0
    older: int = 0
    newer: int = 0


PAGE_SIZE = 40


def story(case: Complaint, book: Book, sight: Sight, spans: Spans, chosen: str, older: str = "") -> Story:
    """`older` is the number of the page, counted back from the newest; “all” shows all on one."""
    chosen = chosen if chosen in KINDS else ALL
    entries = sorted(_entries(case, book, sight, spans), key=lambda entry: (entry.at, entry.rank))
    counts = Counter(entry.kind for entry in entries)
    counts[ALL] = len(entries)
    filters = [
        {"key": key, "label": label, "count": counts[key], "is_current": key == chosen}
        for key, label in KINDS.items()
        if counts[key] or key == chosen
    ]
    let_through = [entry for entry in entries if chosen in (ALL, entry.kind)]
    if older == ALL:
        return Story(let_through, chosen, filters)
    last = max(len(let_through) - 1, 0) // PAGE_SIZE
    page = min(int(older), last) if older.isdecimal() and len(older) < 6 else 0
    end = len(let_through) - page * PAGE_SIZE
    start = max(end - PAGE_SIZE, 0)
    return Story(let_through[start:end], chosen, filters, page, start, len(let_through) - end)


def _entries(case: Complaint, book: Book, sight: Sight, spans: Spans) -> Iterator[Entry]:
    customer = _customer(case, sight)
    findings = {row.pk: row for row in case.statements.all()}
    for statement in findings.values():
        if statement.kind not in (*Statement.ABOUT_THE_OUTCOME, Statement.Kind.REASON):
            yield _statement(statement, customer, sight, spans)
    for attempt in case.attempts.all():
        yield _attempt(attempt, sight)
    for noted in case.system_notes.all():
        yield _noted(noted, sight)
    answers = {task.answer_id: task for task in case.tasks.all() if task.answer_id}
    files = _files(case, sight)
    for message in case.messages.all():
        entry = _message(message, customer, sight, spans, answers.get(message.pk))
        entry.files = files.get(message.pk, [])
        yield entry
    for event in case.events.all():
        if event.action not in TOLD_BY_THEIR_ROWS:
            entry = _event(event, book, findings, sight)
            about = (
                [one for rows in files.values() for one in rows] if event.action in ON_A_FILE else files.get(None, [])
            )
            entry.files = [one for one in about if one.pk in event.data.get("attachment_ids", ())]
            yield entry


def _files(case: Complaint, sight: Sight) -> dict[int | None, list[Attachment]]:
    """By the message that they came with; None for what came by itself."""
    found: dict[int | None, list[Attachment]] = {}
    for row in case.attachments.all() if sight.words else ():
        found.setdefault(row.message_id, []).append(row)
    return found


def _customer(case: Complaint, sight: Sight) -> str:
    party = next((party for party in case.parties.all() if party.role != "representative"), None)
    return str(party.person) if party and sight.identity else _("The customer")


def _hidden() -> SafeString:
    return format_html("<span class='rd-quiet'>{}</span>", _("What was said is not shown to your role."))


def _statement(row: Statement, customer: str, sight: Sight, spans: Spans) -> Entry:
    if row.kind in STAFF_WROTE and row.taken_by:
        noted = text_of(row, spans) if sight.words else _hidden()
        return Entry(row.made_at, NOTES, str(row.taken_by), str(TOLD[Statement.Kind(row.kind)]), noted, rank=2)
    return Entry(
        at=row.made_at,
        kind=CUSTOMER,
        who=customer,
        what=str(TOLD.get(Statement.Kind(row.kind)) or row.get_kind_display()),
        text=text_of(row, spans) if sight.words else _hidden(),
        small=_("taken down by %s") % row.taken_by if row.taken_by else "",
        rank=0,
        is_quote=sight.words,
    )


def _attempt(row: Attempt, sight: Sight) -> Entry:
    """What an agent wrote about a call often names the customer: it is as closed as what was said."""
    return Entry(
        at=row.made_at,
        kind=CUSTOMER,
        who=str(row.made_by or _("Somebody")),
        what=_("tried to put it right"),
        text=row.what if sight.words else _hidden(),
        small=row.get_result_display(),
        rank=0,
    )


def _noted(row: SystemNote, sight: Sight) -> Entry:
    """Whoever wrote in another system wrote of the customer: it is as closed as what was said."""
    text = row.text if sight.words else _hidden()
    return Entry(row.made_at, NOTES, row.author or row.system, _("noted in %s") % row.system, text, rank=0)


def _message(row: Message, customer: str, sight: Sight, spans: Spans, answers: Task | None) -> Entry:
    if answers:
        told = row.body if sight.words else _hidden()
        who_says = f"{answers.department}: {answers.answered_by}" if sight.words else answers.department
        return Entry(row.written_at, NOTES, who_says, _("answered what it was asked"), told, rank=2)
    if row.direction == Message.Direction.INTERNAL:
        note = text_of(row, spans) if sight.words else _hidden()
        return Entry(row.written_at, NOTES, str(row.written_by), _("wrote a note"), note, rank=2)
    heard = row.direction == Message.Direction.IN
    return Entry(
        at=row.written_at,
        kind=CUSTOMER,
        who=_speaker(row, customer, sight) if heard else str(row.written_by or "Redress"),
        what=_("said (%s)") % row.get_channel_display() if heard else _written(row),
        text=text_of(row, spans) if sight.words else _hidden(),
        small=(_("taken down by %s") % row.written_by if row.written_by else "") if heard else _sending(row),
        rank=2,
        is_quote=heard and sight.words,
    )


def _speaker(row: Message, customer: str, sight: Sight) -> str:
    """A representative speaks for the customer."""
    return str(row.party.person) if row.party and sight.identity else customer


def _written(row: Message) -> str:
    return _("wrote: %(kind)s (%(channel)s)") % {
        "kind": row.get_kind_display(), "channel": row.get_channel_display(),
    }  # fmt: skip


def _sending(row: Message) -> str:
    return f"{row.get_state_display()}: {row.error}" if row.error else row.get_state_display()


def _event(event: Event, book: Book, said: dict[int, Statement], sight: Sight) -> Entry:
    found = [said[pk] for pk in event.data.get("statement_ids", ()) if pk in said]
    texts = [row.text for row in found if row.kind in Statement.ABOUT_THE_OUTCOME]
    particulars = detail(event, book)
    return Entry(
        at=event.at,
        kind=_kind(event),
        who=who(event.actor_kind, event.actor_name),
        what=happened(event.action),
        text="\n".join(texts) if sight.words else "",
        small=" – ".join(_once([particulars, _reason(event, said, sight)])),
        state=str(State(event.to_state).label) if event.moved else "",
    )


def _kind(event: Event) -> str:
    if event.actor_kind == CUSTOMER_ACTOR:
        return CUSTOMER
    moved = event.moved or event.action in ("route", "accept")
    return SYSTEM if event.actor_kind == SYSTEM_ACTOR and not moved else DECISIONS


def _reason(event: Event, said: dict[int, Statement], sight: Sight) -> str:
    if event.statement_id and event.statement_id in said:
        return said[event.statement_id].text if sight.words else ""
    return event.reason


def _once(words: list[str]) -> list[str]:
    """Routing gives its decision as the reason too: it is said once."""
    first, second = words
    return [word for word in (first, "" if second and second in first else second) if word]
