"""The trend report: one page, and the same figures as files."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from analytics import chart, extract, pages, reports, tables, trends, wording
from analytics.forms import QuestionForm
from analytics.models import Download
from analytics.pages import for_readers
from analytics.question import Question, this_month
from analytics.trends import Report
from routing.models import User


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
    """The report as a file."""
    asked = QuestionForm(request.GET)
    if not asked.is_valid():
        return mistaken(request, asked)
    report = trends.report(asked.question, reader)
    taken = Download(user=reader, format=form, question=asked.question.address, complaints=report.total.complaints)
    return pages.handed_out(reports.WRITERS[form](report), reports.name(report, form), taken)


def shown(request: HttpRequest, context: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    return pages.page(request, "trends.html", _("Trends"), context, status=status)


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
