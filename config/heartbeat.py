"""Is the worker at work? Its sweep writes a row each minute; a wedged cluster only falls silent."""

from datetime import timedelta

from django.db import DatabaseError

from escalations.models import Heartbeat

OLD = timedelta(minutes=5)


def age() -> timedelta | None:
    """How long ago the sweep ran; None when it never did, or the database cannot tell."""
    try:
        return Heartbeat.age()
    except DatabaseError:
        return None


def is_old(found: timedelta | None) -> bool:
    return found is None or found > OLD
