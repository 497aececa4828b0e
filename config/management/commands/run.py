import fcntl
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config import heartbeat, local, schedules
from config.supervisor import Group, KeepsFailing

LOOK_EVERY = 15.0  # seconds between two looks at the heartbeat


class Command(BaseCommand):
    help = "Serve web and worker together on this machine (PORT, REDRESS_DATA_DIR); Ctrl-C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start without the demo organisation")

    def handle(self, *args: Any, **options: Any) -> None:
        port = chosen_port()
        if not (lock := locked(f"run-{port}.lock")):
            self.stdout.write(f"Redress already runs from {settings.DATA_DIR} on http://127.0.0.1:{port}")
            return
        with lock:
            insist_on_free(port)
            self.prepare(demo=not options["no_demo"] and is_for_this_machine_only())
            insist_on_free(port)  # the demo takes a minute: another program may have come first
            self.serve(port)

    def prepare(self, *, demo: bool) -> None:
        """Everything that must be there before anything is served; a second start waits for the first."""
        with waited_for("setup.lock"):
            self.stdout.write("Preparing the database …")
            call_command("prepare", stdout=self.stdout)
            if demo:
                call_command("demo", once=True, stdout=self.stdout)
            schedules.look_now()
        self.demo = demo

    def serve(self, port: int) -> None:
        """Returns when asked to stop, no process left behind; a CommandError when a part cannot run."""
        stopping = threading.Event()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            stopping.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        connection.close()
        web, worker = web_group(port), worker_group()
        try:
            web.start()
            worker.start()
            if answers(port, web, stopping):
                self.announce(port)
            self.watch(web, worker, stopping)
        except KeepsFailing as failed:
            raise CommandError(f"The {failed} does not stay up; its last words are above.") from failed
        finally:
            self.stdout.write("Stopping …")
            for group in (web, worker):
                group.ask_to_stop()
            for group in (web, worker):
                group.stop()

    def announce(self, port: int) -> None:
        if self.demo:
            call_command("demo", logins=True, stdout=self.stdout)
        self.stdout.write(self.style.SUCCESS(f"\nRedress is at http://127.0.0.1:{port}  (Ctrl-C stops it)"))
        self.stdout.flush()

    def watch(self, web: Group, worker: Group, stopping: threading.Event) -> None:
        looked_at = time.monotonic()
        while not stopping.wait(0.5):
            for group in (web, worker):
                if not group.is_running():
                    self.stderr.write(f"The {group.name} ended; starting it again.")
                    group.restart()
            if time.monotonic() - looked_at > LOOK_EVERY:
                looked_at = time.monotonic()
                if is_wedged(worker):
                    self.stderr.write("The worker's heartbeat is old; starting it again.")
                    worker.restart()


def is_wedged(worker: Group) -> bool:
    """A cluster can sleep for ever without a word, so only the age of its last sweep tells."""
    old = worker.age() > heartbeat.OLD.total_seconds() and heartbeat.is_old(heartbeat.age())
    connection.close()
    return old


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT is {text!r}, which is no port number.")
    return int(text)


def insist_on_free(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Another one: PORT={port + 1} make run"
            ) from error


def locked(name: str) -> IO[str] | None:
    """A file in the data directory that only this process has locked; None when another one has."""
    file = (settings.DATA_DIR / name).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def waited_for(name: str) -> IO[str]:
    """The same, after whoever has it is done."""
    file = (settings.DATA_DIR / name).open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def is_for_this_machine_only() -> bool:
    """Whether nobody else can reach it: only then may there be logins whose passwords are printed."""
    return set(settings.ALLOWED_HOSTS) <= set(local.HOSTS.split(","))


def web_group(port: int) -> Group:
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--no-control-socket"]
    quiet = ["--log-level", "warning", "--graceful-timeout", "10"]
    return Group("web server", [sys.executable, "-m", "gunicorn", *options, *quiet, "config.wsgi:application"])


def worker_group() -> Group:
    return Group("worker", [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"])


def answers(port: int, web: Group, stopping: threading.Event) -> bool:
    """Wait until the site answers, for up to three minutes."""
    while web.age() < 180 and web.is_running() and not stopping.wait(0.2):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # it answers, though not to this host name
        except OSError:
            continue
    return False
