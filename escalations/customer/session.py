"""The session of a customer: a cookie of its own and rows that no login of staff reads, nor the other way round."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from escalations.customer.opening import usable
from escalations.models import CustomerLink

COOKIE = "__Host-complaint" if settings.SESSION_COOKIE_SECURE else "redress-complaint"
IDLE, LONGEST = timedelta(minutes=20), timedelta(hours=4)
NOTED_EVERY = timedelta(minutes=1)
"""Looking at a page is written down this often at most: it only moves the end of the session."""


class CustomerSession(SessionStore):
    """Signed with a salt of its own (by its class): put into the cookie of a login it is an empty session there, and a
    login put into this cookie opens no page."""


def begin(request: HttpRequest, response: HttpResponse, link: CustomerLink, now: datetime) -> None:
    """A new key each time a link is opened; what was open in this browser before is over."""
    _of(request).flush()
    session = CustomerSession()
    session.update({"link": link.pk, "began": now.timestamp(), "seen": now.timestamp()})
    session.set_expiry(IDLE)
    session.create()
    response.set_cookie(
        COOKIE, session.session_key or "", max_age=int(LONGEST.total_seconds()),
        secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True, samesite="Lax",
    )  # fmt: skip


def opened(request: HttpRequest, now: datetime) -> CustomerLink | None:
    """The link that is open in this browser; None after a time-out, a withdrawal, and for everybody else."""
    session = _of(request)
    if "link" not in session or now - _moment(session, "began") >= LONGEST:
        return None
    rows = CustomerLink.objects.select_related(
        "complaint__handler__user", "complaint__merged_into", "party__person"
    )  # fmt: skip
    link = rows.filter(pk=session["link"]).first()
    if link is None or not usable(link, now):
        return None
    if now - _moment(session, "seen") >= NOTED_EVERY:
        session["seen"] = now.timestamp()
        session.set_expiry(IDLE)
        session.save()
    return link


def end(request: HttpRequest, response: HttpResponse) -> None:
    """The row is gone, so that a kept cookie opens nothing."""
    _of(request).flush()
    response.delete_cookie(COOKIE, samesite="Lax")


def _of(request: HttpRequest) -> CustomerSession:
    return CustomerSession(request.COOKIES.get(COOKIE) or None)


def _moment(session: CustomerSession, name: str) -> datetime:
    return datetime.fromtimestamp(float(session[name]), tz=timezone.get_default_timezone())
