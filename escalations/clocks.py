"""Deadlines: when they start, what meets them, and how they are said in words. Calendar days by severity."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.models.clock import Clock, ClockKind, DeadlinePolicy
from escalations.models.message import Message
from escalations.states import State

if TYPE_CHECKING:
    from escalations.models import Complaint

DEFAULT_DAYS = {ClockKind.ACKNOWLEDGE: 5, ClockKind.FINAL_RESPONSE: 56}
"""Used where the admin has no row: house targets, not law."""

MEETS = {
    Message.Kind.ACKNOWLEDGEMENT: (ClockKind.ACKNOWLEDGE,),
    Message.Kind.SUMMARY: (ClockKind.ACKNOWLEDGE, ClockKind.FINAL_RESPONSE),
    Message.Kind.FINAL_RESPONSE: (ClockKind.ACKNOWLEDGE, ClockKind.FINAL_RESPONSE),
}
"""Which letters, once sent, meet which deadline."""


def started(complaints: Iterable["Complaint"]) -> list[Clock]:
    """The deadlines of new complaints, unsaved; sets each complaint's `due_at`. One query for all."""
    days = {(row.kind, row.severity): row.days for row in DeadlinePolicy.objects.all()}
    clocks = []
    for complaint in complaints:
        own = [_clock(complaint, kind, days.get((kind, complaint.severity), DEFAULT_DAYS[kind])) for kind in ClockKind]
        complaint.due_at = min(clock.due_at for clock in own)
        clocks += own
    return clocks


def _clock(complaint: "Complaint", kind: ClockKind, days: int) -> Clock:
    due = complaint.received_at + timedelta(days=days)
    return Clock(complaint=complaint, kind=kind, started_at=complaint.received_at, due_at=due, next_at=due)


def restate(complaint: "Complaint", rows: Iterable[object], at: datetime) -> list[Clock]:
    """After an action: the clocks that its sent letters meet or that its end stops, changed and unsaved.
    Sets the complaint's `due_at` to the earliest that still runs. A reopened case starts its deadline for the
    final response anew only where it had been met: what was late stays late."""
    clocks = list(complaint.clocks.all())
    changed = [row for row in rows if isinstance(row, Clock)]
    for row in rows:
        if isinstance(row, Message) and row.state == Message.State.SENT:
            changed += _met(clocks, MEETS.get(Message.Kind(row.kind), ()), row.sent_at or at)
    over = complaint.state == State.CLOSED
    for clock in clocks:
        looks_again = None if over or not clock.is_running or clock.missed_at else clock.due_at
        if clock.next_at != looks_again:
            clock.next_at = looks_again
            changed.append(clock)
    running = [clock.due_at for clock in clocks if clock.is_running and not over]
    complaint.due_at = min(running, default=None)
    return list({clock.pk: clock for clock in changed}.values())


def _met(clocks: Iterable[Clock], kinds: Iterable[str], at: datetime) -> list[Clock]:
    met = [clock for clock in clocks if clock.kind in kinds and clock.is_running]
    for clock in met:
        clock.met_at, clock.next_at = at, None
    return met


def in_words(due: datetime | None, now: datetime | None = None) -> str:
    """ "due in 3 h, Tue 14:00", "6 days late, since Tue 17 Nov"; in the zone that is active."""
    return _("no deadline runs") if due is None else ", ".join(in_two_parts(due, now))


def in_two_parts(due: datetime, now: datetime | None = None) -> tuple[str, str]:
    """The same for where the moment stands in a line of its own: ("due in 3 h", "Tue 14:00")."""
    now = now or timezone.now()
    local = timezone.localtime(due)
    left = due - now
    if left < timedelta(0):
        return _("%(span)s late") % {"span": span(-left)}, _("since %(when)s") % {"when": _day(local, now)}
    return _("due in %(span)s") % {"span": span(left)}, _day(local, now)


def span(length: timedelta) -> str:
    """ "12 min", "3 h", "6 days": the largest unit that is at least one."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return _("%d min") % minutes
    if minutes < 48 * 60:
        return _("%d h") % (minutes // 60)
    return ngettext("%d day", "%d days", minutes // 1440) % (minutes // 1440)


def _day(local: datetime, now: datetime) -> str:
    near = abs(local - now) < timedelta(days=6)
    return date_format(local, "D H:i") if near else date_format(local, "D j M" if local.year == now.year else "j M Y")
