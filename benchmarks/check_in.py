"""People who check in to a gathering at once: each with an own phone, over real HTTP, against a real `worker web` on SQLite.

    python -m benchmarks.check_in [--people 200] [--seconds 30] [--twice 20] [--kill] [--json]

Every phone opens the code that is on the screen at that moment, presses the button and reads the answer; `--twice` of them press it
twice in the same moment. With `--kill` the web process is ended with SIGKILL half-way and started again, and whoever got no answer
tries once more. Exit code 1 if somebody who was told to be in is not on record, anybody is on record twice, or (without `--kill`) the
99th percentile of an answer is above a second.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import quantiles

from sqlalchemy import func, select

from models.gatherings import ArrivalRow
from models.migrate import upgrade
from models.obligations import AuditRow, ObligationRow
from models.people import DeviceRow, PersonRow
from schedules.loader import SourceFile, load
from tasks.apply import apply
from tasks.gatherings.check_in import open_check_in
from tasks.live import current
from tasks.open import open_due
from tasks.roster.devices import digest_of
from worker.bootstrap import Runtime
from worker.clock import machine_now, step
from worker.readiness import http_answers, wait_until
from worker.settings import Settings

OFFICE = """
title: 测试街道
timezone: Asia/Shanghai
day_ends: "18:00"
units: {one: {title: 一科, head: p0, leader: p1}}
roles: {staff: {title: 工作人员}, clerk: {title: 督办员}}
channels: {personal: {url: "outbox://{id}"}}
reach: {people: personal}
"""
SCHEDULE = """
study:
  title: 周五集中学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
  record: {by: {role: clerk}, within: 1 workday}
  remind: [{after: start, by: 1 workday, time: "09:00", to: recorder}]
"""
APPLIED, HELD = datetime(2026, 11, 16, 0, 30, tzinfo=UTC), datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CSRF, TICKET = re.compile(r'name="csrf" value="([^"]+)"'), re.compile(r'name="ticket" value="([^"]+)"')
GOAL = 1.0  # seconds, the 99th percentile
PATIENCE = 15.0


@dataclass
class Measured:
    """What the phones saw: seconds of each answer by step, who was told to be in, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "button": [], "answer": []})
    told: set[int] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, seconds: float) -> None:
        """Note one answer."""
        with self.lock:
            self.took[what].append(seconds)


