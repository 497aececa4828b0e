"""The pictures of the README, taken from the demo: REDRESS_SCREENSHOTS=1 make e2e ARGS=tests/e2e/test_pictures.py"""

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page

from config import demo
from escalations.models import Complaint
from tests.e2e.conftest import log_in_on

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = settings.BASE_DIR / "docs" / "images"


def test_the_pictures_of_the_readme(page: Page):
    call_command("roles", verbosity=0)
    call_command("demo", password=demo.PASSWORD, verbosity=0)
    case = Complaint.objects.filter(handler__user__username="priya", state="investigating", remedies=None).earliest(
        "pk"
    )
    FOLDER.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 1400, "height": 900})
    log_in_on(page, "priya", demo.PASSWORD)
    for name, path in (("queue", "/cases/?tab=team"), ("case", f"/cases/{case.reference}/")):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
