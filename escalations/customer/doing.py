"""Doing what a customer asks for, once: two clicks, or the same form sent from two windows, have one effect."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from escalations.customer.ways import Way, actor_of
from escalations.errors import Invalid, WrongState
from escalations.files import Stored, discard
from escalations.models import Complaint, CustomerLink, Event, Message
from escalations.states import Channel
from escalations.workflow import perform

MOST_FILES_A_DAY = 50
MOST_LOOKS = 3
"""How often a step is tried on a case to which something else happens in the same moments."""


def walk(link: CustomerLink, way: Way, words: str, seen: int) -> Event:
    """Take this way on the case that was shown when it had `seen` events. Raises a refusal."""
    action = way.action(link.complaint)
    data = {} if action == "resolve" else way.data(words)
    twins = way.actions
    return _once(link, action, words, seen, twins=twins, looks_first=way.looks_first, reason=words, **data)


def check_room(link: CustomerLink, more: int, now: datetime) -> None:
    """Raises Invalid for whoever would fill the disk by a link."""
    sent = link.complaint.attachments.filter(added_by=None, added_at__gt=now - timedelta(days=1)).count()
    if more and sent + more > MOST_FILES_A_DAY:
        raise Invalid(
            {"files": [_("That is more than %d files in a day: send the others tomorrow.") % MOST_FILES_A_DAY]}
        )


def write(link: CustomerLink, words: str, seen: int, files: Sequence[Stored]) -> Event:
    """A message; its files are thrown away where it has arrived before. Raises a refusal."""
    event = _once(link, "receive", words, seen, twins=("receive",), body=words, channel=Channel.PORTAL, files=files)
    if not link.complaint.attachments.filter(path__in=[one.path for one in files]).exists():
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
    raise WrongState(_("So much happens in this case at the moment that we could not take it in. Send it again."))


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
