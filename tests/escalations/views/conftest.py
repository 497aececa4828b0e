"""A browser's requests, as a member of staff makes them."""

import pytest


@pytest.fixture
def typed(house):
    return {
        "name": "Ana Silva", "email": "ana@example.org", "what_happened": "You charged me twice.",
        "wanted": "85.00 back.", "channel": "phone", "severity": "2", "product": house.card.pk,
        "issue": house.fees.pk, "amount": "85.00", "currency": "GBP", "attempt": "Offered 20.00.",
        "attempt_result": "declined", "once": "a1",
    }  # fmt: skip
