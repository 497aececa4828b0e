from django.db import models
from django.utils.translation import gettext_lazy as _


class Reexamination(models.Model):
    """How far the open cases have been examined again since a set of criteria was published: once each, in the
    background, by the criteria that changed with it."""

    criteria_set = models.OneToOneField(
        "escalations.CriteriaSet", models.CASCADE, related_name="reexamination", verbose_name=_("set of criteria")
    )
    reached = models.BigIntegerField(_("examined up to"), default=0)
    examined = models.PositiveIntegerField(_("cases examined"), default=0)
    flagged = models.PositiveIntegerField(_("cases flagged"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("examination by new criteria")
        verbose_name_plural = _("examinations by new criteria")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.criteria_set}"
