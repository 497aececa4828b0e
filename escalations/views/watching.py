"""Pages that stay up to date: each asks now and then whether anything happened to what it shows.

When nothing did, the answer is one query and no content. It reads the session, whether its owner is still who they
were, and the numbers that the page knows, in one statement; what is asked stands in a signed header that the page was
given, so that neither roles nor lists are read again. The header says nothing that a person could not see when the page
was made, and the answer says no more than "something changed": what did, the page itself is asked for, as ever.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.db.models import Subquery, Sum, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from escalations.actions import ACTIONS
from escalations.happened import happened, who
from escalations.looking import looked
from escalations.models import Complaint, Event, Look, Presence
from escalations.permissions import Scope
from escalations.views.pages import person, staff_page
from escalations.views.rows import at_it
from escalations.views.tabs import MOST_COUNTED, CountUpTo, Standing, heard_of
from routing.models import User
from routing.rights import Rights

HEADER, SALT = "X-Watch", "escalations.watching"
FARTHEST = 5_000
"""After so many events that were no news to a page it begins to count anew: looking through more would take long."""
STALE = "rd-stale"
"""The event that tells the page to fetch itself again."""
SIGNED_OUT, NOTHING_NEW = 401, 204


def of_list(user: User, cases: list[Any], numbers: Standing) -> str:
    """What a list asks about: the cases it shows, who looks at them, and what else happens in its reader's scope."""
    scope = Scope.of(user)
    told = {
        "user": user.pk,
        "roles": sorted(scope.roles),
        "clearances": sorted(scope.clearances),
        "place": [scope.handler_id, scope.team_id],
        "base": numbers.base,
        "heard": numbers.heard,
        "cases": [case.pk for case in cases],
        "happened": sum(case.latest_event for case in cases),
        "present": Presence.digest(case.looking for case in cases),
    }
    return signing.dumps(told, salt=SALT, compress=True)


def of_case(case: Complaint, user_id: int, *, present: str | None = None, opened: int | None = None) -> str:
    """What the page of a case asks about: what was said and done since it was opened (at which event; by itself now),
    and who else is there."""
    told = {
        "user": user_id, "case": case.pk, "seen": case.latest_event, "present": Presence.digest([present]),
        "opened": case.latest_event if opened is None else opened,
    }  # fmt: skip
    return signing.dumps(told, salt=SALT, compress=True)


