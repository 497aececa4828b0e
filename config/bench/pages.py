"""page.*: what a page costs the server with 100,000 complaints, against the same page with 1,000.

Two processes, one for each size, answer in turn; each is asked for a page, fetches it with Django's test client (no
network, no browser) and says how many milliseconds and queries it took.
"""

import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.bench import organisation
from config.bench.measure import ROUNDS, Figure, alternate, timed
from config.bench.places import Place
from escalations.models import Complaint
from escalations.states import State
from routing.models import User

SMALL, LARGE = 1_000, 100_000
PAGES = ("page.queue", "page.poll", "page.case", "page.admin_list")
REQUESTS_A_ROUND = 15


class Server:
    """A process with a database of one size, asked for pages through its pipes."""

    def __init__(self, place: Place, size: int) -> None:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", "--answer", str(size)]
        self.process = subprocess.Popen(
            command, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.questions, self.answers = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        self._read()

    def ask(self, page: str) -> dict[str, float]:
        """Milliseconds (median of a few requests) and queries of the page."""
        self.questions.write(page + "\n")
        self.questions.flush()
        return self._read()

    def _read(self) -> dict[str, float]:
        for line in self.answers:
            if line.startswith("{"):
                return dict(json.loads(line))
        raise RuntimeError("The measured process ended; its last words are above.")

    def stop(self) -> None:
        self.process.communicate("")
        self.process.wait(20)


def figures(small: Place, large: Place, wanted: list[str]) -> Iterator[Figure]:
    servers = Server(small, SMALL), Server(large, LARGE)
    try:
        for page in wanted:
            yield _figure(page, *servers)
    finally:
        for server in servers:
            server.stop()


def _figure(page: str, small: Server, large: Server) -> Figure:
    compared = alternate(lambda n: large.ask(page)["ms"], lambda n: small.ask(page)["ms"], ROUNDS)
    few, many = small.ask(page)["queries"], large.ask(page)["queries"]
    return Figure(
        page,
        round(compared.median, 2),
        "ms",
        ratio=compared.ratio(),
        against=f"the same page with {SMALL:,} complaints (time over time)",
        more={"queries": many, "queries_small": few, "complaints": LARGE, **compared.spread()},
    )


def answer(size: int, lines: Iterator[str], write: Any) -> None:
    """The other end of `Server`: fill the database, then answer until the pipe closes."""
    bank = organisation.found()
    organisation.populate(bank, size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    requests = {page: Request(_client(user), url) for page, (user, url) in _addresses(bank).items()}
    requests["page.poll"] = requests["page.queue"].watching()
    write(json.dumps({"ready": size}))
    for line in lines:
        write(json.dumps(requests[line.strip()].measured()))


@dataclass(frozen=True)
class Request:
    """What is asked for, by whom, and the answer that is expected."""

    client: Client
    url: str
    headers: dict[str, str] | None = None
    status: int = 200

    def watching(self) -> "Request":
        """What this page asks every few seconds, while nothing happens."""
        asked = re.search(r'"X-Watch": "([^"]+)"', self.client.get(self.url).content.decode())
        return Request(self.client, reverse("escalations:watch"), {"X-Watch": asked[1] if asked else ""}, 204)

    def measured(self) -> dict[str, float]:
        with CaptureQueriesContext(connection) as queries:
            self.get()
            count = len(queries)  # the next request forgets them
        times = [timed(self.get) for _turn in range(REQUESTS_A_ROUND)]
        return {"ms": statistics.median(times) * 1000, "queries": count}

    def get(self) -> None:
        response = self.client.get(self.url, headers=self.headers)
        if response.status_code != self.status:
            raise RuntimeError(f"{self.url} answered {response.status_code}")


def _addresses(bank: Any) -> dict[str, tuple[User, str]]:
    """Who looks at what: a handler at their queue and at a case, a coordinator at the list of all complaints."""
    handler = bank.handlers[0]
    case = Complaint.objects.filter(handler=handler, state=State.INVESTIGATING).first()
    return {
        "page.queue": (handler.user, reverse("escalations:queue") + "?tab=team"),
        "page.case": (handler.user, reverse("escalations:case", args=[case.reference if case else ""])),
        "page.admin_list": (bank.coordinator, reverse("admin:escalations_complaint_changelist")),
    }


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
