from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LastLook(models.Model):
    """Routing could not place an accepted case, and under which circumstances it looked last. See `waiting.py`.

    `number` is that of the case's latest event then; `seal` stands for everything that counts on routing's side.
    """

    complaint = models.OneToOneField(
        "escalations.Complaint", models.CASCADE, related_name="last_look", verbose_name=_("complaint")
    )
    number = models.PositiveIntegerField(_("number of events"))
    seal = models.CharField(_("seal"), max_length=64)
    looked_at = models.DateTimeField(_("looked at"))

    class Meta:
        verbose_name = _("last look of routing")
        verbose_name_plural = _("last looks of routing")

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.looked_at:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When the sweep was last seen alive. An idle worker that died can leave its whole cluster asleep
    without a word, so whoever runs the workers looks here."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    beat_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def beat(cls, name: str = "sweep") -> None:
        cls.objects.update_or_create(name=name, defaults={"beat_at": timezone.now()})

    @classmethod
    def age(cls, name: str = "sweep", *, now: datetime | None = None) -> timedelta | None:
        """How long ago it was last seen; None when it never was."""
        beat = cls.objects.filter(name=name).values_list("beat_at", flat=True).first()
        return (now or timezone.now()) - beat if beat else None
