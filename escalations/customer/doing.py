"""Doing what a customer asks for, once: two clicks, or the same form sent from two windows, have one effect."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from escalations.customer.ways import Way, actor_of
from escalations.errors import Invalid, WrongState
from escalations.files import Stored, discard
from escalations.models import Complaint, CustomerLink, Event, Message
from escalations.states import Channel
from escalations.workflow import perform

MOST_AN_HOUR, MOST_FILES_A_DAY = 30, 50
"""Messages of one party, files of one case. Nobody sends more; a program that does fills the disk."""
MOST_LOOKS = 3
"""How often a step is tried on a case to which something else happens in the same moments."""


def walk(link: CustomerLink, way: Way, words: str, seen: int) -> Event:
    """Take this way on the case that was shown when it had `seen` events. Raises a refusal."""
    case = Complaint.objects.get(pk=link.complaint_id)
    if not way.makes_sense(case):
        return _twin(link, way.actions, words, seen) or _not_now()
    action = way.action(case)
    data = {} if action == "resolve" else way.data(words)
    return _once(link, action, words, seen, twins=way.actions, looks_first=way.looks_first, reason=words, **data)


def check_room(link: CustomerLink, more: int, now: datetime) -> None:
    """Raises Invalid for whoever would fill the disk by a link: with files, or with messages."""
    sent = link.complaint.attachments.filter(added_by=None, added_at__gt=now - timedelta(days=1)).count()
    if more and sent + more > MOST_FILES_A_DAY:
        raise Invalid(
            {"files": [_("That is more than %d files in a day: send the others tomorrow.") % MOST_FILES_A_DAY]}
        )
    recent = Message.objects.filter(party=link.party, channel=Channel.PORTAL, written_at__gt=now - timedelta(hours=1))
    if recent.count() >= MOST_AN_HOUR:
        raise Invalid({"words": [_("You have written very often in the last hour. Send this a little later.")]})


def write(link: CustomerLink, words: str, seen: int, files: Sequence[Stored]) -> Event:
    """A message; its files are thrown away where it has arrived before. Raises a refusal."""
    event = _once(link, "receive", words, seen, twins=("receive",), body=words, channel=Channel.PORTAL, files=files)
    if files and not link.complaint.attachments.filter(path__in=[one.path for one in files]).exists():
        discard(files)
    return event


def _once(
    link: CustomerLink, action: str, said: str, seen: int, /, *, twins: tuple[str, ...], looks_first: bool = False,
    **told: Any,
) -> Event:  # fmt: skip
    """Whatever happened since the form was shown is looked at: their own step of the same words is this very one."""
    for _try in range(MOST_LOOKS):
        case = Complaint.objects.get(pk=link.complaint_id)
        try:
            return perform(case, action, actor=actor_of(link), seen=seen, **told)
        except WrongState:
            if twin := _twin(link, twins, said, seen):
                return twin
            latest = Complaint.objects.values_list("latest_event", flat=True).get(pk=case.pk)
            if looks_first or latest == seen:
                raise
            seen = latest
    return _not_now()


def _not_now() -> NoReturn:
    raise WrongState(_("Your complaint has moved on meanwhile: look at it once more."))


def _twin(link: CustomerLink, actions: tuple[str, ...], said: str, seen: int) -> Event | None:
    later = Event.objects.filter(
        complaint=link.complaint_id, number__gt=seen, action__in=actions, actor_kind="customer"
    )
    own = [row for row in later.select_related("statement") if row.data.get("party") == link.party_id]
    return next((row for row in own if _said_with(row) == said), None)


def _said_with(event: Event) -> str:
    if event.statement is not None:
        return event.statement.text
    said = Message.objects.filter(pk__in=event.data.get("message_ids", ()), direction=Message.Direction.IN).first()
    return said.body if said else ""
