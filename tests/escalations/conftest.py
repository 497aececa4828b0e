"""Doing steps by name, and a house in which one handler gets every case."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
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
