"""`manage.py train_risk`: learns a risk model from any table of past cases. See docs/risk.md. Needs no database."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from escalations.detection.risk import keeping, telling
from escalations.detection.risk.past_table import Wanted, examples_from
from escalations.detection.risk.table import Table, TableError, read
from escalations.detection.risk.training import WORKING_SHARE, TooLittle, train

LISTS = {
    "positive": "the values of the outcome that count as yes",
    "known": "the columns that are known at intake",
    "unknown": "outcomes that say nothing yet, such as “In progress”",
    "groups": "columns whose groups are compared on the card",
}
"""Options with commas between their values. A value that holds a comma stands in double quotes, or is given alone."""


class Command(BaseCommand):
    help = "Learn how likely an outcome is from a CSV table (.gz too), write the model, print its card."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="table", type=Path, required=True, metavar="FILE.csv")
        parser.add_argument("--outcome", required=True, metavar="COL", help="what is to be foretold; blank is unknown")
        parser.add_argument("--text", default="", metavar="COL", help="what the customer said")
        parser.add_argument("--out", type=Path, required=True, metavar="MODEL", help="the file to write")
        parser.add_argument("--date", default="", metavar="COL", help="when it came in: measures the future, too")
        parser.add_argument("--share", type=float, default=WORKING_SHARE, help="the part that is flagged (0.1)")
        parser.add_argument("--blank-is-no", action="store_true", help="rows without an outcome count as no")
        parser.add_argument("--json", action="store_true", help="print the card as JSON")
        for name, means in LISTS.items():
            required = name in ("positive", "known")
            parser.add_argument(
                f"--{name}", action="append", default=[], required=required, metavar="A[,B]", help=means
            )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if not out.absolute().parent.is_dir() or out.is_dir():
            raise CommandError(_("%s cannot be written: its folder is not there, or it is one.") % out)
        try:
            table = read(options["table"])
            wanted = wanted_of(options, table)
            examples, told = examples_from(table, wanted)
            for note in table.notes:
                self.stderr.write(note)
            model = train(examples, told)
            model.manifest["text"] = table.name_of(wanted.text) if wanted.text else ""
            keeping.save(model, out)
        except (TableError, TooLittle, OSError) as error:
            raise CommandError(str(error)) from error
        self.show(model.manifest["card"], options["json"])

    def show(self, card: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(card, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(telling.as_text(card)).lstrip())


def wanted_of(options: Mapping[str, Any], table: Table) -> Wanted:
    """What the columns of this table mean, as the options say."""
    outcomes = table.find(options["outcome"]) or ()
    return Wanted(
        outcome=options["outcome"],
        positive=listed(options["positive"], outcomes),
        known=listed(options["known"], table.columns),
        text=options["text"],
        date=options["date"],
        unknown=listed(options["unknown"], outcomes),
        groups=listed(options["groups"], table.columns),
        share=options["share"],
        blank_is_no=options["blank_is_no"],
    )


def listed(given: Sequence[str], there: Iterable[str]) -> list[str]:
    """Values with commas between them; one that holds a comma stands in double quotes, or is `there` as it is given."""
    whole = {" ".join(cell.split()).casefold() for cell in there}
    found: list[str] = []
    for line in (" ".join(text.split()) for text in given):
        divided = [line] if line.casefold() in whole else next(csv.reader([line], skipinitialspace=True), [])
        found += (value.strip() for value in divided)
    return list(dict.fromkeys(value for value in found if value))
