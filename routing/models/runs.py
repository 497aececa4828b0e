"""Work that a person asks for and a worker does in its own time: it says how far it is, and can be left."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LARGEST_SAMPLE = 100_000
SILENT = timedelta(seconds=60)
"""A run that has not said anything for so long has lost its worker."""


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting for a worker")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


class RunQuerySet(models.QuerySet[Any]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[RunState.WAITING, RunState.RUNNING])

    def to_run(self, at: datetime) -> Self:
        """Those that wait for a worker, and those whose worker is gone."""
        gone = Q(state=RunState.RUNNING, heard_at__lt=at - SILENT)
        return self.filter(gone | Q(state=RunState.WAITING))

    def left(self, at: datetime) -> Self:
        """Those whose worker or task is gone: nobody has been heard of for a while."""
        return self.unfinished().filter(Q(heard_at__lt=at - SILENT) | Q(heard_at=None, asked_at__lt=at - SILENT))


class Run(models.Model):
    """One run over past cases. Progress is `done` of `total`; `heard_at` is when the worker last said so; the sums are
    the `result`."""

    State = RunState

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.WAITING)
    done = models.PositiveIntegerField(_("cases done"), default=0)
    total = models.PositiveIntegerField(_("cases in all"), default=0)
    heard_at = models.DateTimeField(_("last heard of"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    result = models.JSONField(_("result"), default=dict)

    objects = RunQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], name="%(class)s_state")]

    @property
    def is_unfinished(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)

    def is_silent(self, at: datetime) -> bool:
        """It waits or runs, as its row says, but nobody was heard of: its worker was killed, or its task is lost."""
        return self.is_unfinished and (self.heard_at or self.asked_at) < at - SILENT

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0
