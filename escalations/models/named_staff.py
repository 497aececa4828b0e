from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NamedStaffQuerySet(models.QuerySet["NamedStaff"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class NamedStaff(models.Model):
    """A member of staff whom a complaint is about. They do not get it to handle, nor does their line manager.

    Somebody who was named by mistake is lifted; the row stays.
    """

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="named_staff", verbose_name=_("complaint")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
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
