"""search.text: looking for words in 100,000 narratives, for somebody who sees every case and for one of many handlers.

The words are rare, usual and in every narrative; the slowest of all is the figure.
"""

from collections.abc import Iterator

from django.db import connection

from config.bench import organisation
from config.bench.measure import Figure, median_ms
from escalations import searching
from escalations.models import Complaint
from routing.models import User

NARRATIVES, TURNS, SHOWN = 100_000, 15, 26
ASKED = {
    "rare": "number00077777",
    "usual": organisation.WORDS[7],
    "frequent": organisation.WORDS[0],
    "everywhere": "charged",
    "two words": f"{organisation.WORDS[3]} {organisation.WORDS[11]}",
    "phrase": '"nobody called me back"',
    "beginning": organisation.WORDS[0][:3],
    "nothing": "zzzzzz",
}


def figures() -> Iterator[Figure]:
    bank = organisation.found()
    organisation.populate(bank, NARRATIVES)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    people = {"coordinator": bank.coordinator, "handler": bank.handlers[0].user}
    took = {f"{who}: {kind}": _ms(user, asked) for who, user in people.items() for kind, asked in ASKED.items()}
    slowest = max(took, key=lambda name: took[name])
    yield Figure(
        "search.text",
        took[slowest],
        "ms",
        more={"slowest": slowest, "narratives": NARRATIVES, "promised": 100, "each": took},
    )


def _ms(user: User, asked: str) -> float:
    def ask() -> None:
        list(searching.found(Complaint.objects.visible_to(user), asked, by_name=True, by_words=True)[:SHOWN])

    return median_ms(ask, TURNS)
