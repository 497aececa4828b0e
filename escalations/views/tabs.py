"""The tabs of "My work": which list each shows, how many cases it has, and the sentence on top."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from escalations import clocks
from escalations.actions import AGENT, HANDLER
from escalations.models import Complaint, Event, Remedy, Waiting
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import Scope
from escalations.states import IN_WORK, ClosedAs, State
from routing.models import User

MOST_COUNTED = 1000
"""A tab counts no further: the number is for the eye, and must not cost more as the years go by."""

Rows = Callable[[ComplaintQuerySet, Scope, datetime], ComplaintQuerySet]


@dataclass(frozen=True)
class Tab:
    """One list of cases, and who has it."""

    key: str
    label: str | Promise
    rows: Rows
    is_shown: Callable[[Scope], bool]
    newest_first: bool = False


def end_of_today(now: datetime) -> datetime:
    """Midnight in the zone of whoever looks."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _works(scope: Scope) -> bool:
    return HANDLER in scope.roles and scope.handler_id is not None


def _in_a_team(scope: Scope) -> bool:
    return scope.team_id is not None and (scope.sees_all or _works(scope))


def _agent(scope: Scope) -> bool:
    return AGENT in scope.roles


def _mine(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return rows.filter(handler=scope.handler_id, state__in=[*IN_WORK, State.RESOLVED])


def _team(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return rows.filter(team=scope.team_id, state__in=[*IN_WORK, State.RESOLVED])


def _unassigned(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return rows.unheld() if scope.sees_all else rows.unheld().filter(team=scope.team_id)


def _due_today(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return _own(rows, scope, now).filter(due_at__lt=end_of_today(now))


def _own(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return _mine(rows, scope, now) if _works(scope) else rows.open()


def _waiting(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    """The customer was asked something, or has the outcome and has yet to say what they think of it."""
    asked = Waiting.objects.open().filter(complaint=OuterRef("pk"), on__in=[Waiting.On.CUSTOMER, Waiting.On.AUTHORITY])
    return _own(rows, scope, now).filter(Q(state=State.COMMUNICATING) | Q(Exists(asked)))


def _approval(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    proposed = Remedy.objects.filter(complaint=OuterRef("pk"), state=Remedy.State.PROPOSED)
    return _own(rows, scope, now).filter(Exists(proposed))


def _with_me(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    settled = Q(state=State.RESOLVED, closed_as=ClosedAs.SETTLED)
    return rows.filter(Q(state=State.FRONTLINE) | settled, registered_by=scope.user_id)


def _escalated(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    beyond = [State.TRIGGERED, *IN_WORK, State.RESOLVED]
    return rows.filter(registered_by=scope.user_id, state__in=beyond).exclude(closed_as=ClosedAs.SETTLED)


def _closed_of_mine(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return rows.filter(registered_by=scope.user_id, state=State.CLOSED)


def _works_or_sees_all(scope: Scope) -> bool:
    return _works(scope) or scope.sees_all


def _sees_all(scope: Scope) -> bool:
    return scope.sees_all


def _all_open(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return rows.open()


def _closed(rows: ComplaintQuerySet, scope: Scope, now: datetime) -> ComplaintQuerySet:
    return rows.filter(state=State.CLOSED)


TABS = (
    Tab("open", gettext_lazy("Open"), _with_me, _agent),
    Tab("escalated", gettext_lazy("Escalated"), _escalated, _agent),
    Tab("mine", gettext_lazy("Mine"), _mine, _works),
    Tab("team", gettext_lazy("Team"), _team, _in_a_team),
    Tab("unassigned", gettext_lazy("Unassigned"), _unassigned, _works_or_sees_all),
    Tab("due", gettext_lazy("Due today"), _due_today, _works_or_sees_all),
    Tab("waiting", gettext_lazy("Waiting for customer"), _waiting, _works_or_sees_all),
    Tab("approval", gettext_lazy("Waiting for approval"), _approval, _works_or_sees_all),
    Tab("all", gettext_lazy("All open"), _all_open, _sees_all),
    Tab("closed", gettext_lazy("Closed"), _closed, _sees_all, newest_first=True),
    Tab("closed-mine", gettext_lazy("Closed"), _closed_of_mine, _agent, newest_first=True),
)

EMPTY = {
    "open": gettext_lazy(
        "Nothing of yours is open. Register a complaint as soon as somebody is unhappy: its deadlines count from then."
    ),
    "escalated": gettext_lazy(
        "Nothing of yours is with the specialists. What you cannot settle, escalate from its page."
    ),
    "mine": gettext_lazy("You hold no case. “Take the next case” gives you the most urgent one on your team's list."),
    "team": gettext_lazy("Your team holds no case. New ones appear here when routing allocates them."),
    "unassigned": gettext_lazy("Every allocated case has somebody who works it."),
    "due": gettext_lazy("Nothing is due today, and nothing is late."),
    "waiting": gettext_lazy(
        "No customer owes an answer. “Wait for somebody” on a case's page says for whom, and until when."
    ),
    "approval": gettext_lazy("No remedy waits for anybody's approval."),
    "all": gettext_lazy("No complaint is open."),
    "closed": gettext_lazy("Nothing has been closed yet."),
    "closed-mine": gettext_lazy("None of your complaints is closed yet."),
}
"""What an empty tab teaches."""


def tabs_of(scope: Scope) -> list[Tab]:
    return [tab for tab in TABS if tab.is_shown(scope)]


def counted(count: int) -> str:
    """A count as it is shown: what is not counted to the end says so."""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


class CountUpTo(Subquery):
    """How many rows a sliced query has, as one value of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Standing:
    """The numbers of the page: cases by tab, how many of the first list are late, and which is due next. And from which
    event on whoever watches the list counts what is new to them, and how many of those they have seen."""

    counts: dict[str, int]
    due: int
    late: int
    next_reference: str
    next_due: datetime | None
    base: int
    heard: int


RECENT = 200
"""So many of the newest events are counted: an event may become visible after one with a higher key."""


def heard_of(scope: Scope, events: Any) -> Any:
    """Of these events those that are told in this scope."""
    return events.filter(scope.rows("complaint__"))


def standing(
    user: User, tabs: Sequence[Tab], now: datetime, more: Mapping[str, ComplaintQuerySet] | None = None
) -> Standing:
    """All numbers in one query, none of them dearer than MOST_COUNTED index entries. `more` are further lists to count,
    by name."""
    visible, scope = Complaint.objects.visible_to(user).unmerged(), Scope.of(user)
    lists = {tab.key: tab.rows(visible, scope, now) for tab in tabs} | dict(more or {})
    first = _all_open if _is_about_all(scope) else _mine if _works(scope) else tabs[0].rows if tabs else None
    own = first(visible, scope, now) if first else visible.none()
    lists["_due"] = own.filter(due_at__lt=end_of_today(now))
    lists["_late"] = own.filter(due_at__lt=now)
    coming = own.filter(due_at__gte=now).order_by("due_at", "pk")
    newest = Event.objects.order_by("-pk").values("pk")
    recent = heard_of(scope, Event.objects.filter(pk__in=newest[:RECENT]))
    lists["_heard"] = recent
    numbers = [CountUpTo(rows.order_by().values("pk")[:MOST_COUNTED]) for rows in lists.values()]
    others: list[Any] = [Subquery(coming.values(name)[:1]) for name in ("reference", "due_at")]
    # Where there are fewer, all count: whatever their keys begin with.
    oldest = Event.objects.order_by("pk").annotate(before=F("pk") - 1).values("before")[:1]
    others.append(Coalesce(Subquery(newest[RECENT : RECENT + 1]), Subquery(oldest)))
    ((reference, due, base, *found),) = User.objects.filter(pk=user.pk).values_list(*others, *numbers)
    counts = dict(zip(lists, found, strict=True))
    due_today, late, heard = (counts.pop(name) for name in ("_due", "_late", "_heard"))
    return Standing(counts, due_today, late, reference or "", due, base or 0, heard)


def sentence(scope: Scope, numbers: Standing, tabs: Sequence[Tab], now: datetime) -> str:
    """What whoever opens the page came to know, in one sentence."""
    if not tabs:
        return _("No list of cases belongs to your role.")
    said = _today(numbers, scope) if numbers.due else _quiet(numbers, scope, tabs)
    if not numbers.next_due:
        return f"{said}."
    left, when = clocks.in_two_parts(numbers.next_due, now)
    return _("%(said)s; %(reference)s is %(left)s, %(when)s.") % {
        "said": said, "reference": numbers.next_reference, "left": left, "when": when,
    }  # fmt: skip


def _today(numbers: Standing, scope: Scope) -> str:
    """ "4 cases of yours need you today, 1 is late": whoever sees all cases has none of their own."""
    if numbers.late == numbers.due:
        return _cases(numbers.late, scope, ngettext("%d is late", "%d are late", numbers.late))
    said = _cases(numbers.due, scope, ngettext("%d is due today", "%d are due today", numbers.due))
    late = ngettext("%d of them is late", "%d of them are late", numbers.late) % numbers.late
    return f"{said}, {late}" if numbers.late else said


def _is_about_all(scope: Scope) -> bool:
    """Whoever sees all cases and holds none is told of all; everybody else of their own."""
    return scope.sees_all and not _works(scope)


def _cases(count: int, scope: Scope, verb: str) -> str:
    """The verb with its number, and whose cases they are: "%d is late" becomes "1 case of yours is late"."""
    what = (
        ngettext("case", "cases", count) if _is_about_all(scope) else ngettext("case of yours", "cases of yours", count)
    )
    return verb.replace("%d", f"{count} {what}")


def _quiet(numbers: Standing, scope: Scope, tabs: Sequence[Tab]) -> str:
    if _is_about_all(scope):
        return _("Nothing is due today and nothing is late")
    held = numbers.counts["mine" if "mine" in numbers.counts else tabs[0].key]
    waiting = numbers.counts.get("unassigned", 0)
    if held:
        return ngettext(
            "Nothing is due today; %d case is yours", "Nothing is due today; %d cases are yours", held
        ) % held  # fmt: skip
    if waiting:
        return ngettext(
            "You hold no case; %d waits on your team's list", "You hold no case; %d wait on your team's list", waiting
        ) % waiting  # fmt: skip
    return _("Nothing waits for you")
