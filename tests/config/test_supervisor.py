import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import supervisor
from config.supervisor import Group, KeepsFailing

ROOT = Path(__file__).resolve().parents[2]
# A command with a child that ignores the polite request, as the children of a killed cluster do.
STUBBORN = """
import os, signal, subprocess, sys, time
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", deaf])
open(sys.argv[1], "w").write(f"{os.getpid()} {child.pid}")
time.sleep(60)
"""


def alive(pid):
    """A zombie that waits for its parent to look is not alive."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(found) and not found.startswith("Z")


def wait_for(condition, seconds=40):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture
def stubborn(tmp_path):
    """A running group, and the file in which its processes stand."""
    noted = tmp_path / "pids"
    group = Group("stubborn", [sys.executable, "-c", STUBBORN, str(noted)])
    group.start()
    yield group, lambda: wait_for(lambda: noted.exists() and [int(pid) for pid in noted.read_text().split()])
    group.stop()


def test_stopping_a_group_leaves_no_process_of_it(stubborn):
    group, pids = stubborn
    found = pids()
    group.stop()
    assert not group.is_running()
    assert [pid for pid in found if alive(pid)] == []


def test_a_group_whose_leash_was_killed_is_ended_all_the_same(stubborn):
    group, pids = stubborn
    found = pids()
    os.kill(group.leash.pid, signal.SIGKILL)
    wait_for(lambda: not group.is_running())
    group.stop()
    assert wait_for(lambda: not any(alive(pid) for pid in found))


def test_when_the_owner_is_killed_the_group_ends_by_itself(tmp_path):
    noted = tmp_path / "pids"
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from config.supervisor import Group\n"
            "Group('orphan', [sys.executable, '-c', *sys.argv[1:]]).start(); time.sleep(60)",
            STUBBORN,
            str(noted),
        ],
        cwd=ROOT,
    )
    found = wait_for(lambda: noted.exists() and [int(pid) for pid in noted.read_text().split()])
    owner.kill()
    owner.wait()
    assert wait_for(lambda: not any(alive(pid) for pid in found))


def test_a_restarted_group_is_a_new_one(stubborn):
    group, pids = stubborn
    before = pids()
    group.restart()
    assert group.is_running()
    assert not any(alive(pid) for pid in before)


def test_a_command_that_always_ends_at_once_is_given_up(monkeypatch):
    monkeypatch.setattr(supervisor.time, "sleep", lambda seconds: None)
    group = Group("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    group.start()
    with pytest.raises(KeepsFailing):
        for _ in range(10):
            group.leash.wait(60)
            group.restart()
