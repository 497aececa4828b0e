"""One Django form for each action: what a page posts and what the API sends are checked by the same one.

`cleaned_data` is exactly the keyword-only arguments of the action's method. A form is bound to its case, so that a
point, remedy or confirmation of another case is no choice at all.
"""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from escalations.authority.allowances import currency_of
from escalations.fields.editing import FieldsForm
from escalations.forms import desk as desk_forms
from escalations.forms.action import BODY_LIMIT, LETTER, LONG, ActionForm, NoData
from escalations.forms.erasing import EraseWordsForm
from escalations.forms.evidence import AnswerEvidenceForm, DescribeEvidenceForm, ListenForm, RequestEvidenceForm
from escalations.forms.handover import HandoverForm
from escalations.forms.incidents import JoinForm
from escalations.forms.links import LinkForm, MergeForm, UnlinkForm
from escalations.forms.money import (
    ApproveRemedyForm,
    AuthoriseForm,
    CalculateForm,
    CheckCalculationForm,
    DeclareConflictForm,
    PaymentFailedForm,
)
from escalations.forms.outcome import CauseForm, ExtendOfferForm, FindingForm, OutcomeForm, PointChoiceForm
from escalations.forms.referral import ReferPartForm, SetAsideForm
from escalations.forms.speakers import SaidByForm, SpeakerForm
from escalations.forms.waiting import EndForm, HoldForm, LiftForm, WaitForm
from escalations.models import Attempt, Calculation, Cause, Confirmation, Message, NamedStaff, Remedy, Statement
from escalations.models.sealed_note import READ as READ_SEALED
from escalations.money.working_out import what_needs_one
from escalations.states import Channel, RestrictedKind, Severity, TriggerKind
from routing.models import Choice, Handler, Team, User


class SettleForm(ActionForm):
    cause = forms.ModelChoiceField(Cause.objects.filter(is_active=True), label=_("Root cause"))
    letter = forms.CharField(widget=LETTER, max_length=BODY_LIMIT, label=_("Summary letter"))


class TriggerForm(ActionForm):
    kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in TriggerKind
            if kind not in (TriggerKind.REOPENED, TriggerKind.FURTHER, TriggerKind.CUSTOMER, TriggerKind.RISK)
        ],
        initial=TriggerKind.AGENT,
        required=False,
        label=_("Why"),
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or TriggerKind.AGENT


class RouteForm(ActionForm):
    team = forms.ModelChoiceField(Team.objects.filter(is_active=True), label=_("Team"))
    handler = forms.ModelChoiceField(
        Handler.objects.none(), required=False, label=_("Handler"), help_text=_("Empty: the team's list.")
    )

    def prepare(self) -> None:
        self.offer("handler", Handler.objects.active().select_related("user", "team"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        handler, team = data.get("handler"), data.get("team")
        if handler and team and handler.team_id != team.pk:
            self.add_error(
                "handler", _("%(handler)s belongs to %(team)s.") % {"handler": handler, "team": handler.team}
            )
        return data


class ResolveForm(SaidByForm):
    agreed = forms.BooleanField(required=False, label=_("The customer agrees"))
    offer_until = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}), label=_("The offer stands until"),
        help_text=_("As the letter says it. Empty: the days of the house policy."),
    )  # fmt: skip


class WithdrawForm(SaidByForm):
    words = forms.CharField(widget=LONG, max_length=BODY_LIMIT, label=_("What the customer said, word for word"))
    channel = forms.ChoiceField(choices=Channel.taken_down, initial=Channel.PHONE, label=_("How they said it"))


class EditForm(ActionForm):
    """Only what differs is passed on."""

    severity = forms.TypedChoiceField(choices=Severity, coerce=int, required=False, label=_("Severity"))
    product = forms.ModelChoiceField(Choice.objects.none(), required=False, label=_("Product"))
    issue = forms.ModelChoiceField(Choice.objects.none(), required=False, label=_("Issue"))
    amount = forms.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, label=_("Amount in dispute")
    )
    currency = forms.RegexField(r"^[A-Z]{3}\Z", required=False, label=_("Currency"))
    region = forms.CharField(max_length=80, required=False, label=_("Region"))
    jurisdiction = forms.CharField(max_length=20, required=False, label=_("Jurisdiction"))
    language = forms.RegexField(r"^[a-z]{2,3}\Z", required=False, label=_("Language"))

    def prepare(self) -> None:
        point = self.complaint.main_point
        for name in ("product", "issue"):
            self.offer(name, Choice.objects.of(name).active())
            self.fields[name].initial = getattr(point, f"{name}_id")
        for name in ("severity", "amount", "currency", "region", "jurisdiction", "language"):
            self.fields[name].initial = getattr(self.complaint, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        point = self.complaint.main_point
        given = {name: value for name, value in data.items() if name in self.data}
        now = {name: getattr(point if name in ("product", "issue") else self.complaint, name) for name in given}
        changed = {name: value for name, value in given.items() if value != now[name] and not _blank(name, value)}
        if not changed and not self.errors:
            raise forms.ValidationError(_("Nothing differs from what the case says."))
        if changed.get("amount") is not None and not (changed.get("currency") or self.complaint.currency):
            self.add_error("currency", _("An amount needs its currency, such as GBP."))
        return changed


def _blank(name: str, value: Any) -> bool:
    """An emptied severity or language means: leave it."""
    return name in ("severity", "language") and value in ("", None)


class StatementForm(ActionForm):
    kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in (
                Statement.Kind.WHAT_HAPPENED,
                Statement.Kind.WANTED,
                Statement.Kind.EVIDENCE,
                Statement.Kind.WHY_FAILED,
                Statement.Kind.QUESTION,
            )
        ],
        label=_("What it is about"),
    )
    text = forms.CharField(widget=LONG, max_length=BODY_LIMIT, label=_("In the customer's own words"))


