from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NamedStaffQuerySet(models.QuerySet["NamedStaff"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class NamedStaff(models.Model):
    """A member of staff whom a complaint is about, or who declared a conflict of interest. They do not get it to handle
    and decide on nothing of it, nor does their line manager.

    What was said by mistake is lifted; the row stays. Why somebody declared it stands in the event.
    """

    class Because(models.TextChoices):
        NAMED = "named", _("the complaint is about them")
        DECLARED = "declared", _("conflict of interest, declared")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="named_staff", verbose_name=_("complaint")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    because = models.CharField(_("because"), max_length=10, choices=Because, default=Because.NAMED)
    named_at = models.DateTimeField(_("named at"))
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("named by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    objects = NamedStaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("named colleague")
        verbose_name_plural = _("named colleagues")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "user"], condition=Q(lifted_at=None), name="staff_named_once")
        ]

    def __str__(self) -> str:
        return str(self.user)
