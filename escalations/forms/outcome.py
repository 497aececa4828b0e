"""The forms about one point: how it came out, why, and until when what was offered stands."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import BODY_LIMIT, ActionForm
from escalations.forms.fields import field_of
from escalations.models import Cause, Control, FindingCode, Point, Statement
from escalations.states import Finding, Outcome
from routing.models import Choice

SHORT = forms.Textarea(attrs={"rows": 3})
NOTHING = [("", "---------")]
FAULTS = [*NOTHING, *Point.Fault.choices]
GONE = _("This was taken out of use or deleted meanwhile: choose another. Everything else you typed is still here.")
CURRENCY = r"^[A-Z]{3}\Z"


class CodeField(forms.ModelChoiceField):
    """One code of a list; what is not there any more is said in words."""

    default_error_messages = {"invalid_choice": GONE}  # as Django has it

    def __init__(self, model: Any, **kwargs: Any) -> None:
        super().__init__(model.objects.none(), required=kwargs.pop("required", False), **kwargs)
        self.model = model

    def offer(self, *carried: int | None) -> None:
        """Those in use, and those that the point carries already."""
        self.queryset = self.model.objects.in_use(besides=carried)


class CodesField(forms.ModelMultipleChoiceField):
    default_error_messages = {"invalid_choice": GONE, "invalid_pk_value": GONE}  # as Django has it

    def offer(self, *carried: int) -> None:
        self.queryset = Cause.objects.in_use(besides=carried)


class PointChoiceForm(ActionForm):
    """For what is said of one point; the main one where nothing else is chosen."""

    point = forms.ModelChoiceField(Point.objects.none(), label=_("Point"), required=False)

    def prepare(self) -> None:
        points = self.complaint.points.select_related("product", "issue")
        self.offer("point", points)
        self.fields["point"].initial = self.complaint.main_point
        if len(self.complaint.points.all()) == 1:
            self.fields["point"].widget = forms.HiddenInput()

    def clean_point(self) -> Any:
        return self.cleaned_data["point"] or self.complaint.main_point

    @property
    def chosen_point(self) -> Point:
        """Which point the form is about before it is cleaned: the one asked for, else the main one."""
        asked = str(self.data.get("point") or self.initial.get("point") or "")
        points = self.complaint.points.all()
        return next((point for point in points if str(point.pk) == asked), None) or self.complaint.main_point


class FindingForm(PointChoiceForm):
    finding = forms.ChoiceField(choices=Finding, label=_("Finding"))
    outcome = forms.ChoiceField(choices=Outcome, label=_("Outcome"))
    fault = forms.ChoiceField(choices=FAULTS, required=False, label=_("Whose fault"))
    text = forms.CharField(widget=SHORT, max_length=BODY_LIMIT, required=False, label=_("What you found"))


class WhyForm(PointChoiceForm):
    """Why it happened: what the outcome and the confirming of a cause share."""

    cause = CodeField(Cause, label=_("Root cause"))
    contributing = CodesField(
        Cause.objects.none(), required=False, label=_("Contributing causes"),
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )  # fmt: skip
    fault = forms.ChoiceField(choices=FAULTS, required=False, label=_("Whose fault"))
    control = CodeField(Control, label=_("Which control failed"))
    prevention = forms.CharField(
        widget=SHORT, max_length=BODY_LIMIT, required=False, label=_("What would have prevented it")
    )
    whole = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        super().prepare()
        point = self.chosen_point
        contributing = [row.cause_id for row in point.contributing.all()]
        field_of(self, "cause", CodeField).offer(point.cause_id)
        field_of(self, "control", CodeField).offer(point.control_id)
        field_of(self, "contributing", CodesField).offer(*contributing)
        stands = {"cause": point.cause_id, "contributing": contributing, "fault": point.fault, "whole": True}
        words = {"prevention": self.complaint.words_of(point, Statement.Kind.PREVENTION)}
        self.starts_from({**stands, "control": point.control_id, **words})

    def starts_from(self, stands: dict[str, Any]) -> None:
        for name, value in stands.items():
            if name in self.fields:
                self.fields[name].initial = value

    def given(self, data: dict[str, Any], *always: str) -> dict[str, Any]:
        """A page sends the whole form; a program only what it wants to change."""
        whole = data.pop("whole", False)
        return {name: value for name, value in data.items() if whole or name in self.data or name in always}


class CauseForm(WhyForm):
    cause = CodeField(Cause, label=_("Root cause"), required=True)
    status = forms.ChoiceField(choices=Point.CauseStatus, label=_("It is"))
    field_order = ("point", "cause", "status", "contributing", "fault", "control", "prevention")

    def prepare(self) -> None:
        super().prepare()
        self.starts_from({"status": self.chosen_point.cause_status or Point.CauseStatus.CONFIRMED})

    def clean(self) -> dict[str, Any]:
        return self.given(super().clean() or {}, "point", "cause", "status")


class OutcomeForm(WhyForm):
    """Everything about one point on one page. Nothing is required: what is known is kept, the rest can follow."""

    symptom = CodeField(Choice, label=_("Symptom"), help_text=_("What the customer complained of, as a code."))
    finding = forms.ChoiceField(choices=[*NOTHING, *Finding.choices], required=False, label=_("Did it happen"))
    finding_code = CodeField(FindingCode, label=_("Finding"), help_text=_("What you established, as a code."))
    text = forms.CharField(widget=SHORT, max_length=BODY_LIMIT, required=False, label=_("What you found, in words"))
    outcome = forms.ChoiceField(choices=[*NOTHING, *Outcome.choices], required=False, label=_("Outcome"))
    cause_status = forms.ChoiceField(
        choices=[*NOTHING, *Point.CauseStatus.choices], required=False, label=_("The cause is")
    )
    asked = forms.CharField(widget=SHORT, max_length=BODY_LIMIT, required=False, label=_("What was asked for"))
    asked_amount = forms.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, localize=False, label=_("Amount asked for")
    )
    asked_currency = forms.RegexField(
        CURRENCY,
        required=False,
        label=_("Currency"),
        error_messages={"invalid": _("Three capital letters, such as GBP.")},
    )
    offered = forms.CharField(
        widget=SHORT, max_length=BODY_LIMIT, required=False, label=_("What was offered"),
        help_text=_("In words; amounts are the remedies of this point."),
    )  # fmt: skip
    field_order = (
        "point", "symptom", "finding", "finding_code", "text", "outcome", "cause", "cause_status", "contributing",
        "fault", "control", "prevention", "asked", "asked_amount", "asked_currency", "offered",
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        point, kinds = self.chosen_point, Statement.Kind
        symptom = field_of(self, "symptom", CodeField)
        symptom.queryset = Choice.objects.of("issue").active() | Choice.objects.filter(pk=point.issue_id or 0)
        field_of(self, "finding_code", CodeField).offer(point.finding_code_id)
        words = {"text": kinds.FINDING, "asked": kinds.ASKED, "offered": kinds.OFFERED}
        self.starts_from({
            "symptom": point.issue_id, "finding": point.finding, "finding_code": point.finding_code_id,
            "outcome": point.outcome, "cause_status": point.cause_status, "asked_amount": point.asked_amount,
            "asked_currency": point.asked_currency or self.complaint.currency,
            **{name: self.complaint.words_of(point, kind) for name, kind in words.items()},
        })  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = self.given(super().clean() or {}, "point")
        if data.get("cause_status") == Point.CauseStatus.CONFIRMED and not data.get("cause") and "cause" in self.data:
            self.add_error("cause", _("Say which cause is confirmed."))
        if data.get("asked_amount") is not None and not (
            data.get("asked_currency") or self.chosen_point.asked_currency
        ):
            self.add_error("asked_currency", _("An amount needs its currency, such as GBP."))
        if data.get("asked_amount") is None and "asked_amount" in data and "asked_amount" not in self.errors:
            data["asked_currency"] = ""
        return data


class ExtendOfferForm(ActionForm):
    until = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}), label=_("Open until"),
        help_text=_("A later day than the customer was told."),
    )  # fmt: skip

    def prepare(self) -> None:
        self.fields["until"].widget.attrs["min"] = timezone.localdate().isoformat()
        self.fields["until"].initial = self.complaint.offer_until
