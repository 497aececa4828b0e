from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly
from escalations.states import State


class Event(AppendOnly):
    """One thing that happened to a complaint, numbered within it. The timeline and the record hang off it.

    `data` holds ids, codes and amounts only: what a person said stands in Statement and Message.
    """

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="events", verbose_name=_("complaint")
    )
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    action = models.CharField(_("action"), max_length=40)
    from_state = models.CharField(_("from"), max_length=20, choices=State, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=State)
    actor_kind = models.CharField(_("kind of actor"), max_length=10)
    actor_name = models.CharField(_("who"), max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    reason = models.TextField(_("reason"), blank=True)
    statement = models.ForeignKey(
        "escalations.Statement", models.PROTECT, null=True, blank=True, verbose_name=_("in their own words")
    )
    data = models.JSONField(_("data"), default=dict, blank=True)
    history_id = models.BigIntegerField(_("history row"), null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["complaint", "number"]
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="event_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.action}"

    @property
    def moved(self) -> bool:
        """Whether the complaint stood elsewhere before."""
        return self.from_state != self.to_state
