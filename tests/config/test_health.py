from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from escalations.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_a_living_process_answers_strangers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_it_is_ready_when_the_sweep_ran_lately(client):
    Heartbeat.objects.create(name="sweep", beat_at=timezone.now() - timedelta(seconds=30))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert 30 <= answer.json()["heartbeat_age_seconds"] < 40


def test_it_is_not_ready_when_the_worker_fell_silent(client):
    Heartbeat.objects.create(name="sweep", beat_at=timezone.now() - timedelta(minutes=6))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["heartbeat_age_seconds"] >= 360


def test_it_is_not_ready_before_the_first_sweep(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["heartbeat_age_seconds"]) == (503, None)


def test_it_is_not_ready_without_a_database(client, monkeypatch):
    def broken():
        raise DatabaseError("the secret inner reason")

    monkeypatch.setattr(connection, "cursor", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert b"secret" not in answer.content


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_health_pages_are_for_reading_only(client, method):
    assert getattr(client, method)("/readyz").status_code == 405
