"""How an amount was worked out, as rows, so that anybody can work it out again years later."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from escalations.models.append_only import AppendOnly


class InterestRate(models.Model):
    """A yearly rate in per cent, from a day on, until the next row of the same name."""

    name = models.CharField(_("name"), max_length=60, default="statutory")
    since = models.DateField(_("since"))
    percent = models.DecimalField(
        _("per cent a year"), max_digits=7, decimal_places=4, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("Which law or notice says so."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("interest rate")
        verbose_name_plural = _("interest rates")
        ordering = ["name", "since"]
        constraints = [models.UniqueConstraint(fields=["name", "since"], name="one_rate_a_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.percent.normalize():f} %"


class DayCount(models.TextChoices):
    """How a year is counted."""

    ACTUAL_365 = "actual_365", _("days of the calendar, a year of 365 days")
    ACTUAL_360 = "actual_360", _("days of the calendar, a year of 360 days")
    ACTUAL_ACTUAL = "actual_actual", _("days of the calendar, 366 days in a leap year")


class Rounding(models.TextChoices):
    """How the end result becomes an amount of money."""

    HALF_UP = "half_up", _("to the nearest, halves up")
    UP = "up", _("up, for the customer")


class Calculation(AppendOnly):
    """What is due, worked out: principal, simple interest over dated rates, less what is set off; rounded once, at the
    end. Its lines hold every step."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="calculations", verbose_name=_("complaint")
    )
    principal = models.DecimalField(_("sum"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    rate_name = models.CharField(_("rate"), max_length=60, blank=True)
    day_count = models.CharField(_("days"), max_length=20, choices=DayCount, default=DayCount.ACTUAL_365)
    set_off = models.DecimalField(_("set off"), max_digits=12, decimal_places=2, default=0)
    rounding = models.CharField(_("rounding"), max_length=10, choices=Rounding, default=Rounding.HALF_UP)
    interest = models.DecimalField(_("interest"), max_digits=12, decimal_places=2)
    total = models.DecimalField(_("in all"), max_digits=12, decimal_places=2)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calculation")
        verbose_name_plural = _("calculations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.interest:,.2f} + {self.principal:,.2f} {self.currency}"


class CalculationLine(AppendOnly):
    """One step: a stretch of days at one rate, or what is set off. `amount` is not rounded."""

    calculation = models.ForeignKey(Calculation, models.PROTECT, related_name="lines", verbose_name=_("calculation"))
    position = models.PositiveSmallIntegerField(_("step"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    days = models.PositiveIntegerField(_("days"))
    year_days = models.PositiveSmallIntegerField(_("days of the year"))
    percent = models.DecimalField(_("per cent a year"), max_digits=7, decimal_places=4)
    amount = models.DecimalField(_("interest"), max_digits=20, decimal_places=8)

    class Meta:
        verbose_name = _("line of a calculation")
        verbose_name_plural = _("lines of calculations")
        ordering = ["calculation", "position"]
        constraints = [models.UniqueConstraint(fields=["calculation", "position"], name="one_line_a_step")]

    def __str__(self) -> str:
        return f"{self.position}. {self.days} × {self.percent.normalize():f} % / {self.year_days}"


class CalculationCheck(AppendOnly):
    """A second person worked it out again and agrees."""

    calculation = models.OneToOneField(
        Calculation, models.PROTECT, related_name="check_by_second", verbose_name=_("calculation")
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("check of a calculation")
        verbose_name_plural = _("checks of calculations")

    def __str__(self) -> str:
        return f"{self.calculation}: {self.checked_by}"
