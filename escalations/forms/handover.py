"""The form that asks for what is missing from a handover, and for nothing that is there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import BODY_LIMIT, LONG, ActionForm
from escalations.handing_over.completeness import ASKS, gaps
from escalations.models import Attempt, Need
from escalations.states import HandoverPart
from routing.models import Choice

FIELDS: dict[HandoverPart, tuple[str, ...]] = {
    HandoverPart.CUSTOMER: ("name", "phone", "email"),
    HandoverPart.NEEDS: ("need", "adjustment", "no_needs"),
    HandoverPart.HAPPENED: ("happened",),
    HandoverPart.WHEN: ("happened_on", "no_when"),
    HandoverPart.ABOUT: ("product", "issue"),
    HandoverPart.TRIED: ("attempt", "attempt_result"),
    HandoverPart.FAILED: ("why_failed",),
    HandoverPart.WANTED: ("wanted",),
    HandoverPart.EVIDENCE: ("evidence", "no_evidence"),
    HandoverPart.AMOUNT: ("amount", "currency", "no_amount"),
}
"""Which fields ask for which part; a `no_` field says that there is none."""


class HandoverForm(ActionForm):
    """Everything is optional, but something must be said."""

    attempt = forms.CharField(widget=LONG, max_length=5000, required=False, label=_("What was tried to put it right"))
    attempt_result = forms.ChoiceField(
        choices=[("", "---------"), *Attempt.Result.choices], required=False, label=_("What came of it")
    )
    why_failed = forms.CharField(widget=LONG, max_length=BODY_LIMIT, required=False, label=_("Why it did not work"))
    wanted = forms.CharField(
        widget=LONG, max_length=BODY_LIMIT, required=False, label=_("What the customer wants, in their own words")
    )
    happened = forms.CharField(
        widget=LONG, max_length=BODY_LIMIT, required=False, label=_("What happened, in the customer's own words")
    )
    happened_on = forms.DateField(
        required=False, label=_("When it happened"), widget=forms.DateInput(attrs={"type": "date"})
    )
    no_when = forms.BooleanField(required=False, label=_("The day is not known"))
    product = forms.ModelChoiceField(Choice.objects.none(), required=False, label=_("Product"))
    issue = forms.ModelChoiceField(Choice.objects.none(), required=False, label=_("Issue"))
    evidence = forms.CharField(
        widget=LONG, max_length=BODY_LIMIT, required=False, label=_("Evidence"),
        help_text=_("What there is and where: letters, recordings, screenshots."),
    )  # fmt: skip
    no_evidence = forms.BooleanField(required=False, label=_("Asked: there is none"))
    amount = forms.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, label=_("Amount in dispute")
    )
    currency = forms.RegexField(
        r"^[A-Z]{3}\Z", required=False, label=_("Currency"),
        error_messages={"invalid": _("Three capital letters, such as GBP.")},
    )  # fmt: skip
    no_amount = forms.BooleanField(required=False, label=_("No money is in dispute"))
    need = forms.ChoiceField(
        choices=[("", "---------"), *Need.Driver.choices], required=False, label=_("What makes it harder for them")
    )
    adjustment = forms.CharField(max_length=200, required=False, label=_("What we do about it"))
    no_needs = forms.BooleanField(required=False, label=_("Asked: nothing particular"))
    name = forms.CharField(max_length=200, required=False, label=_("Customer's name"))
    phone = forms.CharField(max_length=40, required=False, label=_("Phone"))
    email = forms.EmailField(required=False, label=_("E-mail"))
    question = forms.CharField(
        widget=LONG, max_length=BODY_LIMIT, required=False, label=_("What is still open"),
        help_text=_("What whoever takes over should ask first."),
    )  # fmt: skip

    required: tuple[HandoverPart, ...] = ()
    """The parts that cannot be left out."""

    def prepare(self) -> None:
        self.gaps = gaps(self.complaint)
        for part, names in FIELDS.items():
            if part not in self.gaps:
                for name in names:
                    del self.fields[name]
        for name in ("product", "issue"):
            if name in self.fields:
                self.offer(name, Choice.objects.of(name).active())
                self.fields[name].initial = getattr(self.complaint.main_point, f"{name}_id", None)
        if "currency" in self.fields:
            self.fields["currency"].initial = self.complaint.currency or "GBP"
        self._keep_what_is_known()

    def _keep_what_is_known(self) -> None:
        """Of who the customer is, only what is empty is asked."""
        if HandoverPart.CUSTOMER not in self.gaps:
            return
        person = next((row.person for row in self.complaint.parties.all() if row.role != "representative"), None)
        for name in FIELDS[HandoverPart.CUSTOMER]:
            if person is None or getattr(person, name):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_pairs(data)
        none = tuple(part for part, name in NONE.items() if data.pop(name, False))
        for part in none:
            if any(data.get(name) for name in FIELDS[part] if name != "currency"):
                self.add_error(FIELDS[part][0], _("Say it, or say that there is none; not both."))
        given = {name: value for name, value in data.items() if value not in ("", None)}
        if set(given) <= {"currency"} and not none:
            self.refuse_nothing()
        for part in self.required:
            if part in self.gaps and part not in none and not any(given.get(name) for name in FIELDS[part]):
                self._lacks(part)
        return given | {"none": none} if none else given

    def refuse_nothing(self) -> None:
        if not self.errors:
            raise forms.ValidationError(_("Add at least one of the missing parts."))

    def _lacks(self, part: HandoverPart) -> None:
        name = next((name for name in FIELDS[part] if name in self.fields), None)
        if name is None or name not in self.errors:
            self.add_error(name, str(ASKS[part]))

    def _check_pairs(self, data: dict[str, Any]) -> None:
        if bool(data.get("attempt")) != bool(data.get("attempt_result")):
            missing = "attempt_result" if data.get("attempt") else "attempt"
            self.add_error(missing, _("Say both what was tried and what came of it."))
        if data.get("amount") is not None and not (data.get("currency") or self.complaint.currency):
            self.add_error("currency", _("An amount needs its currency, such as GBP."))
        if data.get("adjustment") and not data.get("need"):
            self.add_error("need", _("Say what makes it harder for them."))
        if data.get("amount") is None:
            data.pop("currency", None)


NONE = {
    HandoverPart.NEEDS: "no_needs",
    HandoverPart.WHEN: "no_when",
    HandoverPart.EVIDENCE: "no_evidence",
    HandoverPart.AMOUNT: "no_amount",
}
