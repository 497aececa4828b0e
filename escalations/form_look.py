"""Plain Django forms in the clothes of Unfold, so that every page of staff looks alike."""

from typing import TypeVar

from django import forms
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, SELECT_CLASSES, TEXTAREA_CLASSES

Form = TypeVar("Form", bound=forms.BaseForm)


def dressed(form: Form) -> Form:
    """The same form, its widgets with Unfold's classes."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.HiddenInput):
            continue
        widget.attrs["class"] = " ".join([*_classes(widget), *str(widget.attrs.get("class", "")).split()])
    return form


def _classes(widget: forms.Widget) -> list[str]:
    if isinstance(widget, forms.CheckboxInput):
        return CHECKBOX_CLASSES
    if isinstance(widget, forms.Textarea):
        return TEXTAREA_CLASSES
    return SELECT_CLASSES if isinstance(widget, forms.Select) else INPUT_CLASSES
