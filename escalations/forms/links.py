"""The forms of steps that are about two cases. The other one is named by its reference."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import ActionForm
from escalations.models import CaseLink, Complaint
from escalations.steps.pairs import no_such_case


class CaseField(forms.CharField):
    """A case by its reference. Whether this person may see it is asked where the step is tried."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)

    def to_python(self, value: Any) -> Any:
        reference = super().to_python(value)
        if not reference:
            return None
        case = (
            Complaint.objects.filter(reference=reference.strip().upper()).first() if "\x00" not in reference else None
        )
        if case is None:
            raise forms.ValidationError(no_such_case())
        return case

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """A case is no text: its length was that of the reference."""


class MergeForm(ActionForm):
    other = CaseField(label=_("Merge it into"), help_text=_("The reference of the complaint that goes on."))


class LinkForm(ActionForm):
    other = CaseField(label=_("With"), help_text=_("The reference of the other complaint."))
    kind = forms.ChoiceField(choices=CaseLink.Kind, label=_("What they have in common"))


class UnlinkForm(ActionForm):
    link = forms.ModelChoiceField(CaseLink.objects.none(), label=_("Link"))

    def prepare(self) -> None:
        self.offer("link", CaseLink.objects.standing().of(self.complaint))
        self.fields["link"].widget = forms.HiddenInput()
