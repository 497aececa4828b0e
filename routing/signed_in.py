"""Who is behind a request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from routing.models import User


def person(request: HttpRequest) -> User:
    """Who asks. Raises PermissionDenied for a stranger, whom no page of staff lets in so far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
