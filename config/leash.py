"""Runs one command in a process group of its own; ends the whole group when the command or its owner ends.

    python config/leash.py FD command arguments…

FD is the reading end of a pipe that the owner holds open and never writes to: when the owner dies, of
whatever cause, the pipe ends. Killing only the first process of a django-q cluster leaves its children
alive, so nothing less than the group will do. Needs nothing but Python: it must not fail for the same
reason as the command.
"""

import os
import select
import signal
import subprocess
import sys
from types import FrameType

PATIENCE = 15.0  # seconds between the request to stop and the end of the group


def main(owner: int, command: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, stop)
    while child.poll() is None and not gone(owner):
        pass
    finish(child)


def gone(owner: int) -> bool:
    """Whether the owner's end of the pipe is closed; waits for up to a quarter of a second."""
    ready, _, _ = select.select([owner], [], [], 0.25)
    return bool(ready)


def finish(child: "subprocess.Popen[bytes]") -> None:
    """Let the command end in its own way, then end whatever is left of the group, this process last."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        print(f"leash: {child.args!r} did not stop in {PATIENCE:.0f} s and is killed", file=sys.stderr)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
