"""Simulations: what a draft would have done with past cases, beside the version in force."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .decisions import Decision
from .people import Team
from .rules import Ruleset

USUAL_SAMPLE = 10_000
LARGEST_SAMPLE = 100_000
SILENT = timedelta(seconds=60)
"""A run that has not said anything for so long has lost its worker."""


class SimulationQuerySet(models.QuerySet["Simulation"]):
    def unfinished(self) -> "SimulationQuerySet":
        return self.filter(state__in=[Simulation.State.WAITING, Simulation.State.RUNNING])

    def to_run(self, at: datetime) -> "SimulationQuerySet":
        """Those that wait for a worker, and those whose worker is gone."""
        gone = Q(state=Simulation.State.RUNNING, heard_at__lt=at - SILENT)
        return self.filter(gone | Q(state=Simulation.State.WAITING))


class Simulation(models.Model):
    """One run: the rules of `ruleset` and of `against` on the same past cases, the latest `sample` of the period.

    `digest` names exactly the rules that were replayed (`routing/differences.py`), so an edit afterwards shows.
    `result` holds the sums, `cases` the cases behind them. Progress is `done` of `total`; `heard_at` is when the worker
    last said so.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

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
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(_("cases done"), default=0)
    total = models.PositiveIntegerField(_("cases in all"), default=0)
    heard_at = models.DateTimeField(_("last heard of"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    problem = models.TextField(_("problem"), blank=True)
    result = models.JSONField(_("result"), default=dict)

    objects = SimulationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        indexes = [models.Index(fields=["state"], name="simulation_state")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="simulation_period_has_a_length")
        ]

    def __str__(self) -> str:
        return f"{self.ruleset}: {self.since:%Y-%m-%d} – {self.until:%Y-%m-%d}"

    def is_silent(self, at: datetime) -> bool:
        """It runs, as its row says, but its worker has not been heard of: it was killed, and can be started again."""
        return self.state == self.State.RUNNING and self.heard_at is not None and self.heard_at < at - SILENT

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


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
