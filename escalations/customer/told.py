"""What was said between a customer and us, and what we propose: theirs, and nothing of anybody else's."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.models import Attachment, Complaint, Event, Message, Party, Remedy, Statement
from escalations.states import ClosedAs, Finding, Outcome, State

Kind, Paid = Remedy.Kind, Remedy.State

DECIDED = {
    Outcome.UPHELD: gettext_lazy("We agree with you."),
    Outcome.PARTLY: gettext_lazy("We agree with you in part."),
    Outcome.NOT_UPHELD: gettext_lazy("We do not agree with you."),
}
FOUND = {
    Finding.HAPPENED: gettext_lazy("It happened as you told us."),
    Finding.PARTLY: gettext_lazy("It happened in part as you told us."),
    Finding.NOT: gettext_lazy("We found that it happened otherwise."),
    Finding.UNCLEAR: gettext_lazy("We could not find out for sure what happened."),
}
PUT_RIGHT = {
    Kind.REFUND: gettext_lazy("We pay back %s."),
    Kind.LOSS: gettext_lazy("We make up for a loss of %s."),
    Kind.INTEREST: gettext_lazy("We pay interest of %s."),
    Kind.DISTRESS: gettext_lazy("We pay %s for the trouble that you had."),
    Kind.COSTS: gettext_lazy("We pay your costs of %s."),
    Kind.GOODWILL: gettext_lazy("We pay %s as a sign of goodwill."),
    Kind.WRITE_OFF: gettext_lazy("You no longer owe us %s."),
    Kind.CORRECTION: gettext_lazy("We correct our records."),
    Kind.APOLOGY: gettext_lazy("We apologise to you."),
}


# --- what we propose ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """One thing that they complained of: what we found and decided, and what we put right for it."""

    about: str
    sentences: list[str]
    remedies: list[str]


@dataclass(frozen=True)
class Answer:
    points: list[Decided]
    besides: list[str]
    until: date | None
    agreed_at: datetime | None


def answer(case: Complaint) -> Answer | None:
    """From the moment in which the outcome is given; nothing of it while somebody still looks into the complaint."""
    is_told = case.state in (State.COMMUNICATING, State.RESOLVED, State.CLOSED)
    if not is_told or case.closed_as in (ClosedAs.SETTLED, ClosedAs.WITHDRAWN, ClosedAs.SET_ASIDE, ClosedAs.ADOPTED):
        return None
    standing = [row for row in case.remedies.all() if row.stands]
    points = [_decided(case, point, standing) for point in case.own_points]
    besides = [_put_right(row) for row in standing if row.point_id is None]
    return Answer(points, besides, case.offer_until if case.offer_stands else None, case.acknowledged_at)


def _decided(case: Complaint, point: Any, remedies: list[Remedy]) -> Decided:
    said = [DECIDED.get(point.outcome), FOUND.get(point.finding), case.words_of(point, Statement.Kind.OFFERED)]
    return Decided(
        about=str(point.issue or point.product or _("Your complaint")),
        sentences=[str(line) for line in said if line],
        remedies=[_put_right(row) for row in remedies if row.point_id == point.pk],
    )


def _put_right(row: Remedy) -> str:
    sentence = str(PUT_RIGHT[Kind(row.kind)])
    said = sentence % f"{row.amount:,.2f} {row.currency}" if row.amount is not None and "%s" in sentence else sentence
    if row.state == Paid.PAID and row.paid_at:
        return _("%(what)s Done on %(day)s.") % {"what": said, "day": date_format(row.paid_at, "j F Y")}
    if row.state in (Paid.FAILED, Paid.RETURNED):
        return _("%s The payment did not reach you: we are seeing to it.") % said
    return said


# --- what was said -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One thing that was said, by them or by us."""

    at: datetime
    is_theirs: bool
    title: str
    text: str
    files: list[Attachment] = field(default_factory=list)


OPENING = {
    Statement.Kind.WHAT_HAPPENED: gettext_lazy("You told us what happened"),
    Statement.Kind.WANTED: gettext_lazy("You told us what you want"),
}
WITH_STEP = {
    "resolve": gettext_lazy("You agreed"),
    "trigger": gettext_lazy("You asked us to take it further"),
    "escalate_further": gettext_lazy("You asked us to take it further"),
    "reopen": gettext_lazy("You told us something new"),
}


def conversation(case: Complaint, party: Party) -> list[Said]:
    """The latest first. Notes among ourselves are in no part of it, and nor is what another party said or was told."""
    told = [*_messages(case, party), *_opening(case, party), *_with_steps(case, party)]
    return sorted(told, key=lambda said: said.at, reverse=True)


def messages_of(case: Complaint, party: Party) -> Any:
    """To this party as sent, and from them."""
    rows = Message.objects.filter(complaint=case, party=party, referral=None)
    theirs = rows.filter(direction=Message.Direction.IN)
    return theirs | rows.filter(direction=Message.Direction.OUT, state=Message.State.SENT)


def _messages(case: Complaint, party: Party) -> Iterable[Said]:
    rows = list(messages_of(case, party).order_by("pk"))
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(message__in=rows).order_by("pk"):
        files[file.message_id or 0].append(file)
    return [_message(row, files[row.pk]) for row in rows]


def _message(row: Message, files: list[Attachment]) -> Said:
    if row.direction == Message.Direction.IN:
        return Said(row.written_at, True, _("You wrote"), row.body, files)
    title = _("We wrote") if row.kind == Message.Kind.MESSAGE else _("We wrote: %s") % row.get_kind_display()
    return Said(row.sent_at or row.written_at, False, title, row.body, files)


def _opening(case: Complaint, party: Party) -> Iterable[Said]:
    """What the complaint began with. It is told to whoever complained, and to who speaks for them."""
    if party.role == Party.Role.CUSTOMER:
        return []
    rows = [row for row in case.statements.all() if row.kind in OPENING]
    return [Said(row.made_at, True, str(OPENING[Statement.Kind(row.kind)]), row.text) for row in rows]


def _with_steps(case: Complaint, party: Party) -> Iterable[Said]:
    """The words that went with a step on this page: an answer, or going further."""
    rows = Event.objects.filter(complaint=case, actor_kind="customer").exclude(statement=None)
    own = [row for row in rows.select_related("statement") if row.data.get("party") == party.pk]
    return [Said(row.at, True, _title(row), row.statement.text) for row in own if row.statement and _title(row)]


def _title(event: Event) -> str:
    """Empty for what stands as a message too."""
    if event.action == "acknowledge_outcome":
        return _("You agreed") if event.data.get("accepted") else _("You did not agree")
    return str(WITH_STEP.get(event.action, ""))
