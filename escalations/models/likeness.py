"""What is derived from the words of a complaint so that others like it are found. All of it can be made anew."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseVector(models.Model):
    """The words of a complaint and how often each stands there, as hashed numbers (see `likeness.vectors`).

    Derived from what people said: erased with it, and never shown.
    """

    complaint = models.OneToOneField(
        "escalations.Complaint", models.CASCADE, related_name="vector", verbose_name=_("complaint")
    )
    words = models.BinaryField(_("words"))
    facts = models.BinaryField(_("product and issue"))
    made_at = models.DateTimeField(_("made at"), db_index=True)

    class Meta:
        verbose_name = _("word counts of a complaint")
        verbose_name_plural = _("word counts of complaints")

    def __str__(self) -> str:
        return str(self.complaint_id)


class SimilarCase(models.Model):
    """A closed complaint that is like an open one: how much, and the words that both use."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.CASCADE, related_name="similar", verbose_name=_("complaint")
    )
    other = models.ForeignKey(
        "escalations.Complaint", models.CASCADE, related_name="similar_to", verbose_name=_("closed complaint")
    )
    likeness = models.FloatField(_("likeness, 0 to 1"))
    words = models.CharField(_("words in both"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("similar case")
        verbose_name_plural = _("similar cases")
        ordering = ["complaint", "-likeness"]
        constraints = [models.UniqueConstraint(fields=["complaint", "other"], name="similar_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} ~ {self.other_id}: {self.likeness:.2f}"


class Mention(models.Model):
    """Somebody is named by a number or an address in what was said: only a salted digest of it is kept."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.CASCADE, related_name="mentions", verbose_name=_("complaint")
    )
    kind = models.CharField(_("kind"), max_length=10)
    digest = models.CharField(_("digest"), max_length=32, db_index=True)

    class Meta:
        verbose_name = _("number or address named")
        verbose_name_plural = _("numbers and addresses named")
        constraints = [models.UniqueConstraint(fields=["complaint", "digest"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.kind}"
