"""What each authority level may do. The questions are asked in `routing/authority.py`."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .fields import Choice

HIGHEST_LEVEL = 5
FROM_EVER = Coalesce("valid_from", Value(date.min), output_field=models.DateField())
three_letters = RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, such as GBP."))


class Dated(models.Model):
    """In force from one day to another, both included. An empty day: from ever, or for good."""

    valid_from = models.DateField(_("in force from"), null=True, blank=True, help_text=_("Empty: from ever."))
    valid_until = models.DateField(_("in force until"), null=True, blank=True, help_text=_("Empty: for good."))

    class Meta:
        abstract = True

    def is_in_force(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)

    def overlaps(self, other: "Dated") -> bool:
        begins = max(self.valid_from or date.min, other.valid_from or date.min)
        return begins <= min(self.valid_until or date.max, other.valid_until or date.max)

    def check_days(self) -> None:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("It ends before it begins.")})


class AuthorityLevel(models.Model):
    """A rung of the ladder of who may decide what; 0 is the frontline, 5 the highest."""

    level = models.PositiveSmallIntegerField(_("level"), unique=True, validators=[MaxValueValidator(HIGHEST_LEVEL)])
    name = models.CharField(_("name"), max_length=120)
    history = HistoricalRecords()

    class Meta:
        ordering = ["level"]
        verbose_name = _("authority level")
        verbose_name_plural = _("authority levels")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__lte=HIGHEST_LEVEL),
                name="authority_level_in_range",
                violation_error_message=_("The highest level is 5."),
            )
        ]

    def __str__(self) -> str:
        return f"L{self.level} {self.name}"


class AuthorityLimit(Dated):
    """What a level may do: a head of money up to an amount, or an act.

    No row means not allowed; money without an amount means without limit. A level may do what its own rows
    and those of lower levels say. Amounts are compared in Python, in one currency; nothing converts.
    """

    class Kind(models.TextChoices):
        REDRESS = "redress", _("refund, loss, interest and costs")
        DISTRESS = "distress", _("distress and inconvenience")
        GOODWILL = "goodwill", _("goodwill")
        TOTAL = "total", _("all money together")
        REJECT = "reject", _("reject a complaint")
        FINAL_RESPONSE = "final_response", _("sign a final response")
        WRITE_OFF = "write_off", _("write off a debt")
        CREDIT_FILE = "credit_file", _("amend a credit file")
        REVERSE_CLOSURE = "reverse_closure", _("open a closed case again")

    class Per(models.TextChoices):
        CASE = "case", _("a case")
        CUSTOMER_YEAR = "customer_year", _("a customer and year")

    MONEY = (Kind.REDRESS, Kind.DISTRESS, Kind.GOODWILL, Kind.TOTAL)
    OPEN_ACTS = (Kind.REJECT, Kind.FINAL_RESPONSE, Kind.REVERSE_CLOSURE)
    """While no limit speaks of one, whoever may take the step may do it. Any other act needs a limit, as money does."""

    level = models.ForeignKey(AuthorityLevel, models.PROTECT, related_name="limits", verbose_name=_("level"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    product = models.ForeignKey(
        Choice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
        help_text=_("Empty: any product."),
    )
    per = models.CharField(_("per"), max_length=20, choices=Per.choices, default=Per.CASE)
    amount = models.DecimalField(
        _("amount"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: money without limit, or an act that is allowed."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        validators=[three_letters],
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["level__level", "kind", "per", "pk"]
        verbose_name = _("authority limit")
        verbose_name_plural = _("authority limits")
        constraints = [
            models.UniqueConstraint(
                "level", "kind", "per", "currency", "product", FROM_EVER, name="authority_limit_product"
            ),
            models.UniqueConstraint(
                "level", "kind", "per", "currency", FROM_EVER,
                condition=Q(product__isnull=True),
                name="authority_limit_any_product",
                violation_error_message=_("This level has that limit already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        amount = "" if self.amount is None else f" {self.amount:,.2f} {self.currency}"
        return f"{self.level}: {self.get_kind_display()}{amount}"

    def clean(self) -> None:
        if self.kind in self.MONEY and self.amount is not None and not self.currency:
            raise ValidationError({"currency": _("An amount needs its currency.")})
        if self.kind not in self.MONEY and self.amount is not None:
            raise ValidationError({"amount": _("This is an act, not money: leave the amount empty.")})
        if self.product_id and self.product and self.product.field.code != "product":
            raise ValidationError({"product": _("Choose one of the products.")})
        self.check_days()
        if self.level_id and any(self.overlaps(other) for other in self._alike()):
            raise ValidationError(_("This level has that limit already for a part of that time: end that one first."))

    def _alike(self) -> "models.QuerySet[AuthorityLimit]":
        same = {name: getattr(self, name) for name in ("level", "kind", "per", "currency", "product")}
        return AuthorityLimit.objects.filter(**same).exclude(pk=self.pk)


class ApprovalStep(Dated):
    """Above an amount, somebody of this level has to agree as well.

    Several rows make several steps, the lowest level first, each by another person. The last of them must have the
    authority for the whole sum. An amount that is empty: always.
    """

    level = models.ForeignKey(AuthorityLevel, models.PROTECT, related_name="steps", verbose_name=_("level"))
    kind = models.CharField(_("kind"), max_length=20, choices=AuthorityLimit.Kind.choices)
    product = models.ForeignKey(
        Choice, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product"),
        help_text=_("Empty: any product."),
    )  # fmt: skip
    above = models.DecimalField(
        _("above"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("The sum of that kind on the case. Empty: always."),
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[three_letters])
    history = HistoricalRecords()

    class Meta:
        ordering = ["kind", "above", "level__level", "pk"]
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")

    def __str__(self) -> str:
        above = _("always") if self.above is None else f"> {self.above:,.2f} {self.currency}"
        return f"{self.get_kind_display()} {above}: {self.level}"

    def clean(self) -> None:
        if self.above is not None and not self.currency:
            raise ValidationError({"currency": _("An amount needs its currency.")})
        if self.product_id and self.product and self.product.field.code != "product":
            raise ValidationError({"product": _("Choose one of the products.")})
        self.check_days()
