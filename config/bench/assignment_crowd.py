"""A house in which every case of product N goes to team N, and as many accepted cases as wanted, written in bulk."""

from types import SimpleNamespace

from django.contrib.auth.models import Group
from django.utils import timezone

from config.bench.organisation import STORY, person
from escalations.actions import HANDLER, SUPERVISOR
from escalations.models import Attempt, Clock, Complaint, Event, Party, Person, Point, Statement, Trigger
from escalations.states import State
from routing.models import AuthorityLevel, Choice, Condition, Field, Handler, Rule, Ruleset, Team, User


def found(*, teams: int, a_team: int, capacity: int) -> SimpleNamespace:
    """Teams of equal handlers, and the rules. The roles must be there."""
    house = SimpleNamespace(teams=[], products=[], handlers=[])
    level = AuthorityLevel.objects.get_or_create(level=2, defaults={"name": "specialist"})[0]
    author = User.objects.create(username="author", is_staff=True)
    rules = Ruleset.objects.create(author=author)
    for n in range(teams):
        team = Team.objects.create(code=f"team-{n}", name=f"Team {n}")
        product = Choice.objects.create(field=Field.objects.built_in("product"), code=f"p-{n}", label=f"Product {n}")
        rule = Rule.objects.create(ruleset=rules, position=n, name=str(team), team=team)
        Condition.objects.create(rule=rule, fact="product", operator="is", value=product.code)
        house.teams.append(team)
        house.products.append(product)
    users = User.objects.bulk_create(
        User(username=f"h-{n}", first_name=f"H{n:03}", is_staff=True) for n in range(teams * a_team)
    )
    Group.objects.get(name=HANDLER).user_set.add(*users)
    house.handlers = Handler.objects.bulk_create(
        Handler(user=user, team=house.teams[n // a_team], authority=level, capacity=capacity)
        for n, user in enumerate(users)
    )
    rules.publish(person("publisher", SUPERVISOR))
    return house


def accepted(house: SimpleNamespace, number: int, *, start: int = 0) -> list[int]:
    """So many accepted cases of different customers and all severities, over all products; returns their keys."""
    now = timezone.now()
    people = Person.objects.bulk_create(Person(name=f"Customer {n}") for n in range(number))
    cases = Complaint.objects.bulk_create(
        Complaint(
            reference=f"A-{start + n:07d}", state=State.TRIGGERED, severity=1 + n // len(house.teams) % 4,
            channel="phone", received_at=now, registered_at=now, due_at=now, latest_event=1,
        )
        for n in range(number)
    )  # fmt: skip
    history = Complaint.history.bulk_history_create(cases, default_date=now)
    products = house.products
    Point.objects.bulk_create(
        Point(complaint=case, product=products[n % len(products)]) for n, case in enumerate(cases)
    )
    Party.objects.bulk_create(Party(complaint=case, person=who) for case, who in zip(cases, people, strict=True))
    Statement.objects.bulk_create(
        Statement(complaint=case, kind="what_happened", text=STORY.format(n=case.pk), made_at=now) for case in cases
    )
    Attempt.objects.bulk_create(Attempt(complaint=case, made_at=now, what="Called.", result="failed") for case in cases)
    Trigger.objects.bulk_create(
        Trigger(
            complaint=case,
            kind="agent",
            raised_at=now,
            first_sign_at=now,
            raised_by="agent",
            state="accepted",
            decided_at=now,
        )
        for case in cases
    )
    Clock.objects.bulk_create(
        Clock(complaint=case, kind=kind, started_at=now, due_at=now, next_at=now)
        for case in cases
        for kind in ("acknowledge", "final_response")
    )
    Event.objects.bulk_create(
        Event(
            complaint=case, number=1, at=now, action="accept", from_state=case.state, to_state=case.state,
            actor_kind="system", actor_name="bench", history_id=row.pk,
        )
        for case, row in zip(cases, history, strict=True)
    )  # fmt: skip
    return [case.pk for case in cases]
