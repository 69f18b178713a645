"""Reminders while workers are killed and Redis is flushed: how many are lost, how many arrive twice.

    python -m benchmarks.kill [--people 2000] [--kills 10] [--flushes 2] [--json]

One duty for N people, one message for each, sent as json:// to a sink on this machine that logs what it accepts. A real Redis, beat, one
sweep worker and two deliver workers; the process group of a random worker is ended with SIGKILL and started again. Exit code 1 if a
reminder was lost or more arrived twice than kills x 16.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import func, select

from models.engine import Database, connect
from models.messages import MessageRow, ReminderRow
from models.obligations import ObligationRow
from worker.embedded import running
from worker.settings import packaged_office

YES = b'{"errcode":0}'
SHARE = 16  # messages of one process that a kill may repeat
PATIENCE = 300.0
OFFICE = """
title: 测试街道
units: {{one: {{title: 一科, head: p0, leader: p1}}}}
roles: {{staff: {{title: 工作人员}}, clerk: {{title: 督办员}}}}
channels: {{personal: {{url: "{url}", quiet: exempt, limits: {limits}}}}}
reach: {{people: personal}}
"""
SCHEDULE = """
report:
  title: 年度报告
  when: {cycle: calendar-year}
  who: {roles: [staff]}
  remind: [{at: open}]
"""
SWEEP = ("-Q", "sweep", "-n", "sweep@%h", "--pool", "solo")
DELIVER = ("-Q", "deliver", "-n", "{name}@%h", "--pool", "threads", "--concurrency", "8")


@dataclass
class Sink:
    """What was accepted, by recipient."""

    port: int = 0
    accepted: list[str] = field(default_factory=list)


@contextmanager
def sink(delay: float) -> Iterator[Sink]:
    """A provider that accepts after `delay` seconds."""
    found = Sink()
    pause = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.accepted.append(self.path.strip("/"))
            pause.wait(delay)
            self.send_response(200)
            self.send_header("Content-Length", str(len(YES)))
            self.end_headers()
            self.wfile.write(YES)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # the sender was killed
                self.close_connection = True

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Crew:
    """The processes: each leads a group of its own, so that a kill takes all of it."""

    environ: dict[str, str]
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "worker.app", *command, "--loglevel", "INFO"],
                env=self.environ, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def begin(self, name: str) -> None:
        if name == "beat":
            self.start(name, "beat")
        elif name == "sweep":
            self.start(name, "worker", *SWEEP)
        else:
            self.start(
                name, "worker", *(word.format(name=name) if "{name}" in word else word for word in DELIVER)
            )

    def kill(self, name: str) -> None:
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait()

    def stop(self) -> None:
        for process in self.running.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def write_office(folder: Path, people: int, url: str, *, limits: str = "[]") -> None:
    folder.mkdir()
    (folder / "office.yaml").write_text(OFFICE.format(url=url, limits=limits), encoding="utf-8")
    (folder / "report.yaml").write_text(SCHEDULE, encoding="utf-8")
    shutil.copytree(packaged_office() / "calendar", folder / "calendar")
    rows = ["工号,姓名,单位,职务,角色"]
    rows += [
        f"p{number},人{number},一科,科员,{'工作人员、督办员' if number == 0 else '工作人员'}"
        for number in range(people)
    ]
    (folder / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def until(condition: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        pause.wait(0.05)


def states(db: Database) -> Counter[str]:
    with db.reading() as session:
        rows = session.execute(select(MessageRow.state, func.count()).group_by(MessageRow.state)).all()
        return Counter(dict(rows))


def finished(db: Database, people: int) -> bool:
    with db.reading() as session:
        reminded = session.scalar(select(func.count()).select_from(ReminderRow)) or 0
        pending = session.scalar(select(func.count()).where(ObligationRow.next_at.is_not(None))) or 0
    found = states(db)
    return reminded >= people and not pending and not (found["queued"] + found["sending"] + found["retry"])


def run(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    dice = random.Random(arguments.seed)
    people = arguments.people
    with sink(arguments.delay) as provider, running(folder / "run" / "redis.sock") as broker:
        write_office(folder / "office", people, f"json://127.0.0.1:{provider.port}/{{id}}")
        url = arguments.database or f"sqlite:///{folder / 'duban.sqlite3'}"
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")},
            "DUBAN_DATA": str(folder), "DUBAN_DATABASE_URL": url, "DUBAN_REDIS_URL": broker, "DUBAN_OFFICE": str(folder / "office"),
        }  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", "worker", "apply", "--yes"],
            env=environ,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        db = connect(url)
        crew = Crew(environ, folder)
        workers = ["sweep", "deliver1", "deliver2"]
        begun = time.monotonic()
        try:
            for name in ("beat", *workers):
                crew.begin(name)
            until(lambda: bool(provider.accepted), "nothing is sent")
            kills = flushes = 0
            # Kills are spread over the run by what has been accepted, so that each finds something on the wire.
            for turn in range(1, arguments.kills + 1):
                goal = people * turn // (arguments.kills + 2)
                until(lambda goal=goal: len(set(provider.accepted)) >= goal, f"{goal} of {people}")  # type: ignore[misc]
                victim = dice.choice(workers if turn % 4 == 0 else workers[1:])
                crew.kill(victim)
                kills += 1
                if (
                    flushes < arguments.flushes
                    and turn * (arguments.flushes + 1) > (flushes + 1) * arguments.kills
                ):
                    with redis.Redis.from_url(broker.replace("redis+socket://", "unix://")) as client:
                        client.flushall()
                    flushes += 1
                crew.begin(victim)
            until(lambda: finished(db, people), "not everything was sent")
            took = time.monotonic() - begun
        finally:
            crew.stop()
        counts = Counter(provider.accepted)
        ledger = states(db)
        db.dispose()
    return {
        "people": people, "kills": kills, "flushes": flushes, "seconds": round(took, 1),
        "lost": people - len(counts), "twice": sum(count - 1 for count in counts.values()), "most_of_one": max(counts.values()),
        "allowed_twice": kills * SHARE, "ledger": dict(ledger),
    }  # fmt: skip


def is_fine(found: dict[str, Any]) -> bool:
    """Whether nothing was lost and no more arrived twice than kills explain."""
    return bool(found["lost"] == 0 and found["twice"] <= found["allowed_twice"])


def small(*, people: int, kills: int, seed: int = 1, flushes: int = 1) -> dict[str, Any]:
    """One run in a folder that is thrown away; what `run` found."""
    arguments = _parser().parse_args(
        ["--people", str(people), "--kills", str(kills), "--flushes", str(flushes), "--seed", str(seed)]
    )
    with tempfile.TemporaryDirectory(prefix="duban-kill-") as folder:
        return run(arguments, Path(folder))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--flushes", type=int, default=2)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds the sink takes to answer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="a migrated or empty database; default: a new SQLite file")
    parser.add_argument("--keep", type=Path, help="a folder for logs and database that is not deleted")
    parser.add_argument("--json", action="store_true")
    return parser


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.keep:
        arguments.keep.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = run(arguments, arguments.keep)
    else:
        with tempfile.TemporaryDirectory(prefix="duban-kill-") as folder:
            found = run(arguments, Path(folder))
    print(
        json.dumps(found)
        if arguments.json
        else "\n".join(f"{name:>14}  {value}" for name, value in found.items())
    )
    return 0 if is_fine(found) else 1


if __name__ == "__main__":
    sys.exit(main())
