from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission

from routing.assignment import begin, place
from routing.facts import Facts
from routing.models import AuthorityLevel, Choice, Field, Handler, Rule, Ruleset, Skill, Team, User

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def noon():
    return NOON


@pytest.fixture
def facts():
    return Facts(product="mortgage", severity=3, language="en")


@pytest.fixture
def lending(db):
    return Team.objects.create(code="lending", name="Lending")


@pytest.fixture
def mortgages(db):
    return Skill.objects.create(code="mortgages", name="Mortgages")


@pytest.fixture
def products(db):
    field = Field.objects.built_in("product")
    for code, label in (("mortgage", "Mortgage"), ("card", "Credit card, or prepaid")):
        Choice.objects.create(field=field, code=code, label=label)
    return field


@pytest.fixture
def make_handler(lending):
    def make(name, *, team=None, level=2, skills=(), **values):
        authority = AuthorityLevel.objects.get_or_create(level=level, defaults={"name": f"level {level}"})[0]
        user = User.objects.create_user(name.lower(), first_name=name, password="pass word for tests")
        handler = Handler.objects.create(user=user, team=team or lending, authority=authority, **values)
        handler.skills.set(skills)
        user.groups.add(role("Handler"))
        return handler

    return make


@pytest.fixture
def make_supervisor(db):
    def make(name):
        user = User.objects.create_user(name.lower(), first_name=name, password="pass word for tests", is_staff=True)
        user.groups.add(role("Routing supervisor"))
        return user

    return make


@pytest.fixture
def author(make_supervisor):
    return make_supervisor("Rosa")


@pytest.fixture
def publisher(make_supervisor):
    return make_supervisor("Petra")


@pytest.fixture
def draft(author):
    return Ruleset.objects.create(author=author, note="Tuesday")


@pytest.fixture
def to_lending(draft, lending):
    return Rule.objects.create(ruleset=draft, position=100, name="Lending", team=lending)


@pytest.fixture
def rules_in_force(draft, to_lending, publisher):
    draft.publish(publisher)
    return draft


def role(name):
    from routing.roles import NEEDS

    group = Group.objects.get_or_create(name=name)[0]
    for need in NEEDS[name]:
        app, codename = need.split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return group


@pytest.fixture
def route(noon, facts):
    """Place a case and let the chosen handler hold it, as the workflow does."""

    def go(reference, *, at=noon, severity=1, about=None, earlier=None):
        about = about or replace(facts, severity=severity)
        decision = place(reference, about, at=at, earlier=earlier)
        if decision.handler:
            begin(reference, decision.handler, weight=decision.weight, at=at)
        return decision

    return go


def why(decision, handler):
    return next(row["why"] for row in decision.candidates if row["handler"] == handler.pk)


def change(rules_in_force, publisher, author, **values):
    """Publish the same rules with other requirements."""
    draft = rules_in_force.copy(author)
    skills = values.pop("skills", ())
    draft.rules.update(**values)
    draft.rules.get().skills.set(skills)
    draft.publish(publisher)
