"""The pictures of the docs, taken anew from the demo: make pictures"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser

from config import demo
from escalations.models import Complaint
from escalations.placing.simulating import texts_of
from routing.models import Ruleset, User
from routing.simulation.run import ask, run
from tests.e2e.conftest import log_in_on, window

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = settings.BASE_DIR / "docs" / "screens"
DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
LARGEST = 300_000
"""Bytes of one picture: what a reader on a slow line waits for without a sigh."""


def simulated() -> tuple[int, int]:
    """A draft in which the first rule that has a team sends its cases elsewhere, and what that would have done."""
    helen = User.objects.get(username="helen")
    draft = Ruleset.objects.published().copy(helen)
    placing = list(draft.rules.exclude(team=None).order_by("position"))
    placing[0].team = placing[-1].team
    placing[0].save()
    now = timezone.now()
    asked = ask(draft, helen, since=now - timedelta(days=365), until=now, sample=10_000)
    assert run(asked.pk, texts_of)
    return draft.pk, asked.pk


def pictures() -> list[tuple[str, str, str, dict[str, int], str]]:
    """Name, whose page, its address, size of the window, light or dark."""
    held = Complaint.objects.filter(state="investigating", restricted_kind="").exclude(handler=None)
    case = held.filter(triggers__isnull=False).latest("pk")
    who = case.handler.user.username
    escalated = Complaint.objects.filter(state="triggered").order_by("-severity", "pk")
    waiting = next(one for one in escalated if one.waits_for_triage)
    draft, simulation = simulated()
    here, triage = f"/cases/{case.reference}/", f"/triage/?case={waiting.reference}"
    return [
        ("case-page", who, here, DESK, "light"),
        ("case-page-phone", who, here, PHONE, "light"),
        ("point", who, f"{here}points/{case.main_point.pk}/", DESK, "light"),
        ("triage", "naomi", triage, DESK, "light"),
        ("triage-phone", "naomi", triage, PHONE, "dark"),
        ("approvals", "yasmin", "/approvals/", DESK, "light"),
        ("management", "yasmin", "/management/", DESK, "light"),
        ("rules", "helen", f"/admin/routing/ruleset/{draft}/change/", DESK, "light"),
        ("simulation", "helen", f"/rules/simulations/{simulation}/", DESK, "light"),
        ("trends", "theo", "/trends/", DESK, "dark"),
        ("redress", "theo", "/trends/redress/", DESK, "light"),
    ]


def test_the_pictures_of_the_docs(browser: Browser, live_server):
    call_command("roles", verbosity=0)
    call_command("demo", password=demo.PASSWORD, verbosity=0)
    for name, username, path, size, scheme in pictures():
        with window(browser, live_server.url, name, viewport=size, color_scheme=scheme) as page:
            log_in_on(page, username, demo.PASSWORD)
            page.goto(path)
            page.wait_for_load_state("networkidle")
            file = FOLDER / f"{name}.png"
            page.screenshot(path=file)
            assert file.stat().st_size < LARGEST, f"{name}: {file.stat().st_size}"
