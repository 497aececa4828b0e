"""What a case takes of a handler's capacity, by how severe it is and how high it has gone."""

from collections.abc import Mapping

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from routing.facts import SEVERITIES, TIERS

Weights = Mapping[tuple[int, int], int]
"""By severity and tier, in the units of a handler's capacity."""


class CaseWeight(models.Model):
    """One line of the table. A case that is held keeps the weight that it began with."""

    severity = models.PositiveSmallIntegerField(_("severity"), choices=list(SEVERITIES.items()))
    tier = models.PositiveSmallIntegerField(_("tier"), choices=list(TIERS.items()))
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("In the units of a handler's capacity."),
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["tier", "severity"]
        verbose_name = _("case weight")
        verbose_name_plural = _("case weights")
        constraints = [
            models.UniqueConstraint(fields=["severity", "tier"], name="case_weight_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="case_weight_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.get_severity_display()}, {self.get_tier_display()}: {self.weight}"


def weights() -> Weights:
    """The table as the admin has it now, in one query."""
    rows = CaseWeight.objects.order_by().values_list("severity", "tier", "weight")
    return {(severity, tier): weight for severity, tier, weight in rows}


def weight_of(severity: int, tier: int, table: Weights) -> int:
    """What such a case takes: as the table says, else 1 for a low case to 4 for a critical one, 1 more a tier."""
    return table.get((severity, tier), severity + tier - 1)
