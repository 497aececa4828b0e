from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from routing.inserting import insert

KEPT_FOR = timedelta(days=7)
"""How long the first answer to a repeatable request is kept."""


class ReferenceNumber(models.Model):
    """Where reference numbers come from. The database counts up: gaps are allowed, reuse is not."""

    year = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("reference number")
        verbose_name_plural = _("reference numbers")

    def __str__(self) -> str:
        return f"R-{self.year}-{self.pk:06d}"

    @classmethod
    def draw(cls, moments: Sequence[datetime]) -> list[str]:
        """One new reference for each moment of registration, such as R-2026-000123."""
        years = [timezone.localtime(moment).year for moment in moments]
        numbers = insert(ReferenceNumber(year=year) for year in years)
        return [str(number) for number in numbers]


class IdempotencyKeyQuerySet(models.QuerySet):
    def outlived(self, now: datetime) -> "IdempotencyKeyQuerySet":
        """Kept for longer than anybody repeats a request: after that the same key is a new one."""
        return self.filter(made_at__lt=now - KEPT_FOR)


class IdempotencyKey(models.Model):
    """The first answer to a request that may be repeated, kept under the key its sender chose."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("repeatable request")
        verbose_name_plural = _("repeatable requests")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