class AttemptForm(ActionForm):
    what = forms.CharField(widget=LONG, max_length=5000, label=_("What was tried"))
    result = forms.ChoiceField(choices=Attempt.Result, label=_("What came of it"))
    why = forms.CharField(widget=LONG, max_length=BODY_LIMIT, required=False, label=_("Why it did not work"))
    promised_on = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        label=_("Promised for"),
        help_text=_("The day by which the customer was told it would be done."),
    )


class PointForm(ActionForm):
    product = forms.ModelChoiceField(Choice.objects.none(), required=False, label=_("Product"))
    issue = forms.ModelChoiceField(Choice.objects.none(), label=_("Issue"))

    def prepare(self) -> None:
        for name in ("product", "issue"):
            self.offer(name, Choice.objects.of(name).active())


class NameStaffForm(ActionForm):
    user = forms.ModelChoiceField(User.objects.none(), label=_("Who it is about"))

    def prepare(self) -> None:
        named = self.complaint.named_staff.standing().values("user")
        self.offer("user", User.objects.filter(is_active=True, is_staff=True).exclude(pk__in=named))


class LiftNamingForm(ActionForm):
    naming = forms.ModelChoiceField(NamedStaff.objects.none(), label=_("Who is named"))

    def prepare(self) -> None:
        self.offer("naming", self.complaint.named_staff.standing().select_related("user"))


class ProposeRemedyForm(PointChoiceForm):
    kind = forms.ChoiceField(choices=Remedy.Kind, label=_("Remedy"))
    amount = forms.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, label=_("Amount"), localize=False,
        help_text=_("Not for a correction or an apology."),
    )  # fmt: skip
    currency = forms.RegexField(
        r"^[A-Z]{3}\Z", required=False, label=_("Currency"),
        error_messages={"invalid": _("Three capital letters, such as GBP.")},
    )  # fmt: skip

    calculation = forms.ModelChoiceField(
        Calculation.objects.none(), required=False, label=_("Calculation"),
        help_text=_("Where the amount was worked out on this case."),
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        self.fields["currency"].initial = currency_of(self.complaint) or "GBP"
        self.offer("calculation", self.complaint.calculations.all())
        needs = what_needs_one(self.complaint.policy)
        if needs:
            said = _("Needed for %s. Work it out first; above the limit of the house a colleague checks it.")
            self.fields["calculation"].help_text = said % needs
        elif not self.complaint.calculations.all():
            self.fields["calculation"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        money = data.get("kind") in (*Remedy.MONEY, Remedy.Kind.WRITE_OFF)
        if money and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Say how much."))
        if money and not data.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Say in which currency, such as GBP."))
        if not money:
            data["amount"], data["currency"] = None, ""
        return data


class RemedyChoiceForm(ActionForm):
    remedy = forms.ModelChoiceField(Remedy.objects.none(), label=_("Remedy"))

    def prepare(self) -> None:
        self.offer("remedy", self.complaint.remedies.all())


class ScheduleRemedyForm(RemedyChoiceForm):
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}))
    owner = forms.ModelChoiceField(User.objects.filter(is_active=True, is_staff=True), label=_("Owner"))


class PayRemedyForm(RemedyChoiceForm):
    payment_reference = forms.CharField(max_length=60, required=False, label=_("Payment reference"))


class AnswerForm(SaidByForm):
    accepted = forms.BooleanField(required=False, label=_("The customer accepts"))
    words = forms.CharField(widget=LONG, max_length=BODY_LIMIT, required=False, label=_("What the customer said"))
    channel = forms.ChoiceField(
        choices=Channel.taken_down, initial=Channel.PHONE, required=False, label=_("How they said it")
    )


