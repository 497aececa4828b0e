"""The learned risk score: trained versions, which is in use and how, each complaint's score.

What people answer to a suggestion stands in TriageAnswer; each answer teaches the next training.
"""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

SILENT = timedelta(minutes=10)
"""A training that has not been heard of for so long has lost its worker."""
MOST_TRIES = 3


class RiskOutcome(models.TextChoices):
    """What may come of a complaint, and is worth foreseeing."""

    ESCALATED = "escalated", _("it was escalated")
    DISPUTED = "disputed", _("the customer disputed the outcome")
    UPHELD = "upheld", _("it was upheld, wholly or partly")
    REGULATOR = "regulator", _("the customer turned to a regulator afterwards")


class RiskMode(models.TextChoices):
    """What a score does."""

    SHADOW = "shadow", _("shadow: scores are kept, nobody sees them")
    SUGGEST = "suggest", _("suggest: triage shows them and sorts by them")
    ACT = "act", _("act: above the working point a complaint is escalated to triage")


class RiskModelQuerySet(models.QuerySet["RiskModel"]):
    def ready(self) -> Self:
        return self.filter(state=RiskModel.State.READY)

    def unfinished(self) -> Self:
        return self.filter(state__in=[RiskModel.State.WAITING, RiskModel.State.RUNNING])

    def to_train(self, at: datetime) -> Self:
        """Those that wait for a worker, and those whose worker is gone."""
        gone = Q(state=RiskModel.State.RUNNING, heard_at__lt=at - SILENT)
        return self.filter(gone | Q(state=RiskModel.State.WAITING))


class RiskModel(models.Model):
    """One trained version. `outcomes` are what it foretells, `card` how good it is; the learned part is a row of its
    own, so that a list does not read it. A version that is ready never changes.

    `reached` and `seen` are how far it has scored: every complaint up to the key `reached`, and those up to `seen`,
    which stood highest at `seen_at`, but for what was still being written then.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("being trained")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    number = models.PositiveIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    outcomes = models.JSONField(_("foretells"), default=list)
    flagged = models.PositiveSmallIntegerField(_("flagged (per cent)"), default=10)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    done = models.PositiveSmallIntegerField(_("done (per cent)"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    card = models.JSONField(_("model card"), default=dict, blank=True)
    threshold = models.FloatField(_("working point"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    reached = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = RiskModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk model")
        verbose_name_plural = _("risk models")
        ordering = ["-number"]
        default_permissions = ("view",)
        permissions = [
            ("train_riskmodel", _("Can train risk models")),
            ("use_riskmodel", _("Can put a risk model in use")),
        ]

    def __str__(self) -> str:
        return str(_("Risk model %(number)d") % {"number": self.number})

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    def outcome_labels(self) -> list[str]:
        labels = dict(RiskOutcome.choices)
        return [str(labels.get(code, code)) for code in self.outcomes]


class RiskModelFile(models.Model):
    """The learned part of one version, as `detection.risk.keeping` packs it. In the database, because every web and
    worker process needs it, and a backup must have it."""

    model = models.OneToOneField(RiskModel, models.CASCADE, related_name="file", verbose_name=_("risk model"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("content of a risk model")
        verbose_name_plural = _("contents of risk models")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.model)


def usual_outcomes() -> list[str]:
    return [RiskOutcome.ESCALATED.value]


class RiskPolicy(models.Model):
    """How the learned score is used in this house; one row."""

    model = models.ForeignKey(
        RiskModel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version in use")
    )
    mode = models.CharField(_("mode"), max_length=10, choices=RiskMode, default=RiskMode.SHADOW)
    outcomes = models.JSONField(_("what is foretold"), default=usual_outcomes)
    flagged = models.PositiveSmallIntegerField(
        _("working point: flag the riskiest (per cent)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    retrain_days = models.PositiveSmallIntegerField(
        _("train anew after (days)"),
        default=30,
        help_text=_("0 never trains by itself. A new version waits until somebody uses it."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("risk policy")
        verbose_name_plural = _("risk policy")
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return str(_("Risk policy"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if not self.outcomes or set(self.outcomes) - set(RiskOutcome.values):
            raise ValidationError({"outcomes": _("Choose at least one outcome.")})

    @property
    def is_shown(self) -> bool:
        """Whether scores may be on a screen: a version that can be read is in use, and not on trial."""
        usable = self.model is not None and not self.model.problem
        return usable and self.mode in (RiskMode.SUGGEST, RiskMode.ACT)

    @classmethod
    def current(cls) -> "RiskPolicy":
        """The one row; the defaults where nobody has saved it yet."""
        return cls.objects.filter(pk=1).select_related("model").first() or cls(pk=1)


class RiskScore(models.Model):
    """How likely a complaint is to need escalation, by what was known when it was registered, and what moved that.

    `reasons` may hold words that the customer used: the row is derived from what was said, and erased with it. It has
    no history; what a score did stands in the trigger that it raised.
    """

    complaint = models.OneToOneField(
        "escalations.Complaint", models.CASCADE, related_name="risk", verbose_name=_("complaint")
    )
    score = models.FloatField(_("risk, 0 to 1"), db_index=True)
    model = models.ForeignKey(RiskModel, models.PROTECT, related_name="scores", verbose_name=_("risk model"))
    scored_at = models.DateTimeField(_("scored at"))
    reasons = models.JSONField(_("what moved it"), default=list)

    class Meta:
        verbose_name = _("risk score")
        verbose_name_plural = _("risk scores")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.score:.2f}"

    @property
    def is_above(self) -> bool:
        """At the working point of its version, or above."""
        return self.model.threshold is not None and self.score >= self.model.threshold
