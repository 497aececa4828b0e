from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class Referral(AppendOnly):
    """Another firm answers for it: the whole complaint, or one point of it. A letter goes to each side."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="referrals", verbose_name=_("complaint")
    )
    point = models.ForeignKey(
        "escalations.Point", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("point"),
        help_text=_("Empty: the whole complaint."),
    )  # fmt: skip
    firm = models.CharField(_("firm"), max_length=200)
    email = models.EmailField(_("its e-mail"), blank=True)
    referred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("referred by")
    )
    referred_at = models.DateTimeField(_("referred at"))

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.firm


class SetAsideReview(AppendOnly):
    """Quality looks at one that was set aside: was that right? Drawn by chance, see `views.sample`."""

    class Verdict(models.TextChoices):
        RIGHT = "right", _("rightly set aside")
        WRONG = "wrong", _("should have been answered")

    complaint = models.OneToOneField(
        "escalations.Complaint", models.PROTECT, related_name="set_aside_review", verbose_name=_("complaint")
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"))

    class Meta:
        verbose_name = _("review of a complaint set aside")
        verbose_name_plural = _("reviews of complaints set aside")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.get_verdict_display()}"
