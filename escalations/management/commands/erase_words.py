"""`manage.py erase_words`: what people said in closed cases, and their files, go for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from escalations import searching
from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.errors import Refusal
from escalations.forms.erasing import counted
from escalations.models import Complaint
from escalations.workflow import ASK, check_open, perform
from routing.models import User


class Command(BaseCommand):
    help = "Erase what people said in closed complaints, and their files; without --apply only say what would go."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", nargs="+", help="of a closed complaint, such as R-2026-000123")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="who erases; the record names them")
        parser.add_argument("--reason", required=True, help="stands in the record for good: name no customer")
        parser.add_argument("--apply", action="store_true", help="do it; nobody can bring it back")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(_("There is no such user: %s.") % options["by"])
        refused = 0
        for reference in options["reference"]:
            case = Complaint.objects.filter(reference=reference).first()
            try:
                if case is None:
                    raise Refusal(_("There is no such complaint."))
                self.stdout.write(f"{reference}: {self.one(case, Actor.of(user), options)}")
            except Refusal as refusal:
                refused += 1
                self.stderr.write(f"{reference}: {refusal.message}")
        if options["apply"]:
            searching.forget(connection)
        if refused:
            raise CommandError(_("%d could not be erased.") % refused)

    def one(self, case: Complaint, actor: Actor, options: dict[str, Any]) -> str:
        """What went, or would go, in words."""
        check_open(case, ACTIONS["erase_words"], actor)
        told = counted(case)
        if not options["apply"]:
            return _("would erase %s") % told
        event = perform(case, "erase_words", actor=actor, reason=options["reason"])
        if event.action == ASK:
            return _("asked for; a colleague with the same right confirms it on the case page")
        return _("erased %s") % told
