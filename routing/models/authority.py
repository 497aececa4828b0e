"""What each authority level may do. The questions are asked in `routing/authority.py`."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .fields import Choice

HIGHEST_LEVEL = 5


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


class AuthorityLimit(models.Model):
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
        REVERSE_CLOSURE = "reverse_closure", _("reverse a closure")

    class Per(models.TextChoices):
        CASE = "case", _("a case")
        CUSTOMER_YEAR = "customer_year", _("a customer and year")

    MONEY = (Kind.REDRESS, Kind.DISTRESS, Kind.GOODWILL, Kind.TOTAL)

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
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, such as GBP."))],
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["level__level", "kind", "per", "pk"]
        verbose_name = _("authority limit")
        verbose_name_plural = _("authority limits")
        constraints = [
            models.UniqueConstraint(
                fields=["level", "kind", "per", "currency", "product"], name="authority_limit_product"
            ),
            models.UniqueConstraint(
                fields=["level", "kind", "per", "currency"],
                condition=Q(product__isnull=True),
                name="authority_limit_any_product",
                violation_error_message=_("This level has that limit already."),
            ),
        ]

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
