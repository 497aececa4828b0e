from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from escalations.api import problems


class BodyLimit:
    """Refuses a body that is too large before it is read: REST framework's JSON parser knows no limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = allowed(request.content_type or "")
        if not length.isdigit() or int(length) <= limit:
            return self.get_response(request)
        says = _("The request is larger than %(limit)d MB.") % {"limit": limit // 1024 // 1024}
        if request.path.startswith("/api/"):
            return problems.response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, says, code="too_large")
        return HttpResponse(says, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, content_type="text/plain; charset=utf-8")


def allowed(content_type: str) -> int:
    """In bytes. Forms with files may be larger than typed text."""
    return settings.UPLOAD_MAX_SIZE if content_type == "multipart/form-data" else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
