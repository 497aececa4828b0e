"""Simulations: what a draft would have done with past cases, beside the version in force."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .decisions import Decision
from .people import Team
from .rules import Ruleset
from .runs import LARGEST_SAMPLE, Run

USUAL_SAMPLE = 10_000


class Simulation(Run):
    """One run: the rules of `ruleset` and of `against` on the same past cases, the latest `sample` of the period.

    `digest` names exactly the rules that were replayed (`routing/differences.py`), so an edit afterwards shows.
    `result` holds the sums, `cases` the cases behind them.
    """

    ruleset = models.ForeignKey(Ruleset, models.CASCADE, related_name="simulations", verbose_name=_("ruleset"))
    against = models.ForeignKey(Ruleset, models.PROTECT, null=True, related_name="+", verbose_name=_("against"))
    digest = models.CharField(_("digest of the rules"), max_length=64, blank=True)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    sample = models.PositiveIntegerField(
        _("cases at most"),
        default=USUAL_SAMPLE,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SAMPLE)],
    )
    problem = models.TextField(_("problem"), blank=True)

    class Meta(Run.Meta):
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="simulation_period_has_a_length")
        ]

    def __str__(self) -> str:
        return f"{self.ruleset}: {date_format(self.since, 'j M Y')} – {date_format(self.last_day, 'j M Y')}"

    @property
    def last_day(self) -> datetime:
        """A moment of the last day that counts: `until` itself is the midnight after it."""
        return self.until - timedelta(microseconds=1)


class SimulatedCase(models.Model):
    """A case that the two versions treat differently, or that the newer leaves unplaced. The others are only counted.

    It is known by reference and by the decision whose facts were replayed; `because` is the key of the rule of the
    newer version, or of the older when that one has gone, that made the change.
    """

    class Kind(models.TextChoices):
        MOVED = "moved", _("goes elsewhere")
        CHANGED = "changed", _("same team, other requirements")
        SAME = "same", _("no change")
        UNKNOWN = "unknown", _("not known: its text was erased")

    class Left(models.TextChoices):
        NO_RULE = "no_rule", _("no rule names a team")
        NOBODY = "nobody", _("nobody can take it")

    simulation = models.ForeignKey(Simulation, models.CASCADE, related_name="cases", verbose_name=_("simulation"))
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+", verbose_name=_("allocation decision"))
    reference = models.CharField(_("case"), max_length=40)
    kind = models.CharField(_("change"), max_length=8, choices=Kind.choices)
    before = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", verbose_name=_("team before"))
    after = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", verbose_name=_("team after"))
    because = models.UUIDField(_("rule that made the change"), null=True)
    left = models.CharField(_("left unplaced"), max_length=8, choices=Left.choices, blank=True)
    was_left = models.CharField(_("left unplaced before"), max_length=8, choices=Left.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("simulated case")
        verbose_name_plural = _("simulated cases")
        indexes = [
            models.Index(fields=["simulation", "before", "after"], name="simulated_case_cell"),
            models.Index(fields=["simulation", "because"], name="simulated_case_because"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_kind_display()}"
