"""Who may do what to which case, and who may see which rows. Every door asks here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, prefetch_related_objects
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from escalations.actions import (
    ACTIONS,
    ADMINISTRATOR,
    AGENT,
    ANALYST,
    ANY,
    COMPLIANCE,
    COORDINATOR,
    HANDLER,
    HELD,
    MANAGER,
    OWN,
    OWN_SETTLED,
    SUPERVISOR,
    TEAM,
    Action,
)
from escalations.actors import PERSON, Actor
from escalations.states import ClosedAs
from routing.models import User
from routing.rights import Rights

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from escalations.models import Complaint

NOBODY = Rights()
SCOPE = "scope"
SEE_EVERY_CASE = {COORDINATOR, MANAGER, ANALYST, COMPLIANCE}


class Scope:
    """Which cases somebody may see: all, those of teams, their own; restricted kinds only with the clearance.

    Read when it is first asked for, and kept for the request.
    """

    def __init__(self, user: "User | AnonymousUser") -> None:
        self._user = user if isinstance(user, User) and user.is_active else None
        self._begins: dict[str, bool] = {}

    @classmethod
    def of(cls, user: "User | AnonymousUser") -> "Scope":
        """The scope of whoever is logged in, kept for the request; nothing for anybody else."""
        return user.kept.setdefault(SCOPE, cls(user)) if isinstance(user, User) else cls(user)

    @property
    def user_id(self) -> int | None:
        return self._user.pk if self._user else None

    @property
    def _rights(self) -> Rights:
        return self._user.rights if self._user else NOBODY

    @property
    def roles(self) -> frozenset[str]:
        return self._rights.roles

    def may_begin(self, rule: Action) -> bool:
        """Whether some role lets them do this to any case at all. One query where the role itself holds the
        permission, as it does by default: registering asks this each time."""
        if rule.name not in self._begins:
            # A page has read all permissions of its user by then: asking them costs no further query.
            known = self._user.rights_are_read if self._user else False
            self._begins[rule.name] = (not known and self._role_holds(rule)) or self._holds_besides(rule)
        return self._begins[rule.name]

    def _role_holds(self, rule: Action) -> bool:
        if self._user is None:
            return False
        cases = ContentType.objects.get_by_natural_key("escalations", "complaint")  # Django keeps it in memory
        held = {"permissions__codename": rule.codename, "permissions__content_type": cases.pk}
        return Group.objects.filter(user=self._user, name__in=list(rule.by), **held).exists()

    def _holds_besides(self, rule: Action) -> bool:
        """A role that the table names, and the permission from elsewhere."""
        named = bool(self.roles & rule.by.keys())
        return named and self._user is not None and self._user.has_perm(f"escalations.{rule.codename}")

    @property
    def clearances(self) -> frozenset[str]:
        return self._rights.clearances

    @property
    def handler_id(self) -> int | None:
        return self._rights.handler_id

    @property
    def team_id(self) -> int | None:
        return self._rights.team_id

    @property
    def level(self) -> int:
        """Their authority level; 0 for who is no handler."""
        return self._rights.level

    @property
    def sees_all(self) -> bool:
        return bool(self.roles & SEE_EVERY_CASE)

    def rows(self, prefix: str = "") -> Q:
        """The cases in this scope, as a condition on a Complaint, or on what `prefix` leads to ("complaint__")."""
        if self.user_id is None:
            return Q(pk__in=[])
        seen = Q(pk__in=[])
        if self.sees_all:
            seen = Q()
        else:
            if AGENT in self.roles:
                seen |= Q(**{f"{prefix}registered_by": self.user_id})
            if HANDLER in self.roles and self.handler_id:
                seen |= Q(**{f"{prefix}team": self.team_id}) | Q(**{f"{prefix}handler": self.handler_id})
        return seen & Q(**{f"{prefix}restricted_kind__in": ["", *sorted(self.clearances)]})

    def rows_of_facts(self) -> Q:
        """The cases of which they may read reference and facts. A supervisor of the rules may without seeing the case,
        but none of a restricted case, whose existence says too much."""
        if SUPERVISOR in self.roles:
            return Q(restricted_kind__in=["", *sorted(self.clearances)])
        return self.rows()

    def sees(self, complaint: "Complaint") -> bool:
        """The same question as `rows`, of one case in hand."""
        if self.user_id is None or complaint.restricted_kind not in {"", *self.clearances}:
            return False
        return (
            self.sees_all
            or (AGENT in self.roles and complaint.registered_by_id == self.user_id)
            or (HANDLER in self.roles and self._works_with(complaint))
        )

    def _works_with(self, complaint: "Complaint") -> bool:
        if self.handler_id is None:
            return False
        return complaint.team_id == self.team_id or complaint.handler_id == self.handler_id


ROWS: dict[str, Callable[[Scope, "Complaint"], bool]] = {
    ANY: lambda scope, complaint: True,
    OWN: lambda scope, complaint: complaint.registered_by_id == scope.user_id,
    TEAM: lambda scope, complaint: scope._works_with(complaint),
    HELD: lambda scope, complaint: scope.handler_id is not None and complaint.handler_id == scope.handler_id,
    OWN_SETTLED: lambda scope, complaint: (
        complaint.closed_as == ClosedAs.SETTLED and complaint.registered_by_id == scope.user_id
    ),
}


def can(actor: Actor, action: str | Action, complaint: "Complaint | None" = None) -> bool:
    """Whether this actor may do this, state apart; without a complaint: to any case at all."""
    rule = action if isinstance(action, Action) else ACTIONS[action]
    if actor.kind != PERSON:
        return actor.key in rule.also
    user = actor.user
    if user is None or not user.is_active:
        return False
    scope = Scope.of(user)
    if complaint is None:
        return scope.may_begin(rule)
    if not user.has_perm(f"escalations.{rule.codename}"):
        return False
    rows = [rule.by[role] for role in scope.roles if role in rule.by]
    return scope.sees(complaint) and any(ROWS[row](scope, complaint) for row in rows)


def may(action: str) -> Callable[["Complaint", Any], bool]:
    """For django-fsm's `permission=`: the same answer, asked with a user."""
    return lambda complaint, user: can(Actor.of(user), action, complaint)