@dataclass(frozen=True)
class Asked:
    """What a page asks, as the page was given it."""

    told: dict[str, Any]

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked | None":
        """None where nothing was asked that can be understood."""
        try:
            told = signing.loads(request.headers.get(HEADER, ""), salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
        except signing.BadSignature:
            return None
        return cls(told)

    @property
    def user_id(self) -> int:
        return int(self.told["user"])

    def scope(self) -> Scope:
        """As it was when the page was made."""
        user = User(pk=self.user_id, is_active=True)
        handler, team = self.told["place"]
        user.__dict__["rights"] = Rights(
            roles=frozenset(self.told["roles"]), clearances=frozenset(self.told["clearances"]),
            handler_id=handler, team_id=team,
        )  # fmt: skip
        return Scope(user)


def answered(asked: Asked, request: HttpRequest, now: datetime, **questions: Any) -> dict[str, Any] | None:
    """The questions, answered in one statement; None for whoever is not logged in any more."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    session = Session.objects.filter(session_key=key, expire_date__gt=now).values("session_data")[:1]
    rows = User.objects.filter(pk=asked.user_id, is_active=True, is_staff=True)
    row: Any = rows.values("password", session=Subquery(session), **questions).first()
    return row if row and _is_theirs(row, asked.user_id) else None


def _is_theirs(row: dict[str, Any], user_id: int) -> bool:
    """What Django asks of a session: it is this person's, by a way to log in that still counts, and their password is
    the one it was begun with."""
    data = SessionStore().decode(row["session"]) if row["session"] else {}
    if data.get(SESSION_KEY) != str(user_id) or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    expected = User(pk=user_id, password=row["password"]).get_session_auth_hash()
    return constant_time_compare(data.get(HASH_SESSION_KEY, ""), expected)


@require_GET
@never_cache
def watch(request: HttpRequest) -> HttpResponseBase:
    """Whether anything happened: 204 when nothing did. 401 ends it: whoever asks is logged out."""
    asked = Asked.of(request)
    if asked is None:
        return _unasked(request)
    return _of_case(asked, request) if "case" in asked.told else _of_list(asked, request)


@staff_page("view_complaint")
def _unasked(request: HttpRequest) -> HttpResponse:
    raise Http404


def _of_list(asked: Asked, request: HttpRequest) -> HttpResponse:
    told, now = asked.told, timezone.now()
    # The slice holds the database to the newest events: else it may begin with all cases of the scope.
    newer = Event.objects.filter(pk__gt=told["base"]).order_by("-pk").values("pk")[:FARTHEST]
    new = heard_of(asked.scope(), Event.objects.filter(pk__in=newer)).order_by().values("pk")[:MOST_COUNTED]
    shown = Complaint.objects.filter(pk__in=told["cases"]).order_by().annotate(one=Value(1)).values("one")
    row = answered(
        asked, request, now,
        heard=CountUpTo(new),
        happened=Subquery(shown.annotate(all=Sum("latest_event")).values("all")),
        present=Presence.objects.filter(complaint__in=told["cases"]).told(asked.user_id, now),
        newest=Subquery(Event.objects.order_by("-pk").values("pk")[:1]),
    )  # fmt: skip
    if row is None:
        return HttpResponse(status=SIGNED_OUT)
    seen = (row["heard"], row["happened"] or 0, Presence.digest([row["present"]]))
    is_far = (row["newest"] or 0) - told["base"] > FARTHEST
    if seen == (told["heard"], told["happened"], told["present"]) and not is_far:
        return HttpResponse(status=NOTHING_NEW)
    return HttpResponse(headers={"HX-Trigger": STALE, "HX-Reswap": "none"})


def _of_case(asked: Asked, request: HttpRequest) -> HttpResponse:
    """And that whoever asks is there: written when the last time is a while ago, or they began or ended to write."""
    told, now, me = asked.told, timezone.now(), asked.user_id
    mine = Presence.objects.filter(complaint=told["case"], user=me)
    row = answered(
        asked, request, now,
        seen=Subquery(Complaint.objects.filter(pk=told["case"]).values("latest_event")),
        present=Presence.objects.filter(complaint=told["case"]).told(me, now),
        mine_at=Subquery(mine.values("seen_at")), mine_writing=Subquery(mine.values("writing")),
    )  # fmt: skip
    if row is None:
        return HttpResponse(status=SIGNED_OUT)
    asked_writing = request.GET.get("writing", "")
    writing = asked_writing if asked_writing in ACTIONS else ""
    if row["mine_at"] is None or row["mine_at"] < now - Presence.REPEATED or row["mine_writing"] != writing:
        Presence.touch(me, told["case"], writing, now)
    if row["mine_at"] is None:
        Presence.forget(me, now)
    if (row["seen"], Presence.digest([row["present"]])) == (told["seen"], told["present"]):
        return HttpResponse(status=NOTHING_NEW)
    return _news(request, told, row["present"])


def _news(request: HttpRequest, told: dict[str, Any], present: str | None) -> HttpResponse:
    """What happened to the case meanwhile, and who is there: asked for as any page is."""
    user = person(request)
    case = Complaint.objects.visible_to(user).filter(pk=told["case"]).with_last_event().first()
    if case is None:
        raise Http404
    looked(user, [case], Look.Place.PAGE)
    with translation.override(user.language):
        context = {
            "watch": of_case(case, user.pk, present=present, opened=told["opened"]),
            "reference": case.reference,
            "present": [at_it(*one) for one in Presence.told(present)],
            "news": _said(case, user) if told["opened"] < case.latest_event else "",
        }
        return render(request, "escalations/parts/watch_case.html", context)


def _said(case: Any, user: User) -> str:
    name = _("you") if case.last_user == user.pk else who(case.last_actor_kind or "", case.last_actor or "")
    return _("%(who)s %(what)s") % {"who": name, "what": happened(case.last_action)}
