"""The form in which a person fills in or corrects the fields of a case."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.errors import Invalid
from escalations.fields import showing
from escalations.fields.inputs import Offered, input_of
from escalations.fields.record import plain
from escalations.forms.action import ActionForm
from escalations.models.field_value import values_of
from routing.definitions import Definition
from routing.models import Field


class FieldsForm(ActionForm):
    """Only what differs is passed on. What the reader may not see is not asked, and stays as it is."""

    nested = ("fields",)
    must_change = True
    fields_shown = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    """Sent by the page: a list of boxes of which none is ticked sends nothing."""

    def prepare(self) -> None:
        rows = self.complaint.own_values
        self.says = {code: plain(value) for code, value in values_of(rows).items()}
        self.asked = [one for one in self.wanted({row.field_id for row in rows}) if self._may_read(one)]
        offered = Offered.load(self.asked, rows)
        for one in self.asked:
            self.fields[one.name] = input_of(one, offered)
            self.fields[one.name].initial = self.says.get(one.code)

    def wanted(self, held: set[int]) -> list[Definition]:
        """Those that such a case is asked for, and those that it has."""
        kind = self.complaint.complaint_type_id
        return [one for one in self.complaint.definitions if one.pk in held or one.is_asked_of(kind)]

    def _may_read(self, definition: Definition) -> bool:
        return not definition.is_private or (
            self.reader is not None and showing.may_read(definition, showing.Reader.of(self.reader))
        )

    def clean(self) -> dict[str, Any]:
        sent = self.data.get("fields")
        if isinstance(sent, Mapping):
            return {"fields": dict(sent)}
        if sent is not None:
            raise forms.ValidationError(_("Send an object: the code of each field and its value."))
        data = super().clean() or {}
        whole = bool(self.data.get("fields_shown"))
        given = {one: data[one.name] for one in self.asked if one.name in data and self._was_sent(one, whole)}
        changed = {one.code: value for one, value in given.items() if value != self.says.get(one.code, "")}
        if self.must_change and not changed and not self.errors:
            raise forms.ValidationError(_("Nothing differs from what the case says."))
        return {"fields": changed}

    def _was_sent(self, definition: Definition, whole: bool) -> bool:
        widget = self.fields[definition.name].widget
        if isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
            return whole or definition.name in self.data
        return not widget.value_omitted_from_data(self.data, self.files, definition.name)


class LackingFields(FieldsForm):
    """On the page on which an agent escalates: only what must be filled in before, which may be nothing."""

    must_change = False

    def wanted(self, held: set[int]) -> list[Definition]:
        return list(self.complaint.lacking(Field.Needed.TRIGGER))

    def refuse(self, refusal: Invalid) -> None:
        """Shows at the inputs what is wrong with their values."""
        for name, sentences in refusal.errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
