"""The forms of what is granted and in whose hands a case is: approving, paying, working out, conflicts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.authority.acts import acts_on
from escalations.authority.allowances import currency_of
from escalations.forms.action import ActionForm
from escalations.forms.fields import field_of
from escalations.models import Calculation, InterestRate, NamedStaff, Remedy
from escalations.models.calculation import DayCount, Rounding
from routing.models import User

DATE = forms.DateInput(attrs={"type": "date"})


def money_field(**given: Any) -> forms.DecimalField:
    return forms.DecimalField(max_digits=12, decimal_places=2, min_value=0, localize=False, **given)


class ApproveRemedyForm(ActionForm):
    remedy = forms.ModelChoiceField(Remedy.objects.none(), label=_("Remedy"))
    amount = money_field(
        required=False, label=_("Amount"), help_text=_("Empty: as it was asked for. You can lower it, and say why.")
    )

    def prepare(self) -> None:
        self.offer("remedy", self.complaint.remedies.all())


class PaymentFailedForm(ActionForm):
    remedy = forms.ModelChoiceField(Remedy.objects.none(), label=_("Remedy"))
    came_back = forms.BooleanField(required=False, label=_("It was paid, and came back"))
    payment_reference = forms.CharField(max_length=60, required=False, label=_("Payment reference"))

    def prepare(self) -> None:
        self.offer("remedy", self.complaint.remedies.filter(kind__in=Remedy.MONEY))


class AuthoriseForm(ActionForm):
    kind = forms.ChoiceField(label=_("You agree to"))

    def prepare(self) -> None:
        choices = [(kind.value, kind.label) for kind in acts_on(self.complaint)]
        field_of(self, "kind", forms.ChoiceField).choices = choices


class DeclareConflictForm(ActionForm):
    user = forms.ModelChoiceField(
        User.objects.none(), required=False, label=_("Who"),
        help_text=_("Empty: you. They and their line manager do not handle it and decide on nothing of it."),
    )  # fmt: skip

    def prepare(self) -> None:
        barred = NamedStaff.objects.standing().filter(complaint=self.complaint).values("user")
        self.offer("user", User.objects.filter(is_active=True, is_staff=True).exclude(pk__in=barred))


class CalculateForm(ActionForm):
    principal = money_field(label=_("Sum"))
    currency = forms.RegexField(
        r"^[A-Z]{3}\Z", label=_("Currency"), error_messages={"invalid": _("Three capital letters, such as GBP.")}
    )
    starts_on = forms.DateField(widget=DATE, label=_("From"), help_text=_("The day it was taken; not counted."))
    ends_on = forms.DateField(widget=DATE, label=_("Until"), help_text=_("The day it is given back; counted."))
    rate_name = forms.ChoiceField(required=False, label=_("Rates"), help_text=_("The dated rates of the house."))
    percent = forms.DecimalField(
        required=False, max_digits=7, decimal_places=4, min_value=0, max_value=100, label=_("Per cent a year"),
        help_text=_("In the place of the rates of the house."),
    )  # fmt: skip
    day_count = forms.ChoiceField(
        choices=DayCount, required=False, initial=DayCount.ACTUAL_365, label=_("Days are counted as")
    )
    set_off = money_field(required=False, label=_("Set off"), help_text=_("What was given back already, or is owed."))
    rounding = forms.ChoiceField(choices=Rounding, required=False, initial=Rounding.HALF_UP, label=_("Rounded"))

    def prepare(self) -> None:
        names = InterestRate.objects.order_by("name").values_list("name", flat=True).distinct()
        choices = [("", "---------"), *((name, name) for name in names)]
        field_of(self, "rate_name", forms.ChoiceField).choices = choices
        self.fields["currency"].initial = currency_of(self.complaint) or "GBP"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("rate_name") and data.get("percent") is None and not self.errors:
            self.add_error("percent", _("Say at which rate."))
        usual = {"day_count": DayCount.ACTUAL_365, "rounding": Rounding.HALF_UP, "set_off": 0}
        return {**data, **{name: data.get(name) or value for name, value in usual.items()}}


class CheckCalculationForm(ActionForm):
    calculation = forms.ModelChoiceField(Calculation.objects.none(), label=_("Calculation"))

    def prepare(self) -> None:
        self.offer("calculation", self.complaint.calculations.filter(check_by_second=None))
