"""A bank for benchmarks: teams, handlers, rules, criteria; and as many complaints as wanted, written in bulk.

The complaints are not driven through the workflow, which would take hours for 100,000; they have the rows that a
driven case has: history, events, points, parties, statements, deadlines, an allocation.
"""

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from escalations.actions import AGENT, COORDINATOR, HANDLER, MANAGER, SUPERVISOR
from escalations.detection import Definition
from escalations.detection.definition import WordList
from escalations.detection.exchange import draft
from escalations.models import Clock, Complaint, Criterion, Event, Party, Person, Point, Statement
from escalations.states import ClosedAs, State, TriggerKind
from routing.models import (
    Assignment,
    AuthorityLevel,
    Choice,
    Condition,
    Decision,
    Field,
    Handler,
    Rule,
    Ruleset,
    Team,
    User,
)

TEAMS, HANDLERS_A_TEAM, BATCH = 9, 4, 2000
OPEN_SHARE = 5
"""One complaint in so many is open, as with a bank that answers within weeks."""
STATES = (State.FRONTLINE, State.TRIGGERED, State.ROUTED, State.INVESTIGATING, State.COMMUNICATING, State.RESOLVED)
STORY = "I was charged {n} twice in one week and nobody called me back, though it was promised on the phone. " * 4

WORDS = [
    "".join(parts)
    for parts in itertools.product(
        ("bran", "cred", "loan", "mort", "tele"), *[("ce", "di", "fa", "ko", "lu", "mi", "na")] * 3
    )
]
"""Made-up words, 1,715 of them."""
WEIGHTS = [1 / rank for rank in range(1, len(WORDS) + 1)]


def story(n: int) -> str:
    """What a customer wrote: words that all write, two dozen of the house's own vocabulary, few of them often, and a
    number that nobody else has."""
    chosen = random.Random(n)
    own = chosen.choices(WORDS, WEIGHTS, k=24)
    return f"{STORY.format(n=n)} {' '.join(own)} number{n:08d}"


def found() -> SimpleNamespace:
    """Roles, people, products, rules and criteria; returns what the figures need by name."""
    call_command("roles", verbosity=0, stdout=Silence())
    level = AuthorityLevel.objects.create(level=2, name="specialist")
    product, issue = Field.objects.built_in("product"), Field.objects.built_in("issue")
    bank = SimpleNamespace(teams=[], handlers=[], products=[], issues=[])
    bank.products = [
        Choice.objects.create(field=product, code=f"product-{n}", label=f"Product {n}") for n in range(TEAMS)
    ]
    bank.issues = [Choice.objects.create(field=issue, code=f"issue-{n}", label=f"Issue {n}") for n in range(20)]
    for n in range(TEAMS):
        team = Team.objects.create(code=f"team-{n}", name=f"Team {n}")
        bank.teams.append(team)
        for m in range(HANDLERS_A_TEAM):
            user = person(f"handler-{n}-{m}", HANDLER)
            bank.handlers.append(Handler.objects.create(user=user, team=team, authority=level, capacity=1000))
    bank.agent, bank.coordinator = person("agent", AGENT), person("coordinator", COORDINATOR)
    bank.manager = person("manager", MANAGER)
    supervisor = person("supervisor", SUPERVISOR)
    _rules(bank, supervisor)
    _criteria(bank.agent, supervisor)
    return bank


class Silence:
    def write(self, text: str) -> None:
        return


