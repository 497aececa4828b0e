"""Every error of the API is application/problem+json (RFC 9457): what went wrong, in words, and where."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as FormInvalid
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.views import set_rollback

from escalations.errors import Incomplete, Invalid, Refusal
from routing.models.fields import FACT

CONTENT_TYPE = "application/problem+json"
Fault = dict[str, str]


def response(
    status: int,
    detail: str,
    *,
    code: str = "",
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JsonResponse:
    """A problem titled by its status; `code` is for programs, `detail` for people, `errors` one a field."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": str(detail),
    }
    if code:
        problem["code"] = code
    if errors:
        problem["errors"] = list(errors)
    return JsonResponse(problem | members, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def handler(error: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """REST framework's EXCEPTION_HANDLER. None for an error nobody foresaw: it is a 500 and is logged."""
    if isinstance(error, Refusal):
        set_rollback()
        return refused(error)
    known = as_api_error(error)
    if known is None:
        return None
    set_rollback()
    if isinstance(known, exceptions.ValidationError):
        return response(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("The request was understood, but some of it cannot be accepted."),
            code="invalid",
            errors=list(faults(known.detail)),
        )
    return response(known.status_code, sentence(known), code=code_of(known), headers=headers_of(known))


def refused(refusal: Refusal) -> JsonResponse:
    """A step or a complaint that was refused: its own status and code, and each thing that is missing or wrong."""
    errors: list[Fault] = []
    if isinstance(refusal, Incomplete):
        errors = [{"field": "", "message": sentence, "code": "missing"} for sentence in refusal.sentences]
    elif isinstance(refusal, Invalid):
        # Of the organisation's own field it is said where it stands in the body, as of any nested field.
        named = [(name.replace(FACT, "fields."), text) for name, texts in refusal.errors.items() for text in texts]
        errors = [{"field": name, "message": text, "code": "invalid"} for name, text in named]
    return response(refusal.status, refusal.message, code=refusal.code, errors=errors)


def as_api_error(error: Exception) -> exceptions.APIException | None:
    """Django's own errors as their REST framework equals."""
    match error:
        case exceptions.APIException():
            return error
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case RequestDataTooBig():
            return TooLarge()
        case FormInvalid():
            return exceptions.ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages)
        case BadRequest() | SuspiciousOperation():
            return exceptions.ParseError()
    return None


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request is too large."
    default_code = "too_large"


def faults(detail: Any, path: str = "") -> Iterator[Fault]:
    """The errors of nested fields as a flat list; a field inside another is written `points.0.issue`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name in ("non_field_errors", "__all__") else str(name)
            yield from faults(inner, ".".join(filter(None, (path, step))))
    elif isinstance(detail, list | tuple):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from faults(inner, f"{path}.{position}".strip(".") if nested else path)
    else:
        yield {"field": path, "message": str(detail), "code": str(getattr(detail, "code", "invalid"))}


def sentence(error: exceptions.APIException) -> str:
    return " ".join(fault["message"] for fault in faults(error.detail))


def code_of(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else str(error.default_code)


def headers_of(error: exceptions.APIException) -> dict[str, str]:
    """What the client should try: how to log in, or when to come again (seconds)."""
    found: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        found["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        found["Retry-After"] = str(int(wait))
    return found
