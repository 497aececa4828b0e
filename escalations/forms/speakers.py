"""Who said something, and who speaks for the customer by what authority."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import ActionForm
from escalations.forms.fields import field_of
from escalations.models import Party
from escalations.people import Contact, found_or_new
from routing.models import User

IDENTITY = "escalations.view_identity"


class PartyChoice(forms.ModelChoiceField):
    """By name for whoever may know it, else by role."""

    reader: User | None = None

    def label_from_instance(self, obj: Party) -> str:
        if self.reader is not None and self.reader.has_perm(IDENTITY):
            return str(obj)
        return str(capfirst(obj.get_role_display()))


class SaidByForm(ActionForm):
    """What a customer said can be said by who speaks for them; where only one can have, nothing is asked."""

    said_by = PartyChoice(
        Party.objects.none(), required=False, label=_("Who said it"), empty_label=_("whoever we write to"),
        help_text=_("A representative without authority decides nothing."),
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        field_of(self, "said_by", PartyChoice).reader = self.reader
        self.offer("said_by", self.complaint.parties.select_related("person"))
        if len(self.complaint.parties.all()) < 2:
            self.fields["said_by"].widget = forms.HiddenInput()


class SpeakerForm(ActionForm):
    party = PartyChoice(
        Party.objects.none(), required=False, label=_("Who speaks for the customer"),
        empty_label=_("somebody who is not named yet"),
    )  # fmt: skip
    name = forms.CharField(max_length=200, required=False, label=_("Name"), help_text=_("Of somebody new."))
    email = forms.EmailField(required=False, label=_("E-mail"))
    phone = forms.CharField(max_length=40, required=False, label=_("Phone"))
    address = forms.CharField(
        max_length=1000, required=False, label=_("Address"), widget=forms.Textarea(attrs={"rows": 2})
    )
    postcode = forms.CharField(max_length=20, required=False, label=_("Postcode"))
    document = forms.CharField(
        max_length=200, label=_("By what authority"),
        help_text=_("The paper that you have seen: power of attorney, grant of probate, signed letter of 3 March."),
    )  # fmt: skip
    scope = forms.CharField(
        max_length=200, required=False, label=_("For what"), help_text=_("Empty: for the whole complaint.")
    )
    until = forms.DateField(
        required=False, label=_("Until when"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day on which it counts. Empty: no end. A day that has passed ends it."),
    )  # fmt: skip

    def prepare(self) -> None:
        field_of(self, "party", PartyChoice).reader = self.reader
        speakers = self.complaint.parties.filter(role=Party.Role.REPRESENTATIVE)
        self.offer("party", speakers.select_related("person"))
        known = [row for row in self.complaint.parties.all() if row.is_representative]
        if not known:
            self.fields["party"].widget = forms.HiddenInput()
        elif len(known) == 1 and self.reader is not None and self.reader.has_perm(IDENTITY):
            self._as_known(known[0])

    def _as_known(self, row: Party) -> None:
        self.fields["party"].initial = row.pk
        for name in ("document", "scope", "until"):
            self.fields[name].initial = getattr(row, f"authority_{name}")

    def clean_document(self) -> str:
        document: str = self.cleaned_data["document"].strip()
        if not document:
            raise forms.ValidationError(_("Say which paper you have seen."))
        return document

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        told = {name: data.pop(name, "") for name in ("name", "email", "phone", "address", "postcode")}
        if data.get("party"):
            if told["name"] or told["email"]:
                self.add_error("party", _("Choose who it is, or name somebody new: not both."))
        elif told["name"] or told["email"]:
            data["person"] = found_or_new(Contact(**told))
        elif not self.errors:
            self.add_error("name", _("Say who it is: a name, or an e-mail address."))
        return data
