"""What every answer carries, and what is refused before any view sees it."""

import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings
from django.utils import timezone

from config.addresses import client_address

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def person():
    return get_user_model().objects.create_user("ines", password=PASSWORD, is_staff=True)


@pytest.mark.parametrize("path", ["/admin/login/", "/no/such/page", "/healthz"])
def test_every_answer_carries_the_protective_headers(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_stranger_at_the_root_is_sent_to_the_login_page(client):
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, "/admin/login/?next=/")


def test_a_body_beyond_the_limit_is_413_as_problem_json_on_the_api(client):
    answer = client.post("/api/v1/complaints/", data=b"{" + b" " * 9 * 1024**2, content_type="application/json")
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "8 MB" in answer.json()["detail"]


def test_a_form_beyond_the_limit_is_413_in_words(client, settings):
    settings.UPLOAD_MAX_SIZE = 2 * 1024**2
    answer = client.post("/admin/login/", {"username": "x" * 3 * 1024**2})
    assert answer.status_code == 413
    assert "2 MB" in answer.content.decode()


def test_five_wrong_passwords_lock_the_login(client, person):
    def attempt(password):
        return client.post("/admin/login/", {"username": "ines", "password": password})

    for _ in range(5):
        last = attempt("wrong")
    assert last.status_code == 429
    assert attempt(PASSWORD).status_code == 429


def test_another_person_from_the_same_address_may_still_log_in(client, person):
    for _ in range(6):
        client.post("/admin/login/", {"username": "somebody", "password": "wrong"})
    assert client.post("/admin/login/", {"username": "ines", "password": PASSWORD}).status_code == 302


def test_the_login_gives_a_new_session_key(client, person):
    client.get("/admin/login/")
    client.session["seen"] = True
    before = client.session.session_key
    client.post("/admin/login/", {"username": "ines", "password": PASSWORD})
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a_client_cannot_make_up_its_address(rf, proxies, forwarded, expected):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(PROXIES=proxies):
        assert client_address(request) == expected


def test_times_are_shown_in_the_zone_of_whoever_is_logged_in(rf, person):
    from config.preferences import OwnZoneAndLanguage

    person.zone = "Asia/Tokyo"
    request = rf.get("/")
    request.user = person
    assert OwnZoneAndLanguage(lambda _: timezone.get_current_timezone_name())(request) == "Asia/Tokyo"


def test_a_zone_that_no_longer_exists_breaks_no_page(rf, person, settings):
    from config.preferences import OwnZoneAndLanguage

    person.zone = "Europe/Atlantis"
    request = rf.get("/")
    request.user = person
    shown = OwnZoneAndLanguage(lambda _: timezone.get_current_timezone_name())(request)
    assert shown == settings.TIME_ZONE
