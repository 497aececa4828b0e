"""The facts that an organisation defines, and the choices of each."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
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

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_slug])
    label = models.CharField(_("label"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CHOICE)
    built_in = models.BooleanField(_("built in"), default=False, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    objects = FieldQuerySet.as_manager()

    class Meta:
        ordering = ["-built_in", "label"]
        verbose_name = _("field")
        verbose_name_plural = _("fields")

    def __str__(self) -> str:
        return self.label


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def of(self, field: str) -> "ChoiceQuerySet":
        """The choices of the field with that code, retired ones included."""
        return self.filter(field__code=field)

    def active(self) -> "ChoiceQuerySet":
        return self.filter(retired_at__isnull=True)


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
        if self.field_id and self.field.kind not in (Field.Kind.CHOICE, Field.Kind.CHOICES):
            raise ValidationError({"field": _("%(field)s takes no choices.") % {"field": self.field.label}})
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": _("A choice is not part of itself.")})
