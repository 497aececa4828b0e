"""Routing rules as rows: a ruleset is an ordered list of rules, a rule a list of conditions that all hold.

Conditions of a rule that have the same group are alternatives: of each group at least one must hold.
"""

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .authority import HIGHEST_LEVEL
from .parts import Part
from .people import Skill, Team, language_code
from .versions import Version

if TYPE_CHECKING:
    from routing.vocabulary import Vocabulary


HIGHEST_GROUP = 99


class Ruleset(Version):
    """A version of the routing rules."""

    edited_with = "routing.change_rule"

    class Meta(Version.Meta):
        verbose_name = gettext_lazy("ruleset")
        verbose_name_plural = gettext_lazy("rulesets")
        permissions = [("publish_ruleset", "Can publish a ruleset that someone else wrote")]

    def problems(self) -> list[str]:
        """The errors that `routing.checks` finds; its warnings do not block."""
        from routing import checks

        return [str(finding) for finding in checks.of(self) if finding.level is checks.Level.ERROR]

    def copy(self, author: Any) -> "Ruleset":
        """A new draft by that author with the same rules. The copy of an old version, published, is the way back."""
        with transaction.atomic():
            note = _("Copy of %(number)d. %(note)s") % {"number": self.number, "note": self.note}
            if self.state == self.State.RETIRED:
                note = _("Back to version %(number)d.") % {"number": self.number}
            draft = Ruleset.objects.create(author=author, note=note.strip(), origin=self)
            rules = self.rules.prefetch_related("skills", "conditions").order_by("position", "pk")
            for place, rule in enumerate(rules, start=1):
                rule.copy_to(draft, position=place)
        return draft


class Rule(Part):
    """If all conditions hold: send the case to this team with these requirements, or only add them and go on.

    `priority_up` and `authority_up` are steps that are added; `tier` is a minimum: no tier goes down. `key` stays the
    same in every copy of the ruleset, so that versions can be compared rule by rule.
    """

    class Mode(models.TextChoices):
        PUSH = "push", gettext_lazy("a handler is chosen")
        PULL = "pull", gettext_lazy("the team's list, to take from")

    version_path = "ruleset"

    ruleset = models.ForeignKey(Ruleset, models.CASCADE, related_name="rules", verbose_name=gettext_lazy("ruleset"))
    key = models.UUIDField(gettext_lazy("key"), default=uuid.uuid4, editable=False)
    position = models.PositiveIntegerField(
        gettext_lazy("position"), default=10, help_text=gettext_lazy("The lowest comes first.")
    )
    name = models.CharField(gettext_lazy("name"), max_length=120)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=gettext_lazy("send to"),
    )
    skills = models.ManyToManyField(
        Skill, through="RequiredSkill", blank=True, related_name="rules", verbose_name=gettext_lazy("required skills")
    )
    minimum_authority = models.PositiveSmallIntegerField(
        gettext_lazy("minimum authority"), default=0, validators=[MaxValueValidator(HIGHEST_LEVEL)]
    )
    language = models.CharField(
        gettext_lazy("required language"),
        max_length=16,
        blank=True,
        validators=[language_code],
        help_text=gettext_lazy("A code, such as pt."),
    )
    language_from_case = models.BooleanField(gettext_lazy("require the case's language"), default=False)
    priority_up = models.PositiveSmallIntegerField(
        gettext_lazy("priority up by"), default=0, validators=[MaxValueValidator(4)]
    )
    authority_up = models.PositiveSmallIntegerField(
        gettext_lazy("authority up by"), default=0, validators=[MaxValueValidator(HIGHEST_LEVEL)]
    )
    tier = models.PositiveSmallIntegerField(
        gettext_lazy("minimum tier"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=gettext_lazy("1 specialist, 2 management, 3 executive."),
    )
    go_on = models.BooleanField(
        gettext_lazy("only add requirements"),
        default=False,
        help_text=gettext_lazy("Later rules go on and name the team."),
    )
    mode = models.CharField(gettext_lazy("mode"), max_length=4, choices=Mode.choices, default=Mode.PUSH)
    is_enabled = models.BooleanField(gettext_lazy("enabled"), default=True)
    note = models.TextField(gettext_lazy("note"), blank=True)

    class Meta:
        ordering = ["ruleset", "position", "pk"]
        verbose_name = gettext_lazy("rule")
        verbose_name_plural = gettext_lazy("rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(go_on=False) | Q(team__isnull=True),
                name="rule_goes_on_or_names_team",
                violation_error_message=gettext_lazy("A rule that only adds requirements names no team."),
            ),
            models.UniqueConstraint(fields=["ruleset", "key"], name="rule_key_once_in_a_ruleset"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"

    def clean(self) -> None:
        if self.go_on and self.team_id:
            raise ValidationError({"team": _("A rule that only adds requirements names no team: a later rule does.")})
        if not self.go_on and not self.team_id:
            raise ValidationError({"team": _("Name the team, or let the rule only add requirements.")})
        if self.language and self.language_from_case:
            raise ValidationError({"language": _("Require this language or the case's own, not both.")})

    def copy_to(self, ruleset: Ruleset, **changed: Any) -> "Rule":
        """The same rule in another ruleset; in the same one with another key."""
        skills, conditions = list(self.skills.all()), list(self.conditions.all())
        twin = Rule.objects.create(**{**self.values_to_copy(), "ruleset_id": ruleset.pk, **changed})
        twin.skills.set(skills)
        for condition in conditions:
            twin.conditions.create(
                fact=condition.fact, operator=condition.operator, value=condition.value, group=condition.group
            )
        return twin


class RequiredSkill(Part):
    """One skill that a rule requires of the handler."""

    version_path = "rule__ruleset"

    rule = models.ForeignKey(Rule, models.CASCADE, verbose_name=gettext_lazy("rule"))
    skill = models.ForeignKey(Skill, models.PROTECT, verbose_name=gettext_lazy("skill"))

    class Meta:
        db_table = "routing_rule_skills"
        verbose_name = gettext_lazy("required skill")
        verbose_name_plural = gettext_lazy("required skills")
        constraints = [models.UniqueConstraint(fields=["rule", "skill"], name="rule_requires_a_skill_once")]

    def __str__(self) -> str:
        return str(self.skill)


class Condition(Part):
    """One fact is compared with one value. Operators and how values are written: `routing/conditions.py`."""

    version_path = "rule__ruleset"

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="conditions", verbose_name=gettext_lazy("rule"))
    fact = models.CharField(gettext_lazy("fact"), max_length=60)
    operator = models.CharField(gettext_lazy("operator"), max_length=30)
    value = models.TextField(
        gettext_lazy("value"),
        blank=True,
        help_text=gettext_lazy("Several values or words: with commas between them."),
    )
    group = models.PositiveSmallIntegerField(
        gettext_lazy("any of"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_GROUP)],
        help_text=gettext_lazy("Of the conditions with the same number, one is enough. Empty: it must hold."),
    )

    class Meta:
        ordering = ["rule", "pk"]
        verbose_name = gettext_lazy("condition")
        verbose_name_plural = gettext_lazy("conditions")

    def __str__(self) -> str:
        return f"{self.fact} {self.operator} {self.value}".strip()

    def clean(self) -> None:
        if self.fact and self.operator:
            self.value = self.checked()

    def checked(self, vocabulary: "Vocabulary | None" = None) -> str:
        """The value as it is to be stored; a ValidationError says what is wrong and what to do."""
        from routing.conditions import check

        return check(self.fact, self.operator, self.value, vocabulary)
