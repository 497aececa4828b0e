"""A small organisation that tests of the case start from: real roles, real rules, a handful of named people."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as random_examples

from escalations import searching
from escalations.actions import AGENT, COORDINATOR, HANDLER, STAFF_ROLES
from escalations.actors import Actor
from escalations.detection import Definition
from escalations.intake import AttemptDraft, Contact, Draft, PointDraft, register
from escalations.models import Cause, Complaint
from escalations.states import TriggerKind
from routing.models import (
    AuthorityLevel,
    AuthorityLimit,
    Choice,
    Clearance,
    Condition,
    Field,
    Handler,
    Rule,
    Ruleset,
    Skill,
    Team,
    User,
)
from tests.criteria import publish as put_in_force
from tests.criteria import worded
from tests.keeping import Kept

# How long an example takes depends on what else the machine does: that is for the benches to say.
random_examples.register_profile(
    "patient", random_examples(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
random_examples.load_profile("patient")

LONG = ("tests/test_walk", "tests/config/test_demo_made", "tests/config/test_run")
"""What takes longest goes first: of two workers, none is alone with it at the end. Whatever commits still goes last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if connection.vendor != "sqlite":
        items[:] = [item for item in items if not item.get_closest_marker("on_sqlite")]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Roles and search are there from the start, as `prepare` leaves them: made once, not for each test."""
    with django_db_blocker.unblock():
        searching.mend(connection)
        call_command("roles", verbosity=0, stdout=StringIO())
        HOUSE.learn()


@pytest.fixture(autouse=True)
def no_kept_definitions() -> None:
    """What one test defined is gone by the next, as after a restart."""
    Field.changes += 1


@pytest.fixture
def roles(db: None) -> None:
    """A test that commits leaves an empty database behind, without roles."""
    if not Group.objects.exists():
        call_command("roles", verbosity=0, stdout=StringIO())


@pytest.fixture
def staff(roles: None) -> Callable[..., User]:
    """Makes a member of staff: `staff("ann", HANDLER, team=cards)`."""
    return _staff


def _staff(username: str, *groups: str, team: Team | None = None, level: int = 2, clearances: tuple = ()) -> User:
    user = User.objects.create_user(username, password="pass", first_name=username.title(), is_staff=True)
    user.groups.add(*Group.objects.filter(name__in=groups))
    if clearances:
        user.clearances.add(*clearances)
    if team:
        authority = AuthorityLevel.objects.get(level=level)
        Handler.objects.create(user=user, team=team, authority=authority, capacity=30)
    return user


@pytest.fixture
def house(roles: None) -> SimpleNamespace:
    """The same organisation for every test. Its own making is no part of any history, and is quicker so."""
    house = HOUSE.put()
    put_rules_in_force(house)
    return house


@override_settings(SIMPLE_HISTORY_ENABLED=False)
def _house() -> SimpleNamespace:
    """Two teams, one person a role (two coordinators and two handlers of cards), causes, rules, one product."""
    house = SimpleNamespace()
    levels = AuthorityLevel.objects.bulk_create(AuthorityLevel(level=n, name=f"level {n}") for n in range(6))
    limits = []
    for level, amount in zip(levels[1:5], (100, 1000, 10_000, 50_000), strict=True):
        limits += [
            AuthorityLimit(level=level, kind=kind, amount=amount, currency="GBP")
            for kind in ("redress", "distress", "goodwill")
        ]
        limits.append(AuthorityLimit(level=level, kind="total", per="customer_year", amount=amount * 2, currency="GBP"))
    AuthorityLimit.objects.bulk_create(limits)
    house.cards = Team.objects.create(code="cards", name="Cards")
    house.loans = Team.objects.create(code="loans", name="Loans")
    house.agent = _staff("alex", AGENT)
    house.other_agent = _staff("amal", AGENT)
    house.coordinator = _staff("cora", COORDINATOR)
    house.second_coordinator = _staff("cleo", COORDINATOR)
    house.handler = _staff("hana", HANDLER, team=house.cards)
    house.colleague = _staff("hugo", HANDLER, team=house.cards, level=3)
    house.stranger = _staff("stan", HANDLER, team=house.loans)
    house.manager = _staff("mona", "Manager", team=house.cards, level=4)
    house.supervisor = _staff("sven", "Routing supervisor")
    house.analyst = _staff("quin", "Quality analyst")
    house.compliance = _staff("otto", "Compliance officer")
    house.administrator = _staff("adam", "Administrator")
    house.by_role = dict(
        zip(
            STAFF_ROLES,
            (house.agent, house.coordinator, house.handler, house.manager, house.supervisor, house.analyst,
             house.compliance, house.administrator),
            strict=True,
        )
    )  # fmt: skip
    house.cause = Cause.objects.create(code="no-chaser", name="No chaser")
    house.hand_off = Cause.objects.create(code="hand-off", name="Hand-off lost")
    house.card = Choice.objects.create(field=Field.objects.built_in("product"), code="card", label="Credit card")
    house.loan = Choice.objects.create(field=Field.objects.built_in("product"), code="loan", label="Loan")
    house.fees = Choice.objects.create(field=Field.objects.built_in("issue"), code="fees", label="Fees")
    house.conduct = Clearance.objects.create(kind="conduct", name="Conduct")
    house.chargeback = Skill.objects.create(code="chargeback", name="Chargeback")
    house.ruleset = draft_rules(house)
    return house


HOUSE = Kept(_house)


def draft_rules(house: SimpleNamespace) -> Ruleset:
    """Cards go to cards, loans to loans; nothing else has a rule."""
    ruleset = Ruleset.objects.create(author=house.administrator)
    teams = {house.card: house.cards, house.loan: house.loans}
    rules = Rule.objects.bulk_create(
        Rule(ruleset=ruleset, position=position, name=f"{team}", team=team)
        for position, team in enumerate(teams.values(), start=1)
    )
    Condition.objects.bulk_create(
        Condition(rule=rule, fact="product", operator="is", value=product.code)
        for rule, product in zip(rules, teams, strict=True)
    )
    return ruleset


def put_rules_in_force(house: SimpleNamespace) -> None:
    """In force, now, without the checks of publishing, which have tests of their own: nearly every test starts here."""
    published = {"state": Ruleset.State.PUBLISHED, "published_by": house.supervisor, "published_at": timezone.now()}
    Ruleset.objects.filter(state=Ruleset.State.PUBLISHED).update(state=Ruleset.State.RETIRED)
    Ruleset.objects.filter(pk=house.ruleset.pk).update(**published)
    for name, value in published.items():
        setattr(house.ruleset, name, value)


@pytest.fixture
def criteria(in_force: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    """Five that are in force."""
    return in_force(
        regulator=worded("regulator", "ombudsman", "report you to", silent=["the ombudsman said nothing"]),
        safety=worded("safety", "end it all", policy="at_once"),
        attempts=Definition(
            "attempts", "Two failed attempts", TriggerKind.FAILED_ATTEMPTS, "attempts", threshold=Decimal(2)
        ),
        age=Definition("age", "Too long", TriggerKind.AGE, "age", threshold=Decimal(3)),
        severity=Definition("severity", "Critical", TriggerKind.SEVERITY, "severity", threshold=Decimal(4)),
    )


@pytest.fixture
def in_force(roles: None) -> Callable[..., SimpleNamespace]:
    """Puts criteria in force, by two people, and gives their rows by name: `in_force(legal=worded("legal", "sue"))`."""

    def publish(**named: Definition) -> SimpleNamespace:
        version = put_in_force(named.values(), *_supervisors())
        rows = {row.code: row for row in version.criteria.all()}
        return SimpleNamespace(version=version, **{name: rows[one.code] for name, one in named.items()})

    return publish


def _supervisors() -> list[User]:
    people = []
    for username in ("sigrid", "soren"):
        user, _is_new = User.objects.get_or_create(username=username, defaults={"is_staff": True})
        user.groups.set(Group.objects.filter(name="Routing supervisor"))
        people.append(user)
    return people


@pytest.fixture
def draft(house: SimpleNamespace) -> Callable[..., Draft]:
    """A draft that can be taken in; give what should differ."""

    def make(**given: object) -> Draft:
        product, issue = given.pop("product", house.card), given.pop("issue", house.fees)
        values = {
            "contact": Contact(name="Ana Silva", email="ana@example.org"),
            "what_happened": "You charged me twice and nobody called back.",
            "wanted": "My money back.",
            "channel": "phone",
            "currency": "GBP",
            "points": (PointDraft(product=product, issue=issue),),
        }
        return Draft(**{**values, **given})

    return make


@pytest.fixture
def case(house: SimpleNamespace, draft: Callable[..., Draft]) -> Callable[..., Complaint]:
    """A case of the frontline agent's, in any state: `case("investigating")`. Driven there as people would."""
    from tests.journey import Journey

    def make(state: str = "frontline", **given: object) -> Complaint:
        attempts = (AttemptDraft(what="Offered 20.00", result="declined", made_at=timezone.now(), made_by=None),)
        complaint = register(draft(**{"attempts": attempts, **given}), actor=Actor.of(house.agent))
        return Journey(house, complaint).to(state)

    return make
