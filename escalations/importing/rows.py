"""One record of a file, read by a mapping, as a draft for intake."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from escalations.importing import own
from escalations.importing.columns import COLUMNS, REQUIRED, Column
from escalations.importing.mapping import ANY, FileMapping
from escalations.importing.vocabulary import Vocabulary
from escalations.intake import Adoption, AuthorityDraft, Contact, Draft, NoteDraft, PointDraft
from escalations.states import Channel, Severity
from routing.definitions import Definition, Definitions

T = TypeVar("T")
AMOUNT = re.compile(r"\d{1,10}(?:\.\d{1,2})?")
SEVERITIES = {str(s.value): s.value for s in Severity} | {s.name.lower(): s.value for s in Severity}
OPEN, CLOSED = "open", "closed"
OUTCOME_THERE_LIMIT = 100


class HeaderError(Exception):
    """The header does not fit the format; `errors` has one sentence each, and each names the column."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


class RowError(Exception):
    """A record cannot be read as a complaint; `errors` says why, by our column."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True)
class Source:
    """Where one column of ours comes from: cells of the file, what is replaced in each, pieces, a value table."""

    name: str
    cells: tuple[int, ...]
    replaced: tuple[tuple[tuple[str, str], ...], ...]
    between: str = ""
    table: dict[str, str] | None = None

    def text(self, cells: Sequence[str]) -> str:
        """What the file says here. Raises ValueError where the table does not know it."""
        texts = []
        for place, pairs in zip(self.cells, self.replaced, strict=True):
            text = cells[place].strip()
            for old, new in pairs:
                text = text.replace(old, new)
            if text:
                texts.append(text)
        found = texts[0] if len(texts) == 1 else "\n\n".join(texts)
        return found if self.table is None else self._looked_up(found, self.table)

    def _looked_up(self, text: str, table: dict[str, str]) -> str:
        if self.between:
            pieces = {" ".join(piece.split()) for piece in text.split(self.between)}
            text = next((known for known in table if known in pieces), text)
        text = " ".join(text.split())
        if text in table:
            return table[text]
        if not text:
            return ""
        if ANY in table:
            return table[ANY]
        raise ValueError(_("“%s” is not in the mapping's table of values.") % text[:60])


class RowReader:
    """Makes drafts of the records of one file."""

    def __init__(
        self, mapping: FileMapping, header: Sequence[str], vocabulary: Vocabulary, *, as_open: bool, known: Definitions
    ) -> None:
        """Raises HeaderError when a column is unknown, missing, or there twice."""
        self.mapping, self.vocabulary, self.as_open = mapping, vocabulary, as_open
        self._sources = list(sources(mapping, header, own.columns(known)))
        told = {source.name for source in self._sources} | mapping.constants.keys()
        self._own = own.OwnCells([one for one in known.active if one.name in told], mapping.decimal, self._date)
        self._moment = lru_cache(maxsize=4096)(self._parsed_moment)
        self._points: dict[tuple[str, ...], PointDraft] = {}

    def draft(self, cells: Sequence[str]) -> Draft:
        """Raises RowError with everything that cannot be read."""
        errors: dict[str, list[str]] = {}
        given = self._given(cells, errors)

        def read(name: str, convert: Callable[[str], T], default: T) -> T:
            text = given.get(name, "")
            if not text:
                return default
            try:
                return convert(text)
            except ValueError as error:
                errors.setdefault(name, []).append(str(error))
                return default

        fields = {
            one.code: read(one.name, self._reader_of(one, given.get("currency", "")), None)
            for one in self._own.definitions
            if given.get(one.name)
        }
        system = given.get("external_system", "") or self.mapping.system
        draft = Draft(
            contact=self._contact(given, system, read("customer_since", self._date, None)),
            representative=self._representative(given),
            authority=AuthorityDraft(
                given.get("authority_document", ""),
                given.get("authority_scope", ""),
                read("authority_until", self._date, None),
            ),
            what_happened=given.get("what_happened", ""),
            wanted=given.get("wanted", ""),
            received_at=read("received_at", self._moment, None),
            happened_on=read("happened_on", self._date, None),
            channel=given.get("channel", "") or Channel.OTHER,
            severity=read("severity", _severity, int(Severity.MEDIUM)),
            language=given.get("language", ""),
            region=given.get("region", ""),
            jurisdiction=given.get("jurisdiction", ""),
            amount=read("amount", self._amount, None),
            currency=given.get("currency", ""),
            complaint_type=read("complaint_type", self._type, None),
            points=(self._point(given, errors),),
            notes=_notes(given, system, read("note_at", self._moment, None) or read("received_at", self._moment, None)),
            restricted_kind=given.get("restricted_kind", ""),
            external_system=system,
            external_id=given.get("external_id", ""),
            adopted=None if self.as_open else self._adoption(given, read, errors),
            fields=fields,
        )
        for name in REQUIRED:
            if not given.get(name):
                errors.setdefault(name, []).append(_("This is needed."))
        if errors:
            raise RowError(errors)
        return draft

    def _reader_of(self, definition: Definition, currency: str) -> Callable[[str], Any]:
        return lambda text: self._own.value(definition, text, currency)

    def _given(self, cells: Sequence[str], errors: dict[str, list[str]]) -> dict[str, str]:
        given = dict(self.mapping.constants)
        for source in self._sources:
            try:
                given[source.name] = source.text(cells)
            except ValueError as error:
                errors[source.name] = [str(error)]
                given[source.name] = ""
        return given

    def _contact(self, given: dict[str, str], system: str, since: date | None) -> Contact:
        number = given.get("customer_number", "")
        return Contact(
            name=given.get("name", ""),
            email=given.get("email", ""),
            phone=given.get("phone", ""),
            address=given.get("address", ""),
            postcode=given.get("postcode", ""),
            region=given.get("region", ""),
            language=given.get("language", ""),
            segment=given.get("segment", ""),
            since=since,
            external_system=system if number else "",
            external_id=number,
        )

    def _representative(self, given: dict[str, str]) -> Contact | None:
        name, email = given.get("representative_name", ""), given.get("representative_email", "")
        return Contact(name=name, email=email) if name or email else None

    def _point(self, given: dict[str, str], errors: dict[str, list[str]]) -> PointDraft:
        texts = tuple(given.get(name, "") for name in ("product", "sub_product", "issue", "sub_issue"))
        point = self._points.get(texts)
        if point is None:
            before = len(errors)
            point = PointDraft(*self._choices(texts, errors))
            if len(errors) == before:
                self._points[texts] = point
        return point

    def _choices(self, texts: Sequence[str], errors: dict[str, list[str]]) -> Iterator[Any]:
        for main, sub, text, finer in (("product", "sub_product", *texts[:2]), ("issue", "sub_issue", *texts[2:])):
            parent = None
            for name, wanted in ((main, text), (sub, finer)):
                try:
                    parent = self.vocabulary.find(name, wanted, parent)
                except ValueError as error:
                    errors.setdefault(name, []).append(str(error))
                    parent = None
                yield parent

    def _adoption(
        self, given: dict[str, str], read: Callable[..., Any], errors: dict[str, list[str]]
    ) -> Adoption | None:
        status = given.get("status", "").casefold()
        closed_at = read("closed_at", self._moment, None)
        if status == CLOSED:
            there = given.get("outcome_there", "")
            if len(there) > OUTCOME_THERE_LIMIT:
                errors["outcome_there"] = [_("At most %d letters.") % OUTCOME_THERE_LIMIT]
            return Adoption(there, given.get("outcome", ""), closed_at)
        if status not in ("", OPEN):
            errors["status"] = [_("“%s” is neither open nor closed.") % given["status"][:60]]
        for name in ("outcome", "closed_at"):
            if given.get(name):
                errors.setdefault(name, []).append(_("Only a closed complaint has this; “status” says it is open."))
        return None

    def _type(self, text: str) -> Any:
        return self.vocabulary.find("complaint_type", text)

    def _parsed_moment(self, text: str) -> datetime:
        """In the mapping's zone where the text names none; a date alone is the beginning of that day."""
        for wanted in self.mapping.dates:
            try:
                moment = datetime.strptime(text, wanted)  # noqa: DTZ007 - where the text names no zone, the line below gives it one
            except ValueError:
                continue
            return moment if moment.tzinfo else moment.replace(tzinfo=self.mapping.zone)
        raise ValueError(
            _("“%(text)s” is no date that exists, written as: %(formats)s.")
            % {"text": text[:40], "formats": ", ".join(self.mapping.dates)}
        )

    def _date(self, text: str) -> date:
        return self._moment(text).date()

    def _amount(self, text: str) -> Decimal:
        plain = text if self.mapping.decimal == "." else text.replace(".", "#").replace(",", ".")
        if not AMOUNT.fullmatch(plain):
            raise ValueError(
                _("“%(text)s” is no amount such as 1184%(decimal)s20, without signs and at most two decimals.")
                % {"text": text[:40], "decimal": self.mapping.decimal}
            )
        return Decimal(plain)


