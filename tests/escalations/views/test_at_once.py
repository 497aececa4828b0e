"""A safety trigger shows what to do at once, where the case is read and where it is decided."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from escalations.models import FirstSteps, Trigger
from tests.walk_reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsafe(case, criteria):
    FirstSteps.objects.create(
        kind="safety", call="Duty lead: 5550\nAmbulance: 999", script="Are you safe right now?", check_back_hours=2
    )
    return case(what_happened="I want to end it all.")


def page(client, user, name, *args):
    client.force_login(user)
    return text_of(client.get(reverse(f"escalations:{name}", args=args)))


def test_the_case_says_whom_to_call_what_to_say_and_when_to_look_again(client, house, unsafe):
    Trigger.objects.update(first_sign_at=timezone.now())
    shown = page(client, house.coordinator, "case", unsafe.reference)
    for words in ("Safety: to do at once", "Duty lead: 5550", "Are you safe right now?", "Look again by"):
        assert words in shown
    Trigger.objects.update(first_sign_at=timezone.now() - timedelta(hours=3))
    assert "Look again now" in page(client, house.coordinator, "case", unsafe.reference)


def test_what_was_dismissed_or_closed_or_switched_off_asks_for_nothing(client, house, unsafe):
    Trigger.objects.update(state="dismissed")
    assert "to do at once" not in page(client, house.coordinator, "case", unsafe.reference)
    Trigger.objects.update(state="accepted")
    FirstSteps.objects.update(is_active=False)
    assert "to do at once" not in page(client, house.coordinator, "case", unsafe.reference)


def test_a_message_in_a_later_state_that_speaks_of_danger_shows_the_steps_too(client, house, case, criteria, deeds):
    from escalations.jobs import examine_new

    FirstSteps.objects.create(kind="safety", call="Duty lead: 5550")
    complaint = case("investigating")
    deeds.do(complaint, "receive", "customer", body="I will end it all.")
    examine_new()
    assert "Duty lead: 5550" in page(client, house.handler, "case", complaint.reference)
