"""The trend report: one page, and the same figures as files."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from analytics import chart, extract, reports, tables, trends, wording
from analytics.forms import QuestionForm
from analytics.models import Download
from analytics.question import Question, this_month
from analytics.trends import Report
from routing.models import User
from routing.own_pages import belongs_to

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """For staff with the permission to see trends, handed on as the reader; a stranger is asked to log in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        if not (request.user.is_staff and request.user.has_perm("analytics.view_trends")):
            raise PermissionDenied(_("The trend reports are for quality analysts, managers and compliance."))
        return view(request, request.user, *args, **options)

    return guarded


@require_safe
@never_cache
@for_readers
def page(request: HttpRequest, reader: User) -> HttpResponse:
    form = QuestionForm(request.GET)
    if not form.is_valid():
        return mistaken(request, form)
    report = trends.report(form.question, reader)
    context = {"form": form, "bars": chart.bars(report), "elsewhere": elsewhere(report, reader)}
    return shown(request, context | words(report) | tables.of(report))


@require_GET
@never_cache
@for_readers
def download(request: HttpRequest, reader: User, form: str) -> HttpResponse:
    """The report as a file. Who took it is written down before it is sent."""
    asked = QuestionForm(request.GET)
    if not asked.is_valid():
        return mistaken(request, asked)
    report = trends.report(asked.question, reader)
    content = reports.WRITERS[form](report)
    Download.objects.create(
        user=reader, format=form, question=asked.question.address, complaints=report.total.complaints
    )
    response = HttpResponse(content, content_type=reports.TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{reports.name(report, form)}"'
    return response


def shown(request: HttpRequest, context: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    belongs_to(request, admin.site.name)
    context = {**admin.site.each_context(request), "title": _("Trends"), **context}
    return TemplateResponse(request, "analytics/trends.html", context, status=status)


def mistaken(request: HttpRequest, form: QuestionForm) -> HttpResponse:
    """No report: the form says what is wrong with the question."""
    return shown(request, {"form": form}, HTTPStatus.BAD_REQUEST)


def words(report: Report) -> dict[str, Any]:
    question = report.question
    return {
        "report": report,
        "sentence": wording.sentence(report),
        "scope": wording.scope(report),
        "notes": wording.notes(report),
        "definitions": wording.definitions(),
        "chips": [(label, without(question, name)) for name, _code, label in question.filters],
    }


def without(question: Question, name: str) -> str:
    """The address of the same view with one filter less."""
    return urlencode({key: value for key, value in question.asked.items() if key != name})


def elsewhere(report: Report, reader: User) -> dict[str, str] | None:
    """For an empty period: the address and name of the year that has the newest complaints, if there are any."""
    if report.total.complaints:
        return None
    newest = extract.newest_month(report.question, reader)
    if newest is None:
        return None
    period = {"since": str(newest - 11), "until": str(min(newest, this_month()))}
    return {"address": urlencode(report.question.asked | period), "month": wording.month_name(newest, year=True)}
