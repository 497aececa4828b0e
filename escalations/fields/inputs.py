"""Fields as inputs of a form. What was typed is judged where every channel's values are: by `reading.read`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.models.field_value import FieldValue
from routing.definitions import LONGEST_TEXT, Definition
from routing.models import Choice, Field

MOST_LISTED = 200
"""Of more choices than this no list is drawn: one is typed, by its name or code, and found while typing."""
MOST_BOXES = 10
Names = list[tuple[str, str]]


@dataclass(frozen=True)
class Offered:
    """The choices (code and label) of each field by its key; those of a field with too many to list are left out.

    What a case holds already is among them, retired or not.
    """

    names: Mapping[int, Names]
    many: frozenset[int]
    held: Mapping[int, Names]

    @classmethod
    def load(cls, definitions: Iterable[Definition], held: Iterable[FieldValue] = ()) -> "Offered":
        """In one query, whatever the number of fields."""
        asked = [one.pk for one in definitions if one.has_choices]
        holds: dict[int, Names] = {}
        for row in held:
            if row.choice:
                holds.setdefault(row.field_id, []).append((row.choice.code, row.choice.label))
        if not asked:
            return cls({}, frozenset(), holds)
        place = Window(RowNumber(), partition_by=F("field"), order_by=["position", "label", "pk"])
        rows = Choice.objects.active().filter(field__in=asked).annotate(place=place).filter(place__lte=MOST_LISTED + 1)
        names: dict[int, Names] = {}
        for field, code, label in rows.order_by("field", "place").values_list("field", "code", "label"):
            names.setdefault(field, []).append((code, label))
        many = frozenset(field for field, listed in names.items() if len(listed) > MOST_LISTED)
        for field, extra in holds.items():
            listed = names.setdefault(field, [])
            retired = _("%s (offered no more)")
            listed += [(code, retired % label) for code, label in extra if code not in dict(listed)]
        return cls(names, many, holds)


def input_of(definition: Definition, offered: Offered) -> forms.Field:
    """An input that is never required by itself: whether a value is needed depends on the step."""
    made = INPUTS[Field.Kind(definition.kind)](definition, offered)
    made.label, made.required = definition.label, False
    needed = str(NEEDED[Field.Needed(definition.needed)])
    made.help_text = " ".join(part for part in (definition.help_text, needed) if part)
    return made


NEEDED: Mapping[Field.Needed, Any] = {
    Field.Needed.NEVER: "",
    Field.Needed.REGISTER: gettext_lazy("Needed to register."),
    Field.Needed.TRIGGER: gettext_lazy("Needed before it is escalated."),
    Field.Needed.OUTCOME: gettext_lazy("Needed before the outcome is given."),
}


# --- one of each kind --------------------------------------------------------------------------------------------


def _one_choice(definition: Definition, offered: Offered) -> forms.Field:
    if definition.pk in offered.many:
        return TypedChoice(definition)
    return forms.ChoiceField(choices=[("", "---------"), *offered.names.get(definition.pk, ())])


def _many_choices(definition: Definition, offered: Offered) -> forms.Field:
    if definition.pk in offered.many:
        return TypedChoices(definition)
    names = offered.names.get(definition.pk, [])
    few = len(names) <= MOST_BOXES
    return SeveralChoices(choices=names, widget=forms.CheckboxSelectMultiple if few else forms.SelectMultiple)


class SeveralChoices(forms.MultipleChoiceField):
    """Gives a sorted list, empty text for none, so that it compares with what the case says."""

    def clean(self, value: Any) -> Any:
        return sorted(super().clean(value)) or ""


class TypedChoice(forms.CharField):
    """One of thousands: its code, or its name."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        super().__init__(max_length=255, widget=forms.TextInput(attrs={"data-choices": definition.code}))

    def prepare_value(self, value: Any) -> Any:
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.found([text])[0] if text else ""

    def found(self, texts: list[str]) -> list[str]:
        """The codes of these choices, each named by its code or its name."""
        rows = Choice.objects.filter(Q(code__in=texts) | Q(label__in=texts), field=self.definition.pk)
        known = list(rows.order_by("-retired_at", "pk").values_list("code", "label"))
        by_name = {label: code for code, label in known} | {code: code for code, _label in known}
        if unknown := [text for text in texts if text not in by_name]:
            raise forms.ValidationError(_("There is no choice “%s”. Write its whole name, or its code.") % unknown[0])
        return [by_name[text] for text in texts]


class TypedChoices(TypedChoice):
    """Several of thousands, one a line."""

    def __init__(self, definition: Definition) -> None:
        super().__init__(definition)
        self.max_length = None
        self.widget = forms.Textarea(attrs={"rows": 3, "data-choices": definition.code})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        texts = list(dict.fromkeys(line.strip() for line in (value or "").splitlines() if line.strip()))
        if len(texts) > MOST_LISTED:
            raise forms.ValidationError(_("These are too many choices at once."))
        return sorted(set(self.found(texts))) if texts else ""


def _number(definition: Definition, offered: Offered) -> forms.Field:
    bounds = {"min": definition.minimum, "max": definition.maximum}
    attrs = {name: f"{bound.normalize():f}" for name, bound in bounds.items() if bound is not None}
    if definition.unit:
        attrs["placeholder"] = definition.unit
    return forms.CharField(max_length=40, widget=forms.NumberInput(attrs={"step": "any", **attrs}))


class AmountInput(forms.MultiWidget):
    """The amount and, beside it, its currency."""

    def __init__(self) -> None:
        currency = {"aria-label": gettext_lazy("Currency"), "placeholder": "GBP", "maxlength": 3, "size": 4}
        number = forms.NumberInput(attrs={"step": "0.01", "min": 0, "aria-label": gettext_lazy("Amount")})
        super().__init__([number, forms.TextInput(attrs=currency)])

    def decompress(self, value: Any) -> list[Any]:
        return [*str(value or "").split(" ", 1), ""][:2]


class AmountField(forms.MultiValueField):
    """Gives “184.20 GBP”; without a number nothing, whatever currency stands there."""

    def __init__(self) -> None:
        parts = (forms.CharField(max_length=20, required=False), forms.CharField(max_length=3, required=False))
        super().__init__(parts, widget=AmountInput(), require_all_fields=False)

    def compress(self, data_list: Any) -> str:
        amount, currency = [*data_list, "", ""][:2]
        return f"{amount} {currency}".strip() if amount else ""


def _amount(definition: Definition, offered: Offered) -> forms.Field:
    return AmountField()


def _date(definition: Definition, offered: Offered) -> forms.Field:
    return forms.CharField(max_length=10, widget=forms.DateInput(attrs={"type": "date"}))


class YesOrNo(forms.ChoiceField):
    """Gives a bool, or empty text where nothing was chosen."""

    def __init__(self) -> None:
        super().__init__(choices=[("", "---------"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))])

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(value), "")


def _truth(definition: Definition, offered: Offered) -> forms.Field:
    return YesOrNo()


def _text(definition: Definition, offered: Offered) -> forms.Field:
    return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))


INPUTS: Mapping[Field.Kind, Any] = {
    Field.Kind.CHOICE: _one_choice,
    Field.Kind.CHOICES: _many_choices,
    Field.Kind.NUMBER: _number,
    Field.Kind.AMOUNT: _amount,
    Field.Kind.DATE: _date,
    Field.Kind.BOOLEAN: _truth,
    Field.Kind.TEXT: _text,
}
