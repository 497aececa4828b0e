"""What routing decided, for good; and who holds which case from when to when.

Both know a case by its reference only, so that this floor stays below the case.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .people import Handler, Team
from .rules import Rule, Ruleset


class AppendOnly(TypeError):
    """A stored decision was to be changed or deleted."""

    def __init__(self) -> None:
        super().__init__("A routing decision is never changed and never deleted. Make a new one.")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def update(self, **kwargs: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly

    def latest_of(self, reference: str) -> "Decision | None":
        return self.filter(reference=reference).order_by("-pk").first()


class Decision(models.Model):
    """The explained result of routing one case once.

    `facts` holds codes, numbers and a digest of the text with the words found, never the text; `reason` is
    one sentence that can be read out to the customer.
    """

    reference = models.CharField(_("case"), max_length=40)
    decided_at = models.DateTimeField(_("decided at"))
    facts = models.JSONField(_("facts"), default=dict)
    ruleset = models.ForeignKey(Ruleset, models.PROTECT, null=True, related_name="+", verbose_name=_("ruleset"))
    rule = models.ForeignKey(Rule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule"))
    matched = models.JSONField(_("rules that matched"), default=list)
    outcome = models.JSONField(_("outcome"), default=dict)
    candidates = models.JSONField(_("candidates"), default=list)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", verbose_name=_("team"))
    handler = models.ForeignKey(Handler, models.PROTECT, null=True, related_name="+", verbose_name=_("handler"))
    weight = models.PositiveSmallIntegerField(_("weight"), null=True)
    mode = models.CharField(_("mode"), max_length=4, choices=Rule.Mode.choices, default=Rule.Mode.PUSH)
    placed = models.BooleanField(_("placed"), default=False)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("chosen by")
    )
    reason = models.TextField(_("reason"))

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("allocation decision")
        verbose_name_plural = _("allocation decisions")
        indexes = [
            models.Index(fields=["reference", "-id"], name="decision_reference_latest"),
            models.Index(fields=["decided_at"], name="decision_decided_at"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.reason}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> "AssignmentQuerySet":
        return self.filter(until__isnull=True)


class Assignment(models.Model):
    """One handler holds one case, with one weight, from then to then. At most one is open for a case.

    Begun and ended in `routing/assignment.py`. A handler's load is the sum of the weights of the open ones.
    """

    reference = models.CharField(_("case"), max_length=40)
    handler = models.ForeignKey(Handler, models.PROTECT, related_name="assignments", verbose_name=_("handler"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="assignments", verbose_name=_("team"))
    weight = models.PositiveSmallIntegerField(_("weight"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        indexes = [
            models.Index(fields=["reference"], name="assignment_reference"),
            models.Index(fields=["handler", "-id"], name="assignment_handler_latest"),
            models.Index(fields=["handler", "weight"], condition=Q(until__isnull=True), name="assignment_open_load"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference"], condition=Q(until__isnull=True), name="assignment_one_open"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="assignment_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.handler}"
