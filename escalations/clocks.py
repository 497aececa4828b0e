"""Deadlines: when they start, what meets them, and how they are said in words. Calendar days by severity."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.models.clock import Clock, ClockKind, Days
from escalations.models.message import Message
from escalations.states import ClosedAs, State

if TYPE_CHECKING:
    from escalations.models import Complaint
    from escalations.steps.step import Step
    from escalations.steps.storing import Before

DEFAULT_DAYS = {ClockKind.ACKNOWLEDGE: 5, ClockKind.FINAL_RESPONSE: 56}
"""Used where the admin has no row: house targets, not law."""

MEETS = {
    Message.Kind.ACKNOWLEDGEMENT: (ClockKind.ACKNOWLEDGE,),
    Message.Kind.SUMMARY: (ClockKind.ACKNOWLEDGE, ClockKind.FINAL_RESPONSE),
    Message.Kind.FINAL_RESPONSE: (ClockKind.ACKNOWLEDGE, ClockKind.FINAL_RESPONSE),
}
"""Which letters, once sent, meet which deadline."""


def started(complaints: Iterable["Complaint"], days: Days) -> list[Clock]:
    """The deadlines of new complaints by the policy `days`, unsaved; sets each complaint's `due_at`."""
    clocks = []
    for complaint in complaints:
        own = [_clock(complaint, kind, complaint.received_at, days) for kind in ClockKind]
        complaint.due_at = min(clock.due_at for clock in own)
        clocks += own
    return clocks


def remember(complaints: Iterable["Complaint"], clocks: Iterable[Clock]) -> None:
    """Whoever asks for the deadlines of complaints just registered need not read them again."""
    by_case: dict[int, list[Clock]] = defaultdict(list)
    for clock in clocks:
        by_case[clock.complaint_id].append(clock)
    for complaint in complaints:
        rows: Any = complaint.clocks.all()
        rows._result_cache, rows._prefetch_done = by_case[complaint.pk], True
        complaint._prefetched_objects_cache = {"clocks": rows}


def _clock(complaint: "Complaint", kind: ClockKind, start: datetime, days: Days) -> Clock:
    due = _due(complaint, kind, start, days)
    return Clock(complaint=complaint, kind=kind, started_at=start, due_at=due, next_at=due)


def _due(complaint: "Complaint", kind: str, start: datetime, days: Days) -> datetime:
    """Calendar days from the start, by the policy in force for the case's severity."""
    return start + timedelta(days=days.get((kind, complaint.severity), DEFAULT_DAYS[ClockKind(kind)]))


def restate(complaint: "Complaint", before: "Before", rows: Iterable[object], step: "Step") -> list[Clock]:
    """After an action: the clocks that its sent letters meet, that its end stops, that another severity or a new
    start moves; changed and unsaved. Sets the complaint's `due_at` to the earliest that still runs."""
    if not _concerns_deadlines(complaint, before, rows):
        return []
    clocks = list(complaint.clocks.all())
    changed = [row for row in rows if isinstance(row, Clock)]
    for row in rows:
        if isinstance(row, Message) and row.state == Message.State.SENT:
            changed += _met(clocks, _meets(complaint, row), row.sent_at or step.at)
    if _opened_again(complaint, before):
        changed += _started_anew(complaint, clocks, step.at)
    if complaint.severity != before.values["severity"]:
        changed += _moved(complaint, clocks, step)
    # What was merged into another goes on there: its own deadlines stand still until it is taken apart again.
    over = complaint.state == State.CLOSED or complaint.merged_into_id is not None
    for clock in clocks:
        looks_again = None if over or not clock.is_running or clock.missed_at else clock.due_at
        if clock.next_at != looks_again:
            clock.next_at = looks_again
            changed.append(clock)
    running = [clock.due_at for clock in clocks if clock.is_running and not over]
    complaint.due_at = min(running, default=None)
    return list({id(clock): clock for clock in changed}.values())


