"""What criteria would have done with past complaints: when each would have been flagged first, and when it really was
escalated. Asks of the past only what was there at the time, of facts as well, where there is a record of how they were
(`WITH_A_PAST`). Conditions on other facts count as they stand now, and the page says so beside each criterion.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any

from django.db.models import Q, prefetch_related_objects

from escalations.detection import business_days
from escalations.detection.compiled import Compiled
from escalations.detection.definition import Definition
from escalations.detection.judging import FAILED, Said, end_of, first_window, said_at, written
from escalations.detection.knowing import DISPUTED, REOPENED, contacts
from escalations.detection.looking import SAID_BY_CUSTOMERS
from escalations.models import Attempt, Complaint, Criterion, Event, Message, Point, Statement, Trigger
from escalations.placing.facts import facts_of
from escalations.states import State
from routing.facts import Facts
from routing.plain import PlainCondition

Test = Criterion.Test
INSTANT = timedelta(microseconds=1)
IN_HISTORY = (
    "severity",
    "amount",
    "currency",
    "tier",
    "channel",
    "region",
    "jurisdiction",
    "language",
    "restricted_kind",
)
WITH_A_PAST = frozenset((*IN_HISTORY, "attempts", "age_days", "trigger_kinds"))
"""Facts of which it is known how they stood at any time."""


@dataclass(frozen=True)
class Stood:
    """What the history of a case says from a moment on, by the names of facts."""

    since: datetime
    told: dict[str, Any]

    @property
    def severity(self) -> int:
        found: int = self.told["severity"]
        return found

    @property
    def amount(self) -> Decimal | None:
        found: Decimal | None = self.told["amount"]
        return found

    @property
    def currency(self) -> str:
        return str(self.told["currency"])


@dataclass
class Past:
    """One complaint as it went: what was said when, and what happened."""

    case: Complaint
    until: datetime
    said: list[Said] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    contacts: list[datetime] = field(default_factory=list)
    alike: list[datetime] = field(default_factory=list)
    stood: list[Stood] = field(default_factory=list)
    facts: Facts | None = None

    @property
    def left_frontline_at(self) -> datetime | None:
        left = (one.at for one in self.events if one.from_state == State.FRONTLINE != one.to_state)
        return next(left, None)

    def facts_at(self, moment: datetime) -> Facts | None:
        """As they stood then; those without a record, as they stand now."""
        if self.facts is None:
            return None
        before = list(takewhile(lambda row: row.since <= moment, self.stood)) or self.stood[:1]
        kinds = (
            one.kind
            for one in self.case.triggers.all()
            if one.state != Trigger.State.DISMISSED and one.raised_at < moment
        )
        return replace(
            self.facts,
            **(before[-1].told if before else {}),
            attempts=sum(one.made_at <= moment for one in self.case.attempts.all()),
            age_days=max(0, (moment - self.case.received_at).days),
            trigger_kinds=frozenset(map(str, kinds)),
        )

    def moments_from(self, first: datetime, conditions: Sequence[PlainCondition]) -> list[datetime]:
        """When a fact with a past may have come to hold: that moment, and whatever changed after it."""
        later = [row.since for row in self.stood]
        later += [one.made_at for one in self.case.attempts.all()]
        later += [one.raised_at + INSTANT for one in self.case.triggers.all()]
        days = (int(value) for one in conditions if one.fact == "age_days" for value in [one.value] if value.isdigit())
        later += [self.case.received_at + timedelta(days=number) for number in days]
        return [first, *sorted(moment for moment in later if first < moment <= self.until)]

    @property
    def escalated_at(self) -> datetime | None:
        """When it was first escalated so that it stayed so, by whatever or whomever; None when it never was."""
        accepted = (row.raised_at for row in self.case.triggers.all() if row.state == Trigger.State.ACCEPTED)
        return min(accepted, default=None)


def replay(cases: Sequence[Complaint], compiled: Compiled, until: datetime) -> list[tuple[Past, dict[str, datetime]]]:
    """Each complaint, and by code of the criterion when it would have been flagged first. A number of queries that does
    not grow with the complaints."""
    pasts = _read(cases, compiled, until)
    return [(past, dict(_flagged(past, compiled))) for past in pasts]


def _flagged(past: Past, compiled: Compiled) -> list[tuple[str, datetime]]:
    words: dict[str, datetime] = {}
    for source in past.said:
        for code in compiled.find(written(source), past.case.language):
            words[code] = min(words.get(code, past.until), said_at(source))
    found = []
    for one in compiled.definitions:
        moment = words.get(one.code) if one.reads_words else TESTS[one.test](one, past)
        if moment is not None and one.conditions:
            moments = past.moments_from(moment, one.conditions)
            moment = next((at for at in moments if compiled.conditions_hold(one, past.facts_at(at))), None)
        if moment is not None and moment <= past.until:
            found.append((one.code, moment))
    return found


# --- when a test would have held first ------------------------------------------------------------------------------


def _severity(one: Definition, past: Past) -> datetime | None:
    return next((row.since for row in past.stood if row.severity >= one.number), None)


def _amount(one: Definition, past: Past) -> datetime | None:
    reached = (
        row.since
        for row in past.stood
        if row.amount is not None and row.currency == one.currency and row.amount >= (one.threshold or 0)
    )
    return next(reached, None)


def _attempts(one: Definition, past: Past) -> datetime | None:
    failed = sorted(row.made_at for row in past.case.attempts.all() if row.result in FAILED)
    return failed[one.number - 1] if len(failed) >= one.number else None


def _promise(one: Definition, past: Past) -> datetime | None:
    attempts = past.case.attempts.all()
    kept = [row.made_at for row in attempts if row.result == Attempt.Result.ACCEPTED]
    ends = [(row.made_at, end_of(row.promised_on)) for row in attempts if row.promised_on]
    broken = [end for made, end in ends if not any(made <= moment < end for moment in kept)]
    return _while_frontline(min(broken, default=None), past)


def _age(one: Definition, past: Past) -> datetime | None:
    return _while_frontline(business_days.after(past.case.received_at, one.number), past)


def _while_frontline(moment: datetime | None, past: Past) -> datetime | None:
    left = past.left_frontline_at
    return moment if moment is not None and (left is None or moment <= left) else None


def _contacts(one: Definition, past: Past) -> datetime | None:
    period = timedelta(days=one.period or 0)
    own = [moment for moment in past.contacts if moment >= past.case.received_at - period]
    before = [moment for moment in own if moment <= past.case.received_at]
    # Windows that were full before it came in belong to the earlier complaint; the one that it fills is its own.
    return first_window(own[max(0, len(before) - one.number) :], one.number, period)


def _cluster(one: Definition, past: Past) -> datetime | None:
    period = timedelta(hours=one.period or 0)
    near = [moment for moment in past.alike if abs(moment - past.case.received_at) <= period]
    return first_window(near, one.number, period, around=past.case.received_at)


def _reopened(one: Definition, past: Past) -> datetime | None:
    return next((event.at for event in past.events if event.action == REOPENED), None)


def _disputed(one: Definition, past: Past) -> datetime | None:
    told = (event for event in past.events if event.action == DISPUTED and event.data.get("accepted") is False)
    return next((event.at for event in told), None)


TESTS: dict[str, Callable[[Definition, Past], datetime | None]] = {
    Test.SEVERITY: _severity,
    Test.FACTS: lambda _one, past: past.case.received_at,
    Test.AMOUNT: _amount,
    Test.ATTEMPTS: _attempts,
    Test.PROMISE: _promise,
    Test.AGE: _age,
    Test.CONTACTS: _contacts,
    Test.CLUSTER: _cluster,
    Test.REOPENED: _reopened,
    Test.DISPUTED: _disputed,
}
"""Every test but that of words, which is asked of texts."""


# --- reading --------------------------------------------------------------------------------------------------------


def _read(cases: Sequence[Complaint], compiled: Compiled, until: datetime) -> list[Past]:
    pasts = {case.pk: Past(case, until) for case in cases}
    prefetch_related_objects(cases, "triggers", "attempts", "points", "parties")
    if compiled.reads_words:
        for statement in Statement.objects.filter(complaint__in=cases, kind__in=SAID_BY_CUSTOMERS).order_by("pk"):
            pasts[statement.complaint_id].said.append(statement)
        for message in Message.objects.filter(complaint__in=cases, direction=Message.Direction.IN).order_by("pk"):
            pasts[message.complaint_id].said.append(message)
    for event in Event.objects.filter(complaint__in=cases).order_by("complaint", "number"):
        pasts[event.complaint_id].events.append(event)
    if [*compiled.having(Test.SEVERITY), *compiled.having(Test.AMOUNT), *compiled.conditional]:
        for pk, rows in _stood(cases).items():
            pasts[pk].stood = rows
    if periods := [one.period or 0 for one in compiled.having(Test.CONTACTS)]:
        earliest = min(case.received_at for case in cases) - timedelta(days=max(periods))
        for pk, moments in contacts(cases, earliest, until).items():
            pasts[pk].contacts = moments
    if periods := [one.period or 0 for one in compiled.having(Test.CLUSTER)]:
        for pk, moments in _alike(cases, timedelta(hours=max(periods))).items():
            pasts[pk].alike = moments
    if compiled.conditional:
        for case, told in zip(cases, facts_of(cases, at=until), strict=True):
            pasts[case.pk].facts = told
    return [pasts[case.pk] for case in cases]


def _stood(cases: Sequence[Complaint]) -> dict[int, list[Stood]]:
    """Of each case from its history, the oldest first. What it was registered with counts from the day of receipt."""
    received = {case.pk: case.received_at for case in cases}
    rows = Complaint.history.filter(id__in=list(received)).order_by("history_date", "history_id")
    found: dict[int, list[Stood]] = defaultdict(list)
    for pk, at, *stands in rows.values_list("id", "history_date", *IN_HISTORY):
        told = dict(zip(IN_HISTORY, stands, strict=True))
        since = at if found[pk] else received[pk]
        if not found[pk] or told != found[pk][-1].told:
            found[pk].append(Stood(since, told))
    return found


def _alike(cases: Sequence[Complaint], period: timedelta) -> dict[int, list[datetime]]:
    """When complaints on the same product and issue came in, around the time of these."""
    about = {
        case.pk: (point.product_id, point.issue_id)
        for case in cases
        if (point := case.main_point) and point.product_id and point.issue_id
    }
    if not about:
        return {}
    wanted = Q(pk__in=[])
    for product, issue in set(about.values()):
        wanted |= Q(product=product, issue=issue)
    moments = [case.received_at for case in cases]
    near = Q(complaint__received_at__gte=min(moments) - period, complaint__received_at__lte=max(moments) + period)
    rows = Point.objects.filter(wanted, near, position=1)
    found: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for product_id, issue_id, moment in rows.values_list("product_id", "issue_id", "complaint__received_at"):
        found[product_id, issue_id].append(moment)
    return {pk: sorted(found[pair]) for pk, pair in about.items()}
