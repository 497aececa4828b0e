"""`manage.py bench`: the figures that the project promises, one line of JSON each. See docs/benchmarks.md."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.bench import assignment, deciding, detection, importing, intake, pages, places, risk, searching, simulation
from config.bench.measure import Figure

ALONE: dict[str, tuple[str, Callable[[], Iterator[Figure]]]] = {
    "detection.idle_sweep": ("queries", detection.sweep_figures),
    "import.cfpb": ("complaints/s", importing.figures),
    "intake.api": ("requests/s", intake.figures),
    "routing.assignment": ("routings/s", assignment.assignment),
    "routing.sweep": ("routings/s", assignment.sweep),
    "routing.fairness": ("of the capacity", assignment.fairness),
    "search.text": ("ms", searching.figures),
    "routing.simulation": ("cases/s", simulation.figures),
    "detection.score": ("ms", risk.score),
}
TEXTS: dict[str, Callable[[], Iterator[Figure]]] = {"detection.text": detection.text_figures}
"""Measured in this process: no database takes part."""
MEMORY: dict[str, tuple[str, Callable[[list[str]], Iterator[Figure]]]] = {
    **dict.fromkeys(deciding.FIGURES, ("us", deciding.figures)),
    **dict.fromkeys(risk.FIGURES, ("", risk.figures)),
}
"""The same, each asked for by its name."""
FIGURES = (*MEMORY, *TEXTS, *ALONE, *pages.PAGES)


class Command(BaseCommand):
    help = "Measure, on SQLite and, when DATABASE_URL is set, on PostgreSQL. One line of JSON per figure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", default="", help="figures or their beginnings, with commas: import,page")
        parser.add_argument("--inside", choices=ALONE, help="(internal) measure one figure in this very database")
        parser.add_argument("--answer", type=int, help="(internal) fill this database and answer for pages")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            for figure in ALONE[options["inside"]][1]():
                self.print(figure)
        elif options["answer"]:
            pages.answer(options["answer"], iter(sys.stdin), self.say)
        else:
            self.measure(chosen(options["only"]))

    def measure(self, wanted: list[str]) -> None:
        url = os.environ.get("DATABASE_URL", "")
        self.without_database([figure for figure in wanted if figure in MEMORY])
        for figure in wanted:
            for found in TEXTS.get(figure, lambda: iter(()))():
                self.print(found)
        wanted = [figure for figure in wanted if figure not in (*MEMORY, *TEXTS)]
        for figure in wanted:
            if figure in ALONE:
                self.alone(figure, "sqlite", places.sqlite)
        self.pages("sqlite", places.sqlite, wanted)
        if not url.startswith("postgres"):
            for figure in wanted:
                self.print(Figure(figure, None, "", "postgresql", more={"why": "DATABASE_URL names no PostgreSQL"}))
            return
        for figure in wanted:
            if figure in ALONE:
                self.alone(figure, "postgresql", lambda: places.postgresql(url))
        self.pages("postgresql", lambda: places.postgresql(url), wanted)

    def without_database(self, wanted: list[str]) -> None:
        """Measured once and in this process, because no database takes part."""
        for figure in wanted:
            unit, taken = MEMORY[figure]
            try:
                for found in taken([figure]):
                    self.print(found)
            except (ImportError, RuntimeError) as error:
                self.print(Figure(figure, None, unit, "none", more={"why": str(error)}))

    def alone(self, figure: str, database: str, make: Callable[[], Any]) -> None:
        """One figure in a process and a database of its own; a failure is a line that says so."""
        with make() as place:
            prepare(place)
            done = manage(place, "bench", "--inside", figure)
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                self.say(line.replace('"database": ""', f'"database": "{database}"'))
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["it failed without a word"])[-1]
            self.print(Figure(figure, None, ALONE[figure][0], database, more={"why": why}))

    def pages(self, database: str, make: Callable[[], Any], wanted: list[str]) -> None:
        asked = [figure for figure in wanted if figure in pages.PAGES]
        if not asked:
            return
        with contextlib.ExitStack() as stack:
            small, large = (stack.enter_context(make()) for _size in range(2))
            for place in (small, large):
                prepare(place)
            for figure in pages.figures(small, large, asked):
                figure.database = database
                self.print(figure)

    def print(self, figure: Figure) -> None:
        self.say(figure.line())

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def chosen(only: str) -> list[str]:
    """The figures that are asked for; all when nothing is said."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    found = [figure for figure in FIGURES if not names or any(figure.startswith(name) for name in names)]
    if not found:
        raise CommandError(f"No figure begins with {only!r}. There are: {', '.join(FIGURES)}.")
    return found


def prepare(place: places.Place) -> None:
    done = manage(place, "prepare")
    if done.returncode:
        raise CommandError(done.stderr[-2000:])


def manage(place: places.Place, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=place.environment, capture_output=True, text=True, check=False)