def _concerns_deadlines(complaint: "Complaint", before: "Before", rows: Iterable[object]) -> bool:
    """Most steps do not: for them the deadlines are not even read."""
    changes = ("severity", "merged_into_id", "received_at", "due_at")
    return (
        any(isinstance(row, Clock | Message) for row in rows)
        or any(before.values[name] != getattr(complaint, name) for name in changes)
        or (complaint.state == State.CLOSED) != (before.state == State.CLOSED)
        or _opened_again(complaint, before)
    )


def outcome_letters(complaint: "Complaint") -> tuple[str, ...]:
    """The letters that give an outcome in this round: once a case was opened again, an addendum to the first is one."""
    again = any(clock.started_at > complaint.received_at for clock in complaint.clocks.all())
    return (*Message.OUTCOME_LETTERS, Message.Kind.ADDENDUM) if again else Message.OUTCOME_LETTERS


def _meets(complaint: "Complaint", letter: Message) -> tuple[str, ...]:
    if letter.kind == Message.Kind.ADDENDUM and letter.kind in outcome_letters(complaint):
        return (ClockKind.FINAL_RESPONSE,)
    return MEETS.get(Message.Kind(letter.kind), ())


def _opened_again(complaint: "Complaint", before: "Before") -> bool:
    over = before.state in (State.RESOLVED, State.CLOSED) and before.values["closed_as"] != ClosedAs.SET_ASIDE
    return over and complaint.state == State.TRIGGERED


def _started_anew(complaint: "Complaint", clocks: list[Clock], at: datetime) -> list[Clock]:
    """A case that is opened again owes a new final response where it had been given, or where an adopted case never
    had a deadline. One that still runs goes on: what was late stays late."""
    old = next((clock for clock in clocks if clock.kind == ClockKind.FINAL_RESPONSE), None)
    if old is None:
        clocks.append(_clock(complaint, ClockKind.FINAL_RESPONSE, at, complaint.deadline_days))
        return clocks[-1:]
    if old.is_running:
        return []
    old.started_at, old.due_at = at, _due(complaint, old.kind, at, complaint.deadline_days)
    old.met_at = old.missed_at = None
    return [old]


def _moved(complaint: "Complaint", clocks: Iterable[Clock], step: "Step") -> list[Clock]:
    """Another severity has other deadlines, counted from the same start; those met stay as they were."""
    moved = [clock for clock in clocks if clock.is_running and clock.due_at != _due_now(complaint, clock)]
    for clock in moved:
        clock.due_at = _due_now(complaint, clock)
    if moved:
        step.note(due={clock.kind: clock.due_at.isoformat() for clock in moved})
    return moved


def counted_from(complaint: "Complaint", start: datetime, receipts: Collection[datetime]) -> list[Clock]:
    """The running deadlines that count from one of these receipts count from `start` now, changed and unsaved. One
    that began later, because the case was opened again, stays as it is."""
    clocks = [row for row in complaint.clocks.all() if row.is_running and row.started_at in receipts]
    moved = [clock for clock in clocks if clock.started_at != start]
    for clock in moved:
        clock.started_at, clock.due_at = start, _due(complaint, clock.kind, start, complaint.deadline_days)
    return moved


def _due_now(complaint: "Complaint", clock: Clock) -> datetime:
    return _due(complaint, clock.kind, clock.started_at, complaint.deadline_days)


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


def in_short(due: datetime, now: datetime) -> tuple[str, str]:
    """The same for a narrow column whose head says what it is of: ("in 3 h", "14:00"), ("2 days late", ""). The moment
    only where the hours count."""
    local, left = timezone.localtime(due), due - now
    if left < timedelta(0):
        return _("%(span)s late") % {"span": span(-left)}, ""
    today = local.date() == timezone.localtime(now).date()
    when = date_format(local, "H:i" if today else "D H:i") if left < timedelta(hours=24) else ""
    return _("in %(span)s") % {"span": span(left)}, when


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
