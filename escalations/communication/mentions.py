"""Colleagues named in a note by “@” and their user name: who they are, and whether they may see the case."""

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.permissions import Scope
from routing.models import User

if TYPE_CHECKING:
    from escalations.models import Complaint

NAMED = re.compile(r"(?<![\w.@])@([\w.+-]{2,150})")
MOST_NAMED = 10
MOST_OFFERED = 8


def named_in(text: str, complaint: "Complaint") -> list[User]:
    """The colleagues named, each once, in the order of the text. Raises Invalid where one may not see the case: what
    names nobody here is just text."""
    names = list(dict.fromkeys(found.rstrip(".-").casefold() for found in NAMED.findall(text)))[:MOST_NAMED]
    if not names:
        return []
    known = {user.username.casefold(): user for user in _staff().filter(username__in=_spelt(names, text))}
    people = [known[name] for name in names if name in known]
    problems = [_why_not(user) for user in people if not Scope.of(user).sees(complaint)]
    if problems:
        raise Invalid({"body": problems})
    return people


def _spelt(names: list[str], text: str) -> set[str]:
    """As they were typed, and in small letters, as user names mostly are."""
    return {*names, *(found.rstrip(".-") for found in NAMED.findall(text))}


def _staff() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=True)


def _why_not(user: User) -> str:
    return _(
        "%(name)s may not see this case, so a note cannot name them: their role, team or clearances do not reach it."
    ) % {"name": user}


def who_can_be_named(complaint: "Complaint", typed: str) -> list[User]:
    """Colleagues whose name begins like this and who may see the case; a few."""
    names = ("username", "first_name", "last_name")
    rows = _staff().filter(reduce(or_, (Q(**{f"{name}__istartswith": typed}) for name in names)))
    seen = (user for user in rows.order_by("username")[:50] if Scope.of(user).sees(complaint))
    return [user for _number, user in zip(range(MOST_OFFERED), seen, strict=False)]
