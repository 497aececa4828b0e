"""`manage.py import_criteria FILE --author USERNAME`: a draft from an exported set. Somebody else publishes it."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from escalations.detection.default_set import default_set
from escalations.detection.exchange import FileError, draft, loaded
from routing.models import User


class Command(BaseCommand):
    help = "Make a draft of the criteria in a file, or of the shipped set. Another supervisor publishes it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="as export_criteria writes it")
        parser.add_argument("--shipped", action="store_true", help="the set that Redress ships")
        parser.add_argument("--author", required=True, metavar="USERNAME", help="whose draft it becomes")
        parser.add_argument("--note", default="", help="what changes, and why")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["file"]) == options["shipped"]:
            raise CommandError(_("Name a file, or --shipped."))
        author = User.objects.filter(username=options["author"], is_active=True).first()
        if author is None or not author.has_perm("escalations.add_criteriaset"):
            raise CommandError(_("“%s” is nobody who may write criteria.") % options["author"])
        try:
            definitions = default_set() if options["shipped"] else loaded(options["file"])
            version = draft(definitions, author, options["note"])
        except FileError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(_("%(version)s: %(count)d criteria.") % {"version": version, "count": len(definitions)})
