"""`manage.py export_criteria`: the criteria in force, another version, or the shipped set, as one JSON file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from escalations.detection import Definition
from escalations.detection.default_set import default_set
from escalations.detection.exchange import exported
from escalations.models import CriteriaSet


class Command(BaseCommand):
    help = "Write a set of criteria as JSON: the published one, --number N, or --shipped. See docs/criteria.md."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--number", type=int, help="of the version; the published one when it is not given")
        parser.add_argument("--shipped", action="store_true", help="the set that Redress ships; no database is asked")
        parser.add_argument("--out", type=Path, metavar="FILE", help="standard output when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        told = json.dumps(exported(self.definitions(options)), ensure_ascii=False, indent=1)
        if options["out"] is None:
            self.stdout.write(told)
            return
        try:
            options["out"].write_text(f"{told}\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(_("The file cannot be written: %s") % error) from error

    def definitions(self, options: dict[str, Any]) -> list[Definition]:
        if options["shipped"]:
            return list(default_set())
        number = options["number"]
        version = CriteriaSet.objects.filter(number=number).first() if number else CriteriaSet.objects.published()
        if version is None:
            raise CommandError(_("There is no version %d.") % number if number else _("No criteria are published."))
        return [Definition.of(row) for row in version.whole()]