def _notes(given: Mapping[str, str], system: str, at: datetime | None) -> tuple[NoteDraft, ...]:
    if not given.get("note") or at is None:
        return ()
    return (NoteDraft(given["note"], at, system or "import", given.get("note_by", "")),)


def _severity(text: str) -> int:
    if text.casefold() not in SEVERITIES:
        raise ValueError(_("“%s” is no severity: 1 low, 2 medium, 3 high, 4 critical.") % text[:40])
    return SEVERITIES[text.casefold()]


# --- the header --------------------------------------------------------------------------------------------------


def sources(mapping: FileMapping, header: Sequence[str], own_columns: Sequence[Column] = ()) -> Iterator[Source]:
    """Where each of our columns comes from in a file with this header. Raises HeaderError."""
    ours = {column.name: column for column in (*COLUMNS, *own_columns)}
    columns = {name: (name,) for name in ours} if mapping.columns is None else mapping.columns
    if errors := [*_misfits(mapping, columns, header), *_no_such_fields(mapping, columns, ours)]:
        raise HeaderError(errors)
    for column in ours.values():
        names = [name for name, fed in columns.items() if column.name in fed and name in header]
        if names:
            yield Source(
                column.name,
                tuple(header.index(name) for name in names),
                tuple(mapping.replace.get(name, ()) for name in names),
                mapping.pieces.get(column.name, ""),
                dict(mapping.values[column.name]) if column.name in mapping.values else None,
            )


