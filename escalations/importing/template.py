"""The generic format as an empty file with one example, for downloading from the admin."""

import csv
import io

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from escalations.importing import own
from escalations.importing.columns import COLUMNS
from escalations.importing.rejected import kept
from routing.definitions import Definitions

FILE_NAME = "redress-complaints.csv"


def template_csv() -> str:
    """The header that `import_complaints --format generic` reads, and one line as an example: with a column for each
    of the organisation's own fields."""
    text = io.StringIO()
    columns = [*COLUMNS, *own.columns(Definitions.load(), with_examples=True)]
    csv.writer(text).writerows([[c.name for c in columns], [kept(c.example) for c in columns]])
    return text.getvalue()


@require_safe
@login_required
@permission_required("escalations.register_complaint", raise_exception=True)
def template_download(_request: HttpRequest) -> HttpResponse:
    """The template as a file; the byte order mark makes spreadsheets read it as UTF-8."""
    answer = HttpResponse("\ufeff" + template_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer
