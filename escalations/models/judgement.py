"""A set of criteria judged by past complaints: what it would have flagged, and what it would have missed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

USUAL_SAMPLE, LARGEST_SAMPLE = 5_000, 100_000
SILENT = timedelta(seconds=60)
"""A run that has not said anything for so long has lost its worker."""


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def unfinished(self) -> "JudgementQuerySet":
        return self.filter(state__in=[Judgement.State.WAITING, Judgement.State.RUNNING])

    def left(self, at: datetime) -> "JudgementQuerySet":
        """Those whose worker or task is gone: nobody has been heard of for a while."""
        return self.unfinished().filter(Q(heard_at__lt=at - SILENT) | Q(heard_at=None, asked_at__lt=at - SILENT))


class Judgement(models.Model):
    """One run over the latest `sample` complaints, from the newest back: `reached` is the last that was looked at.

    `result` holds sums and the references of examples by code of the criterion; an empty code stands for the whole set.
    `edited_at` is the state of the draft that was judged, so that an edit afterwards shows.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    criteria_set = models.ForeignKey(
        "escalations.CriteriaSet", models.CASCADE, related_name="judgements", verbose_name=_("set of criteria")
    )
    edited_at = models.DateTimeField(_("state of the draft"))
    sample = models.PositiveIntegerField(
        _("complaints at most"),
        default=USUAL_SAMPLE,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SAMPLE)],
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(_("complaints done"), default=0)
    total = models.PositiveIntegerField(_("complaints in all"), default=0)
    reached = models.BigIntegerField(_("reached"), null=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    result = models.JSONField(_("result"), default=dict)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("judgement of criteria")
        verbose_name_plural = _("judgements of criteria")
        indexes = [models.Index(fields=["state"], name="judgement_state")]

    def __str__(self) -> str:
        return f"{self.criteria_set}: {self.sample}"

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_current(self) -> bool:
        """Whether the draft still is as it was when it was judged."""
        return self.edited_at == self.criteria_set.edited_at
