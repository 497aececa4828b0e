"""`manage.py flag_texts --from FILE.csv --text COL`: which criteria the texts of a file meet. See docs/criteria.md."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from escalations.detection import Definition, published
from escalations.detection.compiled import Compiled
from escalations.detection.default_set import default_set
from escalations.detection.exchange import FileError, loaded
from escalations.detection.texts import NoColumn, Source, flagged, not_applied, only_texts
from escalations.importing import UnreadableFile

TAB = {"tab": "\t", "\\t": "\t"}


class Command(BaseCommand):
    help = "Apply the published criteria, or a set from a file, to the texts of a CSV file. One line of JSON a row."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="path", type=Path, required=True, help="the CSV file, packed with gzip or not"
        )
        parser.add_argument("--text", required=True, metavar="COL", help="the column that holds the texts")
        parser.add_argument("--criteria", type=Path, metavar="FILE.json", help="an exported set; no database is asked")
        parser.add_argument("--shipped", action="store_true", help="the set that Redress ships; no database is asked")
        parser.add_argument("--separator", default="", help="one character, or “tab”; found out when it is not given")
        parser.add_argument("--encoding", default="", help="of the file; found out when it is not given")
        parser.add_argument("--language", default="", help="of the texts, such as en; all lists when it is not given")
        parser.add_argument("--language-column", default="", metavar="COL", help="the column that says the language")

    def handle(self, *args: Any, **options: Any) -> None:
        separator = TAB.get(options["separator"], options["separator"])
        if len(separator) > 1:
            raise CommandError(_("A separator is one character, or “tab”."))
        whole = Compiled(self.criteria(options))
        if left := not_applied(whole):
            self.stderr.write(_("Not applied, because a text alone does not say: %s.") % ", ".join(map(str, left)))
        source = Source(
            options["path"], options["text"], separator, options["encoding"], options["language"],
            options["language_column"],
        )  # fmt: skip
        try:
            for line in flagged(source, only_texts(whole.definitions)):
                self.stdout.write(json.dumps(line, ensure_ascii=False))
        except (UnreadableFile, NoColumn) as error:
            raise CommandError(str(error)) from error
        except LookupError as error:
            raise CommandError(_("There is no encoding “%s”.") % options["encoding"]) from error

    def criteria(self, options: dict[str, Any]) -> tuple[Definition, ...]:
        if options["criteria"]:
            try:
                return loaded(options["criteria"])
            except FileError as error:
                raise CommandError(str(error)) from error
        if options["shipped"]:
            return default_set()
        try:
            in_force = published()
        except DatabaseError as error:
            self.stderr.write(_("The database cannot be asked (%s): the shipped criteria are applied.") % error)
            return default_set()
        if in_force is None:
            self.stderr.write(_("No criteria are published here: the shipped ones are applied."))
            return default_set()
        return in_force.definitions
