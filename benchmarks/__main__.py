"""Every benchmark in small, one after the other, with a table at the end.

    PYTHONPATH=tests python -m benchmarks [--people 2000] [--reminders 300] [--kills 3]

The sizes of the goals are those that the benchmarks have by themselves: `python -m benchmarks.open_sweep`, `benchmarks.deliver`,
`benchmarks.pace`, `benchmarks.kill`; `benchmarks.answers` prints its table. Exit code 1 if a reminder was lost, more arrived twice than
may, a refusal was called sent, a bot was written to too often, or the processes take more memory than promised.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import answers, check_in, deliver, kill, memory, open_sweep, pace
from worker.readiness import answers as page_answers
from worker.readiness import wait_until

START_SECONDS = 60.0
SETTLE_SECONDS = 5.0  # memory is counted once the first reminders are out

Row = tuple[str, str, bool]


def opening_and_sweeping(people: int) -> list[Row]:
    """Rows a second on both databases."""
    return [
        (
            f"{each.kind}: {each.what} {each.rows:,} rows",
            f"{each.rows / each.took:,.0f} rows/s, {each.statements} statements",
            True,
        )
        for each in open_sweep.both(people)
    ]


def delivering(messages: int) -> list[Row]:
    """Messages a second through real workers, beside a bare loop and plain Apprise in the same run."""
    found = deliver.run(messages, 0.0, None)
    beside = (
        f"http.client {found['http_client_per_second']:,}/s, plain Apprise {found['apprise_per_second']:,}/s"
    )
    fine = found["ledger"].get("sent") == messages
    return [(f"{messages} messages through two workers", f"{found['ours_per_second']:,}/s; {beside}", fine)]


def answering() -> list[Row]:
    """Every scripted answer of every provider."""
    lines = answers.all_lines()
    wrong = answers.wrong(lines)
    return [(f"{len(lines)} scripted answers", f"{len(wrong)} recorded as what they are not", not wrong)]


def pacing(people: int, seconds: float) -> list[Row]:
    """The busiest minute of one bot."""
    found = pace.watched(people, seconds, group=False, flush=True)
    words = f"{found['busiest_minute']} requests in the busiest 60 s of {seconds:.0f}, {found['refused_by_provider']} refused"
    return [(f"{people} messages on one bot, Redis emptied", words, pace.is_fine(found))]


def killing(reminders: int, kills: int) -> list[Row]:
    """What is lost and what arrives twice."""
    found = kill.small(people=reminders, kills=kills)
    words = f"{found['lost']} lost, {found['twice']} twice of {found['allowed_twice']} allowed, {found['seconds']} s"
    return [(f"{reminders} reminders, {kills} kills", words, kill.is_fine(found))]


def checking_in(people: int) -> list[Row]:
    """A gathering that checks in by phone."""
    found = check_in.measure(people, people * 0.15, people // 10, kill=False)
    words = f"{found['recorded']} recorded, button {found['button']} ms"
    return [(f"{people} people check in", words, check_in.is_fine(found, kill=False))]


def starting() -> list[Row]:
    """From `duban up` to the pages, and the memory of all processes."""
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder, _up(Path(folder)) as (process, url):
        begun = time.monotonic()
        ready = wait_until(lambda: page_answers(url) or process.poll() is not None, seconds=START_SECONDS)
        took = time.monotonic() - begun
        threading.Event().wait(SETTLE_SECONDS)
        total = sum(each.pss for each in memory.measure(memory.family(process.pid)))
    if not ready or not total:
        return [("duban up", "does not answer", False)]
    return [
        ("duban up: until the pages answer", f"{took:.1f} s", True),
        ("duban up: memory of all processes", f"{total / 1e6:.0f} MB", total <= memory.GOAL),
    ]


@contextmanager
def _up(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """The starter office on a port of its own, and the address that says whether it is there."""
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port = there.getsockname()[1]
    given = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    environ = {**given, "DUBAN_DATA": str(folder), "DUBAN_LISTEN": f"127.0.0.1:{port}"}
    command = [sys.executable, "-m", "worker", "up"]
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process, f"http://127.0.0.1:{port}/healthz"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=2000, help="for opening and sweeping")
    parser.add_argument("--messages", type=int, default=1000, help="to deliver")
    parser.add_argument("--pace", type=float, default=80.0, help="seconds that one bot is watched")
    parser.add_argument("--reminders", type=int, default=300, help="while workers are killed")
    parser.add_argument("--kills", type=int, default=3)
    arguments = parser.parse_args()
    rows = [
        *opening_and_sweeping(arguments.people),
        *answering(),
        *delivering(arguments.messages),
        *pacing(200, arguments.pace),
        *checking_in(60),
        *starting(),
        *killing(arguments.reminders, arguments.kills),
    ]
    width = max(len(what) for what, _, _ in rows)
    for what, figure, fine in rows:
        print(f"{what:<{width}}  {figure}{'' if fine else '   NOT AS PROMISED'}")
    return 0 if all(fine for _, _, fine in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
