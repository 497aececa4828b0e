from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from escalations.states import Severity
from routing.models import OnAbsence
from routing.models.people import language_code


class ClockKind(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", _("acknowledgement")
    FINAL_RESPONSE = "final_response", _("final response")


class DeadlinePolicy(models.Model):
    """How many calendar days a complaint of one severity has for one step, from the day it was received."""

    kind = models.CharField(_("deadline"), max_length=20, choices=ClockKind)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    days = models.PositiveSmallIntegerField(_("calendar days"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("deadline policy")
        verbose_name_plural = _("deadline policies")
        ordering = ["kind", "-severity"]
        constraints = [models.UniqueConstraint(fields=["kind", "severity"], name="one_policy_a_severity")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_severity_display()}: {self.days}"


Days = dict[tuple[str, int], int]
"""Calendar days by deadline and severity."""


def days_by_policy() -> Days:
    """As the admin has them now, in one query."""
    rows = DeadlinePolicy.objects.order_by().values_list("kind", "severity", "days")
    return {(kind, severity): days for kind, severity, days in rows}


class Continuity(models.TextChoices):
    """Whether a new case goes to whoever handled an earlier one of the same customer, if they can take it."""

    NEVER = "never", _("gets no case for that")
    EQUAL = "equal", _("goes before others who have as little to do")
    FIRST = "first", _("goes first, as long as they have room")


class PointNeed(models.TextChoices):
    """What an organisation may ask of each point beside finding, outcome and root cause."""

    FINDING_CODE = "finding_code", _("finding code")
    FAULT = "fault", _("whose fault")
    CONTROL = "control", _("control that failed")


class Policy(models.Model):
    """The house's own periods, one row. A regime's pack may give its own later."""

    acceptance_days = models.PositiveSmallIntegerField(
        _("acceptance period (days)"),
        default=14,
        help_text=_(
            "Without an answer for this long after the outcome, the file closes. Silence never accepts an offer."
        ),
    )
    reopen_days = models.PositiveSmallIntegerField(_("window for reopening and taking further (days)"), default=180)
    external_route = models.TextField(
        _("external route"),
        max_length=500,
        default="The Financial Ombudsman Service looks at complaints free of charge.",
        help_text=_("What a customer is told when nobody higher is left in the house."),
    )

    offer_days = models.PositiveSmallIntegerField(
        _("an offer stays open for (days)"),
        default=60,
        help_text=_(
            "From the day the outcome is given, unless the handler gives it a longer day. The file may close first."
        ),
    )
    payment_days = models.PositiveSmallIntegerField(
        _("an accepted remedy is due within (days)"),
        default=10,
        help_text=_("Where an offer is accepted after the case was closed, and nobody gave it a day."),
    )
    evidence_days = models.PositiveSmallIntegerField(
        _("warn before evidence is deleted (days)"), default=7,
        help_text=_("When its system deletes it and nobody has asked to keep it."),
    )  # fmt: skip
    point_needs = models.JSONField(
        _("what each point must carry before the outcome is given"), default=list, blank=True,
        help_text=_("Beside finding, outcome and root cause. The control only where it is upheld."),
    )  # fmt: skip

    link_days = models.PositiveSmallIntegerField(
        _("a customer's link works for (days)"), default=90,
        help_text=_("From the day it was sent. Each letter brings a new one."),
    )  # fmt: skip
    page_when_restricted = models.BooleanField(
        _("a restricted complaint has a customer's page"), default=True,
        help_text=_("For whoever complained, and for nobody who speaks for them. Off: for nobody at all."),
    )  # fmt: skip

    continuity = models.CharField(
        _("whoever worked for the customer before"),
        max_length=8,
        choices=Continuity,
        default=Continuity.EQUAL,
        help_text=_("A reopened case goes back to whoever had it in any case, where possible."),
    )
    on_absence = models.CharField(
        _("when somebody is away"),
        max_length=8,
        choices=OnAbsence,
        default=OnAbsence.REASSIGN,
        help_text=_("What becomes of their open cases. A team can have a policy of its own."),
    )
    absence_hours = models.PositiveSmallIntegerField(
        _("from an absence of (hours)"),
        default=24,
        help_text=_("A shorter absence leaves the open cases where they are."),
    )
    approval_hours = models.PositiveSmallIntegerField(
        _("an approval is answered within (hours)"),
        default=24,
        help_text=_("Then whoever is asked is reminded."),
    )
    approval_reminders = models.PositiveSmallIntegerField(_("reminders before the next level is asked"), default=1)
    check_above = models.DecimalField(
        _("a calculation is checked by a second person above"),
        max_digits=12,
        decimal_places=2,
        default=100,
        help_text=_("Of what is due in all, in the currency of the case; nothing is converted."),
    )
    calculation_above = models.JSONField(
        _("a calculation is needed above"), default=dict, blank=True,
        help_text=_("By kind of remedy, an amount: what is proposed above it is worked out on the case first."),
    )  # fmt: skip

    language = models.CharField(
        _("language"),
        max_length=10,
        default="en",
        validators=[language_code],
        help_text=_("Of complaints whose language nobody names: its code, such as en or pt."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return str(_("House policy"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "Policy":
        """The one row; the defaults where nobody has saved it yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class Clock(models.Model):
    """One deadline on one complaint. `next_at` is when the sweep must look next; empty when it is over."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="clocks", verbose_name=_("complaint")
    )
    kind = models.CharField(_("deadline"), max_length=20, choices=ClockKind)
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    next_at = models.DateTimeField(_("look again at"), null=True, blank=True, db_index=True)
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)
    missed_at = models.DateTimeField(_("flagged as late at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_at"]
        constraints = [models.UniqueConstraint(fields=["complaint", "kind"], name="one_clock_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_running(self) -> bool:
        """Still to be met, whether late already or not."""
        return self.met_at is None
