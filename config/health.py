"""Whether this installation is alive and at work; no login, and nothing about any case."""

from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import heartbeat


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether the database answers and the worker's sweep is recent (age in seconds); else 503."""
    database = database_answers()
    age = heartbeat.age() if database else None
    ready = database and not heartbeat.is_old(age)
    body = {
        "ready": ready,
        "database": database,
        "heartbeat_age_seconds": None if age is None else round(age.total_seconds()),
    }
    return JsonResponse(body, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
