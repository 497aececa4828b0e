from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly, AppendOnlyQuerySet
from escalations.permissions import Scope

if TYPE_CHECKING:
    from routing.models import User

READ = "escalations.read_sealednote"


class SealedNoteQuerySet(AppendOnlyQuerySet["SealedNote"]):
    def readable_by(self, user: "User") -> Self:
        """Of cases that they may see: all with the right to read them, else those that they wrote themselves. The one
        way to these rows: whatever does not ask this gets none."""
        own = Q() if user.has_perm(READ) else Q(written_by=user.pk)
        return self.filter(own & Scope.of(user).rows("complaint__"))


SealedNoteManager = models.Manager.from_queryset(SealedNoteQuerySet)


class SealedNote(AppendOnly):
    """A note that is never disclosed: privileged advice, a suspicion of crime. It is no message, so that nothing that
    reads messages can give it away: not the customer's page, letters, bundles, files, the API, the search, nor what a
    model learns from."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="sealed_notes", verbose_name=_("complaint")
    )
    body = models.TextField(_("text"), max_length=100_000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))

    objects: ClassVar[SealedNoteManager] = SealedNoteManager()

    class Meta:
        verbose_name = _("never-disclose note")
        verbose_name_plural = _("never-disclose notes")
        ordering = ["pk"]
        default_permissions = ("view",)
        permissions = [("read_sealednote", _("Can read and write never-disclose notes"))]

    RECORDED_AS: Any = "note"
    """The event says that a note was written, as of any other."""

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d}"
