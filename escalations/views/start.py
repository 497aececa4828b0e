"""Where somebody's day begins."""

from django.urls import reverse

from escalations.actions import AGENT, COORDINATOR, HANDLER, MANAGER
from escalations.permissions import Scope
from routing.models import User

START = ((COORDINATOR, "triage"), (MANAGER, "approvals"), (HANDLER, "queue"), (AGENT, "queue"))


def start_url(user: User) -> str:
    """The first page of whoever is logged in: where their work waits; the back office where none does."""
    roles = Scope.of(user).roles
    name = next((name for role, name in START if role in roles), None)
    return reverse(f"escalations:{name}") if name else reverse("admin:index")
