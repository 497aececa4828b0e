"""Who can log in to the demo, for the command line."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext as _

from config.demo.people import SHOWN
from routing.models import User

PASSWORD = "northmere"  # noqa: S105 - no secret: printed, and good for the demo on this machine only


@dataclass(frozen=True)
class Login:
    role: str
    username: str
    password: str
    name: str


def logins() -> list[Login]:
    """One login a role, two where a second person is needed; empty where there is no demo.

    Everybody else at the bank logs in with their first name and the same password.
    """
    users = User.objects.in_bulk([username for _role, username in SHOWN], field_name="username")
    words = {stored: _in_words(stored) for stored in {user.password for user in users.values()}}
    return [
        Login(role, username, words[users[username].password], users[username].display_name)
        for role, username in SHOWN
        if username in users
    ]


def _in_words(stored: str) -> str:
    return PASSWORD if check_password(PASSWORD, stored) else _("(changed)")
