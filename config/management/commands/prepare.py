from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from config import schedules
from escalations import searching


class Command(BaseCommand):
    help = "Bring database, roles, schedules and static files to this version; harmless to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        searching.mend(connection)
        call_command("roles", verbosity=0)
        schedules.ensure()
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write("Database, roles, schedules and static files are up to date.")
