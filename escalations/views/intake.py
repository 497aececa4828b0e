"""Registering a complaint by hand: the frontline agent's form."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_q.tasks import async_task

from escalations import intake
from escalations.actors import Actor
from escalations.errors import Invalid
from escalations.forms.intake import IntakeForm
from escalations.models import Complaint, IdempotencyKey
from escalations.permissions import Scope
from escalations.states import State
from escalations.views.pages import page, person, see_other, staff_page
from routing.models import User

SECTIONS = (
    (gettext_lazy("What happened"), "", ("what_happened", "wanted", "happened_on", "received_at", "channel")),
    (
        gettext_lazy("Who complains"),
        gettext_lazy("At least a name, or one way to reach them."),
        ("name", "email", "phone", "customer_number", "address", "postcode"),
    ),
    (gettext_lazy("What it is about"), "", ("product", "issue", "complaint_type", "severity", "amount", "currency")),
    (
        gettext_lazy("What was tried already"),
        gettext_lazy("Your own try to put it right counts; a handler never asks for it again."),
        ("attempt", "attempt_result"),
    ),
)
RARE = (
    "representative_name", "representative_email", "authority_document", "authority_scope", "authority_until",
    "region", "jurisdiction", "language", "restricted_kind",
)  # fmt: skip


@staff_page("register_complaint")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The empty form; after a POST the new case, or the form with everything typed and what is wrong with it."""
    user = person(request)
    form = IntakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            case = registered_once(user, request.POST.get("once", ""), form)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _said(case))
            async_task(
                "escalations.likeness.comparing.compare_new"
            )  # whoever waits at the desk sees duplicates at once
            visible = Scope.of(user).sees(case)
            done = see_other("case", reference=case.reference) if visible else see_other("queue")
            _forget_copy(done, request.POST.get("once", ""))
            return done
    refused = request.method == "POST"
    once = request.POST.get("once") or uuid.uuid4().hex
    context = {"form": form, "sections": _sections(form), "once": once, "is_refused": refused}
    context["own"] = _own(form)
    context["rare"] = [form[name] for name in RARE]
    return page(request, "intake.html", _("New complaint"), context, status=422 if refused else 200)


def _forget_copy(done: HttpResponse, once: str) -> None:
    """Tells the browser that the copy that it kept of this form was registered."""
    if once.isalnum():
        done.set_cookie(
            "redress_registered", once[:64], max_age=600, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )


def registered_once(user: User, once: str, form: IntakeForm) -> Complaint:
    """Registers what was typed. The same form sent again, by a double click or a reload, gives the same complaint."""
    key = f"form:{once[:64] if once.isalnum() else uuid.uuid4().hex}"
    known = IdempotencyKey.objects.filter(user=user, key=key).first()
    if known is None:
        try:
            return _register(user, key, form)
        except IntegrityError:
            # The other half of a double click was quicker.
            known = IdempotencyKey.objects.get(user=user, key=key)
    return Complaint.objects.get(reference=known.answer["reference"])


def _register(user: User, key: str, form: IntakeForm) -> Complaint:
    with transaction.atomic():
        kept = IdempotencyKey.objects.create(user=user, key=key, request_digest="", status=303, answer={})
        case = intake.register(form.draft(), actor=Actor.of(user))
        kept.answer = {"reference": case.reference}
        kept.save(update_fields=["answer"])
    case.refresh_from_db()
    return case


def _said(case: Complaint) -> str:
    if case.state == State.FRONTLINE:
        return _("%s is registered. Its deadlines run.") % case.reference
    return _("%(reference)s is registered, and it is “%(state)s” already: an escalation criterion was met.") % {
        "reference": case.reference, "state": case.get_state_display(),
    }  # fmt: skip


def _sections(form: IntakeForm) -> list[dict[str, object]]:
    return [{"title": title, "note": note, "fields": [form[name] for name in names]} for title, note, names in SECTIONS]


def _own(form: IntakeForm) -> list[dict[str, object]]:
    """The organisation's own fields: those of every complaint, then those of some types, which the page shows or hides
    as a type is chosen; without a script they all show, and say whom they are for."""
    names = form.names_of_types() if form.own else {}
    return [
        {
            "types": sorted(types),
            "of": get_text_list([names[pk] for pk in sorted(types) if pk in names], _("or")),
            "fields": [form[name] for name in fields],
        }
        for types, fields in form.own_groups()
    ]
