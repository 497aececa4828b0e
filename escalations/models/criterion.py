"""One criterion of a set: what it tests, with which words or numbers, and who accepts what it raises."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.models.criteria_set import CriteriaSet
from escalations.phrases import LineError, check_lines, language, languages
from escalations.states import Severity, TriggerKind
from routing.conditions import check
from routing.models.parts import Part, PartQuerySet
from routing.models.rules import HIGHEST_GROUP

LONGEST_LIST = 400_000
"""Letters that one list may have: some 10,000 lines."""
NEEDS: dict[str, tuple[str, ...]] = {
    "words": (),
    "facts": (),
    "reopened": (),
    "disputed": (),
    "promise": (),
    "contacts": ("threshold", "period"),
    "attempts": ("threshold",),
    "age": ("threshold",),
    "severity": ("threshold",),
    "amount": ("threshold", "currency"),
    "cluster": ("threshold", "period"),
}
"""By test: the numbers that it needs."""


class CriterionQuerySet(PartQuerySet):
    def in_force(self) -> "CriterionQuerySet":
        """Those of the published set that are in use."""
        return self.filter(criteria_set__state=CriteriaSet.State.PUBLISHED, is_enabled=True)


class Criterion(Part):
    """When a complaint should be escalated: one test, and any number of conditions that must hold as well.

    `code` stays the same in every copy of the set, so that a case is flagged once by what is the same criterion.
    """

    class Test(models.TextChoices):
        WORDS = "words", gettext_lazy("what was said has one of the phrases")
        CONTACTS = "contacts", gettext_lazy("contacts about the same thing at least, in so many days")
        ATTEMPTS = "attempts", gettext_lazy("failed attempts at least")
        PROMISE = "promise", gettext_lazy("a promised date has passed")
        AGE = "age", gettext_lazy("open with the frontline longer than (business days)")
        REOPENED = "reopened", gettext_lazy("it was reopened")
        DISPUTED = "disputed", gettext_lazy("the customer disputes the outcome")
        SEVERITY = "severity", gettext_lazy("severity at least")
        AMOUNT = "amount", gettext_lazy("amount in dispute at least")
        CLUSTER = "cluster", gettext_lazy("complaints on the same product and issue at least, in so many hours")
        FACTS = "facts", gettext_lazy("its conditions hold")

    class Policy(models.TextChoices):
        TRIAGE = "triage", gettext_lazy("a coordinator decides")
        AT_ONCE = "at_once", gettext_lazy("accepted at once")

    class Negation(models.TextChoices):
        ANY = "any", gettext_lazy("when it is negated (“not a scam”), or not wanted (“do not want to sue”)")
        WISH = "wish", gettext_lazy("when it is not wanted (“do not want to sue”)")
        NONE = "none", gettext_lazy("never: it counts when it is negated, too")

    class Quoted(models.TextChoices):
        SKIP = "skip", gettext_lazy("the agent's words in quotation marks, and earlier mails")
        EARLIER = "earlier", gettext_lazy("earlier mails below the text")
        READ = "read", gettext_lazy("only our own earlier mails")

    version_path = "criteria_set"

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="criteria", verbose_name=gettext_lazy("set of criteria")
    )
    code = models.CharField(
        gettext_lazy("code"),
        max_length=60,
        validators=[RegexValidator(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", gettext_lazy("Small letters, digits and hyphens."))],
        help_text=gettext_lazy("The same in every version, such as legal-action: a case is flagged once by it."),
    )
    position = models.PositiveIntegerField(gettext_lazy("position"), default=10)
    name = models.CharField(gettext_lazy("name"), max_length=120)
    kind = models.CharField(gettext_lazy("kind of trigger"), max_length=30, choices=TriggerKind)
    test = models.CharField(gettext_lazy("test"), max_length=20, choices=Test)
    threshold = models.DecimalField(
        gettext_lazy("number"), max_digits=12, decimal_places=2, null=True, blank=True,
        help_text=gettext_lazy("For the tests that say “at least” or “longer than”. Severity: 1 low to 4 critical."),
    )  # fmt: skip
    currency = models.CharField(
        gettext_lazy("currency"), max_length=3, blank=True, help_text=gettext_lazy("Of the amount, such as GBP.")
    )
    period = models.PositiveIntegerField(
        gettext_lazy("period"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3660)],
        help_text=gettext_lazy("Days for contacts, hours for complaints on the same product and issue."),
    )  # fmt: skip
    negation = models.CharField(gettext_lazy("is silent"), max_length=10, choices=Negation, default=Negation.ANY)
    quoted = models.CharField(gettext_lazy("does not read"), max_length=10, choices=Quoted, default=Quoted.SKIP)
    policy = models.CharField(gettext_lazy("who accepts"), max_length=20, choices=Policy, default=Policy.TRIAGE)
    is_enabled = models.BooleanField(gettext_lazy("in use"), default=True)
    note = models.TextField(gettext_lazy("note"), blank=True, max_length=2000)

    objects: ClassVar[Any] = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("criterion")
        verbose_name_plural = gettext_lazy("criteria")
        ordering = ["criteria_set", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "code"],
                name="criterion_code_once",
                violation_error_message=gettext_lazy("Another criterion of this set has this code."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems: dict[str, list[str]] = {}
        for name in ("threshold", "currency", "period"):
            wanted = name in NEEDS.get(self.test, ())
            if wanted and not getattr(self, name):
                problems[name] = [_("This test needs it.")]
            elif not wanted:
                setattr(self, name, "" if name == "currency" else None)
        if self.threshold is not None:
            if self.test == self.Test.SEVERITY and self.threshold not in Severity.values:
                problems["threshold"] = [_("Severity goes from 1 (low) to 4 (critical).")]
            elif self.threshold <= 0:
                problems["threshold"] = [_("Give a number above zero.")]
            elif self.test != self.Test.AMOUNT and self.threshold != int(self.threshold):
                problems["threshold"] = [_("Give a whole number.")]
        if self.currency and not (self.currency.isascii() and self.currency.isalpha() and self.currency.isupper()):
            problems["currency"] = [_("A currency is three capital letters, such as GBP.")]
        if problems:
            raise ValidationError(problems)

    def problems(self) -> list[str]:
        """What keeps this criterion from being published, a sentence each, with its name."""
        found: list[str] = []
        if self.test == self.Test.WORDS and not any(one.has_phrases for one in self.lists.all()):
            found.append(_("It has no phrase."))
        if self.test == self.Test.FACTS and not self.conditions.all():
            found.append(_("It has no condition."))
        checks: list[Callable[[], object]] = [self.clean, *(one.clean for one in self.lists.all())]
        checks += [partial(check, one.fact, one.operator, one.value) for one in self.conditions.all()]
        for one in checks:
            try:
                one()
            except ValidationError as error:
                found += error.messages
        return [_("“%(criterion)s”: %(problem)s") % {"criterion": self.name, "problem": text} for text in found]

    def copy_to(self, draft: CriteriaSet) -> "Criterion":
        twin = Criterion.objects.create(**{**self.values_to_copy(), "criteria_set_id": draft.pk})
        for row in (*self.lists.all(), *self.conditions.all()):
            type(row)._default_manager.create(**{**row.values_to_copy(), "criterion_id": twin.pk})
        return twin


class PhraseList(Part):
    """The phrases of a criterion in one language, and those in whose reach they mean something else. How a line is
    written: `escalations/phrases/grammar.py` and docs/criteria.md."""

    version_path = "criterion__criteria_set"

    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="lists", verbose_name=gettext_lazy("criterion")
    )
    language = models.CharField(
        gettext_lazy("language"),
        max_length=10,
        blank=True,
        help_text=gettext_lazy("A code such as en or pt. Empty: for texts in any language, without inflections."),
    )
    phrases = models.TextField(
        gettext_lazy("phrases"),
        max_length=LONGEST_LIST,
        help_text=gettext_lazy(
            "One a line, taken literally, in any case and with or without accents. word~ is a word and its usual "
            "inflections, word* any ending, {one, other} any of them, ... up to three words between."
        ),
    )
    silent = models.TextField(
        gettext_lazy("stays silent for"),
        blank=True,
        max_length=LONGEST_LIST,
        help_text=gettext_lazy(
            "Phrases in which the words mean something else, one a line: “my daughter is a solicitor”."
        ),
    )

    class Meta:
        verbose_name = gettext_lazy("phrase list")
        verbose_name_plural = gettext_lazy("phrase lists")
        ordering = ["criterion", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "language"],
                name="phrase_list_language_once",
                violation_error_message=gettext_lazy("This criterion has a list in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.language_name

    @property
    def language_name(self) -> str:
        spoken = language(self.language)
        return spoken.name if spoken else self.language or _("any language")

    @property
    def has_phrases(self) -> bool:
        return any(line.strip() and not line.lstrip().startswith("#") for line in self.phrases.splitlines())

    def clean(self) -> None:
        if self.language and language(self.language) is None:
            offered = ", ".join(languages())
            problem = _("There is no language “%(code)s” here. There are: %(offered)s; or leave it empty.")
            raise ValidationError({"language": problem % {"code": self.language, "offered": offered}})
        problems = {name: list(self._problems(name)) for name in ("phrases", "silent")}
        if found := {name: sentences for name, sentences in problems.items() if sentences}:
            raise ValidationError(found)

    def _problems(self, name: str) -> Iterator[str]:
        text = getattr(self, name)
        if len(text) > LONGEST_LIST:
            yield _("A list has at most %d letters.") % LONGEST_LIST
            return
        try:
            check_lines(text.splitlines(), language(self.language))
        except LineError as error:
            yield _("%(language)s: %(problem)s") % {"language": self.language_name, "problem": error}


class CriterionCondition(Part):
    """One fact is compared with one value, as in a routing rule: `routing/conditions.py`. All conditions of a criterion
    must hold; of those with the same group, one."""

    version_path = "criterion__criteria_set"

    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="conditions", verbose_name=gettext_lazy("criterion")
    )
    fact = models.CharField(gettext_lazy("fact"), max_length=60)
    operator = models.CharField(gettext_lazy("operator"), max_length=30)
    value = models.TextField(
        gettext_lazy("value"), blank=True, help_text=gettext_lazy("Several values or words: with commas between them.")
    )
    group = models.PositiveSmallIntegerField(
        gettext_lazy("any of"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_GROUP)],
        help_text=gettext_lazy("Of the conditions with the same number, one is enough. Empty: it must hold."),
    )

    class Meta:
        verbose_name = gettext_lazy("condition")
        verbose_name_plural = gettext_lazy("conditions")
        ordering = ["criterion", "pk"]

    def __str__(self) -> str:
        return f"{self.fact} {self.operator} {self.value}".strip()

    def clean(self) -> None:
        if self.fact and self.operator:
            self.value = check(self.fact, self.operator, self.value)
