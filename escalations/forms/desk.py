"""The forms of the checklist, of files, and of what other departments are asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.forms.action import LONG, ActionForm, NoData
from escalations.models import Attachment, ChecklistItem, Task


class TickForm(ActionForm):
    item = forms.ModelChoiceField(ChecklistItem.objects.none(), label=_("What was seen to"))
    done = forms.BooleanField(required=False, initial=True, label=_("It is done"))

    def prepare(self) -> None:
        keys = [item.pk for item in self.complaint.checklist]
        self.offer("item", ChecklistItem.objects.filter(pk__in=keys))


class AttachForm(NoData):
    """The files themselves come beside it: see `escalations.files`."""


class HeldFiles(forms.ModelChoiceField):
    """Each with what the virus check said of it, and who brought it."""

    def label_from_instance(self, obj: Attachment) -> str:
        why = f"{obj.get_state_display()}, {obj.found}" if obj.found else obj.get_state_display()
        return f"{obj} ({why}; {obj.added_by})" if obj.added_by else f"{obj} ({why})"


class HeldFileForm(ActionForm):
    file = HeldFiles(
        Attachment.objects.none(), label=_("File"),
        help_text=_("From then on it is handed out and sent. In doubt ask whoever looks after the virus check first."),
    )  # fmt: skip

    def prepare(self) -> None:
        self.offer("file", Attachment.objects.held().filter(complaint=self.complaint).select_related("added_by"))


class EraseFileForm(ActionForm):
    file = forms.ModelChoiceField(
        Attachment.objects.none(), label=_("File"),
        help_text=_("Content and name go for good; nobody can bring them back. Digest, size, when and why stay."),
    )  # fmt: skip

    def prepare(self) -> None:
        there = Attachment.objects.exclude(state=Attachment.State.ERASED)
        self.offer("file", there.filter(complaint=self.complaint))


class AskDepartmentForm(ActionForm):
    department = forms.CharField(max_length=100, label=_("Department"), help_text=_("Such as “Billing operations”."))
    email = forms.EmailField(
        required=False, label=_("E-mail"), help_text=_("The link goes there. Without one you hand it on yourself.")
    )
    question = forms.CharField(
        widget=LONG, max_length=4000, label=_("What you ask"),
        help_text=_("They see only this text and the reference: name the customer only where they must know."),
    )  # fmt: skip
    due_on = forms.DateField(label=_("Answer by"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_department(self) -> str:
        return " ".join(self.cleaned_data["department"].split())


class WithdrawTaskForm(ActionForm):
    task = forms.ModelChoiceField(Task.objects.none(), label=_("What is asked"))

    def prepare(self) -> None:
        self.offer("task", Task.objects.filter(complaint=self.complaint).open())


FORMS: dict[str, type[ActionForm]] = {
    "tick": TickForm,
    "attach": AttachForm,
    "release_file": HeldFileForm,
    "erase_file": EraseFileForm,
    "ask_department": AskDepartmentForm,
    "withdraw_task": WithdrawTaskForm,
}


class AnswerTaskForm(forms.Form):
    """What another department says, by its link. Not bound to a case: nothing of it is shown."""

    name = forms.CharField(max_length=100, label=_("Your name"))
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 10}), max_length=20_000, label=_("Your answer"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "\x00" in data.get("body", "") + data.get("name", ""):
            raise forms.ValidationError(_("The text holds null characters, which no person typed."))
        return data
