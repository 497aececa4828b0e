"""Keeps a set of commands running, each a process group of its own on a leash (see `config/leash.py`)."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
HASTY = 10.0  # a command that ends within so many seconds has failed, not merely died
PATIENCE = 20.0  # more than the leash's own


class KeepsFailing(Exception):
    """A command ended at once, several times in a row."""


@dataclass
class Group:
    """One command and everything that it starts."""

    name: str
    command: list[str]
    started_at: float = 0.0  # seconds of the monotonic clock
    failures: int = 0
    leash: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    pipe: int | None = None

    def start(self) -> None:
        reading, self.pipe = os.pipe()
        arguments = [sys.executable, str(LEASH), str(reading), *self.command]
        self.leash = subprocess.Popen(arguments, pass_fds=[reading], start_new_session=True, stdin=subprocess.DEVNULL)
        os.close(reading)
        self.started_at = time.monotonic()

    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started_at

    def is_running(self) -> bool:
        return self.leash is not None and self.leash.poll() is None

    def ask_to_stop(self) -> None:
        """Closing the pipe is the request: the leash sees to the rest."""
        if self.pipe is not None:
            os.close(self.pipe)
            self.pipe = None

    def stop(self) -> None:
        """Returns when no process of the group is left."""
        self.ask_to_stop()
        if self.leash is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.leash.wait(PATIENCE)
        # The group may outlive a leash that was killed. An empty group is an error, on macOS another one.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.leash.pid, signal.SIGKILL)
        self.leash.wait()

    def restart(self) -> None:
        """Raises KeepsFailing when the last five starts all ended at once."""
        self.failures = self.failures + 1 if self.age() < HASTY else 0
        self.stop()
        if self.failures >= 5:
            raise KeepsFailing(self.name)
        time.sleep(min(self.failures, 3))
        self.start()
