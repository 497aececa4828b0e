"""The forms of an incident: opening it, what was found, and a step on all its complaints."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import BODY_LIMIT, LETTER, LONG, ActionForm
from escalations.forms.fields import field_of
from escalations.forms.waiting import DAY, named
from escalations.models import Incident, IncidentFinding, Message, Waiting
from escalations.models.remedy import Remedy
from routing.models import Handler

STEPS = {
    "reassign": _("Give all to one handler"),
    "investigate": _("Start investigating"),
    "record_finding": _("Record the shared finding"),
    "confirm_cause": _("Confirm the shared root cause"),
    "propose_remedy": _("Propose the same remedy"),
    "write": _("Send the same letter"),
    "communicate": _("Begin to give the outcome"),
    "resolve": _("Outcome given"),
    "hold": _("Put all on hold"),
    "lift_hold": _("Lift the hold"),
}
ASKED_FOR = {
    "handler": ("reassign",), "kind": ("write",), "body": ("write",), "remedy": ("propose_remedy",),
    "amount": ("propose_remedy",), "currency": ("propose_remedy",), "ground": ("hold", "lift_hold"), "until": ("hold",),
}  # fmt: skip
"""By field: the steps that ask for it; the reason is asked by all."""
NEEDED = {
    "reassign": ("handler", "reason"), "write": ("kind", "body"), "propose_remedy": ("remedy",),
    "hold": ("ground", "reason"), "lift_hold": ("reason",),
}  # fmt: skip
LETTERS = (Message.Kind.ACKNOWLEDGEMENT, Message.Kind.UPDATE, Message.Kind.HOLDING, Message.Kind.FINAL_RESPONSE)


class IncidentForm(forms.ModelForm):
    class Meta:
        model = Incident
        fields = ["title", "began_on"]
        widgets = {"began_on": forms.DateInput(attrs={"type": "date"})}


class FindingForm(forms.ModelForm):
    class Meta:
        model = IncidentFinding
        fields = ["finding", "outcome", "fault", "cause", "text"]


class JoinForm(ActionForm):
    incident = forms.ModelChoiceField(Incident.objects.open(), label=_("Incident"))


class StepForm(forms.Form):
    """Only what the chosen step needs is passed on."""

    action = forms.ChoiceField(
        choices=list(STEPS.items()), label=_("Step"), widget=forms.Select(attrs={"data-decides": ""})
    )
    handler = forms.ModelChoiceField(Handler.objects.none(), required=False, label=_("Handler"))
    kind = forms.ChoiceField(
        choices=[("", "---------"), *((kind.value, kind.label) for kind in LETTERS)], required=False,
        label=_("Kind of letter"),
    )  # fmt: skip
    body = forms.CharField(widget=LETTER, max_length=BODY_LIMIT, required=False, label=_("Letter"))
    remedy = forms.ChoiceField(choices=[("", "---------"), *Remedy.Kind.choices], required=False, label=_("Remedy"))
    amount = forms.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, label=_("Amount"))
    currency = forms.RegexField(r"^[A-Z]{3}\Z", required=False, label=_("Currency"))
    ground = forms.ChoiceField(
        choices=[("", "---------"), *named(Waiting.GROUNDS)], required=False, label=_("Ground"),
        help_text=_("To lift: left empty, whatever holds them is lifted."),
    )  # fmt: skip
    until = forms.DateField(
        required=False, widget=DAY, label=_("Until"), help_text=_("The day to look again. Deadlines run on meanwhile.")
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The latest step that the page showed: one that was asked for since is looked at first."""
    reason = forms.CharField(
        widget=LONG, max_length=2000, required=False, label=_("Reason"),
        help_text=_("Needed to give them to a handler, to hold and to lift. Stands in the record of each."),
    )  # fmt: skip

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incident = incident
        handlers = Handler.objects.active().select_related("user", "team")
        field_of(self, "handler", forms.ModelChoiceField).queryset = handlers

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        action = data.get("action")
        for name in NEEDED.get(action or "", ()):
            if not data.get(name):
                self.add_error(name, _("This step needs it."))
        if action in ("record_finding", "confirm_cause") and self.incident.finding is None:
            self.add_error("action", _("Write down first what was found for all."))
        if action == "propose_remedy" and data.get("remedy") in Remedy.MONEY and not data.get("amount"):
            self.add_error("amount", _("Say how much."))
        if action == "hold" and data.get("until") and data["until"] < timezone.localdate():
            self.add_error("until", _("This day has passed."))
        return data

    @property
    def parts(self) -> list[tuple[forms.BoundField, str]]:
        """The fields, each with the steps that ask for it, none where all do: a page shows those of the chosen one."""
        return [(field, " ".join(ASKED_FOR.get(field.name, ()))) for field in self.visible_fields()]

    @property
    def given(self) -> dict[str, Any]:
        """The data of the step, as JSON keeps them."""
        data, action = self.cleaned_data, self.cleaned_data["action"]
        if action == "reassign":
            return {"handler": data["handler"].pk}
        if action == "write":
            return {"kind": data["kind"], "body": data["body"]}
        if action == "propose_remedy":
            money = data["remedy"] in Remedy.MONEY
            amount = {"amount": str(data["amount"]), "currency": data["currency"] or "GBP"} if money else {}
            return {"kind": data["remedy"], **amount}
        if action == "hold":
            return {"on": data["ground"], "until": data["until"].isoformat() if data["until"] else None}
        if action == "lift_hold":
            return {"on": data["ground"]}
        return {}
