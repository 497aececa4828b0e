"""Waiting and holds in words, and evidence as lines: what the case page says of both."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations import clocks
from escalations.models import Complaint, EvidenceRequest, Listening, Waiting
from escalations.views.rows import LATE, NONE, Chip

SOON, MET = "soon", "met"


@dataclass(frozen=True)
class Interval:
    """One interval as a line. `ends` names the step that ends it, `chases` the one that moves its day."""

    row: Waiting
    sentence: str
    tone: str
    ends: str
    chases: str


def intervals(case: Complaint, now: datetime) -> tuple[list[Interval], list[Interval]]:
    """Those that run, and those that are over, the latest first."""
    rows = sorted(case.waitings.all(), key=lambda row: row.since, reverse=True)
    lines = [_interval(row, case, now) for row in rows]
    return [one for one in lines if one.row.is_open], [one for one in lines if not one.row.is_open]


def chips(case: Complaint, now: datetime) -> list[Chip]:
    """For the head of the case: whom it waits for, on what it is held, and until when an offer stands."""
    return [
        *(chip_of(row, now) for row in case.waitings.all() if row.is_open),
        *_offer(case, now),
    ]


def chip_of(row: Waiting, now: datetime) -> Chip:
    return Chip(title_of(row), _until(row, now), LATE if _is_over(row, now) else SOON)


def _offer(case: Complaint, now: datetime) -> list[Chip]:
    if not case.offer_stands or case.offer_until is None:
        return []
    over = case.offer_until < timezone.localdate(now)
    return [
        Chip(
            _("Offer has ended") if over else _("Offer open"),
            _("until %s") % _day(case.offer_until),
            NONE if over else SOON,
        )
    ]


def title_of(row: Waiting) -> str:
    who = row.get_on_display()
    return (_("On hold: %s") if row.is_hold else _("Waiting for %s")) % who


def _until(row: Waiting, now: datetime) -> str:
    since = _("since %s") % _day(timezone.localdate(row.since))
    if row.until is None:
        return since
    day = _("chase since %s") if _is_over(row, now) else _("until %s")
    return f"{since}, {day % _day(row.until)}"


def _is_over(row: Waiting, now: datetime) -> bool:
    return row.until is not None and row.until < timezone.localdate(now)


def _interval(row: Waiting, case: Complaint, now: datetime) -> Interval:
    if row.ended_at:
        length, how = clocks.span(row.ended_at - row.since), row.get_ended_how_display()
        said = _("%(what)s, %(since)s for %(length)s: ended %(how)s.")
        since = _("since %s") % _day(timezone.localdate(row.since))
        sentence = said % {"what": title_of(row), "since": since, "length": length, "how": how}
        return Interval(row, sentence, NONE, "", "")
    # Pauses come with clock policies; until one says so, no deadline stops.
    runs = _("; the deadline still runs.") if case.due_at else "."
    sentence = f"{title_of(row)} {_until(row, now)}{runs}"
    ends, chases = ("lift_hold", "hold") if row.is_hold else ("stop_waiting", "wait")
    return Interval(row, sentence, LATE if _is_over(row, now) else SOON, ends, chases)


@dataclass(frozen=True)
class Evidence:
    """One request as a line: how it stands, where it lies, who has listened, and the warning where it will be lost."""

    row: EvidenceRequest
    chip: Chip
    where: str
    warning: str
    listened: list[str]


def evidence(case: Complaint, now: datetime) -> list[Evidence]:
    return [_evidence(row, timezone.localdate(now), case.policy.evidence_days) for row in case.evidence_requests.all()]


def _evidence(row: EvidenceRequest, today: date, days: int) -> Evidence:
    return Evidence(row, _stands(row, today), _where(row), _warning(row, today, days), _listened(row))


def _stands(row: EvidenceRequest, today: date) -> Chip:
    if row.result:
        tone = {"received": MET, "not_found": LATE}.get(row.result, NONE)
        at = _day(timezone.localdate(row.answered_at)) if row.answered_at else ""
        return Chip(capfirst(row.get_result_display()), at, tone)
    if row.due_on is None:
        return Chip(_("Asked for"), _day(timezone.localdate(row.asked_at)), SOON)
    late = row.due_on < today
    return Chip(_("Late") if late else _("Expected"), _day(row.due_on), LATE if late else SOON)


def _where(row: EvidenceRequest) -> str:
    lies = " ".join(part for part in (row.system, row.external_id) if part)
    begins = date_format(timezone.localtime(row.recorded_at), "D j M Y H:i") if row.recorded_at else ""
    length = _("%d min") % row.minutes if row.minutes else ""
    asked = _("asked of %s") % row.asked_of if row.asked_of else _("asked by %s") % row.asked_by
    kept = row.get_keep_display() if row.keep != EvidenceRequest.Keep.NOT_ASKED else ""
    return " · ".join(part for part in (lies, begins, length, asked, kept) if part)


def _warning(row: EvidenceRequest, today: date, days: int) -> str:
    is_near = row.delete_on is not None and (row.delete_on - today).days <= days
    return will_be_lost(row, today) if is_near else ""


def will_be_lost(row: EvidenceRequest, today: date) -> str:
    """That its system deletes it, or has; nothing where somebody asked to keep it."""
    if not row.can_be_lost or row.delete_on is None:
        return ""
    if row.delete_on <= today:
        return _("Its system deleted it on %s: nobody had asked to keep it.") % _day(row.delete_on)
    return _("Its system deletes it on %s, and nobody has asked to keep it.") % _day(row.delete_on)


def _listened(row: EvidenceRequest) -> list[str]:
    return [_heard(one) for one in row.listenings.all()]


def _heard(one: Listening) -> str:
    at = date_format(timezone.localtime(one.at), "D j M H:i")
    return f"{one.by}, {at}" + (_(", at %s") % one.mark if one.mark else "")


def _day(day: date) -> str:
    near = abs((day - timezone.localdate()).days) < 300
    return date_format(day, "D j M" if near else "j M Y")
