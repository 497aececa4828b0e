"""The first page: one sentence, today's queue of each role, load by team, and what is about to be late.

Only what this person may see; a number of queries that does not grow with cases, teams or people.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.setting_up import Check, checks
from escalations.actions import ADMINISTRATOR, AGENT, COMPLIANCE, COORDINATOR, HANDLER, MANAGER, SUPERVISOR
from escalations.looking import looked
from escalations.models import Complaint, Look, Remedy
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.permissions import Scope
from escalations.states import ClosedAs, State, Tier
from escalations.views.rows import Row, Sight, listed, row_of
from routing.models import Handler, Ruleset, User

LINES = 8
SOON = timedelta(hours=48)
MOST_COUNTED = 1_000
"""Counts stop here, so that the first page costs the same in the tenth year."""

Text = str | Promise


@dataclass(frozen=True)
class Queue:
    """What a role has to do today: which cases, and what an empty list says."""

    role: str
    title: Text
    rows: Callable[[ComplaintQuerySet, Scope], ComplaintQuerySet]
    empty: Text = ""
    """Without these words an empty list is not shown."""


def _own_open(cases: ComplaintQuerySet, scope: Scope) -> ComplaintQuerySet:
    return cases.unmerged().filter(registered_by=scope.user_id, state=State.FRONTLINE)


def _to_decide(cases: ComplaintQuerySet, scope: Scope) -> ComplaintQuerySet:
    return cases.unmerged().filter(state=State.TRIGGERED)


def _held(cases: ComplaintQuerySet, scope: Scope) -> ComplaintQuerySet:
    return cases.open().filter(handler=scope.handler_id or 0).exclude(closed_as=ClosedAs.SETTLED)


def _to_approve(cases: ComplaintQuerySet, scope: Scope) -> ComplaintQuerySet:
    waiting = Remedy.objects.filter(state=Remedy.State.PROPOSED).exclude(proposed_by=scope.user_id)
    return cases.open().filter(pk__in=waiting.values("complaint"))


def _taken_up(cases: ComplaintQuerySet, scope: Scope) -> ComplaintQuerySet:
    return cases.open().filter(tier__gte=Tier.MANAGEMENT)


def _in_wrong_hands(cases: ComplaintQuerySet, scope: Scope) -> ComplaintQuerySet:
    return cases.in_wrong_hands()


def _late(cases: ComplaintQuerySet, scope: Scope) -> ComplaintQuerySet:
    return cases.open().late()


WRONG = gettext_lazy(
    "Held by somebody whom it is about, who may not see it, or who works here no more: allocate it elsewhere"
)

QUEUES = [
    Queue(AGENT, gettext_lazy("Your open complaints"), _own_open, gettext_lazy("Nothing of yours is open.")),
    Queue(
        COORDINATOR,
        gettext_lazy("Escalated, to decide or to place"),
        _to_decide,
        gettext_lazy("Nothing waits in triage."),
    ),
    Queue(COORDINATOR, WRONG, _in_wrong_hands),
    Queue(HANDLER, gettext_lazy("Your cases"), _held, gettext_lazy("You hold no case.")),
    Queue(MANAGER, WRONG, _in_wrong_hands),
    Queue(MANAGER, gettext_lazy("Waits for approval"), _to_approve, gettext_lazy("No remedy waits for approval.")),
    Queue(
        MANAGER,
        gettext_lazy("Taken up to management"),
        _taken_up,
        gettext_lazy("No open case has been taken up to management."),
    ),
    Queue(MANAGER, gettext_lazy("Late"), _late, gettext_lazy("No deadline is missed.")),
    Queue(COMPLIANCE, gettext_lazy("Late"), _late, gettext_lazy("No deadline is missed.")),
]


@dataclass(frozen=True)
class Section:
    """A list of cases as the page shows it."""

    title: Text
    empty: Text
    rows: list[Row]


@dataclass
class TeamLoad:
    """What a team's handlers carry, against what they can."""

    name: str
    people: int = 0
    away: int = 0
    load: int = 0
    capacity: int = 0

    @property
    def share(self) -> int:
        """Percent of capacity."""
        return round(100 * self.load / self.capacity) if self.capacity else 100 if self.load else 0

    @property
    def bar(self) -> int:
        return min(self.share, 100)

    @property
    def words(self) -> str:
        people = ngettext("%d person", "%d people", self.people) % self.people
        away = _(", %d away") % self.away if self.away else ""
        return _("%(load)d of %(capacity)d (%(share)d %%), %(people)s%(away)s") % {
            "load": self.load, "capacity": self.capacity, "share": self.share, "people": people, "away": away,
        }  # fmt: skip

    def add(self, handler: Any) -> None:
        self.people += 1
        self.away += handler.is_absent
        self.load += handler.load
        self.capacity += 0 if handler.is_absent else handler.capacity


