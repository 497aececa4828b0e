"""An agent asks for escalation: one short page, which asks on the spot for what the handover still lacks."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.errors import Invalid, Refusal
from escalations.fields.editing import LackingFields
from escalations.forms import unsent
from escalations.forms.doing import StepForm
from escalations.forms.handover import FIELDS, HandoverForm
from escalations.forms.steps import TriggerForm
from escalations.handing_over.completeness import Completeness
from escalations.models import Complaint, Event, Look
from escalations.states import HandoverPart
from escalations.views.head import title
from escalations.views.pages import page, person, refused, see_other, staff_page
from escalations.views.reading import find_whole
from escalations.views.rows import Sight
from escalations.workflow import check_open, perform
from routing.models import User

BOX = "trigger"
"""Where what is typed here is kept until it is sent."""


class RequiredParts(HandoverForm):
    """What the policy for this type of complaint asks for cannot be left out; the rest helps."""

    def prepare(self) -> None:
        super().prepare()
        self.required = tuple(self.complaint.required_parts)

    def refuse_nothing(self) -> None:
        """Nothing may be missing any more: then nothing is asked."""

    def fields_of(self, parts: list[HandoverPart]) -> list[Any]:
        names = [name for part in parts if part in self.gaps for name in FIELDS[part] if name in self.fields]
        return [self[name] for name in names]


@staff_page("trigger_complaint")
@require_http_methods(["GET", "HEAD", "POST"])
def escalate(request: HttpRequest, reference: str) -> HttpResponse:
    """The guided form; after a POST the case, escalated and handed over in one go, or the form with all that was
    typed and what is wrong with it."""
    user = person(request)
    case = find_whole(user, reference, Look.Place.STEP)
    try:
        check_open(case, ACTIONS["trigger"], Actor.of(user))
    except Refusal as cannot:
        return refused(request, cannot)
    data = request.POST if request.method == "POST" else None
    why, step = TriggerForm(data, complaint=case), StepForm(data, rule=ACTIONS["trigger"])
    parts, own = RequiredParts(data, complaint=case), LackingFields(data, complaint=case, reader=user)
    draft = unsent.of_user(case, user).get(BOX)
    if draft and data is None:
        for form in (why, step, parts, own):
            form.initial.update(draft.texts)
    refusal: Refusal | None = None
    if data is not None and all([why.is_valid(), step.is_valid(), parts.is_valid(), own.is_valid()]):
        try:
            event = _handed_over(case, user, why, step, parts, own)
        except Refusal as found:
            if isinstance(found, Invalid):
                own.refuse(found)
            refusal = found
        else:
            unsent.forget(case, user, BOX)
            messages.success(request, _("%s is escalated; a coordinator decides next.") % event.complaint.reference)
            return see_other("case", reference=reference)
    step.fields["reason"].label = _("Why it must go up now")
    return page(
        request, "escalate.html", _("Escalate %s") % reference,
        _context(case, Sight.of(user), why, step, parts)
        | {
            "refusal": refusal, "is_refused": data is not None, "own": own.visible_fields(), "draft": draft,
            "base": unsent.stamp(draft),
        },
        status=refusal.status if refusal else 422 if data is not None else 200,
    )  # fmt: skip


def _handed_over(
    case: Complaint, user: User, why: TriggerForm, step: StepForm, parts: RequiredParts, own: LackingFields
) -> Event:
    """What was missing and the escalation: both, or neither."""
    actor, seen = Actor.of(user), step.cleaned_data["seen"]
    with transaction.atomic():
        if parts.cleaned_data:
            case = perform(case, "complete_handover", actor=actor, seen=seen, **parts.cleaned_data).complaint
            seen = None
        if fields := own.cleaned_data["fields"]:
            case = perform(case, "set_fields", actor=actor, seen=seen, fields=fields).complaint
            seen = None
        return perform(
            case, "trigger", actor=actor, reason=step.cleaned_data["reason"], seen=seen, **why.cleaned_data
        )  # fmt: skip


def _context(case: Complaint, sight: Sight, why: TriggerForm, step: StepForm, parts: RequiredParts) -> dict[str, Any]:
    said, is_quoted = title(case, sight)
    required = list(parts.required)
    others = [part for part in HandoverPart if part not in required]
    may = [*parts.fields_of(others), parts["question"]]
    return {
        "case": case,
        "case_title": said,
        "is_quoted": is_quoted,
        "why": why,
        "step": step,
        "form": parts,
        "must": parts.fields_of(required),
        "may": may,
        "may_hold": any(field.name in parts.initial for field in may),
        "complete": Completeness(parts.gaps),
        "tried": case.attempts.all(),
        "sentences": refusal_sentences(parts),
    }


def refusal_sentences(parts: RequiredParts) -> list[str]:
    """What is wrong that belongs to no single field."""
    return [str(error) for error in parts.non_field_errors()]
