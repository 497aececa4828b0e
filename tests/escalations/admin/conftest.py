"""Cases of all kinds, and the addresses of the back office."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from escalations.actors import Actor
from escalations.models import Complaint
from escalations.workflow import perform

NAME, MAIL, WORDS = "Ana Silva", "ana@example.org", "You charged me twice"


@pytest.fixture
def as_user() -> Callable[..., Client]:
    """A browser in which somebody is logged in."""

    def make(user: object) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def cases(house: SimpleNamespace, case: Callable[..., Complaint]) -> SimpleNamespace:
    """One with the frontline, one with cards, one with loans, one restricted, one closed."""
    conduct = case("accepted")
    perform(conduct, "restrict", actor=Actor.of(house.coordinator), reason="It is about a colleague.", kind="conduct")
    return SimpleNamespace(
        frontline=case(),
        cards=case("investigating"),
        loans=case("investigating", product=house.loan),
        conduct=conduct,
        closed=case("closed"),
    )


def address(model: str, page: str = "changelist", *args: object) -> str:
    app = "routing" if model in ("decision", "assignment") else "escalations"
    return reverse(f"admin:{app}_{model}_{page}", args=args)
