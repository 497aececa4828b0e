"""intake.api: how many complaints a second the API takes in under gunicorn with two workers."""

import contextlib
import http.client
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.utils import timezone
from django_q.models import OrmQ
from knox.models import AuthToken

from config.bench import organisation
from config.bench.measure import Figure, alternate, timed
from escalations.models import Trigger

REQUESTS_A_ROUND, CLIENTS, ROUNDS = 80, 4, 21
"""Short rounds, and many: whatever else this machine does then falls on both sides alike."""


def figures() -> Iterator[Figure]:
    bank = organisation.found()
    _instance, token = AuthToken.objects.create(bank.agent)
    with served() as port:
        compared = alternate(
            lambda n: _post(port, token, "/api/v1/complaints/", lambda i: _complaint(bank, n, i)),
            lambda n: _post(port, token, "/bench/bare/", lambda i: _bare(n, i)),
            rounds=ROUNDS,
        )
    flagged = Trigger.objects.exists()
    if not flagged or not OrmQ.objects.exists():
        raise RuntimeError("No criterion hit or no routing was queued: the figure would not be honest.")
    yield Figure(
        "intake.api",
        round(REQUESTS_A_ROUND / compared.median, 1),
        "requests/s",
        ratio=compared.ratio(of_rates=True),
        against="a bare DRF create of the complaint with its history row, same token, same server (rate over rate)",
        more={
            "statement": f"POST /api/v1/complaints/, {CLIENTS} clients, 12 criteria of 30 phrases, a tenth escalates",
            **compared.spread(of_rates=True),
        },
    )


@contextlib.contextmanager
def served() -> Iterator[int]:
    """gunicorn with two workers on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "gunicorn", "config.bench.wsgi:application", "--workers", "2", "--threads", "2"]
    server = subprocess.Popen(
        [sys.executable, *command, "--bind", f"127.0.0.1:{port}", "--log-level", "error", "--no-control-socket"]
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    for _attempt in range(300):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not start within 30 s.")


def _post(port: int, token: str, path: str, body: Callable[[int], dict[str, Any]]) -> float:
    def client(numbers: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        for number in numbers:
            connection.request("POST", path, json.dumps(body(number)), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 201:
                raise RuntimeError(f"{path} answered {answer.status}: {text[:300]!r}")

    share = REQUESTS_A_ROUND // CLIENTS
    with ThreadPoolExecutor(CLIENTS) as pool:
        return timed(lambda: list(pool.map(client, (range(n * share, (n + 1) * share) for n in range(CLIENTS)))))


def _complaint(bank: Any, turn: int, number: int) -> dict[str, Any]:
    ending = " I shall ask the ombudsman." if number % 10 == 0 else ""
    return {
        "contact": {"name": f"Customer {turn} {number}", "email": f"c{turn}.{number}@example.org"},
        "what_happened": organisation.STORY.format(n=number) + ending,
        "wanted": "My money back.",
        "channel": "web",
        "severity": 2,
        "amount": "184.20",
        "currency": "GBP",
        "product": bank.products[number % 9].code,
        "issue": bank.issues[number % 20].code,
    }


def _bare(turn: int, number: int) -> dict[str, Any]:
    now = timezone.now().isoformat()
    return {
        "reference": f"B{turn}-{number}-{secrets.token_hex(3)}",
        "severity": 2,
        "channel": "web",
        "received_at": now,
        "registered_at": now,
        "amount": "184.20",
        "currency": "GBP",
    }