def _misfits(mapping: FileMapping, columns: Any, header: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield _("The column “%s” is there twice.") % name[:60]
        if name not in columns:
            near = get_close_matches(name, columns, n=1)
            hint = _("Did you mean “%s”?") % near[0] if near else ""
            yield _("The column “%(name)s” is not known. %(hint)s") % {"name": name[:60], "hint": hint}
    needed = REQUIRED if mapping.columns is None else [name for name, ours in columns.items() if ours]
    for name in needed:
        if name not in header:
            yield _("The column “%s” is missing.") % name


def _no_such_fields(mapping: FileMapping, columns: Any, ours: Mapping[str, Column]) -> Iterator[str]:
    """What a mapping says of the organisation's own fields, which only the database knows."""
    fed = [name for names in columns.values() for name in names]
    told = dict.fromkeys((*fed, *mapping.values, *mapping.pieces, *mapping.constants))
    for name in told:
        if own.is_own(name) and name not in ours:
            near = get_close_matches(name, ours, n=1)
            hint = _("Did you mean “%s”?") % near[0] if near else ""
            yield _("The mapping names “%(name)s”, and there is no such field. %(hint)s") % {
                "name": name[:60], "hint": hint,
            }  # fmt: skip
        elif own.is_own(name) and fed.count(name) > 1 and not ours[name].joins:
            yield _("More than one column is mapped to “%s”, which holds one value.") % name[:60]
