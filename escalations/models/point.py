from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from escalations.states import Finding, Outcome


class Point(models.Model):
    """One thing alleged in a complaint. The first is the main one: it stands for the complaint in lists and counts."""

    class CauseStatus(models.TextChoices):
        PROVISIONAL = "provisional", _("provisional")
        CONFIRMED = "confirmed", _("confirmed")

    class Fault(models.TextChoices):
        OURS = "ours", _("ours")
        THIRD_PARTY = "third_party", _("a third party's")
        NOBODY = "nobody", _("nobody's")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="points", verbose_name=_("complaint")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    product = models.ForeignKey(
        "routing.Choice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    sub_product = models.ForeignKey(
        "routing.Choice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sub-product"),
    )
    issue = models.ForeignKey(
        "routing.Choice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issue")
    )
    sub_issue = models.ForeignKey(
        "routing.Choice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sub-issue")
    )
    finding = models.CharField(_("finding"), max_length=20, choices=Finding, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    cause = models.ForeignKey(
        "escalations.Cause",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="points",
        verbose_name=_("root cause"),
    )
    cause_status = models.CharField(_("root cause is"), max_length=20, choices=CauseStatus, blank=True)
    fault = models.CharField(_("whose fault"), max_length=20, choices=Fault, blank=True)
    finding_code = models.ForeignKey(
        "escalations.FindingCode", models.PROTECT, null=True, blank=True, related_name="points",
        verbose_name=_("finding code"),
    )  # fmt: skip
    control = models.ForeignKey(
        "escalations.Control", models.PROTECT, null=True, blank=True, related_name="points",
        verbose_name=_("control that failed"),
    )  # fmt: skip
    asked_amount = models.DecimalField(
        _("amount asked for"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    asked_currency = models.CharField(_("currency asked for"), max_length=3, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "position"], name="point_position_once"),
        ]

    def __str__(self) -> str:
        return str(self.issue or self.product or _("point %d") % self.position)
