"""What placing costs in statements: few for one case, and not one more for a hundred."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.bench.assignment_crowd import accepted, found
from escalations.placing.routing_desk import place, place_one
from routing.models import Assignment

READ = ("case", "rules and weights", "glance", "locked", "roster")
WRITTEN = ("decision", "case", "history", "ledger", "event")


@pytest.fixture
def crowd(roles):
    crowd = found(teams=3, a_team=2, capacity=1000)
    place_one(accepted(crowd, 1)[0])
    return crowd


def statements(work) -> int:
    """Beginnings and savepoints of transactions are not counted; of one table, an INSERT that SQLite takes in pieces
    counts once."""
    with CaptureQueriesContext(connection) as queries:
        work()
    told = [query["sql"].split() for query in queries]
    told = [words for words in told if words[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")]
    inserted = {words[2] for words in told if words[0] == "INSERT"}
    return sum(words[0] != "INSERT" for words in told) + len(inserted)


def test_placing_a_case_takes_ten_statements_alone_or_among_a_hundred(crowd):
    one, ten, hundred = (accepted(crowd, number, start=number) for number in (1, 10, 100))
    now, most = timezone.now(), len(READ) + len(WRITTEN)
    assert statements(lambda: place_one(one[0], at=now)) == most
    assert statements(lambda: place(ten, at=now)) == most
    assert statements(lambda: place(hundred, at=now)) == most
    assert Assignment.objects.open().count() == 1 + 1 + 10 + 100
