"""One case as a line of a list: what a person sees of it depends on what they may know."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations import clocks
from escalations.happened import happened, in_short, who
from escalations.models import Complaint, Presence
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.quotes import first_sentence, shortened
from escalations.states import State
from routing.models import User

LATE, SOON, CALM, NONE = "late", "soon", "calm", "none"


@dataclass(frozen=True)
class Chip:
    """A deadline in words. The tone only repeats as colour what the words say."""

    text: str
    when: str = ""
    tone: str = CALM


def deadline_chip(due: datetime | None, now: datetime) -> Chip:
    if due is None:
        return Chip(_("no deadline runs"), tone=NONE)
    text, when = clocks.in_two_parts(due, now)
    if due < now:
        return Chip(text, when, LATE)
    return Chip(text, when, SOON if due - now < timedelta(hours=24) else CALM)


def short_chip(due: datetime | None, now: datetime) -> Chip:
    """The same for the column of a list that is headed "Due"."""
    long = deadline_chip(due, now)
    return Chip(_("none runs"), tone=NONE) if due is None else Chip(*clocks.in_short(due, now), long.tone)


@dataclass(frozen=True)
class Sight:
    """What one person may know of a customer."""

    user_id: int
    words: bool
    identity: bool
    needs: bool
    evidence: bool

    @classmethod
    def of(cls, user: User) -> "Sight":
        return cls(
            user_id=user.pk,
            words=user.has_perm("escalations.view_statement"),
            identity=user.has_perm("escalations.view_identity"),
            needs=user.has_perm("escalations.view_need"),
            evidence=user.has_perm("escalations.view_triggerevidence"),
        )


@dataclass(frozen=True)
class Row:
    """A line of "My work"."""

    case: Any
    chip: Chip
    due: Chip
    """The same in short, for a column that says what it is of."""
    words: str
    is_quoted: bool
    customer: str
    is_vulnerable: bool
    last: str
    last_short: str
    last_by: str
    last_ago: str = ""
    last_span: str = ""
    with_whom: str = ""
    at_it: tuple[str, ...] = ()
    """Who else has it open now, in words."""


def listed(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    """The same cases with all that a line shows, whatever their number in one query."""
    told = cases.with_opening().with_product().with_customer().with_last_event()
    return told.select_related("team", "handler__user")


def row_of(case: Any, sight: Sight, now: datetime) -> Row:
    """The line for a case that `listed` has read."""
    quoted = bool(sight.words and case.opening_words)
    return Row(
        case=case,
        chip=deadline_chip(case.due_at, now) if case.is_open else ended(case),
        due=short_chip(case.due_at, now) if case.is_open else replace(ended(case), when=""),
        words=opening(case, sight),
        is_quoted=quoted,
        customer=(case.customer_name or case.customer_email or "–") if sight.identity else _("name not shown"),
        is_vulnerable=sight.needs and case.is_vulnerable,
        last=happened(case.last_action or ""),
        last_short=in_short(case.last_action or ""),
        last_by=f"{_by(case, sight)}, {ago(case.last_at, now)}",
        last_ago=ago(case.last_at, now),
        last_span=clocks.span(now - case.last_at) if case.last_at else "",
        with_whom=str(case.handler or case.team or ""),
        at_it=tuple(at_it(*one) for one in Presence.told(getattr(case, "looking", None))),
    )


WRITING = {"write": gettext_lazy("%s is writing a reply"), "note": gettext_lazy("%s is writing a note")}


def at_it(name: str, writing: str) -> str:
    """What somebody does who has the case open: "Dana is writing a reply"."""
    if not writing:
        return _("%s is looking") % name
    return str(WRITING.get(writing, gettext_lazy("%s is filling in a step"))) % name


def opening(case: Any, sight: Sight) -> str:
    """How the customer's own words begin; what it is about where nobody took them down, or they are not for this
    person."""
    if sight.words and case.opening_words:
        return shortened(first_sentence(case.opening_words))
    return what_about(case.issue_name, case.product_name)


def _by(case: Any, sight: Sight) -> str:
    if case.last_user == sight.user_id:
        return _("you")
    return who(case.last_actor_kind or "", case.last_actor or "")


def ended(case: Complaint) -> Chip:
    """In the place of a deadline: how and when it ended."""
    when = date_format(timezone.localtime(case.closed_at), "j M Y") if case.closed_at else _("day not known")
    return Chip(str(case.get_closed_as_display() or State(case.state).label), when, NONE)


def what_about(issue: str | None, product: str | None) -> str:
    """In the place of words that nobody took down, or that this person may not read."""
    return " · ".join(name for name in (issue, product) if name) or _("No words were taken down")


def ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    if now - at < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": clocks.span(now - at)}
