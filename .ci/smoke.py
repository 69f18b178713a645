"""`make up` as a newcomer runs it: the page answers, the outbox holds a message, SIGINT ends it cleanly.

python .ci/smoke.py CHECKOUT
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from worker.readiness import answers, wait_until

UP_SECONDS = 300.0  # with the installation of everything
MESSAGE_SECONDS = 60.0
STOP_SECONDS = 60.0
MEMORY_MB = 300.0  # all processes together, PSS


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def smoke(checkout: Path) -> None:
    """Run the checkout; AssertionError says what did not happen."""
    port = free_port()
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DUBAN_", "MAKE", "VIRTUAL_ENV"))
    }
    environ = {**own, "DUBAN_BASE_URL": f"http://127.0.0.1:{port}"}
    with subprocess.Popen(["make", "up"], cwd=checkout, env=environ, start_new_session=True) as up:
        try:
            health = f"http://127.0.0.1:{port}/healthz"
            wait_until(lambda: answers(health) or up.poll() is not None, seconds=UP_SECONDS)
            assert up.poll() is None, f"make up ended with {up.returncode}"
            assert answers(health), "no page answers"
            assert wait_until(lambda: bool(messages(checkout, environ)), seconds=MESSAGE_SECONDS), (
                "empty outbox"
            )
            supervisor = int((checkout / ".duban/run/up.lock").read_text())
            used = memory(supervisor)
            os.kill(supervisor, signal.SIGINT)
            assert up.wait(STOP_SECONDS) == 0, f"make up ended with {up.returncode}"
            assert used <= MEMORY_MB, f"all processes together use {used:.0f} MB"
        finally:
            if up.poll() is None:
                os.killpg(up.pid, signal.SIGKILL)
    print(
        f"make up: the page answered, the outbox holds a message, SIGINT ended it cleanly; {used:.0f} MB in all"
    )


def memory(supervisor: int) -> float:
    """The share of memory of a process and its children in MB, what they have in common counted once."""
    family = [psutil.Process(supervisor), *psutil.Process(supervisor).children(recursive=True)]
    return sum(process.memory_full_info().pss for process in family) / 1e6


def messages(checkout: Path, environ: dict[str, str]) -> list[object]:
    """What the ledger holds, by the command line."""
    done = subprocess.run(
        [checkout / ".venv/bin/duban", "messages", "list", "--json"],
        cwd=checkout,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[object] = json.loads(done.stdout) if done.returncode == 0 else []
    return found


if __name__ == "__main__":
    smoke(Path(sys.argv[1]))