def who_can(action: str | Action, complaint: "Complaint") -> str:
    """In words: who may do what this person may not."""
    rule = action if isinstance(action, Action) else ACTIONS[action]
    prefetch_related_objects(complaint.peers, "handler__user", "registered_by", "team")
    people = [_who(role, row, complaint) for role, row in rule.by.items()]
    if not people:
        return _("Redress does this by itself.")
    return _("%(who)s can do this.") % {"who": capfirst(get_text_list(people, _("or")))}


def _who(role: str, row: str, complaint: "Complaint") -> str:
    if row == HELD and complaint.handler_id:
        return str(complaint.handler)
    if row in (OWN, OWN_SETTLED) and complaint.registered_by_id:
        return str(complaint.registered_by)
    if row == TEAM and complaint.team_id:
        return _("a handler of %(team)s") % {"team": complaint.team}
    return _("a person with the role “%(role)s”") % {"role": role}


def _actions_of(role: str) -> list[str]:
    return [f"escalations.{action.codename}" for action in ACTIONS.values() if role in action.by]


CRITERIA = ("criteriaset", "criterion", "phraselist", "criterioncondition")
_CASE = [
    f"escalations.view_{name}"
    for name in (
        "complaint", "statement", "point", "party", "attempt", "trigger", "triggerevidence", "message", "event",
        "clock", "remedy", "cause", "confirmation", "fieldvalue", *CRITERIA, "firststeps",
        "leftempty", "handoverrequest", "handoverpolicy", "caselink", "namedstaff",
        "approval", "authorisation", "calculation", "calculationline", "calculationcheck",
        "similarcase", "triageanswer", "waiting", "systemnote",
        "evidencerequest", "listening", "findingcode", "control", "contributingcause",
        "attachment", "task", "checklistitem", "checklisttick", "notice", "referral", "incident", "riskscore",
        "customerlink", "linkopening",
    )
] + ["routing.view_decision", "routing.view_assignment"]  # fmt: skip
_IDENTITY = [f"escalations.view_{name}" for name in ("identity", "person", "personidentifier", "need")]
_RISK = ["escalations.view_riskmodel", "escalations.view_riskpolicy"]
SEALED = ["escalations.view_sealednote", "escalations.read_sealednote"]
"""Never-disclose notes: whoever works the case, approves or oversees. An agent or a coordinator does not."""
_QUALITY = [
    "complaint", "point", "trigger", "event", "clock", "remedy", "cause", "attempt", "fieldvalue", "firststeps",
    "findingcode", "control", "contributingcause",
    *CRITERIA, "riskscore",
]  # fmt: skip

NEEDS: dict[str, list[str]] = {
    AGENT: [*_CASE, *_IDENTITY, *_actions_of(AGENT)],
    COORDINATOR: [*_CASE, *_IDENTITY, *_actions_of(COORDINATOR), "escalations.add_incident"],
    HANDLER: [*_CASE, *_IDENTITY, *_actions_of(HANDLER), "escalations.add_incident", *SEALED],
    MANAGER: [*_CASE, *_IDENTITY, *_actions_of(MANAGER), "escalations.add_incident", *SEALED],
    SUPERVISOR: [
        "routing.view_decision", "escalations.publish_criteriaset", "escalations.view_reexamination",
        "escalations.view_judgement", "escalations.add_judgement",
        *(f"escalations.{verb}_{name}" for name in CRITERIA for verb in ("view", "add", "change", "delete")),
        *(f"escalations.{verb}_firststeps" for verb in ("view", "add", "change")),
        *_RISK, "escalations.train_riskmodel", "escalations.use_riskmodel",
    ],
    ANALYST: [
        *(f"escalations.view_{name}" for name in _QUALITY),
        *(f"escalations.{verb}_{name}" for name in ("cause", "findingcode", "control") for verb in ("add", "change")),
        "routing.view_decision", "escalations.view_setasidereview", "escalations.add_setasidereview",
        *_RISK, "escalations.train_riskmodel",
    ],
    COMPLIANCE: [
        *_CASE, *_IDENTITY, *_actions_of(COMPLIANCE), *SEALED,
        "escalations.view_deadlinepolicy", "escalations.view_policy", "escalations.view_identity",
        "escalations.view_look", "escalations.view_fileaccess", "escalations.view_interestrate",
        "escalations.view_judgement",
        "escalations.view_setasidereview", *_RISK,
    ],
    ADMINISTRATOR: [
        f"escalations.{verb}_{name}"
        for name in (
            "deadlinepolicy", "policy", "handoverpolicy", "cause", "findingcode", "control", "firststeps",
            "interestrate",
            "checklistitem",
        )
        for verb in ("view", "add", "change")
    ] + [
        f"escalations.view_{name}"
        for name in ("referencenumber", "idempotencykey", "heartbeat", "reexamination", *CRITERIA)
    ] + [*_RISK, "escalations.use_riskmodel", "escalations.change_riskpolicy"],
}  # fmt: skip
"""The Django permissions that each role needs on this app's rows; config's `roles` command grants them."""
