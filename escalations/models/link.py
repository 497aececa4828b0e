from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CaseLinkQuerySet(models.QuerySet):
    def between(self, one: Any, other: Any) -> "CaseLinkQuerySet":
        """All that is said of these two, whichever came first."""
        return self.filter(complaint=max(one.pk, other.pk), other=min(one.pk, other.pk))

    def of(self, case: Any) -> "CaseLinkQuerySet":
        return self.filter(Q(complaint=case) | Q(other=case))

    def standing(self) -> "CaseLinkQuerySet":
        """Proposed or agreed: what somebody has turned down is not shown again."""
        return self.exclude(state=CaseLink.State.DISMISSED)


class CaseLink(models.Model):
    """Two complaints belong together, and how. `complaint` is the later one, `other` the one that was there before."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("the same complaint twice")
        SAME_EVENT = "same_event", _("the same event")
        SAME_PAYEE = "same_payee", _("the same payee")
        EARLIER_CASE = "earlier_case", _("an earlier case of the same customer")
        COUNTER_COMPLAINT = "counter_complaint", _("a complaint about each other")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        AGREED = "agreed", _("agreed")
        DISMISSED = "dismissed", _("turned down")

    class Why(models.TextChoices):
        """What a proposal rests on. Codes only: the words stand in the cases."""

        SAME_PERSON = "same_person", _("the same customer")
        SAME_WORDS = "same_words", _("much the same words")
        SAME_ISSUE = "same_issue", _("the same product and issue")
        SAME_DAYS = "same_days", _("within a few days")
        SAME_ACCOUNT = "same_account", _("the same account, number or address named")
        NAMED_THERE = "named_there", _("the one is named in the other")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="links", verbose_name=_("complaint")
    )
    other = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="links_back", verbose_name=_("other complaint")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    why = models.JSONField(_("what it rests on"), default=list, blank=True)
    likeness = models.FloatField(_("likeness of the words, 0 to 1"), null=True, blank=True)
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = CaseLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link between complaints")
        verbose_name_plural = _("links between complaints")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "other", "kind"], name="link_once_a_kind"),
            models.CheckConstraint(condition=Q(complaint__gt=models.F("other")), name="later_case_first"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} – {self.other_id}: {self.get_kind_display()}"

    @property
    def reasons(self) -> list[str]:
        """What it rests on, in words."""
        return [str(CaseLink.Why(code).label) for code in self.why if code in CaseLink.Why.values]
