"""The facts that an organisation defines, and the choices of each."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

# The fields that every organisation has; their choices are its own.
BUILT_IN = {
    "product": _("Product"),
    "sub_product": _("Sub-product"),
    "issue": _("Issue"),
    "sub_issue": _("Sub-issue"),
    "complaint_type": _("Complaint type"),
}


class FieldQuerySet(models.QuerySet["Field"]):
    def built_in(self, code: str) -> "Field":
        """The built-in field of that code, made if it is not there yet."""
        defaults = {"label": str(BUILT_IN[code]), "kind": Field.Kind.CHOICE, "built_in": True}
        return self.get_or_create(code=code, defaults=defaults)[0]


FACT = "field:"
"""What stands before the code of a field where rules, files and addresses name it among other things."""


class Field(models.Model):
    """One fact about a case: one definition for forms, import, API, rules, filters and trends."""

    class Kind(models.TextChoices):
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("many choices")
        NUMBER = "number", _("number")
        AMOUNT = "amount", _("amount")
        DATE = "date", _("date")
        BOOLEAN = "boolean", _("yes or no")
        TEXT = "text", _("text")

    class Needed(models.TextChoices):
        """From which step on a case must have a value. Each is the name of the step."""

        NEVER = "", _("never")
        REGISTER = "register", _("to register the complaint")
        TRIGGER = "trigger", _("before an agent escalates it")
        OUTCOME = "communicate", _("before the outcome is given")

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[validate_slug],
        help_text=_("Rules, files and the API name the field by it. For good, once cases hold values."),
    )
    label = models.CharField(_("label"), max_length=120)
    help_text = models.CharField(_("help"), max_length=300, blank=True, help_text=_("Stands below it in forms."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CHOICE)
    complaint_types: Any = models.ManyToManyField(
        "Choice",
        blank=True,
        related_name="+",
        limit_choices_to={"field__code": "complaint_type"},
        verbose_name=_("for complaints of type"),
        help_text=_("None: it is asked of every complaint."),
    )
    needed = models.CharField(_("needed"), max_length=12, choices=Needed.choices, default=Needed.NEVER, blank=True)
    personal = models.BooleanField(
        _("says who somebody is"),
        default=False,
        help_text=_(
            "Shown only to those who may see who a customer is; never tested by rules, counted in trends or kept in "
            "the record. Text is always treated as what somebody said."
        ),
    )
    minimum = models.DecimalField(_("at least"), max_digits=15, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(_("at most"), max_digits=15, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True, help_text=_("Of a number, such as days."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    built_in = models.BooleanField(_("built in"), default=False, editable=False)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("A retired field is asked no more; cases that have a value still show it."),
    )
    history = HistoricalRecords(m2m_fields=[complaint_types])

    objects = FieldQuerySet.as_manager()
    changes = 0
    """How often this process has changed a field: `routing.definitions.kept` reads them again after that."""

    class Meta:
        ordering = ["-built_in", "position", "label"]
        verbose_name = _("field")
        verbose_name_plural = _("fields")

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Field.changes += 1

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        Field.changes += 1
        return super().delete(*args, **kwargs)

    def clean(self) -> None:
        wrong: dict[str, Any] = self._wrong_bounds()
        if self.unit and self.kind != self.Kind.NUMBER:
            wrong["unit"] = _("Only a number has a unit.")
        if self.pk and (before := Field.objects.filter(pk=self.pk).first()):
            changed = [name for name in ("code", "kind") if getattr(before, name) != getattr(self, name)]
            if changed and (why := before.why_fixed()):
                wrong |= dict.fromkeys(changed, why)
            if self.personal and before.is_tested:
                wrong["personal"] = _("Rules test this field, and decisions keep what they saw. Define another field.")
            if "kind" in changed and not self.has_choices and before.choices.exists():
                wrong["kind"] = _("It has choices: delete them first.")
        if wrong:
            raise ValidationError(wrong)

    def _wrong_bounds(self) -> dict[str, Any]:
        given = [name for name in ("minimum", "maximum") if getattr(self, name) is not None]
        if given and self.kind not in (self.Kind.NUMBER, self.Kind.AMOUNT):
            return dict.fromkeys(given, _("Only a number or an amount has bounds."))
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            return {"maximum": _("This is below “at least”.")}
        return {}

    @property
    def has_choices(self) -> bool:
        return self.kind in (self.Kind.CHOICE, self.Kind.CHOICES)

    def why_fixed(self) -> Any:
        """Why its code and kind cannot change any more, in words; empty while nothing refers to them."""
        if self.built_in:
            return _("This field is built in: its code and kind are fixed.")
        if values_of(self):
            return _("Cases hold values of this field: its code and kind stay. Retire it and define another one.")
        return _("A rule tests this field: its code and kind stay.") if self.is_tested else ""

    @property
    def is_tested(self) -> bool:
        """Whether a rule of any version names it."""
        return apps.get_model("routing.Condition").objects.filter(fact=f"{FACT}{self.code}").exists()


def values_of(row: "Field | Choice") -> int:
    """How many rows of other tables hold this field, or this choice. Whose they are is not this floor's to know."""
    relations: Iterable[Any] = type(row)._meta.get_fields(include_hidden=True)
    holding = (relation for relation in relations if relation.one_to_many and relation.on_delete is models.PROTECT)
    return sum(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).count()
        for relation in holding
        if relation.related_model is not Choice
    )


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def of(self, field: str) -> "ChoiceQuerySet":
        """The choices of the field with that code, retired ones included."""
        return self.filter(field__code=field)

    def active(self) -> "ChoiceQuerySet":
        """Those that are offered: not retired, or not yet."""
        return self.filter(Q(retired_at__isnull=True) | Q(retired_at__gt=timezone.now()))


class Choice(models.Model):
    """One value of a field. A retired one stays readable on old cases and is offered no more."""

    field = models.ForeignKey(Field, models.PROTECT, related_name="choices", verbose_name=_("field"))
    code = models.CharField(_("code"), max_length=120, validators=[validate_slug])
    label = models.CharField(_("label"), max_length=255)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    history = HistoricalRecords()

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["field", "position", "label"]
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(
                fields=["field", "code"],
                name="choice_code",
                violation_error_message=_("The field has a choice with this code already."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None and self.retired_at <= timezone.now()

    def clean(self) -> None:
        if self.field_id and not self.field.has_choices:
            raise ValidationError({"field": _("%(field)s takes no choices.") % {"field": self.field.label}})
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": _("A choice is not part of itself.")})
