"""The forms of waiting and holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import ActionForm
from escalations.forms.fields import field_of
from escalations.models import Waiting

DAY = forms.DateInput(attrs={"type": "date"})
NOTE = forms.Textarea(attrs={"rows": 2})


def named(reasons: tuple[Waiting.On, ...]) -> list[tuple[str, str]]:
    return [(on.value, str(on.label)) for on in reasons]


class WaitForm(ActionForm):
    on = forms.ChoiceField(choices=named(Waiting.WAITS), label=_("We wait for"))
    until = forms.DateField(
        required=False, widget=DAY, label=_("Until"), help_text=_("The day to chase. Deadlines run on meanwhile.")
    )
    note = forms.CharField(widget=NOTE, max_length=2000, required=False, label=_("For what"))


class HoldForm(ActionForm):
    on = forms.ChoiceField(choices=named(Waiting.GROUNDS), label=_("Ground"))
    until = forms.DateField(required=False, widget=DAY, label=_("Until"), help_text=_("The day to look again."))
    note = forms.CharField(widget=NOTE, max_length=2000, required=False, label=_("Note"))


class EndForm(ActionForm):
    """Which of the open ones; only one runs most of the time, and then nothing is asked."""

    on = forms.ChoiceField(choices=[], required=False, label=_("Which"))

    def prepare(self) -> None:
        rows = self.rows
        choices = [(row.on, row.get_on_display()) for row in rows]
        field_of(self, "on", forms.ChoiceField).choices = [("", _("all of them")), *choices]
        if len(rows) < 2:
            self.fields["on"].widget = forms.HiddenInput()

    @property
    def rows(self) -> list[Waiting]:
        return self.complaint.open_waits


class LiftForm(EndForm):
    @property
    def rows(self) -> list[Waiting]:
        return self.complaint.open_holds
