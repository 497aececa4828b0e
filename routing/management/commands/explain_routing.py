from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from routing.explaining import as_lines
from routing.models import Decision
from routing.vocabulary import Vocabulary


class Command(BaseCommand):
    help = "Print why a case went where it went: each decision, the rules asked and where they failed, the candidates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="of the case, such as R-2026-000123")
        parser.add_argument("--all", action="store_true", help="every decision of the case, not only the latest")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Decision.objects.filter(reference=options["reference"]).order_by("-pk")
        rows = rows.select_related("ruleset", "team", "handler__user", "chosen_by")
        decisions = list(rows if options["all"] else rows[:1])
        if not decisions:
            raise CommandError(f"Routing has not decided about {options['reference']}.")
        vocabulary = Vocabulary.load()
        for decision in decisions:
            for line in as_lines(decision, vocabulary):
                self.stdout.write(line)