@dataclass
class Dashboard:
    lead: str
    sections: list[Section] = field(default_factory=list)
    loads: list[TeamLoad] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def dashboard(user: User, now: datetime | None = None) -> Dashboard:
    now, scope = now or timezone.now(), Scope.of(user)
    page = Dashboard("")
    if user.has_perm("escalations.view_complaint"):
        page.lead = _deadlines(user, now)
        page.links = _lists()
        page.sections = [*_queues(user, scope, now), _soon_late(user, now)]
        looked(user, [row.case for section in page.sections for row in section.rows], Look.Place.FRONT)
    if user.has_perm("routing.view_assignment"):
        page.loads = team_loads(scope, now)
    if SUPERVISOR in scope.roles:
        page.notes = _about_rules()
    if ADMINISTRATOR in scope.roles or user.is_superuser:
        page.checks = checks()
    page.lead = page.lead or _without_cases(page)
    page.links += [(note, link) for note, link in page.notes if note != page.lead]
    return page


# --- the sentence ----------------------------------------------------------------------------------------------


def _deadlines(user: User, now: datetime) -> str:
    """ "7 complaints are due today; 2 are late." """
    mine = Complaint.objects.visible_to(user).open()
    late, today = _count(mine.late(now)), _count(mine.filter(due_at__gte=now, due_at__lt=_midnight(now)))
    due = ngettext("%s complaint is due today", "%s complaints are due today", today) % _up_to(today)
    if not today:
        due = _("No complaint is due today")
    if not late:
        return _("%s; none is late.") % due
    return f"{due}; " + ngettext("%s is late.", "%s are late.", late) % _up_to(late)


def _lists() -> list[tuple[str, str]]:
    """Where the numbers of the sentence can be looked at."""
    complaints = reverse("admin:escalations_complaint_changelist")
    return [(_("All that are late"), f"{complaints}?due=late"), (_("All due within a week"), f"{complaints}?due=week")]


def _count(cases: ComplaintQuerySet) -> int:
    return cases.order_by().values("pk")[:MOST_COUNTED].count()


def _up_to(number: int) -> str:
    return _("%d or more") % number if number >= MOST_COUNTED else str(number)


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _without_cases(page: Dashboard) -> str:
    missing = sum(1 for check in page.checks if not check.done)
    if page.checks:
        if not missing:
            return _("Everything that work needs is set.")
        return ngettext("%d thing is not set yet.", "%d things are not set yet.", missing) % missing
    return page.notes[0][0] if page.notes else _("No list of cases belongs to your role.")


# --- the parts -------------------------------------------------------------------------------------------------


def _queues(user: User, scope: Scope, now: datetime) -> Iterable[Section]:
    cases = Complaint.objects.visible_to(user)
    for queue in QUEUES:
        if queue.role in scope.roles:
            section = _section(user, queue.title, queue.empty, queue.rows(cases, scope), now)
            if section.rows or section.empty:
                yield section


def _soon_late(user: User, now: datetime) -> Section:
    cases = Complaint.objects.visible_to(user).open().filter(due_at__gte=now, due_at__lt=now + SOON)
    title, empty = _("Due within two days"), _("Nothing is due within two days.")
    return _section(user, title, empty, cases, now)


def _section(user: User, title: Text, empty: Text, cases: ComplaintQuerySet, now: datetime) -> Section:
    # Found by key first, so that what a line shows is looked up for the lines shown only.
    keys = cases.soonest_first().values("pk")[:LINES]
    rows = listed(Complaint.objects.filter(pk__in=keys)).soonest_first()
    sight = Sight.of(user)
    return Section(title, empty, [row_of(case, sight, now) for case in rows])


def team_loads(scope: Scope, now: datetime) -> list[TeamLoad]:
    """By team, the fullest first; somebody who sees only their own team's cases sees only its load."""
    handlers: Any = Handler.objects.active().with_load().with_absence(now).select_related("team", "user")
    if not (scope.sees_all or SUPERVISOR in scope.roles):
        handlers = handlers.filter(team=scope.team_id)
    teams: dict[int, TeamLoad] = {}
    for handler in handlers:
        teams.setdefault(handler.team_id, TeamLoad(handler.team.name)).add(handler)
    return sorted(teams.values(), key=lambda team: (-team.share, team.name))


def _about_rules() -> list[tuple[str, str]]:
    """For supervisors: what is in force, which drafts wait, and what the rules could not place."""
    rulesets, decisions = reverse("admin:routing_ruleset_changelist"), reverse("admin:routing_decision_changelist")
    published = Ruleset.objects.published()
    in_force = (
        _("Version %(number)d of the routing rules is in force.") % {"number": published.number}
        if published
        else _("No routing rules are in force: every case is placed by hand.")
    )
    drafts = Ruleset.objects.filter(state=Ruleset.State.DRAFT).count()
    waiting = _count(Complaint.objects.accepted().filter(restricted_kind=""))
    return [
        (in_force, rulesets),
        (ngettext("%d draft is being written", "%d drafts are being written", drafts) % drafts, rulesets),
        (
            ngettext("%s accepted case waits for a place", "%s accepted cases wait for a place", waiting)
            % _up_to(waiting),
            f"{decisions}?placed__exact=0",
        ),
    ]
