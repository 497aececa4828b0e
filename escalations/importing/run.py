"""Taking in a file: record by record, in batches, each in one transaction with the choices it adds.

Whatever ends the run in the middle, a batch is there whole or not at all; run again, the external id says what is
here already.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from escalations import intake
from escalations.actors import Actor
from escalations.importing.mapping import FileMapping
from escalations.importing.reading import Lines, Record, UnreadableFile, opened, records
from escalations.importing.rejected import OURS, TEXT, RejectedLines, place_beside, restored
from escalations.importing.rows import RowError, RowReader
from escalations.importing.vocabulary import Vocabulary
from escalations.intake import Draft
from routing.definitions import Definitions
from routing.models import Choice

IMPORT = Actor.system("import")
BATCH = 500
"""Complaints a transaction. More gains nothing, and keeps other writers of an SQLite database waiting longer."""
REASONS_KEPT = 1000


@dataclass
class Summary:
    """What became of the file. `broke_off` says why the rest of it could not be read; empty when all was."""

    dry_run: bool = False
    new: int = 0
    known: int = 0
    rejected: int = 0
    adopted: int = 0
    undated: int = 0
    added: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    reasons: Counter[str] = field(default_factory=Counter)
    rejected_path: Path | None = None
    broke_off: str = ""

    @property
    def lines(self) -> int:
        return self.new + self.known + self.rejected


Progress = Callable[[float, Summary], None]


def take_in(
    path: Path, mapping: FileMapping, *, as_open: bool = False, dry_run: bool = False, progress: Progress | None = None
) -> Summary:
    """Import a file. Raises UnreadableFile or HeaderError when nothing of it can be read; then nothing was done.

    `as_open` registers everything as new, whatever the file says of its end. `dry_run` writes nothing at all.
    `progress` is told, after each batch, how much of the file was read (0 to 1) and what came of it so far.
    """
    with opened(path, mapping.encoding) as (lines, fraction):
        run = _Run(lines, mapping, as_open, dry_run, path)
        try:
            for batch in run.batches():
                run.finish(batch)
                if progress:
                    progress(fraction(), run.summary)
        finally:
            run.close()
    return run.summary


class _Run:
    """One import under way."""

    def __init__(self, lines: Lines, mapping: FileMapping, as_open: bool, dry_run: bool, path: Path) -> None:
        self.lines, self.mapping = lines, mapping
        header = _header(lines, mapping.separator)
        self.width = len(header)
        self.ours = {name: header.index(name) for name in OURS if name in header}
        header = [name for name in header if name not in OURS]
        self.vocabulary = Vocabulary()
        known = Definitions.load()
        self.reader = RowReader(mapping, header, self.vocabulary, as_open=as_open, known=known)
        self.summary = Summary(dry_run)
        place = place_beside(path, Path(settings.DATA_DIR))
        self.rejects = RejectedLines(place, header, mapping.separator, mapping.encoding)
        self.trial = _Trial() if dry_run else None

    def batches(self) -> Iterator[list[Record]]:
        """What the file holds, BATCH records at a time; what was read before it broke off counts."""
        batch: list[Record] = []
        try:
            for record in records(self.lines, self.mapping.separator, self.width):
                batch.append(self._without_ours(record) if self.ours else record)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        except UnreadableFile as error:
            self.summary.broke_off = str(error)
        yield batch

    def finish(self, batch: list[Record]) -> None:
        faults: dict[int, str] = {}
        pairs = list(self._drafts(batch, faults))
        for (record, draft), result in zip(pairs, self._registered([draft for _record, draft in pairs]), strict=True):
            if result.problems:
                faults[record.line] = _sentence(result.problems)
            elif result.is_new:
                self._count(draft)
            else:
                self.summary.known += 1
        for record in batch:
            if record.line in faults:
                self._reject(record, faults[record.line])
        self.rejects.flush()

    def close(self) -> None:
        for name, choices in self.vocabulary.added.items():
            self.summary.added[name] = [choice.label for choice in choices]
        if self.trial:
            self.trial.close()
        else:
            self.rejects.close()
            self.summary.rejected_path = self.rejects.path if self.summary.rejected else None

    def _drafts(self, batch: list[Record], faults: dict[int, str]) -> Iterator[tuple[Record, Draft]]:
        for record in batch:
            if record.fault:
                faults[record.line] = record.fault
                continue
            try:
                yield record, self.reader.draft(record.cells)
            except RowError as error:
                faults[record.line] = _sentence(error.errors)

    def _registered(self, drafts: list[Draft]) -> list[intake.Registered]:
        if self.trial:
            return self.trial.registered(drafts, self.vocabulary)
        with transaction.atomic():
            new = [draft for draft in drafts if self.vocabulary.has_new(choices_of(draft))]
            for draft, checked in zip(new, intake.checked(new, actor=IMPORT), strict=True):
                if not checked.problems:
                    self.vocabulary.keep(choices_of(draft))
            return intake.register_many(drafts, actor=IMPORT)

    def _count(self, draft: Draft) -> None:
        self.summary.new += 1
        if draft.adopted:
            self.summary.adopted += 1
            self.summary.undated += draft.adopted.closed_at is None

    def _reject(self, record: Record, reason: str) -> None:
        self.summary.rejected += 1
        if reason in self.summary.reasons or len(self.summary.reasons) < REASONS_KEPT:
            self.summary.reasons[reason] += 1
        if not self.trial:
            self.rejects.add(record, reason)

    def _without_ours(self, record: Record) -> Record:
        """A record of a rejected file: our columns taken off, apostrophes too."""
        if len(record.cells) != self.width:
            return record
        places = set(self.ours.values())
        cells = [restored(cell) for place, cell in enumerate(record.cells) if place not in places]
        text = restored(record.cells[self.ours[TEXT]]) if TEXT in self.ours else ""
        if text and not any(cells):
            return Record(
                record.line, cells, _("This line was not mended: divide “rejected_text” into its columns."), text
            )
        return Record(record.line, cells, record.fault, record.text)


class _Trial:
    """Stands in for intake in a dry run. The numbers seen are kept in a temporary database on disk, not in memory."""

    def __init__(self) -> None:
        self.seen = sqlite3.connect("")
        self.seen.execute("CREATE TABLE seen (system TEXT, number TEXT, PRIMARY KEY (system, number))")

    def registered(self, drafts: list[Draft], vocabulary: Vocabulary) -> list[intake.Registered]:
        here = intake.already_here(drafts)
        results = intake.checked(drafts, actor=IMPORT)
        for draft, result in zip(drafts, results, strict=True):
            if not result.problems:
                vocabulary.note(choices_of(draft))
                key = (draft.external_system, draft.external_id)
                first = self.seen.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", key).rowcount == 1
                result.is_new = first and key not in here
        return results

    def close(self) -> None:
        self.seen.close()


def choices_of(draft: Draft) -> list[Choice]:
    """All choices that a draft names."""
    named = [draft.complaint_type]
    for point in draft.points:
        named += [point.product, point.sub_product, point.issue, point.sub_issue]
    return [choice for choice in named if choice is not None]


def _header(lines: Lines, separator: str) -> list[str]:
    first = next(records(lines, separator), None)
    if first is None:
        raise UnreadableFile(_("The file is empty: not even a header."))
    if first.fault:
        raise UnreadableFile(_("The header cannot be read. %s") % first.fault)
    return [name.strip() for name in first.cells]


def _sentence(errors: dict[str, list[str]]) -> str:
    return " ".join(f"{name}: {' '.join(sentences)}" for name, sentences in errors.items())
