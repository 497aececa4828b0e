from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from escalations.states import Severity, TriggerKind


class CriterionQuerySet(models.QuerySet):
    def enabled(self) -> "CriterionQuerySet":
        return self.filter(is_enabled=True)


class Criterion(models.Model):
    """When a complaint should be escalated. One test a row; any row that holds raises a trigger."""

    class Test(models.TextChoices):
        WORDS = "words", _("the text contains one of the words")
        ATTEMPTS = "attempts", _("failed attempts at least")
        AGE = "age", _("open with the frontline longer than (days)")
        SEVERITY = "severity", _("severity at least")
        AMOUNT = "amount", _("amount in dispute at least")

    class Policy(models.TextChoices):
        TRIAGE = "triage", _("a coordinator decides")
        AT_ONCE = "at_once", _("accepted at once")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind of trigger"), max_length=30, choices=TriggerKind)
    test = models.CharField(_("test"), max_length=20, choices=Test)
    words = models.TextField(
        _("words"),
        blank=True,
        max_length=20_000,
        help_text=_("One word or phrase a line, taken literally. A * at the end of a word stands for any ending."),
    )
    silent = models.TextField(
        _("stays silent for"),
        blank=True,
        max_length=20_000,
        help_text=_("Phrases in which the words mean something else, one a line: “do not want to sue”."),
    )
    threshold = models.DecimalField(
        _("threshold"), max_digits=12, decimal_places=2, null=True, blank=True,
        help_text=_("For the tests that say “at least” or “longer than”. Severity: 1 low to 4 critical."),
    )  # fmt: skip
    policy = models.CharField(_("who accepts"), max_length=20, choices=Policy, default=Policy.TRIAGE)
    is_enabled = models.BooleanField(_("in use"), default=True)

    history = HistoricalRecords()
    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation criterion")
        verbose_name_plural = _("escalation criteria")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.test == self.Test.WORDS:
            if not self.words.strip():
                raise ValidationError({"words": _("Give at least one word or phrase, one a line.")})
            for name in ("words", "silent"):
                self._check_lines(name)
        elif self.threshold is None:
            raise ValidationError({"threshold": _("This test needs a number.")})
        elif self.test == self.Test.SEVERITY and self.threshold not in Severity.values:
            raise ValidationError({"threshold": _("Severity goes from 1 (low) to 4 (critical).")})
        elif self.threshold < 0:
            raise ValidationError({"threshold": _("Give a number that is not negative.")})

    def _check_lines(self, name: str) -> None:
        lines = [line for line in getattr(self, name).splitlines() if line.strip()]
        if any(not line.strip("* \t\r") for line in lines):
            raise ValidationError({name: _("A line of only * would match every text.")})
        if any(word.strip("*").count("*") > 1 for line in lines for word in line.split()):
            raise ValidationError({name: _("A word has at most one * inside and one at its end.")})
