import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator():
    return get_user_model().objects.create_superuser("ada", password="correct horse battery")


def test_the_login_page_lets_the_right_password_in(page, log_in, administrator):
    log_in("ada", "correct horse battery")
    assert "/login" not in page.url
    assert page.locator("h1").first.is_visible()


def test_a_wrong_password_is_told_and_lets_nobody_in(page, log_in, administrator):
    log_in("ada", "wrong")
    assert "/login" in page.url
    assert page.get_by_text("Please enter the correct").is_visible()


def test_a_stranger_is_sent_to_the_login_page(page, live_server):
    page.goto("/")
    assert "/admin/login/" in page.url
