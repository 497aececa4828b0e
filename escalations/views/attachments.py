"""Files are handed out here only: to whoever may see the case and read what was said, once they were scanned."""

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from escalations.errors import NotAllowed, WrongState
from escalations.files import opened
from escalations.models import Attachment
from escalations.views.pages import person, refused, staff_page
from escalations.views.reading import find
from escalations.views.rows import Sight

NOTHING_RUNS = "sandbox; default-src 'none'"


@staff_page("view_complaint")
@require_GET
def download(request: HttpRequest, reference: str, file: int) -> HttpResponseBase:
    user = person(request)
    row = Attachment.objects.filter(complaint=find(user, reference), pk=file).first()
    if row is None:
        raise Http404
    if not Sight.of(user).words:
        return refused(request, NotAllowed(_("What was said and sent in a case is not shown to your role.")))
    if row.state != Attachment.State.CLEAN:
        return refused(request, WrongState(_("“%(name)s”: %(why)s.") % {"name": row, "why": row.get_state_display()}))
    try:
        content = opened(row.path)
    except FileNotFoundError:
        return HttpResponse(status=HTTPStatus.GONE)
    return _handed_out(row, content)


def _handed_out(row: Attachment, content: object) -> FileResponse:
    """As something to save, never to show: a browser runs nothing of it."""
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.kind)  # type: ignore[arg-type]
    answer["Content-Security-Policy"] = NOTHING_RUNS
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
