"""`manage.py import_complaints FILE`: takes in the complaints of a CSV file. See docs/import.md."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from escalations.importing import FORMATS, FileMapping, HeaderError, MappingError, UnreadableFile, load, take_in
from escalations.importing.run import Progress as Told
from escalations.importing.run import Summary

REASONS_SHOWN, CHOICES_SHOWN = 10, 20


class Command(BaseCommand):
    help = "Take in the complaints of a CSV file (packed with gzip or not). Run again, it takes in nothing twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file; .gz is read as it is")
        parser.add_argument("--format", choices=FORMATS, required=True, help="cfpb, or generic with our column names")
        parser.add_argument("--map", type=Path, metavar="MAPPING.json", help="how another system's file is read")
        parser.add_argument(
            "--as",
            choices=["open"],
            dest="as_state",
            help="open: register all as new, answered or not (for trying out)",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing; say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["map"] and options["format"] != "generic":
            raise CommandError(_("--map goes with --format generic only."))
        try:
            mapping = load(options["map"]) if options["map"] else FORMATS[options["format"]]()
            summary = self.take_in(mapping, options)
        except (MappingError, HeaderError) as error:
            raise CommandError(_("Nothing was taken in.") + "\n" + "\n".join(f"- {e}" for e in error.errors)) from error
        except UnreadableFile as error:
            raise CommandError(_("Nothing was taken in. %s") % error) from error
        for line in report(summary, choices_shown=None if options["verbosity"] > 1 else CHOICES_SHOWN):
            self.stdout.write(line)
        if summary.broke_off:
            raise CommandError(_("What stands above was kept. %s") % summary.broke_off)

    def take_in(self, mapping: FileMapping, options: dict[str, Any]) -> Summary:
        quiet = options["verbosity"] == 0
        with shown(self.stderr, quiet) as progress:
            return take_in(
                options["file"],
                mapping,
                as_open=options["as_state"] == "open",
                dry_run=options["dry_run"],
                progress=progress,
            )


@contextmanager
def shown(out: Any, quiet: bool) -> Iterator[Told | None]:
    """A bar on a terminal, a line for each tenth of the file elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty() and out.isatty():
        columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        with Progress(*columns) as bar:
            task = bar.add_task("", total=1.0)
            yield lambda done, summary: bar.update(task, completed=done, description=_so_far(summary))
    else:
        tenths = {"shown": 0}

        def tell(done: float, summary: Summary) -> None:
            if int(done * 10) > tenths["shown"]:
                tenths["shown"] = int(done * 10)
                out.write(f"{tenths['shown'] * 10} %  {_so_far(summary)}")

        yield tell


def _so_far(summary: Summary) -> str:
    return _("%(new)d new, %(known)d here already, %(rejected)d rejected") % {
        "new": summary.new, "known": summary.known, "rejected": summary.rejected,
    }  # fmt: skip


def report(summary: Summary, *, choices_shown: int | None) -> Iterator[str]:
    """What became of the file, in words. Of the choices added, `choices_shown` a field are named; None names all."""
    if summary.dry_run:
        yield _("Dry run: nothing was written. This is what would happen.")
    yield _("%d new:") % summary.new
    yield _("  %(adopted)d adopted as closed, %(undated)d of them without a closing date (it stays empty)") % {
        "adopted": summary.adopted, "undated": summary.undated,
    }  # fmt: skip
    yield _("  %d registered open") % (summary.new - summary.adopted)
    yield _("%d there already") % summary.known
    yield _("%d rejected") % summary.rejected
    for reason, count in summary.reasons.most_common(REASONS_SHOWN):
        yield f"  {count} x {reason}"
    if len(summary.reasons) > REASONS_SHOWN:
        yield _("  and other reasons")
    if summary.rejected_path:
        yield _("  They are in %s with their reasons: mend them there and import that file.") % summary.rejected_path
    for name, labels in sorted(summary.added.items()):
        yield _("%(count)d choices of %(field)s added:") % {"count": len(labels), "field": name}
        yield from (f"  {label}" for label in labels[:choices_shown])
        if choices_shown is not None and len(labels) > choices_shown:
            yield _("  and %d more (--verbosity 2 names all)") % (len(labels) - choices_shown)
