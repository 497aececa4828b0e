"""Doing steps by name, and a house in which one handler gets every case."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.escalations import own_fields
from tests.escalations.deeds import Deeds


@pytest.fixture
def deeds(house: SimpleNamespace) -> Deeds:
    return Deeds(house)


@pytest.fixture
def hana_alone(house: SimpleNamespace) -> None:
    """Of the cards team only Hana is in, so that every case of it is hers."""
    begin, end = timezone.now() - timedelta(days=400), timezone.now() + timedelta(days=400)
    for user in (house.colleague, house.manager):
        user.handler.absences.create(starts_at=begin, ends_at=end)


@pytest.fixture
def own(house: SimpleNamespace) -> SimpleNamespace:
    """One field of the organisation's own of each kind."""
    return own_fields.define()


@pytest.fixture
def at_desk(db: None) -> Callable[..., Client]:
    """A client in which that person is logged in: `at_desk(house.handler)`."""

    def log_in(user: object, **options: object) -> Client:
        client = Client(**options)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def queries() -> Callable[[Client, str], int]:
    """How many queries a page takes, when everything that is kept between requests is kept already."""

    def count(client: Client, address: str) -> int:
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200

        return len(caught)

    return count
