"""Every address, opened by every role and by nobody: the answer's status, the rows it shows, and what it writes."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse

from escalations.models import Complaint, Judgement
from routing.models import Ruleset, Simulation
from tests.walk_addresses import Address, addresses
from tests.walk_expected import (
    ADMIN,
    CUSTOMERS,
    DECISIONS_SEEN,
    FACTS,
    FOUND,
    GET_REFUSED,
    LEDGER,
    MISSING,
    OK,
    OPEN,
    PAGES,
    READS,
    REFUSED,
    SEES,
    STAFF,
    UNKNOWN,
    VISITORS,
)
from tests.walk_world import World, browser, build, changed, contents, mark

pytestmark = pytest.mark.django_db
PROTECTION = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

TAKEN_ALONG = re.compile(r"/api/|.*(export/|\.csv|\.xlsx)$")

NEVER_DISCLOSED = re.compile(r"/admin/escalations/sealednote/|.*/panel/sealed/$")
"""The only pages that show a never-disclose note, even to whoever may read it."""


@pytest.fixture
def world(house):
    return build(house)


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals, each with its traceback, tell nothing."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@dataclass(frozen=True)
class Visit:
    """One address with its parameters filled in; `case` is the case it is about, if it is about one."""

    address: Address
    path: str
    case: str = ""

    def expected(self, who: str) -> int:
        """The status that this visitor gets, from the table."""
        key, model = self.address.key, self.address.model
        if key == "admin:login":
            return FOUND if who in STAFF else OK
        if key.startswith("api:") and who == "-":
            return UNKNOWN
        if who not in STAFF and key not in OPEN and not key.startswith("api:"):
            return FOUND
        letters, status = PAGES.get(key) or ADMIN[model].expected(self.address.verb)
        seen = DECISIONS_SEEN.get(who, SEES[who]) if model in LEDGER else SEES[who]
        # A step on a case looks for the case first: whether somebody may take it is no answer to who may not see it.
        opens = FACTS if "/do/" in self.path else letters
        if status == GET_REFUSED:
            return status if who in letters else REFUSED
        if self.case and self.case not in seen and who in opens and self.address.verb != "redirect":
            return MISSING
        return status if who in letters else REFUSED


def visits(world: World, cases: tuple[str, ...] = ("cards",)) -> Iterator[Visit]:
    """Every address, once; those of a case's rows once for each of these cases."""
    for address in addresses():
        if not address.parameters:
            yield Visit(address, address.path({}))
        elif address.model:
            yield from visits_of_rows(world, address, cases)
        elif "reference" in address.parameters:
            for name in cases:
                point = world.cases[name].main_point.pk
                values = {
                    "reference": world.cases[name].reference,
                    "action": "note",
                    "name": "note",
                    "panel": "story",
                    "file": 1,
                    "pk": point,
                }
                yield Visit(address, address.path(values), name)
        else:  # the admin's own addresses, each asked for something that is there
            kind = ContentType.objects.get_for_model(Complaint).pk
            run = Judgement if "judgement" in address.key else Simulation
            values = {"content_type_id": kind, "object_id": 1, "app_label": "routing", "url": "no/such/page",
                      "code": "branch", "number": Ruleset.objects.filter(state="draft").earliest("pk").number,
                      "token": "unknown", "file": 1, "name": "accept", "pk": run.objects.earliest("pk").pk}  # fmt: skip
            yield Visit(address, address.path(values))


def visits_of_rows(world: World, address: Address, names: tuple[str, ...]) -> Iterator[Visit]:
    model = apps.get_model(address.model)
    names = ("cards",) if address.verb in ("delete", "redirect") else names
    found = {name: row for name in names if (row := world.row(model, name)) is not None}
    cases = {world.case_of(row) for row in found.values()}
    for name, row in found.items() if cases != {""} else list(found.items())[:1]:
        values = {"object_id": row.pk, "id": row.pk, "action": "note"}
        yield Visit(address, address.path(values), name if cases != {""} else "")


def test_every_address_is_in_the_table():
    unknown = [
        address.key
        for address in addresses()
        if address.key not in {*PAGES, *OPEN} and (address.model not in ADMIN or not is_usual(address))
    ]
    assert unknown == []


def is_usual(address: Address) -> bool:
    return address.verb in ("list", "add", "change", "history", "delete", "redirect")


@pytest.mark.parametrize("who", VISITORS)
def test_each_role_gets_the_pages_and_the_rows_that_are_its_own(world, who):
    client = browser(world, who)
    before, shown, wrong = contents(), set(), []
    # One case that is theirs, where any is, and each kind that is not.
    cases = ("cards", *(name for name in world.cases if name != "cards" and name not in SEES[who]), *SEES[who][1:2])
    for visit in visits(world, tuple(cases)):
        response = client.get(visit.path)
        marks = world.marks_in(response)
        shown |= marks
        wrong += [f"{visit.path} ({visit.case}): {what}" for what in faults(world, visit, who, response, marks)]
    assert not wrong, "\n".join(wrong)
    assert changed(before, contents()) == set(), "a GET changes no row"
    assert allowed(world, who) - shown == set(), "what is theirs to see is shown somewhere"


def faults(world: World, visit: Visit, who: str, response: HttpResponse, marks: set[str]) -> Iterator[str]:
    expected = {visit.expected(who), REFUSED} if who == "N" else {visit.expected(who)}
    if response.status_code not in expected:
        yield f"{response.status_code} instead of {visit.expected(who)}"
    foreign = {one for one in marks - allowed(world, who) if one not in visit.path}
    if foreign and visit.address.model != "escalations.referencenumber":
        yield f"shows {sorted(foreign)}"
    if any("note" in one for one in marks) and TAKEN_ALONG.match(visit.path):
        yield "tells what was noted among ourselves"
    if any("secret" in one for one in marks) and not NEVER_DISCLOSED.match(visit.path):
        yield "tells what is never disclosed"
    is_customers = visit.address.key in CUSTOMERS
    wanted = PROTECTION | {"Referrer-Policy": "no-referrer"} if is_customers else PROTECTION
    loads = "default-src 'none'" if is_customers else "default-src 'self'"
    missing = {name for name, value in wanted.items() if response.headers.get(name) != value}
    if missing or loads not in response.headers.get("Content-Security-Policy", ""):
        yield f"lacks protection {sorted(missing)}"
    if marks and "no-store" not in response.headers.get("Cache-Control", ""):
        yield "may stay in a cache"


def allowed(world: World, who: str) -> set[str]:
    """The marks and references that this visitor may meet anywhere."""
    written = {"fresh": ("identity", "words")}
    kinds = {name: READS.get(who, ()) for name in SEES[who]}
    marks = {mark(name, kind) for name in kinds for kind in kinds[name] if kind in written.get(name, kind)}
    return marks | {world.cases[name].reference for name in (*SEES[who], *DECISIONS_SEEN.get(who, ()))}
