"""`manage.py score_risk`: a probability for each line of a table, by a model of `train_risk`. Needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from escalations.detection.risk.keeping import ModelUnusable, load
from escalations.detection.risk.table import TableError, read


class Command(BaseCommand):
    help = "Print a probability from 0 to 1 for each line of a CSV table (.gz too), in order."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--model", type=Path, required=True, metavar="MODEL", help="what train_risk wrote")
        parser.add_argument("--from", dest="table", type=Path, required=True, metavar="FILE.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            model = load(options["model"])
            table = read(options["table"])
        except (ModelUnusable, TableError) as error:
            raise CommandError(str(error)) from error
        facts = {name: cells for name in model.manifest["columns"] if (cells := table.find(name)) is not None}
        text = model.manifest.get("text", "")
        texts = table.find(text) if text else None
        absent = [name for name in model.manifest["columns"] if name not in facts]
        if text and texts is None:
            absent.append(text)
        if not facts and texts is None:
            there = ", ".join(f"“{name}”" for name in [*model.manifest["columns"], text] if name)
            raise CommandError(_("The file has none of the columns that the model reads: %s.") % there)
        if absent:
            table.notes.append(_("Not in the file, and so not known: %s.") % ", ".join(f"“{name}”" for name in absent))
        for note in table.notes:
            self.stderr.write(note)
        for probability in model.probabilities(facts, texts, table.rows):
            self.stdout.write(f"{probability:.6f}")
