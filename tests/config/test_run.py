"""The run command as a real process, with real web and worker processes under it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.management.commands import run

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def wait_for(condition, seconds=180):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


class Site:
    """One data directory and port, and whatever runs on them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.log = folder / "output.txt"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = kept | {"REDRESS_DATA_DIR": str(folder / "data"), "PORT": str(self.port)}
        self.command = [sys.executable, str(ROOT / "manage.py"), "run", "--no-demo"]

    def start(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=output, stderr=output)
        wait_for(lambda: "Redress is at" in self.log.read_text() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()
        self.seen = {self.process.pid, *wait_for(self.complete)}

    def complete(self):
        """All processes, once both groups are there with their children."""
        found = self.processes()
        return found if len(found) >= 8 else None

    def start_again(self):
        return subprocess.run(self.command, env=self.environment, capture_output=True, text=True, timeout=180)

    def processes(self):
        """The ids of all processes below the command, by the parents that `ps` tells."""
        table = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True).stdout
        rows = [line.split() for line in table.splitlines()]
        below, grown = {self.process.pid}, True
        while grown:
            more = {int(pid) for pid, parent, stat in rows if int(parent) in below and stat[0] != "Z"} - below
            below, grown = below | more, bool(more)
        return below - {self.process.pid}

    def worker(self):
        """The first process of django-q's cluster."""
        table = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True).stdout
        rows = [line.split(None, 2) for line in table.splitlines()]
        leashes = {pid for pid, parent, args in rows if parent == str(self.process.pid) and "qcluster" in args}
        return next((int(pid) for pid, parent, _ in rows if parent in leashes), None)

    def left_over(self):
        table = subprocess.run(["ps", "-ww", "-eo", "pid=,stat="], capture_output=True, text=True).stdout
        alive = {int(pid) for pid, stat in map(str.split, table.splitlines()) if stat[0] != "Z"}
        return self.seen & alive

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.wait()


@pytest.fixture
def running(site):
    site.start()
    yield site
    if site.process.poll() is None:
        site.process.terminate()
        site.process.wait(180)


def test_it_serves_restarts_a_dead_worker_and_leaves_nothing_behind(running):
    assert running.get("/healthz") == (200, b"ok")
    assert wait_for(lambda: running.get("/readyz")[0] == 200)
    assert json.loads(running.get("/readyz")[1])["heartbeat_age_seconds"] < 60

    dead = running.worker()
    os.kill(dead, signal.SIGKILL)
    wait_for(lambda: running.worker() not in (None, dead))
    running.seen |= wait_for(running.complete)

    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(180) == 0
    assert wait_for(lambda: not running.left_over(), 30)


def test_a_second_start_says_that_it_already_runs_and_one_elsewhere_that_the_port_is_taken(running, tmp_path):
    again = running.start_again()
    assert (again.returncode, "already runs" in again.stdout) == (0, True)

    other = Site(tmp_path)
    other.environment["PORT"] = str(running.port)
    refused = other.start_again()
    assert refused.returncode == 1
    assert f"Port {running.port} cannot be used" in refused.stderr
    assert not (tmp_path / "data" / "redress.sqlite3").exists()
    assert running.get("/healthz")[0] == 200


def test_when_it_is_killed_its_processes_end_by_themselves(running):
    running.process.kill()
    running.process.wait()
    assert wait_for(lambda: not running.left_over())


def test_a_bad_port_is_refused_in_words(tmp_path):
    site = Site(tmp_path)
    site.environment["PORT"] = "eighty"
    refused = site.start_again()
    assert refused.returncode == 1
    assert "PORT is 'eighty'" in refused.stderr


def test_a_port_that_was_taken_while_the_demo_was_made_is_told_of_before_anything_is_served(
    monkeypatch, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    with socket.socket() as other:

        def prepare(_command, *, demo):
            other.bind(("127.0.0.1", int(os.environ["PORT"])))
            other.listen()

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            monkeypatch.setenv("PORT", str(free.getsockname()[1]))
        monkeypatch.setattr(run.Command, "prepare", prepare)
        with pytest.raises(CommandError, match="cannot be used"):
            call_command("run")
