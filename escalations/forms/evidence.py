"""The forms of evidence: asking, saying where it lies, what came of it, who has listened."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import LONG, ActionForm
from escalations.models import EvidenceRequest, Point

DAY = forms.DateInput(attrs={"type": "date"})
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class Where(ActionForm):
    """Where it lies and how long: what both asking and describing ask."""

    asked_of = forms.CharField(
        max_length=120, required=False, label=_("Asked of"), help_text=_("A department or a firm.")
    )
    due_on = forms.DateField(required=False, widget=DAY, label=_("Expected by"))
    system = forms.CharField(max_length=60, required=False, label=_("System"), help_text=_("Where it lies."))
    external_id = forms.CharField(max_length=100, required=False, label=_("Its number there"))
    recorded_at = forms.DateTimeField(
        required=False, widget=MOMENT, label=_("Begins at"), help_text=_("Of a call: when it began.")
    )
    minutes = forms.IntegerField(min_value=0, max_value=32_000, required=False, label=_("Length (minutes)"))
    delete_on = forms.DateField(
        required=False,
        widget=DAY,
        label=_("Deleted on"),
        help_text=_("The day on which that system deletes it by itself."),
    )


class RequestEvidenceForm(Where):
    kind = forms.ChoiceField(choices=EvidenceRequest.Kind, label=_("Kind"))
    what = forms.CharField(max_length=300, label=_("What exactly"))
    point = forms.ModelChoiceField(Point.objects.none(), required=False, label=_("For which point"))
    keep = forms.BooleanField(required=False, label=_("Its system was asked to keep it"))
    field_order = ("kind", "what", "point", "asked_of", "due_on", "system", "external_id", "recorded_at", "minutes",
                   "delete_on", "keep")  # fmt: skip

    def prepare(self) -> None:
        self.offer("point", self.complaint.points.select_related("product", "issue"))
        if len(self.complaint.points.all()) == 1:
            self.fields["point"].widget = forms.HiddenInput()

    def clean_point(self) -> Any:
        return self.cleaned_data["point"] or self.complaint.main_point


class RequestChoiceForm(ActionForm):
    request = forms.ModelChoiceField(EvidenceRequest.objects.none(), label=_("Which request"))

    def prepare(self) -> None:
        rows = self.complaint.evidence_requests.all()
        self.offer("request", rows)
        if len(rows) == 1:
            self.fields["request"].initial, self.fields["request"].widget = rows[0], forms.HiddenInput()
            self.about = capfirst(str(rows[0]))

    @property
    def chosen(self) -> EvidenceRequest | None:
        asked = str(self.data.get("request") or self.initial.get("request") or "")
        rows = list(self.complaint.evidence_requests.all())
        found = next((row for row in rows if str(row.pk) == asked), None)
        return found or (rows[0] if len(rows) == 1 else None)


class DescribeEvidenceForm(RequestChoiceForm, Where):
    """Only what is given differs; a page shows what stands."""

    keep = forms.ChoiceField(choices=EvidenceRequest.Keep, required=False, label=_("Keep"))
    field_order = (
        "request",
        "asked_of",
        "due_on",
        "system",
        "external_id",
        "recorded_at",
        "minutes",
        "delete_on",
        "keep",
    )

    def prepare(self) -> None:
        super().prepare()
        if self.chosen:
            for name in self.fields.keys() - {"request"}:
                self.fields[name].initial = getattr(self.chosen, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {name: value for name, value in data.items() if name in self.data or name == "request"}


class AnswerEvidenceForm(RequestChoiceForm):
    result = forms.ChoiceField(choices=EvidenceRequest.Result, label=_("What came of it"))
    answer = forms.CharField(
        widget=LONG, max_length=5000, required=False, label=_("What it says, or where it was looked for"),
        help_text=_("“Not found” is a finding: it is told with the findings of the point."),
    )  # fmt: skip


class ListenForm(RequestChoiceForm):
    mark = forms.RegexField(
        r"^\d{1,3}(:\d{2}){1,2}\Z", required=False, label=_("Time mark"), help_text=_("Such as 04:30."),
        error_messages={"invalid": _("Minutes and seconds, such as 04:30.")},
    )  # fmt: skip
    heard = forms.CharField(widget=LONG, max_length=5000, required=False, label=_("What was said there"))

    def prepare(self) -> None:
        super().prepare()
        self.offer("request", self.complaint.evidence_requests.filter(result=EvidenceRequest.Result.RECEIVED))
