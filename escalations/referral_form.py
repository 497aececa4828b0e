"""Is it a complaint, and ours? The forms that set aside and refer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.action_form import BODY_LIMIT, LETTER, ActionForm
from escalations.models import Point
from escalations.states import LETTER_DUE, SetAsideKind


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
        if data.get("kind") in LETTER_DUE and not data.get("letter"):
            self.add_error("letter", _("The customer is due a letter that says why, and where to turn."))
        if data.get("kind") == SetAsideKind.REFERRED:
            for name in ("firm", "firm_letter"):
                if not data.get(name):
                    self.add_error(name, _("A referral names the firm, and writes to both sides."))
        return data


class ReferPartForm(FirmFields, ActionForm):
    point = forms.ModelChoiceField(Point.objects.none(), label=_("What is the other firm's"))
    letter = forms.CharField(widget=LETTER, max_length=BODY_LIMIT, label=_("Letter to the customer"))
    field_order = ["point", "firm", "firm_email", "letter", "firm_letter"]

    def prepare(self) -> None:
        self.offer("point", self.complaint.points.select_related("product", "issue"))
        for name in ("firm", "firm_letter"):
            self.fields[name].required = True
