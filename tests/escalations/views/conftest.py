"""A browser's requests, as a member of staff makes them."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


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


@pytest.fixture
def typed(house):
    return {
        "name": "Ana Silva", "email": "ana@example.org", "what_happened": "You charged me twice.",
        "wanted": "85.00 back.", "channel": "phone", "severity": "2", "product": house.card.pk,
        "issue": house.fees.pk, "amount": "85.00", "currency": "GBP", "attempt": "Offered 20.00.",
        "attempt_result": "declined", "once": "a1",
    }  # fmt: skip
