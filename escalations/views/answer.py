"""The page of another department: one question, answered by its link, without an account."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalations.actors import Actor
from escalations.customer import opening
from escalations.errors import Invalid, Refusal
from escalations.files import Stored, discard, keep_all
from escalations.forms.desk import AnswerTaskForm
from escalations.models import Task
from escalations.views.customer.guard import for_customers, place_of
from escalations.workflow import perform

DEPARTMENT = Actor.system("department")
MINUTES = int(opening.LOCKED.total_seconds() // 60)


@for_customers
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """To look changes nothing. An unknown link and one that was withdrawn get the same answer; whoever tries many, or
    sends by one again and again what is refused, is locked out for a while."""
    place, now = place_of(request), timezone.now()
    task = Task.objects.by_token(token).select_related("complaint", "asked_by").first()
    if task is None or task.withdrawn_at:
        if opening.is_shut(token, place=place, now=now):
            return _locked(_told(request, "locked", HTTPStatus.TOO_MANY_REQUESTS))
        opening.count_wrong(token, place=place, now=now)
        return _told(request, "gone", HTTPStatus.NOT_FOUND)
    if task.answered_at:
        return _told(request, "answered", HTTPStatus.OK, task)
    if task.has_expired(now):
        return _told(request, "expired", HTTPStatus.GONE, task)
    form = AnswerTaskForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _told(request, "question", HTTPStatus.OK, task, form)
    if opening.is_shut(token, place=place, now=now):
        form.add_error(None, _("Locked for %d minutes after too many tries. Send it again then.") % MINUTES)
        return _locked(_told(request, "question", HTTPStatus.TOO_MANY_REQUESTS, task, form))
    if form.is_valid() and _answered(request, task, form):
        return _told(request, "thanks", HTTPStatus.OK, task)
    opening.count_wrong(token, place=place, now=now)
    return _told(request, "question", HTTPStatus.UNPROCESSABLE_ENTITY, task, form)


def _answered(request: HttpRequest, task: Task, form: AnswerTaskForm) -> bool:
    """False with the reason in the form: everything typed is still there."""
    files: list[Stored] = []
    try:
        files = keep_all(request.FILES.getlist("files"))
        perform(task.complaint, "answer_task", actor=DEPARTMENT, task=task, files=files, **form.cleaned_data)
    except Invalid as wrong:
        for texts in wrong.errors.values():
            form.add_error(None, texts)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    if form.errors:
        discard(files)
    return not form.errors


def _told(
    request: HttpRequest, what: str, status: int, task: Task | None = None, form: AnswerTaskForm | None = None
) -> HttpResponse:
    context = {
        "what": what, "task": task, "form": form, "title": _("A question about a complaint"),
        "minutes": MINUTES, "file_limit": settings.FILE_MAX_MB,
    }  # fmt: skip
    return render(request, "escalations/answer.html", context, status=status)


def _locked(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(MINUTES * 60)
    return response
