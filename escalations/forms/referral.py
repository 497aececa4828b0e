"""Is it a complaint, and ours? The forms that set aside and refer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import BODY_LIMIT, LETTER, ActionForm
from escalations.models import Point
from escalations.models.case_referrals import aside_lacks
from escalations.states import SetAsideKind


class FirmFields(forms.Form):
    firm = forms.CharField(max_length=200, required=False, label=_("Which firm"), help_text=_("Where it is theirs."))
    firm_email = forms.EmailField(required=False, label=_("The firm's e-mail"))
    firm_letter = forms.CharField(
        widget=LETTER, max_length=BODY_LIMIT, required=False, label=_("Letter to the firm")
    )  # fmt: skip


class SetAsideForm(FirmFields, ActionForm):
    kind = forms.ChoiceField(choices=SetAsideKind, label=_("Why it is not ours to answer"))
    letter = forms.CharField(
        widget=LETTER, max_length=BODY_LIMIT, required=False, label=_("Letter to the customer, where one is due")
    )
    field_order = ["kind", "letter", "firm", "firm_email", "firm_letter"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "kind" in data:
            for name, sentence in aside_lacks(**data).items():
                self.add_error(name, sentence)
        return data


class ReferPartForm(FirmFields, ActionForm):
    point = forms.ModelChoiceField(Point.objects.none(), label=_("What is the other firm's"))
    letter = forms.CharField(widget=LETTER, max_length=BODY_LIMIT, label=_("Letter to the customer"))
    field_order = ["point", "firm", "firm_email", "letter", "firm_letter"]

    def prepare(self) -> None:
        self.offer("point", self.complaint.points.select_related("product", "issue"))
        for name in ("firm", "firm_letter"):
            self.fields[name].required = True
