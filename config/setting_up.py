"""What an administrator must set before work can begin, and what is missing still. Each line has its link."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config import heartbeat
from escalations.actions import COORDINATOR, SUPERVISOR
from escalations.models import Cause, CriteriaSet, DeadlinePolicy, Policy
from escalations.models.clock import ClockKind
from escalations.states import Severity
from routing import matrix, second_person
from routing.models import AuthorityLimit, Choice, Handler, Ruleset, User

Text = str | Promise


@dataclass(frozen=True)
class Check:
    """One line of the list: what it is when set, what to do when not, and where."""

    done: bool
    sentence: Text
    link: str = ""


@dataclass(frozen=True)
class Question:
    """How one line is found out."""

    holds: Callable[[], bool]
    good: Text
    missing: Text
    address: str = ""

    def asked(self) -> Check:
        done = self.holds()
        return Check(done, self.good if done else self.missing, reverse(self.address) if self.address else "")


def mail_goes_out() -> bool:
    return "smtp" in settings.EMAIL_BACKEND


def every_deadline_has_days() -> bool:
    return DeadlinePolicy.objects.count() == len(ClockKind) * len(Severity)


def people_with(role: str) -> int:
    return User.objects.filter(is_active=True, groups__name=role).count()


def people_who(permission: str) -> int:
    codename = permission.partition(".")[2]
    return User.objects.filter(is_active=True, groups__permissions__codename=codename).distinct().count()


QUESTIONS = [
    Question(
        mail_goes_out,
        _("Mail goes out through your mail server."),
        _("Mail is only written to files: set EMAIL_URL, so that letters reach customers."),
    ),
    Question(
        lambda: not heartbeat.is_old(heartbeat.age()),
        _("The worker is at work."),
        _("The worker is silent: nothing is routed, sent or flagged until it runs."),
        "admin:escalations_heartbeat_changelist",
    ),
    Question(
        every_deadline_has_days,
        _("Every severity has its days for acknowledgement and final response."),
        _("Some severities have no days of their own: house defaults are used (5 and 56 days)."),
        "admin:escalations_deadlinepolicy_changelist",
    ),
    Question(
        lambda: Policy.objects.exists(),
        _("Acceptance period and reopening window are set."),
        _("Acceptance period and reopening window are the defaults: look at them and save."),
        "admin:escalations_policy_changelist",
    ),
    Question(
        lambda: CriteriaSet.objects.published() is not None,
        _("Escalation criteria are in force."),
        _("No escalation criteria are in force: nothing is flagged by itself."),
        "admin:escalations_criteriaset_changelist",
    ),
    Question(
        lambda: Ruleset.objects.published() is not None,
        _("Routing rules are in force."),
        _("No routing rules are in force: a coordinator must place every case by hand."),
        "admin:routing_ruleset_changelist",
    ),
    Question(
        lambda: people_with(SUPERVISOR) >= 2,
        _("Two routing supervisors: one writes rules, the other publishes them."),
        _("Rules need two routing supervisors: nobody publishes their own."),
        "admin:routing_user_changelist",
    ),
    Question(
        lambda: people_with(COORDINATOR) >= 2,
        _("Two escalation coordinators: what takes two people can be done."),
        _("Setting a case aside takes two escalation coordinators."),
        "admin:routing_user_changelist",
    ),
    Question(
        lambda: Handler.objects.active().exists(),
        _("There are handlers to take cases."),
        _("No active handler: no case can be placed with anybody."),
        "admin:routing_handler_changelist",
    ),
    Question(
        lambda: AuthorityLimit.objects.exists(),
        _("Authority limits say who may grant what."),
        _("No authority limits: nobody may grant money."),
        "admin:routing_authoritylimit_changelist",
    ),
    Question(
        lambda: not matrix.acts_open_to_all(),
        _("Every act that takes authority has a limit."),
        _("Some acts need no authority: the authority limits name them."),
        "admin:routing_authoritylimit_changelist",
    ),
    Question(
        lambda: people_who(second_person.CONFIRMS) >= 2,
        _("Two people can change who may decide what: one proposes, another confirms."),
        _(
            "Changes of authority take two people: a second administrator or a manager is missing. Until then whoever "
            "runs the server confirms them there, by manage.py confirm_change."
        ),
        "admin:routing_user_changelist",
    ),
    Question(
        lambda: Choice.objects.of("product").exists(),
        _("Products are listed."),
        _("No product is listed: rules and trends cannot tell cases apart."),
        "admin:routing_choice_changelist",
    ),
    Question(
        lambda: Cause.objects.filter(is_active=True).exists(),
        _("Root causes are listed."),
        _("No root cause is listed: no case can be closed."),
        "admin:escalations_cause_changelist",
    ),
]


def checks() -> list[Check]:
    """What is missing first."""
    return sorted((question.asked() for question in QUESTIONS), key=lambda check: check.done)