def person(username: str, role: str) -> User:
    user = User.objects.create(username=username, first_name=username.title(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def _rules(bank: SimpleNamespace, publisher: User) -> None:
    ruleset = Ruleset.objects.create(author=bank.agent)
    for n, (product, team) in enumerate(zip(bank.products, bank.teams, strict=True), start=1):
        rule = Rule.objects.create(ruleset=ruleset, position=n, name=str(team), team=team)
        Condition.objects.create(rule=rule, fact="product", operator="is", value=product.code)
    ruleset.publish(publisher)


def _criteria(author: User, publisher: User) -> None:
    """Twelve lists of thirty phrases: what a house of some size keeps. The first is accepted at once."""
    found = []
    for n, kind in enumerate(list(TriggerKind)[:12]):
        words = [*(f"phrase {n} number {m}" for m in range(29)), *(["ombudsman"] if n == 0 else [])]
        policy = Criterion.Policy.TRIAGE if n else Criterion.Policy.AT_ONCE
        lists = (WordList("en", tuple(words)),)
        found.append(Definition(f"criterion-{n}", f"Criterion {n}", kind, "words", policy=policy, lists=lists))
    draft(found, author).publish(publisher)


def populate(bank: SimpleNamespace, count: int) -> None:
    """Write so many complaints, in batches. Every fifth is open, over all states, teams and handlers."""
    for start in range(0, count, BATCH):
        _write(bank, range(start, min(start + BATCH, count)))


def _write(bank: SimpleNamespace, numbers: range) -> None:
    now = timezone.now()
    people = Person.objects.bulk_create(Person(name=f"Customer {n}", email=f"customer{n}@example.org") for n in numbers)
    cases = Complaint.objects.bulk_create(_case(bank, n, now) for n in numbers)
    history = Complaint.history.bulk_history_create(cases, default_date=now)
    pairs = list(zip(numbers, cases, strict=True))
    Point.objects.bulk_create(
        Point(
            complaint=case,
            product=bank.products[n % TEAMS],
            issue=bank.issues[n % 20],
            outcome="upheld" if case.closed_at else "",
        )
        for n, case in pairs
    )
    Party.objects.bulk_create(Party(complaint=case, person=who) for who, case in zip(people, cases, strict=True))
    Statement.objects.bulk_create(
        Statement(complaint=case, kind="what_happened", text=story(n), made_at=case.received_at) for n, case in pairs
    )
    Clock.objects.bulk_create(clock for case in cases for clock in _clocks(case))
    Event.objects.bulk_create(
        event for case, row in zip(cases, history, strict=True) for event in _events(case, row.pk)
    )
    _allocate(cases, now)


def _case(bank: SimpleNamespace, n: int, now: Any) -> Complaint:
    is_open = n % OPEN_SHARE == 0
    turn = n // OPEN_SHARE
    state = STATES[turn % len(STATES)] if is_open else State.CLOSED
    received = now - timedelta(days=turn % 40 if is_open else 30 + n % 700, minutes=n % 1440)
    handler = bank.handlers[(turn // len(STATES)) % len(bank.handlers)]
    placed = state not in (State.FRONTLINE, State.TRIGGERED)
    held = placed and not (state == State.ROUTED and turn % 3 == 0)
    return Complaint(
        reference=f"R-{received:%Y}-{n + 1:06d}", state=state, closed_as="" if is_open else ClosedAs.UPHELD,
        severity=1 + n % 4, channel="phone", received_at=received, registered_at=received,
        registered_by=bank.agent, team=handler.team if placed else None, handler=handler if held else None,
        closed_at=None if is_open else received + timedelta(days=20), latest_event=10,
        resolved_at=received + timedelta(days=15) if state in (State.RESOLVED, State.CLOSED) else None,
        due_at=received + timedelta(days=56) if is_open else None,
    )  # fmt: skip


def _clocks(case: Complaint) -> Iterator[Clock]:
    for kind, days in (("acknowledge", 5), ("final_response", 56)):
        due = case.received_at + timedelta(days=days)
        met = due if kind == "acknowledge" or not case.is_open else None
        yield Clock(complaint=case, kind=kind, started_at=case.received_at, due_at=due, met_at=met)


def _events(case: Complaint, history_id: int) -> Iterator[Event]:
    for number in range(1, 11):
        yield Event(
            complaint=case, number=number, at=case.received_at + timedelta(hours=number), action="note",
            from_state=case.state, to_state=case.state, actor_kind="person", actor_name="Handler",
            history_id=history_id,
        )  # fmt: skip


def _allocate(cases: list[Complaint], now: Any) -> None:
    Decision.objects.bulk_create(
        Decision(reference=case.reference, decided_at=now, team=case.team, handler=case.handler, placed=True)
        for case in cases
        if case.team_id
    )
    Assignment.objects.bulk_create(
        Assignment(reference=case.reference, handler=case.holder, team=case.team, weight=1, since=now)
        for case in cases
        if case.holder
    )
