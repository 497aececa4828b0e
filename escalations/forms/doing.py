"""One step on one case from a page: its form, what came of it, and the refusal with everything typed kept.

Pages of the case and of the back office run every action through `run_action`; they only show what comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.actions import ACTIONS, Action
from escalations.actors import Actor
from escalations.errors import Incomplete, Invalid, Refusal
from escalations.files import discard, keep_all
from escalations.forms.steps import FORMS, ActionForm, NoData
from escalations.forms.unsent import forget
from escalations.models import Complaint, Confirmation, Event
from escalations.permissions import Scope
from escalations.steps.needs import asks_second_person
from escalations.workflow import REASON_LIMIT, Offer, check_open, offers, open_confirmation, perform
from routing.models import User
from routing.signed_in import person

TAKES_FILES = ("write", "receive", "note", "attach")
"""Steps with which files may come; they are checked and stored before anything is locked."""


class StepForm(forms.Form):
    """What every step is asked beside its own data: why, and what the person had before them."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=REASON_LIMIT,
        help_text=gettext_lazy("Stands in the record for good: do not name the customer."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, rule: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = rule.reason_required


@dataclass
class Doing:
    """One step as a page shows it: the two forms (prefix none), or why it cannot be tried, or what it did."""

    rule: Action
    complaint: Complaint
    form: ActionForm
    step: StepForm
    offer: Offer | None = None
    refusal: Refusal | None = None
    event: Event | None = None
    status: int = HTTPStatus.OK
    sentences: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.event is not None

    @property
    def possible(self) -> bool:
        """Whether a button to do it makes sense: the case is where it must be, and this person may."""
        return self.offer is not None

    @property
    def label(self) -> str:
        return self.offer.label if self.offer else str(self.rule.label)

    @property
    def asked(self) -> Confirmation | None:
        """What a first person asked for, which this step confirms."""
        return self.offer.confirms if self.offer else None

    @property
    def asks_second(self) -> bool:
        """Whether this is only asking: a second person must confirm."""
        return self.asked is None and asks_second_person(self.complaint, self.rule.name)

    @property
    def still_visible(self) -> bool:
        """After the step: whether the person who took it may still see the case."""
        user = self.event.user if self.event else None
        return user is not None and self.event is not None and Scope.of(user).sees(self.event.complaint)


def run_action(
    request: HttpRequest, complaint: Complaint, action: str, *, about: Mapping[str, str] = MappingProxyType({})
) -> Doing:
    """On GET the empty form; on POST the step itself, taken or refused. Raises Http404 for what is no action.

    The caller has fetched the complaint through `visible_to`. `about` stands, whatever the form or the address says.
    The answer's `status` is that of the refusal: 409 when the case moved on, 403 without the authority, 422 when
    something is missing or wrong.
    """
    rule, actor = ACTIONS.get(action), Actor.of(person(request))
    if rule is None or action not in FORMS:
        raise Http404
    doing = _prepared(complaint, rule, _given(request, about), actor.user, posted=request.method == "POST")
    try:
        check_open(complaint, rule, actor)
        doing.offer = next(offer for offer in offers(complaint, actor) if offer.action == action)
        doing.sentences = list(doing.offer.missing)
        if request.method == "POST":
            _post(doing, actor, request.FILES.getlist("files"))
    except Refusal as refusal:
        _refused(doing, refusal)
    return doing


def _given(request: HttpRequest, about: Mapping[str, str]) -> QueryDict:
    given = (request.POST if request.method == "POST" else request.GET).copy()
    for name, value in about.items():
        given[name] = value
    return given


def _prepared(complaint: Complaint, rule: Action, given: QueryDict, reader: User | None, *, posted: bool) -> Doing:
    """The forms; what the address says of a row or a kind is chosen already."""
    form_class = NoData if open_confirmation(complaint, rule.name) else FORMS[rule.name]
    data, asked = (given, {}) if posted else (None, given.dict())
    step = StepForm(data, rule=rule, initial={"seen": complaint.latest_event})
    form = form_class(data, complaint=complaint, reader=reader, initial=asked)
    return Doing(rule, complaint, form, step)


def _post(doing: Doing, actor: Actor, files: Sequence[Any]) -> None:
    valid = [form.is_valid() for form in (doing.form, doing.step)]
    if not all(valid):
        doing.status = HTTPStatus.UNPROCESSABLE_ENTITY
        _say_choose_again(doing, files)
        return
    data = dict(doing.form.cleaned_data)
    try:
        if doing.rule.name in TAKES_FILES:
            data["files"] = keep_all(files)
        doing.event = perform(doing.complaint, doing.rule.name, actor=actor, **doing.step.cleaned_data, **data)
    except Refusal:
        discard(data.get("files", ()))
        _say_choose_again(doing, files)
        raise
    if actor.user is not None:
        forget(doing.complaint, actor.user, doing.rule.name)


def _say_choose_again(doing: Doing, files: Sequence[Any]) -> None:
    """No page can put a file back into its box; what was typed is there."""
    if files and doing.rule.name in TAKES_FILES:
        doing.step.add_error(None, _("No file was kept: please choose them again."))


def _refused(doing: Doing, refusal: Refusal) -> None:
    doing.refusal, doing.status = refusal, refusal.status
    if isinstance(refusal, Incomplete):
        doing.sentences = refusal.sentences
    elif isinstance(refusal, Invalid):
        for name, texts in refusal.errors.items():
            form = doing.form if name in doing.form.fields else doing.step
            for text in texts:
                form.add_error(name if name in form.fields else None, text)


def what_happened(event: Event) -> str:
    """The message after a step, in words."""
    case, rule = event.complaint, ACTIONS.get(event.action)
    if rule is None:
        return _("%(reference)s: a second person must confirm now.") % {"reference": case.reference}
    values = {"reference": case.reference, "step": rule.label, "state": case.get_state_display()}
    if event.moved:
        return _("%(reference)s: %(step)s. It is “%(state)s” now.") % values
    return _("%(reference)s: %(step)s.") % values
