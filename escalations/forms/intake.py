"""The form a complaint is registered with by hand; agents' page and back office show the same one."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.errors import Invalid
from escalations.fields.inputs import Offered, input_of
from escalations.forms.fields import field_of
from escalations.intake import AttemptDraft, AuthorityDraft, Contact, Draft, PointDraft
from escalations.models import Attempt
from escalations.states import Channel, RestrictedKind, Severity
from routing.definitions import Definitions
from routing.models import Choice, Field

FIELD_OF = {
    "contact": "name", "representative": "representative_name", "authority": "authority_document", "outcome": None,
}  # fmt: skip
"""Where a problem that `intake` reports under another name is shown."""


class IntakeForm(forms.Form):
    """Asks for what `intake.register` needs; `intake` itself judges it, the same for every channel."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    customer_number = forms.CharField(label=_("Customer number"), max_length=100, required=False)
    representative_name = forms.CharField(
        label=_("Who speaks for them"), max_length=200, required=False, help_text=_("Empty: the customer does.")
    )
    representative_email = forms.EmailField(label=_("E-mail of who speaks for them"), required=False)
    authority_document = forms.CharField(
        label=_("By what authority"), max_length=200, required=False,
        help_text=_("The paper that you have seen, such as a power of attorney. Until then they are shown nothing."),
    )  # fmt: skip
    authority_scope = forms.CharField(label=_("Authority for what"), max_length=200, required=False)
    authority_until = forms.DateField(
        label=_("Authority until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Its last day. Empty: no end."),
    )  # fmt: skip

    what_happened = forms.CharField(
        label=_("What happened, in the customer's own words"), widget=forms.Textarea(attrs={"rows": 8})
    )
    wanted = forms.CharField(
        label=_("What they want, in their own words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    happened_on = forms.DateField(
        label=_("When it happened"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    received_at = forms.DateTimeField(
        label=_("When we received it"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: now. Deadlines count from here."),
    )
    channel = forms.ChoiceField(label=_("How it came"), choices=Channel, initial=Channel.PHONE)

    product = forms.ModelChoiceField(Choice.objects.none(), label=_("Product"), required=False)
    issue = forms.ModelChoiceField(Choice.objects.none(), label=_("Issue"), required=False)
    complaint_type = forms.ModelChoiceField(Choice.objects.none(), label=_("Complaint type"), required=False)
    severity = forms.TypedChoiceField(label=_("Severity"), choices=Severity, coerce=int, initial=Severity.MEDIUM)
    amount = forms.DecimalField(
        label=_("Amount in dispute"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    currency = forms.RegexField(
        r"^[A-Z]{3}\Z",
        label=_("Currency"),
        required=False,
        error_messages={"invalid": _("Three capital letters, such as GBP.")},
    )
    region = forms.CharField(label=_("Region"), max_length=80, required=False)
    jurisdiction = forms.CharField(
        label=_("Jurisdiction"),
        max_length=20,
        required=False,
        help_text=_("Whose law and regulator apply, such as UK."),
    )
    language = forms.RegexField(
        r"^[a-z]{2,3}\Z",
        label=_("Language"),
        required=False,
        error_messages={"invalid": _("Its code, such as en or pt.")},
    )
    restricted_kind = forms.ChoiceField(
        label=_("Restricted"), choices=[("", _("not restricted")), *RestrictedKind.choices], required=False
    )

    attempt = forms.CharField(
        label=_("What was tried to put it right"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    attempt_result = forms.ChoiceField(
        label=_("What came of it"), choices=[("", "---------"), *Attempt.Result.choices], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("product", "issue", "complaint_type"):
            field_of(self, name, forms.ModelChoiceField).queryset = Choice.objects.of(name).active()
        self.own = Definitions.load().active
        offered = Offered.load(self.own)
        for one in self.own:
            self.fields[one.name] = input_of(one, offered)
            # Where only some types need it, the page cannot tell yet: `intake` does.
            self.fields[one.name].required = one.needed == Field.Needed.REGISTER and not one.complaint_types

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("attempt")) != bool(data.get("attempt_result")):
            missing = "attempt_result" if data.get("attempt") else "attempt"
            self.add_error(missing, _("Say both what was tried and what came of it."))
        return data

    def draft(self) -> Draft:
        """What was typed, as `intake.register` takes it."""
        data = self.cleaned_data
        return Draft(
            contact=self._contact(),
            representative=self._representative(),
            authority=AuthorityDraft(data["authority_document"], data["authority_scope"], data["authority_until"]),
            points=(PointDraft(product=data["product"], issue=data["issue"]),),
            attempts=self._attempts(),
            fields={one.code: data[one.name] for one in self.own if data[one.name] not in (None, "")},
            **{name: data[name] for name in TAKEN_OVER},
        )

    def names_of_types(self) -> dict[int, str]:
        return dict(Choice.objects.of("complaint_type").active().values_list("pk", "label"))

    def own_groups(self) -> list[tuple[frozenset[int], list[str]]]:
        """The organisation's own fields together with the types of complaint (keys) they are asked of; none: of all."""
        groups: dict[frozenset[int], list[str]] = {frozenset(): []}
        for one in self.own:
            groups.setdefault(one.complaint_types, []).append(one.name)
        return [(types, names) for types, names in groups.items() if names]

    def refuse(self, refusal: Invalid) -> None:
        """Shows at the fields what intake found wrong."""
        for name, sentences in refusal.errors.items():
            place = FIELD_OF.get(name, name)
            for sentence in sentences:
                self.add_error(place if place in self.fields else None, sentence)

    def _contact(self) -> Contact:
        data = self.cleaned_data
        number = data["customer_number"]
        return Contact(
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            address=data["address"],
            postcode=data["postcode"],
            external_system="customer" if number else "",
            external_id=number,
        )

    def _representative(self) -> Contact | None:
        name, email = self.cleaned_data["representative_name"], self.cleaned_data["representative_email"]
        return Contact(name=name, email=email) if name or email else None

    def _attempts(self) -> tuple[AttemptDraft, ...]:
        what, result = self.cleaned_data["attempt"], self.cleaned_data["attempt_result"]
        return (AttemptDraft(what=what, result=result, made_at=timezone.now()),) if what else ()


TAKEN_OVER = (
    "what_happened", "wanted", "happened_on", "received_at", "channel", "severity", "complaint_type", "amount",
    "currency", "region", "jurisdiction", "language", "restricted_kind",
)  # fmt: skip
