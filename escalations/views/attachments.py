"""Files are handed out here only: to whoever may see the case and read what was said, once they were scanned. Each
time leaves a row; a refusal leaves a line in the log."""

from http import HTTPStatus

import structlog
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from escalations.errors import NotAllowed, Refusal, WrongState
from escalations.files import opened
from escalations.models import Attachment, FileAccess, Look
from escalations.views.pages import person, refused, staff_page
from escalations.views.reading import find
from escalations.views.rows import Sight
from routing.models import User

NOTHING_RUNS = "sandbox; default-src 'none'"
log = structlog.get_logger(__name__)


class Gone(Refusal):
    """Its bytes are not where they were. HTTP 410."""

    code, status = "gone", HTTPStatus.GONE


@staff_page("view_complaint")
@require_GET
def download(request: HttpRequest, reference: str, file: int) -> HttpResponseBase:
    user = person(request)
    told = {"case": reference, "file": file, "user": user.pk}
    try:
        row = Attachment.objects.filter(complaint=find(user, reference, Look.Place.FILE), pk=file).first()
        if row is None:
            raise Http404
        if not Sight.of(user).words:
            raise NotAllowed(_("What was said and sent in a case is not shown to your role."))
        return handed_out(row, user)
    except Refusal as refusal:
        log.warning("file_refused", **told, code=refusal.code)
        return refused(request, refusal)
    except Http404:
        log.warning("file_refused", **told, code="not_found")
        raise


def handed_out(row: Attachment, user: User | None = None) -> FileResponse:
    """As something to save, never to show: a browser runs nothing of it. Without a `user` it is the customer who gets
    it. Raises WrongState for a file that is held, and Gone where there are no bytes."""
    if row.state == Attachment.State.ERASED or (row.is_handed_out and row.path is None):
        raise Gone(_("This file was erased."))
    if not row.is_handed_out:
        raise WrongState(_("“%(name)s”: %(why)s.") % {"name": row, "why": row.get_state_display()})
    try:
        content = opened(row.path or "")
    except FileNotFoundError as missing:
        log.error("file_missing", file=row.pk)
        raise Gone(_("“%s” is not where it was kept. Tell whoever runs this installation.") % row) from missing
    by = FileAccess.By.STAFF if user else FileAccess.By.CUSTOMER
    FileAccess.objects.create(attachment=row, by=by, user=user, given_at=timezone.now())
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.kind)
    answer["Content-Security-Policy"] = NOTHING_RUNS
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
