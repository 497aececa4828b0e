"""A complaint as some channel brought it, and what is wrong with it, in sentences by field."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.models import Attempt
from escalations.models.statement import LIMIT
from escalations.people import Contact
from escalations.states import Channel, Outcome, RestrictedKind, Severity
from routing.models import Choice, User


@dataclass(frozen=True)
class Adoption:
    """What another system decided. A date that it does not give stays empty: it is never guessed."""

    outcome_there: str = ""
    outcome: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class PointDraft:
    """One thing alleged: product and issue."""

    product: Choice | None = None
    sub_product: Choice | None = None
    issue: Choice | None = None
    sub_issue: Choice | None = None


@dataclass(frozen=True)
class AttemptDraft:
    what: str
    result: str
    made_at: datetime
    made_by: User | None = None
    promised_on: date | None = None


@dataclass(frozen=True)
class NoteDraft:
    """A note that another system had about the case."""

    text: str
    made_at: datetime
    system: str
    author: str = ""


@dataclass(frozen=True)
class AuthorityDraft:
    """By what paper somebody speaks for the customer, for what, and until which day at most."""

    document: str = ""
    scope: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Draft:
    """A complaint as some channel brought it, not yet checked. Money is a decimal amount and its currency."""

    contact: Contact
    what_happened: str = ""
    wanted: str = ""
    happened_on: date | None = None
    received_at: datetime | None = None
    channel: str = Channel.OTHER
    severity: int = Severity.MEDIUM
    language: str = ""
    region: str = ""
    jurisdiction: str = ""
    amount: Decimal | None = None
    currency: str = ""
    complaint_type: Choice | None = None
    points: Sequence[PointDraft] = (PointDraft(),)
    attempts: Sequence[AttemptDraft] = ()
    notes: Sequence[NoteDraft] = ()
    representative: Contact | None = None
    authority: AuthorityDraft = AuthorityDraft()
    """Of the representative. Without its document they are heard, but shown nothing, and decide nothing."""
    restricted_kind: str = ""
    external_system: str = ""
    external_id: str = ""
    adopted: Adoption | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Values of the organisation's own fields, by code; `routing.definitions` says what each may be."""


# --- what is wrong with a draft ----------------------------------------------------------------------------------


def problems(draft: Draft, at: datetime) -> dict[str, list[str]]:
    """What is missing or impossible, by field, in sentences; empty when the draft can be taken in."""
    found: dict[str, list[str]] = {}
    for name, check in CHECKS:
        for sentence in check(draft, at):
            found.setdefault(name, []).append(sentence)
    return found


def _check_contact(draft: Draft, at: datetime) -> Iterator[str]:
    contact = draft.contact
    if not (contact.name or contact.email or contact.phone or contact.address or contact.external_id):
        yield _("Say who complains, or how to reach them: a name, an e-mail, a phone or a customer number.")
    yield from _faults_of(contact)


def _check_representative(draft: Draft, at: datetime) -> Iterator[str]:
    if draft.representative:
        yield from _faults_of(draft.representative)


def _check_authority(draft: Draft, at: datetime) -> Iterator[str]:
    authority = draft.authority
    if authority != AuthorityDraft() and not draft.representative:
        yield _("Say who has this authority: who speaks for them.")
    if (authority.scope or authority.until) and not authority.document.strip():
        yield _("Say by what paper they speak for the customer.")
    yield from _too_long(authority, (("document", 200), ("scope", 200)))
    yield from _null_characters((authority.document, authority.scope))
    if authority.until and authority.until.year < EARLIEST_YEAR:
        yield _("A date before %d is a slip of the pen.") % EARLIEST_YEAR


def _faults_of(contact: Contact) -> Iterator[str]:
    yield from _too_long(contact, CONTACT_LIMITS)
    if any("\n" in value or "\r" in value for value in (contact.name, contact.email, contact.phone)):
        yield _("Name, e-mail and phone are one line each.")
    yield from _null_characters(getattr(contact, one.name) for one in fields(contact))
    if contact.email:
        try:
            validate_email(contact.email)
        except ValidationError:
            yield _("“%s” is no e-mail address.") % contact.email[:100]


def _too_long(given: Any, limits: tuple[tuple[str, int], ...]) -> Iterator[str]:
    for name, limit in limits:
        if len(getattr(given, name)) > limit:
            yield _("“%(field)s” has at most %(limit)d letters.") % {"field": name, "limit": limit}


def _at_most(name: str, limit: int) -> Callable[[Draft, datetime], Iterator[str]]:
    return lambda draft, at: _too_long(draft, ((name, limit),))


def _check_text(draft: Draft, at: datetime) -> Iterator[str]:
    main = draft.points[0] if draft.points else PointDraft()
    # What another system holds as a complaint is one, even where it says no more than the product.
    about = main.issue or (draft.external_id and main.product)
    if not draft.what_happened.strip() and not about:
        yield _("Say what happened, in the customer's words, or at least what it is about.")
    for text in (draft.what_happened, draft.wanted):
        if len(text) > LIMIT:
            yield _("The text has %(letters)d letters; %(limit)d are allowed. Attach the rest as a file.") % {
                "letters": len(text), "limit": LIMIT,
            }  # fmt: skip
    yield from _null_characters((draft.what_happened, draft.wanted))


