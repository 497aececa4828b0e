from collections.abc import Callable

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from routing.models import User


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    """A client that shows a token of this person's."""

    def make(user: User) -> APIClient:
        _row, token = AuthToken.objects.create(user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return make


@pytest.fixture
def body(house) -> dict:
    return {
        "contact": {"name": "Ana Silva", "email": "ana@example.org"},
        "what_happened": "You charged me twice and nobody called back.",
        "wanted": "My money back.",
        "channel": "web",
        "severity": 2,
        "amount": "184.20",
        "currency": "GBP",
        "product": "card",
        "issue": "fees",
    }
