"""The page of another department: one question, answered by its link, without an account."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from escalations.actors import Actor
from escalations.errors import Invalid, Refusal
from escalations.files import Stored, discard, keep_all
from escalations.forms.desk import AnswerTaskForm
from escalations.models import Task
from escalations.workflow import perform

DEPARTMENT = Actor.system("department")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """To look changes nothing. An unknown link and one that was withdrawn get the same answer."""
    task = Task.objects.by_token(token).select_related("complaint", "asked_by").first()
    if task is None or task.withdrawn_at:
        return _told(request, "gone", HTTPStatus.NOT_FOUND)
    if task.answered_at:
        return _told(request, "answered", HTTPStatus.OK, task)
    if task.has_expired(timezone.now()):
        return _told(request, "expired", HTTPStatus.GONE, task)
    form = AnswerTaskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _answered(request, task, form):
        return _told(request, "thanks", HTTPStatus.OK, task)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _told(request, "question", status, task, form)


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
    context = {"what": what, "task": task, "form": form, "title": _("A question about a complaint")}
    response = render(request, "escalations/answer.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