class Phone:
    """One bound phone."""

    def __init__(
        self, run: Runtime, port: int, person_id: int, occurrence_id: int, measured: Measured
    ) -> None:
        self.run, self.port, self.person_id, self.occurrence_id = run, port, person_id, occurrence_id
        self.measured = measured

    def ask(self, what: str, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """One request on a connection of its own: status, where it leads, text."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": f"phone=secret-{self.person_id}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.monotonic()
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            text = answer.read().decode()
        finally:
            link.close()
        self.measured.add(what, time.monotonic() - begun)
        return answer.status, answer.headers.get("Location", ""), text

    def check_in(self, *, twice: bool) -> None:
        """Scan, press, read; once more if nobody answered."""
        for attempt in range(60):
            try:
                self._once(twice=twice)
                return
            except (OSError, http.client.HTTPException):
                with self.measured.lock:
                    self.measured.again += attempt == 0
                threading.Event().wait(0.5)
        self.measured.failed.append(f"{self.person_id}: no answer")

    def _once(self, *, twice: bool) -> None:
        path = f"/s/{self.run.tokens.check_in_code(self.occurrence_id, machine_now())}"
        status, to, text = self.ask("page", "GET", path)
        csrf, ticket = CSRF.search(text), TICKET.search(text)
        if csrf and ticket:
            body = f"csrf={csrf[1]}&ticket={ticket[1]}"
            other = threading.Thread(target=self._quietly, args=(path, body))
            if twice:
                other.start()
            status, to, _ = self.ask("button", "POST", path, body)
            if twice:
                other.join()
        if status != http.client.SEE_OTHER:
            self.measured.failed.append(f"{self.person_id}: {status}")
            return
        with self.measured.lock:
            self.measured.told.add(self.person_id)
        self.ask("answer", "GET", to)

    def _quietly(self, path: str, body: str) -> None:
        """The second tap, whose answer nobody reads."""
        try:
            self.ask("button", "POST", path, body)
        except (OSError, http.client.HTTPException):
            return


def prepare(run: Runtime, people: int) -> tuple[int, list[int]]:
    """An office with a study day whose check-in is open, and a phone for each; the gathering and the people."""
    upgrade(run.settings.database_url)
    roster = "工号,姓名,单位,角色\n" + "".join(
        f"p{n},职工{n},one,staff{'、clerk' if n == 0 else ''}\n" for n in range(people)
    )
    files = {"office.yaml": OFFICE, "schedules.yaml": SCHEDULE, "people.csv": roster}
    loaded = load([SourceFile(path, text.encode()) for path, text in files.items()])
    if loaded.office is None:
        raise SystemExit("\n".join(problem.text() for problem in loaded.problems))
    with run.db.writing.begin() as session:
        apply(session, loaded.office, files, by="benchmark", now=APPLIED, cipher=run.cipher)
    with run.db.writing.begin() as session:
        open_due(session, current(session), now=HELD)
        step(session, HELD)
    with run.db.writing.begin() as session:
        record = session.scalars(select(ObligationRow).where(ObligationRow.part == "record")).one()
        open_check_in(
            session, current(session), obligation_id=record.id, by=None, how="cli", grace=10, lasts=120, now=HELD
        )  # fmt: skip
        ids = list(session.scalars(select(PersonRow.id).order_by(PersonRow.id)))
        now = machine_now()
        session.add_all(
            DeviceRow(person_id=each, digest=digest_of(f"secret-{each}"), how="slip", bound_at=now, seen_at=now) for each in ids
        )  # fmt: skip
        return record.occurrence_id, ids


@contextmanager
def serving(environ: dict[str, str], port: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """`worker web`; the list holds the running process, so that another can take its place."""
    running = [_started(environ, port)]
    try:
        yield running
    finally:
        running[-1].send_signal(signal.SIGTERM)
        running[-1].wait()


def _started(environ: dict[str, str], port: int) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", "worker", "web"], env=environ, stderr=subprocess.DEVNULL
    )
    if not wait_until(lambda: http_answers("127.0.0.1", port, "/healthz"), seconds=60):
        raise SystemExit("the web process does not answer")
    return process


def measure(people: int, seconds: float, twice: int, *, kill: bool) -> dict[str, object]:
    """Everybody checks in within so many seconds; what was answered how fast, and what is on record."""
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port = there.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="duban-check-in-") as folder:
        own = {
            "DUBAN_DATA": folder, "DUBAN_LISTEN": f"127.0.0.1:{port}", "DUBAN_BASE_URL": f"http://127.0.0.1:{port}",
            "DUBAN_SECRET_KEY": "k" * 43, "DUBAN_REDIS_URL": "redis://127.0.0.1:1/0",
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        settings = Settings.load(own)
        settings.prepare()
        run = Runtime(settings)
        occurrence_id, ids = prepare(run, people)
        measured = Measured()
        with serving({**kept, **own}, port) as running:
            _let_them_come(
                run, port, occurrence_id, ids, seconds, twice, measured, kill=kill, running=running, environ={**kept, **own}
            )  # fmt: skip
        with run.db.reading() as session:
            recorded = set(session.scalars(select(ArrivalRow.person_id)))
            noted = session.scalar(select(func.count()).where(AuditRow.act == "arrive"))
        run.close()
        return {
            "people": people, "seconds": seconds, "recorded": len(recorded), "told": len(measured.told), "noted": noted,
            "lost": len(measured.told - recorded), "again": measured.again, "failed": measured.failed[:10],
            **{what: _percentiles(took) for what, took in measured.took.items()},
        }  # fmt: skip


def _let_them_come(
    run: Runtime, port: int, occurrence_id: int, ids: list[int], seconds: float, twice: int, measured: Measured, *, kill: bool,
    running: list["subprocess.Popen[bytes]"], environ: dict[str, str],
) -> None:  # fmt: skip
    chance = random.Random(17)
    # The host has opened the check-in and shown the screen before anybody scans: the process has read the office.
    Phone(run, port, 0, occurrence_id, Measured()).ask("page", "GET", "/me")
    begun = time.monotonic()

    def come(person_id: int, after: float, both: bool) -> None:
        threading.Event().wait(max(0.0, begun + after - time.monotonic()))
        Phone(run, port, person_id, occurrence_id, measured).check_in(twice=both)

    threads = [
        threading.Thread(target=come, args=(each, chance.uniform(0, seconds), at < twice))
        for at, each in enumerate(ids)
    ]
    for thread in threads:
        thread.start()
    if kill:
        threading.Event().wait(seconds / 2)
        running[-1].kill()
        running[-1].wait()
        running.append(_started(environ, port))
    for thread in threads:
        thread.join()


def _percentiles(took: list[float]) -> dict[str, float]:
    """Milliseconds."""
    cut = quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return {"n": len(took), "p50": round(cut[49] * 1000), "p95": round(cut[94] * 1000), "p99": round(cut[98] * 1000),
            "max": round(max(took, default=0) * 1000)}  # fmt: skip


def is_fine(found: dict[str, object], *, kill: bool) -> bool:
    """Whether all are in, each once, nobody was told so in vain, and soon enough."""
    quick = all(found[what]["p99"] <= GOAL * 1000 for what in ("page", "button", "answer"))  # type: ignore[index]
    whole = found["recorded"] == found["told"] == found["noted"] == found["people"] and not found["lost"]
    return whole and not found["failed"] and (quick or kill)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--twice", type=int, default=20, help="how many press the button twice at once")
    parser.add_argument("--kill", action="store_true", help="end the web process with SIGKILL half-way")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.people, given.seconds, given.twice, kill=given.kill)
    if given.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:<9} {value}")
    return 0 if is_fine(found, kill=given.kill) else 1


if __name__ == "__main__":
    sys.exit(main())
