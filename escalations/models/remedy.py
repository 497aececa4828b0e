from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Remedy(models.Model):
    """What puts it right. Money is a decimal amount with a currency; an apology has none."""

    class Kind(models.TextChoices):
        REFUND = "refund", _("refund")
        LOSS = "loss", _("loss made good")
        INTEREST = "interest", _("interest")
        DISTRESS = "distress", _("distress and inconvenience")
        COSTS = "costs", _("costs")
        GOODWILL = "goodwill", _("goodwill")
        CORRECTION = "correction", _("correction of a record")
        WRITE_OFF = "write_off", _("debt written off")
        APOLOGY = "apology", _("apology")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        ACCEPTED = "accepted", _("accepted by the customer")
        DUE = "due", _("to be paid")
        PAID = "paid", _("paid or done")
        FAILED = "failed", _("payment failed")
        RETURNED = "returned", _("payment came back")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="remedies", verbose_name=_("complaint")
    )
    point = models.ForeignKey(
        "escalations.Point",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="remedies",
        verbose_name=_("point"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for"),
        help_text=_("Who lent the authority in which it was decided."),
    )
    decided_level = models.PositiveSmallIntegerField(_("decided at level"), null=True, blank=True)
    asked_level = models.PositiveSmallIntegerField(
        _("asked of level"), null=True, blank=True, help_text=_("The level that is asked to decide while it waits.")
    )
    look_at = models.DateTimeField(
        _("reminded at"), null=True, blank=True, help_text=_("When it waits: who is asked is reminded then.")
    )
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    calculation = models.ForeignKey(
        "escalations.Calculation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="remedies",
        verbose_name=_("calculation"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed or came back at"), null=True, blank=True)
    payment_reference = models.CharField(_("payment reference"), max_length=60, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["look_at"], name="remedy_to_remind", condition=models.Q(state="proposed", look_at__isnull=False)
            )
        ]

    MONEY = (Kind.REFUND, Kind.LOSS, Kind.INTEREST, Kind.DISTRESS, Kind.COSTS, Kind.GOODWILL)
    LIMIT = {
        Kind.DISTRESS: "distress", Kind.GOODWILL: "goodwill", Kind.CORRECTION: "credit_file",
        Kind.WRITE_OFF: "write_off",
    }  # fmt: skip
    """Which authority limit a kind counts against; money not named here is "redress"."""
    GRANTED = (State.APPROVED, State.ACCEPTED, State.DUE, State.PAID, State.FAILED, State.RETURNED)
    PAYABLE = (State.APPROVED, State.ACCEPTED, State.DUE, State.FAILED, State.RETURNED)
    """Granted, and not with the customer."""

    def __str__(self) -> str:
        if self.amount is None:
            return self.get_kind_display()
        return f"{self.get_kind_display()} {self.amount:,.2f} {self.currency}"

    @property
    def limit_kind(self) -> str | None:
        """The authority limit that this remedy counts against; None where anybody may give it (an apology)."""
        if self.kind == self.Kind.APOLOGY:
            return None
        return self.LIMIT.get(self.Kind(self.kind), "redress")

    @property
    def stands(self) -> bool:
        """Granted and not taken back: counts towards limits and towards closing."""
        return self.state in self.GRANTED

    @property
    def is_money(self) -> bool:
        """Paid out. A debt that is written off has an amount and is not."""
        return self.kind in self.MONEY
