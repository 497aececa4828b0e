from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from escalations.states import HandoverPart

ALWAYS_ASKED = (HandoverPart.TRIED, HandoverPart.WANTED)
"""What an agent must hand over where the admin has no policy."""


class HandoverPolicy(models.Model):
    """Which parts an agent must hand over before a complaint of one type can go up."""

    complaint_type = models.ForeignKey(
        "routing.Choice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"field__code": "complaint_type"},
        verbose_name=_("complaint type"),
        help_text=_("Empty: for every type that has no policy of its own."),
    )
    required = models.JSONField(_("required parts"), default=list, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("handover policy")
        verbose_name_plural = _("handover policies")
        ordering = ["complaint_type"]
        constraints = [models.UniqueConstraint(Coalesce("complaint_type", 0), name="one_handover_policy_a_type")]

    def __str__(self) -> str:
        return str(self.complaint_type or _("all other types"))

    def clean(self) -> None:
        unknown = set(self.required) - set(HandoverPart.values)
        if unknown:
            raise ValidationError({"required": _("There is no such part: %s.") % ", ".join(sorted(map(str, unknown)))})


def required_parts(types: Iterable[int | None]) -> dict[int | None, list[HandoverPart]]:
    """By complaint type (None: it has none): the parts that an agent must hand over, in order. One query."""
    wanted = set(types)
    rows = HandoverPolicy.objects.filter(models.Q(complaint_type__in=wanted - {None}) | models.Q(complaint_type=None))
    known: dict[int | None, list[str]] = dict(rows.order_by().values_list("complaint_type", "required"))
    usual = known.get(None, list(ALWAYS_ASKED))
    return {one: [part for part in HandoverPart if part in known.get(one, usual)] for one in wanted}


class LeftEmpty(models.Model):
    """Somebody has asked, and there is nothing to say: no amount, no evidence, no particular need."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="left_empty", verbose_name=_("complaint")
    )
    part = models.CharField(_("part"), max_length=20, choices=HandoverPart)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("said by"))
    said_at = models.DateTimeField(_("said at"))

    class Meta:
        verbose_name = _("part left empty")
        verbose_name_plural = _("parts left empty")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: –"


class HandoverRequestQuerySet(models.QuerySet):
    def unanswered(self) -> "HandoverRequestQuerySet":
        return self.filter(answered_at=None).exclude(asked_of=None)


class HandoverRequest(models.Model):
    """A case went up by itself: what its agent was asked for at once. Without parts, nothing was missing.

    The row is the question; the e-mail only tells of it, and is tried again until it has gone out.
    """

    complaint = models.OneToOneField(
        "escalations.Complaint", models.PROTECT, related_name="handover_request", verbose_name=_("complaint")
    )
    parts = models.JSONField(_("what was missing"), default=list)
    asked_at = models.DateTimeField(_("asked at"))
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked of"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    told_at = models.DateTimeField(_("e-mail sent at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("e-mail tried again at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects = HandoverRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to an agent")
        verbose_name_plural = _("questions to agents")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["asked_of"], name="handover_unanswered", condition=models.Q(answered_at=None)),
            models.Index(
                fields=["next_try_at"], name="handover_to_tell", condition=models.Q(next_try_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint}: {', '.join(self.labels) or '–'}"

    @property
    def labels(self) -> list[str]:
        """The parts in words."""
        return [str(HandoverPart(part).label) for part in self.parts if part in HandoverPart.values]

    def still_asks_for(self, gaps: Iterable[Any]) -> list[HandoverPart]:
        """Of what was asked, what is missing still."""
        missing = set(gaps)
        return [HandoverPart(part) for part in self.parts if part in missing]
