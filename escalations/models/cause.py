from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from escalations.models.codes import Code, belongs_to


class Cause(Code):
    """A node of the organisation's own tree of root causes. Cases carry leaves and branches alike."""

    parent = belongs_to()

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
        ordering = ["parent__name", "name"]


class ContributingCause(models.Model):
    """A further cause of a point beside its root cause. Set as a whole: the event says which stood when."""

    point = models.ForeignKey("escalations.Point", models.PROTECT, related_name="contributing", verbose_name=_("point"))
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="contributed_to", verbose_name=_("root cause"))

    class Meta:
        verbose_name = _("contributing cause")
        verbose_name_plural = _("contributing causes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["point", "cause"], name="contributes_once")]

    def __str__(self) -> str:
        return str(self.cause)
