"""`manage.py create_token USERNAME`: a token for another system, printed once and stored only as a digest."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import AuthToken

from routing.models import User


class Command(BaseCommand):
    help = "Make an API token for a user. It may do what the user's roles may, until it expires."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=365, help="how long it is valid (default: 365)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['username']!r}.")
        if not 0 < options["days"] <= 3650:
            raise CommandError("--days goes from 1 to 3650.")
        _row, token = AuthToken.objects.create(user, expiry=timedelta(days=options["days"]))
        self.stdout.write(token)
        self.stderr.write("Shown this once. Send it as: Authorization: Token …")
