from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from routing.definitions import Value
from routing.models import Field

COLUMNS: Mapping[str, str] = {
    Field.Kind.CHOICE: "choice",
    Field.Kind.CHOICES: "choice",
    Field.Kind.NUMBER: "number",
    Field.Kind.AMOUNT: "amount",
    Field.Kind.DATE: "date",
    Field.Kind.BOOLEAN: "truth",
    Field.Kind.TEXT: "text",
}
"""Where the value of each kind of field stands."""


class FieldValue(models.Model):
    """What a case says in one field of the organisation's own; of many choices, one row each.

    No history is kept here, because a text or a personal value must be erasable; the Event says which fields changed.
    """

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="field_values", verbose_name=_("complaint")
    )
    field = models.ForeignKey(
        "routing.Field", models.PROTECT, related_name="+", verbose_name=_("field"), db_index=False
    )
    choice = models.ForeignKey(
        "routing.Choice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("choice")
    )
    number = models.DecimalField(_("number"), max_digits=15, decimal_places=4, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    truth = models.BooleanField(_("yes or no"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("value of a field")
        verbose_name_plural = _("values of fields")
        ordering = ["field", "choice", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "field"], condition=Q(choice__isnull=True), name="field_value_once"
            ),
            models.UniqueConstraint(
                fields=["complaint", "field", "choice"], condition=Q(choice__isnull=False), name="field_choice_once"
            ),
        ]
        indexes = [
            # Each also finds the cases that have any value of the field: `complaint` is read from the index alone.
            models.Index(
                fields=["field", "choice", "complaint"], condition=Q(choice__isnull=False), name="field_choice_cases"
            ),
            models.Index(
                fields=["field", "number", "complaint"], condition=Q(number__isnull=False), name="field_number_cases"
            ),
            models.Index(
                fields=["field", "currency", "amount", "complaint"],
                condition=Q(amount__isnull=False),
                name="field_amount_cases",
            ),
            models.Index(
                fields=["field", "date", "complaint"], condition=Q(date__isnull=False), name="field_date_cases"
            ),
            models.Index(
                fields=["field", "truth", "complaint"], condition=Q(truth__isnull=False), name="field_truth_cases"
            ),
            models.Index(fields=["field", "complaint"], name="field_cases"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.field}"

    @property
    def value(self) -> Any:
        """What this row says; a code for a choice."""
        match self.field.kind:
            case Field.Kind.CHOICE | Field.Kind.CHOICES:
                return self.choice.code if self.choice else ""
            case Field.Kind.AMOUNT:
                return self.amount, self.currency
            case kind:
                return getattr(self, COLUMNS[kind])


FIELD_VALUES = Prefetch("field_values", FieldValue.objects.select_related("field", "choice"))
"""All values of some cases, in one query."""


def values_of(rows: Iterable[FieldValue]) -> dict[str, Value]:
    """The values of one case by the code of their field, as `routing.definitions` describes them."""
    found: dict[str, Any] = {}
    for row in rows:
        code, value = row.field.code, row.value
        found[code] = found.get(code, frozenset()) | {value} if row.field.kind == Field.Kind.CHOICES else value
    return found
