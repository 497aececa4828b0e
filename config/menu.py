"""The menu at the left: for each person only what they may use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.actions import ANALYST, COMPLIANCE, COORDINATOR, MANAGER, SUPERVISOR
from escalations.actors import Actor
from escalations.communication.notices import unseen_by
from escalations.permissions import Scope, can
from routing.models import User

Text = str | Promise
Allowed = Callable[[HttpRequest], bool]


@dataclass(frozen=True)
class Entry:
    """One line: where it leads, who sees it, and how much waits there."""

    title: Text
    icon: str
    address: str
    allowed: Allowed
    count: Callable[[User], int] | None = None

    @property
    def link(self) -> str:
        return reverse(self.address)


def holds(*permissions: str) -> Allowed:
    """Whoever has one of these permissions."""
    return lambda request: any(request.user.has_perm(name) for name in permissions)


def does(*actions: str) -> Allowed:
    """Whoever may do one of these to some case."""

    def allowed(request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and any(can(Actor.of(user), action) for action in actions)

    return allowed


def everybody(_request: HttpRequest) -> bool:
    return True


OVERSEE = {COORDINATOR, MANAGER, SUPERVISOR, ANALYST, COMPLIANCE}
"""Roles that look over cases of others; a frontline agent or a handler reads the same on the page of a case."""


def of_model(title: Text, icon: str, label: str, *, to: str = "look") -> Entry:
    """The list of a model, for whoever may look at it there, and uses it: `to` look, to oversee, or to set."""
    app, name = label.split(".")

    def allowed(request: HttpRequest) -> bool:
        page: Any = admin.site._registry[apps.get_model(label)]
        roles = Scope.of(request.user).roles
        if to == "set" and COMPLIANCE not in roles:
            return page.has_change_permission(request) or page.has_add_permission(request)
        return page.has_view_or_change_permission(request) and (to != "oversee" or bool(roles & OVERSEE))

    return Entry(title, icon, f"admin:{app}_{name}_changelist", allowed)


MENU: list[tuple[Text, list[Entry]]] = [
    (
        _("Work"),
        [
            Entry(_("Today"), "today", "admin:index", everybody),
            Entry(_("My work"), "inbox", "escalations:queue", does("note")),
            Entry(_("Waits and holds"), "hourglass_top", "escalations:waits", holds("escalations.view_waiting")),
            Entry(_("Notices"), "notifications", "escalations:notices", does("note"), unseen_by),
            Entry(_("Triage"), "rule", "escalations:triage", does("accept")),
            Entry(_("Incidents"), "hub", "escalations:incidents", holds("escalations.add_incident")),
            Entry(_("Management"), "supervisor_account", "escalations:management", does("take_over")),
            Entry(_("Approvals"), "task_alt", "escalations:approvals", does("approve_remedy")),
            Entry(_("New complaint"), "add_circle", "escalations:new", does("register")),
        ],
    ),
    (
        _("Cases"),
        [
            of_model(_("Complaints"), "folder_open", "escalations.complaint"),
            of_model(_("Customers"), "person", "escalations.person"),
            of_model(_("Deadlines"), "schedule", "escalations.clock", to="oversee"),
            of_model(_("Allocation decisions"), "alt_route", "routing.decision", to="oversee"),
        ],
    ),
    (
        _("Learn"),
        [
            Entry(_("Trends"), "monitoring", "analytics:trends", holds("analytics.view_trends")),
            Entry(_("Flagged in time"), "timer", "analytics:first_sign", holds("analytics.view_trends")),
            Entry(_("Redress"), "account_balance_wallet", "analytics:redress", holds("analytics.view_trends")),
            Entry(_("Set aside"), "do_not_disturb_on", "escalations:sample", holds("escalations.view_setasidereview")),
            of_model(_("Root causes"), "account_tree", "escalations.cause", to="set"),
            of_model(_("Finding codes"), "find_in_page", "escalations.findingcode", to="set"),
            of_model(_("Controls"), "verified_user", "escalations.control", to="set"),
        ],
    ),
    (
        _("Rules"),
        [
            of_model(_("Routing rules"), "call_split", "routing.ruleset"),
            Entry(_("Simulations"), "science", "admin:routing_simulation_changelist", holds("routing.add_simulation")),
            Entry(
                _("Escalation criteria"),
                "flag",
                "admin:escalations_criteriaset_changelist",
                holds("routing.view_ruleset"),
            ),
            of_model(_("Steps to take at once"), "emergency", "escalations.firststeps", to="set"),
            of_model(_("Checklists"), "checklist", "escalations.checklistitem", to="set"),
            of_model(_("Risk models"), "psychology", "escalations.riskmodel"),
            of_model(_("Risk policy"), "rule_settings", "escalations.riskpolicy", to="set"),
            of_model(_("Deadline policies"), "timer", "escalations.deadlinepolicy", to="set"),
            of_model(_("House policy"), "gavel", "escalations.policy", to="set"),
            of_model(_("Authority limits"), "payments", "routing.authoritylimit"),
            of_model(_("Approval steps"), "stairs", "routing.approvalstep", to="set"),
            of_model(_("Changes of authority"), "how_to_reg", "routing.authoritychange"),
            of_model(_("Interest rates"), "percent", "escalations.interestrate", to="set"),
            of_model(_("Fields"), "tune", "routing.field", to="set"),
            of_model(_("Products and issues"), "category", "routing.choice", to="set"),
        ],
    ),
    (
        _("People and teams"),
        [
            of_model(_("Teams"), "groups", "routing.team", to="set"),
            of_model(_("Handlers"), "badge", "routing.handler"),
            of_model(_("Absences"), "event_busy", "routing.absence"),
            of_model(_("Delegations"), "swap_horiz", "routing.delegation"),
            of_model(_("Case weights"), "scale", "routing.caseweight", to="set"),
            of_model(_("Users"), "manage_accounts", "routing.user"),
        ],
    ),
    (
        _("Record"),
        [
            of_model(_("Events"), "history", "escalations.event", to="oversee"),
            of_model(_("Who looked"), "visibility", "escalations.look"),
            of_model(_("Files"), "attach_file", "escalations.attachment", to="oversee"),
            of_model(_("Who got files"), "file_download", "escalations.fileaccess"),
            of_model(_("Downloads"), "download", "analytics.download"),
            Entry(_("API description"), "api", "api:docs", holds("routing.add_user")),
        ],
    ),
]


def allowed_entries(request: HttpRequest) -> list[tuple[Text, list[Entry]]]:
    groups = ((title, [entry for entry in entries if entry.allowed(request)]) for title, entries in MENU)
    return [(title, entries) for title, entries in groups if entries]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What Unfold draws. Built anew for each request, so an entry that is not allowed is not there at all."""
    groups = allowed_entries(request)
    here = _current(request.path, (entry.link for _title, entries in groups for entry in entries))
    user: Any = request.user
    return [{"title": title, "items": [_item(entry, here, user) for entry in entries]} for title, entries in groups]


def _item(entry: Entry, here: str, user: User) -> dict[str, Any]:
    return {
        "badge": (entry.count(user) or "") if entry.count else "",
        "title": entry.title,
        "icon": entry.icon,
        "link": entry.link,
        "active": entry.link == here,
    }


def _current(path: str, links: Iterable[str]) -> str:
    """The entry that this page belongs to: the longest address that its own begins with."""
    index = reverse("admin:index")
    matching = [link for link in links if path == link or (link != index and path.startswith(link))]
    return max(matching, key=len, default="")
