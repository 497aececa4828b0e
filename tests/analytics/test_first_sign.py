"""Days from the first sign to the escalation: by month, on the page and in the file, of what the reader may see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from analytics import first_sign
from escalations.models import Complaint, Trigger

RAISED = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def escalated(case):
    """Four complaints escalated in March, 0, 2, 4 and 10 days after the first sign."""
    for days in (0, 2, 4, 10):
        complaint = case("triggered")
        Trigger.objects.filter(complaint=complaint).update(
            raised_at=RAISED, first_sign_at=RAISED - timedelta(days=days)
        )


def test_median_and_ninetieth_percentile_of_each_month(house, escalated):
    (march,) = first_sign.months(house.analyst)
    assert (str(march.month), march.complaints, march.median, march.ninety) == ("2026-03", 4, 3.0, 8.2)
    Complaint.objects.update(restricted_kind="conduct")
    assert first_sign.months(house.analyst) == []


def test_the_page_and_the_file_say_the_same(house, escalated):
    client = Client()
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    told = "4 complaints were escalated in March 2026: half of them within 3 days of the first sign"
    assert told in client.get("/trends/first-sign/").content.decode()
    assert "2026-03,4,3.0,8.2" in client.get("/trends/first-sign.csv").content.decode()
    client.force_login(house.agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/trends/first-sign.csv").status_code == 403


def test_what_goes_up_at_once_is_said_so(house, escalated):
    Trigger.objects.update(first_sign_at=RAISED)
    assert first_sign.sentence(first_sign.months(house.analyst)).endswith("nine of ten of them at the first sign.")
