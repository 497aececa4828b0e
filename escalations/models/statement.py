from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly, AppendOnlyQuerySet

LIMIT = 100_000
"""Most letters that one statement may have: about forty pages. More belongs in a file."""


class StatementQuerySet(AppendOnlyQuerySet["Statement"]):
    def said_first(self) -> Self:
        """What happened, in the customer's own words, oldest first."""
        return self.filter(kind=Statement.Kind.WHAT_HAPPENED).order_by("pk")


StatementManager = models.Manager.from_queryset(StatementQuerySet)


class Statement(AppendOnly):
    """What a person wrote or said, verbatim. Never edited: a correction is a new row."""

    class Kind(models.TextChoices):
        WHAT_HAPPENED = "what_happened", _("what happened")
        WANTED = "wanted", _("what the customer wants")
        REASON = "reason", _("the customer's reason")
        FINDING = "finding", _("what the investigation found")
        QUESTION = "question", _("open question")
        EVIDENCE = "evidence", _("evidence")
        WHY_FAILED = "why_failed", _("why what was tried did not work")
        ASKED = "asked", _("what was asked for")
        OFFERED = "offered", _("what was offered")
        PREVENTION = "prevention", _("what would have prevented it")
        HEARD = "heard", _("what was heard or read in the evidence")

    ABOUT_THE_OUTCOME = (Kind.FINDING, Kind.ASKED, Kind.OFFERED, Kind.PREVENTION, Kind.HEARD)
    """What staff write down with the outcome of a point: told with it, and no word of the customer's."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="statements", verbose_name=_("complaint")
    )
    point = models.ForeignKey("escalations.Point", models.PROTECT, null=True, blank=True, verbose_name=_("point"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    text = models.TextField(_("text"), max_length=LIMIT)
    language = models.CharField(_("language"), max_length=10, blank=True)
    made_at = models.DateTimeField(_("made at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("taken down by")
    )

    objects: ClassVar[StatementManager] = StatementManager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.made_at:%Y-%m-%d})"
