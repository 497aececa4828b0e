"""The one door for every channel: agent's form, admin, API and imports all come through `register`.

A draft is refused before anything is written, or it is kept whole: complaint, people, points, statements,
attempts, deadlines, history and Event in one transaction, examined by the criteria before it ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations import clocks, detection, people
from escalations.actors import Actor
from escalations.draft import Adoption, AttemptDraft, AuthorityDraft, Draft, NoteDraft, PointDraft, problems
from escalations.errors import Invalid, NotAllowed
from escalations.fields import Read, read_drafts, remember, written
from escalations.models import (
    Attempt,
    Complaint,
    Event,
    Party,
    Person,
    Point,
    Policy,
    ReferenceNumber,
    Statement,
    SystemNote,
)
from escalations.models.clock import Days, days_by_policy
from escalations.people import Contact
from escalations.permissions import can
from escalations.states import ClosedAs, State
from escalations.steps import storing
from routing.inserting import insert
from routing.kept import Kept

__all__ = [
    "Adoption", "AttemptDraft", "AuthorityDraft", "Contact", "Draft", "NoteDraft", "PointDraft", "Registered",
    "checked", "problems", "register", "register_many",
]  # fmt: skip

IMPORTED = "imported"


@dataclass
class Registered:
    """What became of one draft: a new complaint, the one that was there already, or the problems by field."""

    complaint: Complaint | None = None
    is_new: bool = False
    problems: dict[str, list[str]] = field(default_factory=dict)
    fields: Read = field(default_factory=Read)


def register(draft: Draft, *, actor: Actor, at: datetime | None = None) -> Complaint:
    """Take in one complaint. Raises Invalid with the problems by field, or NotAllowed.

    A draft whose external id is known already raises Invalid: nothing is taken in twice.
    """
    (result,) = register_many([draft], actor=actor, at=at)
    if result.complaint is None:
        raise Invalid(result.problems)
    if not result.is_new:
        raise Invalid({"external_id": [_("It is here already, as %s.") % result.complaint.reference]})
    return result.complaint


def register_many(drafts: Sequence[Draft], *, actor: Actor, at: datetime | None = None) -> list[Registered]:
    """Take in many, in the order given. Those with problems are refused by themselves, before the write.

    `at` is the moment of registration (import, demo and tests only); a draft says itself when it was received.
    """
    action = "adopt" if any(draft.adopted for draft in drafts) else "register"
    if not can(actor, action):
        raise NotAllowed(_("You may not register complaints."))
    at = at or timezone.now()
    results = checked(drafts, actor=actor, at=at)
    good = [(draft, result) for draft, result in zip(drafts, results, strict=True) if not result.problems]
    # Read before the transaction begins: on SQLite all other writers wait from there on.
    rules = _rules()
    try:
        _take_in(good, actor, at, rules)
    except IntegrityError:
        # Somebody else took in one of them in this very moment: it is known now, so look again, once.
        _take_in(good, actor, at, rules)
    return results


def checked(drafts: Sequence[Draft], *, actor: Actor, at: datetime | None = None) -> list[Registered]:
    """What is wrong with each, and nothing written: `register_many` would refuse those that have problems."""
    at = at or timezone.now()
    return [
        Registered(problems=problems(draft, at) | read.problems, fields=read)
        for draft, read in zip(drafts, read_drafts(drafts, actor), strict=True)
    ]


@dataclass(frozen=True)
class _Rules:
    """What the house has decided about every new complaint: its deadlines, when it is escalated, and its language where
    nobody names it."""

    days: Days
    criteria: detection.Compiled | None
    language: str


_rules = Kept(lambda: _Rules(days_by_policy(), detection.published(), Policy.current().language))


def _take_in(good: Sequence[tuple[Draft, Registered]], actor: Actor, at: datetime, rules: _Rules) -> None:
    with transaction.atomic():
        known = already_here([draft for draft, _result in good])
        new: list[tuple[Draft, Registered]] = []
        for draft, result in good:
            key = (draft.external_system, draft.external_id)
            if draft.external_id and key in known:
                result.complaint, result.is_new = known[key], False
                continue
            new.append((draft, result))
            if draft.external_id:
                known[key] = None
        cases = _write(new, actor, at, rules)
        for (_draft, result), complaint in zip(new, cases, strict=True):
            result.complaint, result.is_new = complaint, True
    for draft, result in good:
        if result.complaint is None:  # the same number twice in one batch: the first of them stands
            result.complaint = next(
                r.complaint for d, r in new
                if (d.external_system, d.external_id) == (draft.external_system, draft.external_id)
            )  # fmt: skip


def already_here(drafts: Sequence[Draft]) -> dict[tuple[str, str], Complaint | None]:
    """The complaints whose number in another system (system, number) one of the drafts has."""
    ids: dict[str, set[str]] = {}
    for draft in drafts:
        if draft.external_id:
            ids.setdefault(draft.external_system, set()).add(draft.external_id)
    if not ids:
        return {}
    wanted = Q(pk__in=[])
    for system, numbers in ids.items():
        wanted |= Q(external_system=system, external_id__in=numbers)
    return {(row.external_system, row.external_id): row for row in Complaint.objects.filter(wanted)}


def _write(new: Sequence[tuple[Draft, Registered]], actor: Actor, at: datetime, rules: _Rules) -> list[Complaint]:
    if not new:
        return []
    drafts = [draft for draft, _result in new]
    cases = [_complaint(draft, actor, at, rules.language) for draft in drafts]
    for case, reference in zip(cases, ReferenceNumber.draw([at] * len(cases)), strict=True):
        case.reference = reference
    fresh = [case for case in cases if case.state != State.CLOSED]
    deadlines = clocks.started(fresh, rules.days)
    for draft, case in zip(drafts, cases, strict=True):
        promised = [row.promised_on for row in draft.attempts if row.promised_on]
        case.look_at = detection.first_look(case, rules.criteria, at, promised) if case.state != State.CLOSED else None
    insert(cases)
    reason = IMPORTED if actor.name == "import" else ""
    history = storing.write_history(cases, actor, [reason] * len(cases), at, new=True)
    pairs = list(zip(drafts, cases, strict=True))
    points = insert(point for draft, case in pairs for point in _points(draft, case))
    storing.write_history(points, actor, [reason] * len(points), at, new=True)
    _write_parties(pairs)
    said = insert(row for draft, case in pairs for row in _statements(draft, case, actor))
    insert(row for draft, case in pairs for row in _attempts(draft, case, actor))
    insert(row for draft, case in pairs for row in _notes(draft, case))
    values = insert(row for (_d, result), case in zip(new, cases, strict=True) for row in written(case, result.fields))
    insert(deadlines)
    clocks.remember(fresh, deadlines)
    remember(fresh, values)
    fields = [result.fields.on_record for _draft, result in new]
    insert(
        _event(draft, case, actor, at, row.pk, reason, said)
        for (draft, case), row, said in zip(pairs, history, fields, strict=True)
    )
    examined = detection.examine_new(fresh, said, rules.criteria, at=at)
    escalated = {result.complaint.pk: result.complaint for result in examined}
    return [escalated.get(case.pk, case) for case in cases]


def _complaint(draft: Draft, actor: Actor, at: datetime, language: str) -> Complaint:
    received = draft.received_at or at
    adopted = draft.adopted
    return Complaint(
        state=State.CLOSED if adopted else State.FRONTLINE,
        closed_as=ClosedAs.ADOPTED if adopted else "",
        closed_at=adopted.closed_at if adopted else None,
        external_outcome=adopted.outcome_there[:100] if adopted else "",
        severity=draft.severity,
        channel=draft.channel,
        complaint_type=draft.complaint_type,
        language=draft.language or draft.contact.language or language,
        region=draft.region or draft.contact.region,
        jurisdiction=draft.jurisdiction,
        amount=draft.amount,
        currency=draft.currency,
        restricted_kind=draft.restricted_kind,
        happened_on=draft.happened_on,
        received_at=received,
        registered_at=at,
        registered_by=actor.user,
        external_system=draft.external_system,
        external_id=draft.external_id,
        latest_event=1,
    )


def _points(draft: Draft, case: Complaint) -> Iterator[Point]:
    outcome = draft.adopted.outcome if draft.adopted else ""
    for position, point in enumerate(draft.points or [PointDraft()], start=1):
        yield Point(
            complaint=case, position=position, product=point.product, sub_product=point.sub_product,
            issue=point.issue, sub_issue=point.sub_issue, outcome=outcome,
        )  # fmt: skip


def _write_parties(pairs: Sequence[tuple[Draft, Complaint]]) -> None:
    contacts = [draft.contact for draft, _case in pairs]
    speakers = [draft.representative for draft, _case in pairs if draft.representative]
    persons = people.find_or_create([*contacts, *speakers])
    rows = [
        Party(complaint=case, person=person, role=Party.Role.COMPLAINANT)
        for (_draft, case), person in zip(pairs, persons, strict=False)
    ]
    spoken_for = (pair for pair in pairs if pair[0].representative)
    for (draft, case), person in zip(spoken_for, persons[len(pairs) :], strict=True):
        rows.append(_spoken_for(draft, case, person))
    insert(rows)


def _spoken_for(draft: Draft, case: Complaint, person: Person) -> Party:
    by = draft.authority
    return Party(
        complaint=case, person=person, role=Party.Role.REPRESENTATIVE, authority_document=by.document.strip(),
        authority_scope=by.scope.strip(), authority_until=by.until,
    )  # fmt: skip


def _statements(draft: Draft, case: Complaint, actor: Actor) -> Iterator[Statement]:
    texts = ((Statement.Kind.WHAT_HAPPENED, draft.what_happened), (Statement.Kind.WANTED, draft.wanted))
    for kind, text in texts:
        if text.strip():
            yield Statement(
                complaint=case, kind=kind, text=text.strip(), language=case.language, made_at=case.received_at,
                taken_by=actor.user,
            )  # fmt: skip


def _attempts(draft: Draft, case: Complaint, actor: Actor) -> Iterator[Attempt]:
    for row in draft.attempts:
        yield Attempt(
            complaint=case,
            what=row.what,
            result=row.result,
            made_at=row.made_at,
            made_by=row.made_by or actor.user,
            promised_on=row.promised_on,
        )


def _notes(draft: Draft, case: Complaint) -> Iterator[SystemNote]:
    for row in draft.notes:
        yield SystemNote(
            complaint=case, text=row.text.strip(), made_at=row.made_at, author=row.author, system=row.system
        )


def _event(
    draft: Draft, case: Complaint, actor: Actor, at: datetime, history_id: int, reason: str, fields: dict[str, Any]
) -> Event:
    data = {"channel": case.channel, "severity": int(case.severity)} | ({"fields": fields} if fields else {})
    return Event(
        complaint=case, number=1, at=at, action="adopt" if draft.adopted else "register", to_state=case.state,
        actor_kind=actor.kind, actor_name=actor.name, user=actor.user, reason=reason,
        data=data, history_id=history_id,
    )  # fmt: skip
