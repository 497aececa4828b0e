"""What stands around the browser: the sample file, the worker, the organisation's own settings."""

import csv
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from playwright.sync_api import Locator, Page, expect

from routing.models import AuthorityLevel, AuthorityLimit
from tests.criteria import publish, worded

SAMPLE = settings.BASE_DIR.parent / "shared" / "data" / "cfpb-complaints-sample.csv"
NUMBER = "7277505"
"""The complaint that is walked: a widow waits for 800 dollars from the escrow of a mortgage; her lawyer has written."""


def excerpt(folder: Path) -> Path:
    """That complaint and its neighbours in the sample, as a file like the whole."""
    if not SAMPLE.is_file():
        pytest.skip(f"../shared/data/{SAMPLE.name} is not here: no real complaint to walk")
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    place = next(index for index, row in enumerate(rows) if row[-1] == NUMBER)
    path = folder / "excerpt.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *rows[place - 3 : place + 4]])
    return path


def settle_in(house: SimpleNamespace) -> None:
    """The complaints are in dollars: so are the limits. Whoever names a lawyer is looked at."""
    for level, amount in ((2, 500), (4, 10_000)):
        row = AuthorityLevel.objects.get(level=level)
        for kind in ("redress", "distress"):
            AuthorityLimit.objects.create(level=row, kind=kind, amount=Decimal(amount), currency="USD")
        AuthorityLimit.objects.create(
            level=row, kind="total", per="customer_year", amount=Decimal(2 * amount), currency="USD"
        )
    named = worded("legal", "lawyer*", "attorney*", name="Names a lawyer")
    publish([named], house.administrator, house.supervisor)


def work() -> list[str]:
    """What a worker does: takes each task from the queue and runs it. Returns the names of the tasks."""
    done = []
    for row in OrmQ.objects.order_by("pk"):
        task = row.task
        row.delete()
        import_string(task["func"])(*task["args"], **task["kwargs"])
        done.append(task["func"].rsplit(".", 1)[1])
    return done


def open_dialog(page: Page, link: Locator) -> Locator:
    """The form of a step, above the page. A link that is pressed while its page is still being read in is an ordinary
    one and leads to a page of its own, which is as good for a person; here the dialog is what is looked at."""
    link.wait_for()
    page.wait_for_load_state()
    link.click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("heading")).to_be_visible()
    return form