def _null_characters(values: Iterable[Any]) -> Iterator[str]:
    if any(isinstance(value, str) and "\x00" in value for value in values):
        yield _("The text holds null characters, which no person typed. Check the encoding.")


def _check_names(draft: Draft, at: datetime) -> Iterator[str]:
    yield from _null_characters(
        (draft.region, draft.jurisdiction, draft.language, draft.external_system, draft.external_id)
    )


def _check_attempts(draft: Draft, at: datetime) -> Iterator[str]:
    for attempt in draft.attempts:
        yield from _too_long(attempt, (("what", 5000),))
        yield from _null_characters((attempt.what,))
        if not attempt.what.strip() or attempt.result not in Attempt.Result.values:
            yield _("Say of each attempt what was tried and what came of it.")
        if timezone.is_naive(attempt.made_at):
            yield _("The time of an attempt needs its zone.")
        elif attempt.made_at > timezone.now():
            yield _("An attempt cannot have been made in the future.")


def _check_notes(draft: Draft, at: datetime) -> Iterator[str]:
    for note in draft.notes:
        yield from _too_long(note, (("text", 20_000), ("author", 200), ("system", 40)))
        yield from _null_characters((note.text, note.author, note.system))
        if not note.text.strip() or not note.system.strip():
            yield _("Say of each note what it says and which system it is from.")
        if timezone.is_naive(note.made_at):
            yield _("The time of a note needs its zone.")
        elif note.made_at > timezone.now():
            yield _("A note cannot have been written in the future.")


def _check_dates(draft: Draft, at: datetime) -> Iterator[str]:
    received = draft.received_at or at
    if timezone.is_naive(received):
        yield _("The time of receipt needs its zone.")
    elif received > timezone.now():
        yield _("It cannot have been received in the future.")
    elif received.year < EARLIEST_YEAR or (draft.happened_on and draft.happened_on.year < EARLIEST_YEAR):
        yield _("A date before %d is a slip of the pen.") % EARLIEST_YEAR
    elif draft.happened_on and draft.happened_on > timezone.localdate(received):
        yield _("It cannot have happened after it was received.")
    closed = draft.adopted.closed_at if draft.adopted else None
    if closed and timezone.is_naive(closed):
        yield _("The time of closing needs its zone.")
    elif closed and not timezone.is_naive(received):
        yield from _check_closing(closed, received)


def _check_closing(closed: datetime, received: datetime) -> Iterator[str]:
    if closed < received:
        yield _("It cannot have been closed before it was received.")
    elif closed > timezone.now():
        yield _("It cannot have been closed in the future.")


def _check_amount(draft: Draft, at: datetime) -> Iterator[str]:
    if draft.amount is None:
        return
    if not draft.amount.is_finite() or draft.amount < 0 or draft.amount >= Decimal("1e10"):
        yield _("The amount must be between 0 and 9,999,999,999.99.")
    elif draft.amount != draft.amount.quantize(CENT):
        yield _("The amount has at most two decimals.")
    if len(draft.currency) != 3 or not draft.currency.isupper():
        yield _("An amount needs its currency, three capital letters such as GBP.")


def _one_of(name: str, values: Sequence[Any], *, blank: bool = False) -> Callable[[Draft, datetime], Iterator[str]]:
    def check(draft: Draft, at: datetime) -> Iterator[str]:
        value = getattr(draft, name)
        if value not in values and not (blank and value == ""):
            yield _("“%(value)s” is not one of: %(known)s.") % {
                "value": str(value)[:60], "known": ", ".join(str(known) for known in values),
            }  # fmt: skip

    return check


def _check_outcome(draft: Draft, at: datetime) -> Iterator[str]:
    if draft.adopted and draft.adopted.outcome not in ("", *Outcome.values):
        yield _("“%s” is no outcome.") % draft.adopted.outcome[:60]


CENT = Decimal("0.01")
EARLIEST_YEAR = 1900
CONTACT_LIMITS = (
    ("name", 200), ("email", 254), ("phone", 40), ("address", 1000), ("postcode", 20), ("region", 80),
    ("language", 10), ("segment", 40), ("external_system", 40), ("external_id", 100),
)  # fmt: skip

CHECKS: tuple[tuple[str, Callable[[Draft, datetime], Iterator[str]]], ...] = (
    ("contact", _check_contact),
    ("representative", _check_representative),
    ("authority", _check_authority),
    ("language", _at_most("language", 10)),
    ("region", _at_most("region", 80)),
    ("jurisdiction", _at_most("jurisdiction", 20)),
    ("currency", _at_most("currency", 3)),
    ("external_id", _check_names),
    ("attempts", _check_attempts),
    ("notes", _check_notes),
    ("external_system", _at_most("external_system", 40)),
    ("external_id", _at_most("external_id", 100)),
    ("what_happened", _check_text),
    ("received_at", _check_dates),
    ("amount", _check_amount),
    ("channel", _one_of("channel", Channel.values)),
    ("severity", _one_of("severity", Severity.values)),
    ("restricted_kind", _one_of("restricted_kind", RestrictedKind.values, blank=True)),
    ("outcome", _check_outcome),
)
