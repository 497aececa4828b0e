"""A set of criteria judged by past complaints: what it would have flagged, and what it would have missed."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.runs import LARGEST_SAMPLE, Run

USUAL_SAMPLE = 5_000


class Judgement(Run):
    """One run over the latest `sample` complaints, from the newest back: `reached` is the last that was looked at.

    `result` holds sums and the references of examples by code of the criterion; an empty code stands for the whole set.
    `edits` is how often the draft had been edited when it was judged, so that an edit afterwards shows.
    """

    criteria_set = models.ForeignKey(
        "escalations.CriteriaSet", models.CASCADE, related_name="judgements", verbose_name=_("set of criteria")
    )
    edits = models.PositiveIntegerField(_("edits of the draft"), default=0)
    sample = models.PositiveIntegerField(
        _("cases at most"),
        default=USUAL_SAMPLE,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SAMPLE)],
    )
    reached = models.BigIntegerField(_("reached"), null=True)

    class Meta(Run.Meta):
        verbose_name = _("judgement of criteria")
        verbose_name_plural = _("judgements of criteria")

    def __str__(self) -> str:
        return f"{self.criteria_set}: {self.sample}"

    @property
    def is_current(self) -> bool:
        """Whether the draft still is as it was when it was judged."""
        return self.edits == self.criteria_set.edits
