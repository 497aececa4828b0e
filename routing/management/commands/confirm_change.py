"""`manage.py confirm_change`: a change of authority is confirmed at the server's console, where nobody else could."""

import getpass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from routing import second_person
from routing.models import AuthorityChange


class Command(BaseCommand):
    help = "List the changes of authority that wait, or put one in force that nobody else could confirm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="?", type=int, help="of the change, as the list gives it")
        parser.add_argument("--why", default="", help="stands with the change for good")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["number"] is None:
            self.list()
            return
        change = AuthorityChange.objects.filter(pk=options["number"]).first()
        if change is None:
            raise CommandError(_("There is no such change: %d.") % options["number"])
        try:
            second_person.confirm_at_console(change, account=account(), why=options["why"], at=timezone.now())
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(_("%s: it is in force.") % change)

    def list(self) -> None:
        waiting = AuthorityChange.objects.filter(state=AuthorityChange.State.PROPOSED).select_related("proposed_by")
        for change in waiting.order_by("pk"):
            when = date_format(timezone.localtime(change.proposed_at), "j M Y H:i")
            self.stdout.write(f"{change.pk}: {change} ({change.proposed_by}, {when}: {change.reason})")
            for line in second_person.lines(change):
                if line.differs:
                    self.stdout.write(f"    {line.label}: {line.before} -> {line.after}")
            others = ", ".join(str(user) for user in second_person.who_else(change)[: second_person.MOST_NAMED])
            self.stdout.write(
                "    " + (_("can confirm it: %s") % others if others else _("nobody else could confirm it"))
            )
        if not waiting:
            self.stdout.write(_("No change waits."))


def account() -> str:
    """Who is logged in on this machine; some containers have no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return _("an account without a name")
