from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from config import demo, local
from escalations.models import Complaint


class Command(BaseCommand):
    help = "Make Northmere Bank, the demo organisation, with a year of complaints. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other complaints")
        parser.add_argument("--complaints", type=int, default=300, help="how many complaints")
        parser.add_argument("--logins", action="store_true", help="only say who can log in")
        parser.add_argument("--once", action="store_true", help="say nothing where a database is in use already")
        parser.add_argument("--password", help=f"instead of “{demo.PASSWORD}”; needed where other machines can log in")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            self.say_logins()
        elif demo.exists():
            self.stdout.write("The demo organisation is here already; nothing was changed.")
            demo.learn(Complaint.objects.count())
        else:
            self.make(**options)

    def make(self, **options: Any) -> None:
        if options["complaints"] < 0:
            raise CommandError("--complaints is a number from 0 up.")
        password = options["password"] or self.known_password()
        try:
            with self.progress() as bar:
                task = bar.add_task("Making Northmere Bank and its complaints", total=1.0)
                number = demo.make(
                    options["seed"], options["complaints"], password=password,
                    advance=lambda done: bar.update(task, completed=done),
                )  # fmt: skip
        except demo.Refused as refused:
            if options["once"]:
                self.stdout.write("No demo is made: this database is in use.")
                return
            raise CommandError(str(refused)) from refused
        demo.learn(number)
        self.stdout.write(self.style.SUCCESS(f"Northmere Bank is there, with {number} complaints."))

    def progress(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))

    def known_password(self) -> str:
        """The printed password is for a site that only this machine can reach."""
        if settings.DEBUG or set(settings.ALLOWED_HOSTS) <= {*local.HOSTS.split(","), "testserver"}:
            return demo.PASSWORD
        raise CommandError("Other machines can reach this site: choose a --password that is not printed in a manual.")

    def say_logins(self) -> None:
        rows = [("role", "username", "password", "name")]
        rows += [(login.role, login.username, login.password, login.name) for login in demo.logins()]
        if len(rows) == 1:
            self.stdout.write("There is no demo here: nobody's password is known.")
            return
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            self.stdout.write("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip())
        self.stdout.write("Everybody else at Northmere logs in with their first name and the same password. Demo only.")
        if page := demo.page_to_try():
            self.stdout.write(f"\nA customer's own page: {page.address}")
            self.stdout.write(f"It opens with the reference {page.reference} and the postcode {page.postcode}.")