class WriteForm(ActionForm):
    kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in Message.Kind
            if kind
            not in (
                Message.Kind.NOTE,
                Message.Kind.WITHDRAWAL,
                Message.Kind.WITHDRAWAL_CONFIRMED,
                Message.Kind.PAGE,
            )
        ],
        initial=Message.Kind.MESSAGE,
        label=_("Kind of letter"),
    )
    channel = forms.ChoiceField(choices=Channel.taken_down, initial=Channel.EMAIL, label=_("By"))
    subject = forms.CharField(max_length=200, required=False, label=_("Subject"))
    body = forms.CharField(widget=LETTER, max_length=BODY_LIMIT, label=_("Text"))

    def prepare(self) -> None:
        """Whoever writes the outcome says until when the offer stands: the file may close before. And whoever writes to
        somebody who speaks without authority must disclose nothing."""
        contact = self.complaint.contact
        if contact is not None and (silent := self.complaint.why_silent(contact, timezone.now())):
            self.fields["body"].help_text = f"{silent} {_('Tell them nothing of the case.')}"
            return
        if self.complaint.offer_until and self.complaint.is_open:
            day = date_format(self.complaint.offer_until, "j F Y")
            self.fields["body"].help_text = _("The offer stands until %s: the letter says so.") % day

    def clean_subject(self) -> str:
        subject = self.cleaned_data["subject"]
        if "\n" in subject or "\r" in subject:
            raise forms.ValidationError(_("A subject is one line."))
        return subject


class ReceiveForm(SaidByForm):
    channel = forms.ChoiceField(choices=Channel.taken_down, initial=Channel.PHONE, label=_("How they said it"))
    body = forms.CharField(widget=LONG, max_length=BODY_LIMIT, label=_("What the customer said"))
    asks = forms.BooleanField(required=False, label=_("The customer asks for it to be escalated"))


class NoteForm(ActionForm):
    body = forms.CharField(widget=LONG, max_length=BODY_LIMIT, label=_("Note"))
    sealed = forms.BooleanField(
        required=False, label=_("Never disclose"),
        help_text=_("Legal advice, a suspicion of crime: only those with the right to such notes ever read it."),
    )  # fmt: skip

    def prepare(self) -> None:
        if self.reader is not None and not self.reader.has_perm(READ_SEALED):
            del self.fields["sealed"]


class ReassignForm(ActionForm):
    handler = forms.ModelChoiceField(Handler.objects.none(), label=_("To"))

    def prepare(self) -> None:
        others = Handler.objects.active().exclude(pk=self.complaint.handler_id or 0)
        self.offer("handler", others.select_related("user", "team"))


class RestrictForm(ActionForm):
    kind = forms.ChoiceField(
        choices=[("", _("not restricted")), *RestrictedKind.choices], required=False, label=_("Kind")
    )


class DeclineForm(ActionForm):
    confirmation = forms.ModelChoiceField(Confirmation.objects.none(), label=_("What was asked"))

    def prepare(self) -> None:
        self.offer("confirmation", self.complaint.confirmations.filter(answered_at=None))


FORMS: dict[str, type[ActionForm]] = {
    "settle": SettleForm,
    "trigger": TriggerForm,
    "accept": NoData,
    "send_back": NoData,
    "put_off": NoData,
    "route": RouteForm,
    "take": NoData,
    "reroute": RouteForm,
    "investigate": NoData,
    "communicate": NoData,
    "reinvestigate": NoData,
    "resolve": ResolveForm,
    "escalate_further": NoData,
    "close": NoData,
    "reopen": NoData,
    "withdraw": WithdrawForm,
    "set_aside": SetAsideForm,
    "refer_part": ReferPartForm,
    "restore": NoData,
    "edit": EditForm,
    "set_fields": FieldsForm,
    "add_statement": StatementForm,
    "record_attempt": AttemptForm,
    "complete_handover": HandoverForm,
    "add_trigger": TriggerForm,
    "add_point": PointForm,
    "name_staff": NameStaffForm,
    "lift_naming": LiftNamingForm,
    "record_speaker": SpeakerForm,
    "record_outcome": OutcomeForm,
    "declare_conflict": DeclareConflictForm,
    "record_finding": FindingForm,
    "confirm_cause": CauseForm,
    "propose_remedy": ProposeRemedyForm,
    "approve_remedy": ApproveRemedyForm,
    "refuse_remedy": RemedyChoiceForm,
    "schedule_remedy": ScheduleRemedyForm,
    "pay_remedy": PayRemedyForm,
    "payment_failed": PaymentFailedForm,
    "authorise": AuthoriseForm,
    "calculate": CalculateForm,
    "check_calculation": CheckCalculationForm,
    "acknowledge_outcome": AnswerForm,
    "extend_offer": ExtendOfferForm,
    "request_evidence": RequestEvidenceForm,
    "describe_evidence": DescribeEvidenceForm,
    "answer_evidence": AnswerEvidenceForm,
    "listen_evidence": ListenForm,
    "write": WriteForm,
    "receive": ReceiveForm,
    "note": NoteForm,
    "reassign": ReassignForm,
    "take_over": NoData,
    "hand_back": NoData,
    "restrict": RestrictForm,
    "decline_confirmation": DeclineForm,
    "erase_words": EraseWordsForm,
    "send_link": NoData,
    "withdraw_link": NoData,
    "wait": WaitForm,
    "stop_waiting": EndForm,
    "hold": HoldForm,
    "lift_hold": LiftForm,
    **desk_forms.FORMS,
    "join_incident": JoinForm,
    "leave_incident": NoData,
    "link": LinkForm,
    "unlink": UnlinkForm,
    "merge": MergeForm,
    "unmerge": NoData,
}
"""Actions without a form are done by the system only: no page and no endpoint offers them."""
