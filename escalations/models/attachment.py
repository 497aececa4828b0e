from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def held(self) -> Self:
        """Not handed out: the virus check has not looked yet, or it found something."""
        return self.filter(state__in=Attachment.HELD)


class Attachment(models.Model):
    """A file of a case. Its content lies outside the web root under a made-up name (`path`); it is handed out only
    when the scanner has found nothing, to whoever may read what was said in the case.

    Pictures are made anew before they are kept: then `digest` is of what lies there, and `original_digest` of what
    came, so that whoever still has the original can show that it is the one.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being checked for viruses")
        CLEAN = "clean", _("checked")
        INFECTED = "infected", _("held: it looks like a virus")
        RELEASED = "released", _("held, then released by a person")
        ERASED = "erased", _("erased")

    HELD = (State.WAITING, State.INFECTED)
    HANDED_OUT = (State.CLEAN, State.RELEASED)

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="attachments", verbose_name=_("complaint")
    )
    message = models.ForeignKey(
        "escalations.Message", models.PROTECT, null=True, blank=True, related_name="attachments",
        verbose_name=_("came with"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("type by its content"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    original_digest = models.CharField(
        _("SHA-256 of what came"), max_length=64, blank=True, help_text=_("Another where a picture was made anew.")
    )
    path = models.CharField(_("where it lies"), max_length=60, unique=True, null=True, blank=True)
    state = models.CharField(_("virus check"), max_length=10, choices=State, default=State.WAITING)
    found = models.CharField(_("what the virus check found"), max_length=200, blank=True)
    scans = models.PositiveSmallIntegerField(_("tries of the virus check"), default=0)
    scan_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    erased_because = models.TextField(_("why it was erased"), max_length=2000, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["scan_at", "id"], name="file_to_scan", condition=models.Q(state="waiting")),
            models.Index(
                fields=["-id"], name="file_held", condition=models.Q(state__in=("waiting", "infected"))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_held(self) -> bool:
        return self.state in self.HELD

    @property
    def is_handed_out(self) -> bool:
        return self.state in self.HANDED_OUT and bool(self.path)


class FileAccess(AppendOnly):
    """Somebody got a file. Each time is a row, on every case: a file leaves the house with it. Staff by name; of others
    only whether it was the customer."""

    class By(models.TextChoices):
        STAFF = "staff", _("staff")
        CUSTOMER = "customer", _("the customer")

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="accesses", verbose_name=_("file"))
    by = models.CharField(_("by whom"), max_length=10, choices=By, default=By.STAFF)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    given_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("download of a file")
        verbose_name_plural = _("downloads of files")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["attachment", "-given_at"], name="access_of_file"),
            models.Index(fields=["user", "-given_at"], name="access_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.attachment}: {self.user or self.get_by_display()}"
