from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unseen(self) -> "NoticeQuerySet":
        return self.filter(seen_at=None)


class Notice(models.Model):
    """A colleague is told of something in a case: named in a note, an answer that has come, evidence that will be lost.

    What cannot wait until they look is mailed too: from `next_try_at` on, until the e-mail has gone out.
    """

    class Kind(models.TextChoices):
        MENTION = "mention", _("you were named in a note")
        ANSWER = "answer", _("another department has answered")
        DELETION = "deletion", _("evidence is about to be deleted")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="notices", verbose_name=_("complaint")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who is told"))
    kind = models.CharField(_("why"), max_length=10, choices=Kind)
    message = models.ForeignKey(
        "escalations.Message", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("note")
    )
    evidence = models.ForeignKey(
        "escalations.EvidenceRequest", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("evidence request"),
    )  # fmt: skip
    told_at = models.DateTimeField(_("told at"))
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("e-mail sent at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("e-mail tried again at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to a colleague")
        verbose_name_plural = _("notices to colleagues")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user"], name="notice_unseen", condition=models.Q(seen_at=None)),
            models.Index(fields=["next_try_at"], name="notice_to_mail", condition=models.Q(next_try_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.get_kind_display()}"
